"""The polarisation figure of Discourse Network Analyzer 3, to compare with what was computed there.

Source: its class `Polarization`, algorithm "greedy" with two clusters of equal size, scores normalised. For a partition
the congruence of two actors in one camp is compared with what it would be if all congruence lay within camps, evenly,
and their conflict with none; between camps the other way round. Half the sum of absolute differences is divided by the
sum of all congruence and conflict, and the partition is sought that makes this greatest.

That is no measure of how clear the camps are: what differs from the camps that a partition draws makes the figure
greater, so that the best partition of two camps that agree within and contradict each other alone cuts through both
(`graphs.polarisation` has a measure that is greatest there). Discourse Network Analyzer starts from random partitions;
here the best of all is found where there are few actors, else of several fixed starts: every run has one answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from annotator.domain.errors import Cancelled

Tie = tuple[int, int, float]
Array = NDArray[np.float64]
EVERY = 12
"""Actors up to which every partition is looked at."""
_STARTS = 20
_FEW_STARTS, _MANY = 3, 300
MOST = 500
"""Actors up to which it is computed: Discourse Network Analyzer itself takes hours there."""
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class DnaPolarisation:
    """quality: between 0 and 1, of the best partition. camps: 1 or 2 for each node, the first node's camp is 1.

    exact: every partition was looked at.
    """

    quality: float
    camps: tuple[int, ...]
    exact: bool


def dna_polarised(
    count: int,
    congruence: Sequence[Tie],
    conflict: Sequence[Tie],
    progress: Callable[[int, int], bool] | None = None,
) -> DnaPolarisation | None:
    """Of a network of `count` actors; None with fewer than two, more than `MOST`, or no congruence and conflict."""
    if not 2 <= count <= MOST or not (congruence or conflict):
        return None
    agree, differ = _matrix(count, congruence), _matrix(count, conflict)
    whole = agree.sum() + differ.sum()
    if whole <= 0:
        return None
    best, camps = -1.0, np.zeros(count, dtype=bool)
    exact = count <= EVERY
    starts = _every(count) if exact else _fixed(count)
    for done, start in enumerate(starts):
        if progress is not None and not progress(done, len(starts)):
            raise Cancelled("stopped", remedy="nothing was changed")
        found = start if exact else _climbed(start, agree, differ)
        quality = _quality(found, agree, differ)
        if quality > best + _LEAST:
            best, camps = quality, found
    first = camps[0]
    return DnaPolarisation(float(best / (2 * whole)), tuple(1 if c == first else 2 for c in camps), exact)


def quality(camps: Sequence[int], congruence: Sequence[Tie], conflict: Sequence[Tie]) -> float:
    """Between 0 and 1, of a partition; raises ValueError for more than two camps."""
    known = sorted(set(camps))
    if len(known) > 2:
        raise ValueError(len(known))
    second = np.array([c != known[0] for c in camps])
    agree, differ = _matrix(len(camps), congruence), _matrix(len(camps), conflict)
    return float(_quality(second, agree, differ) / (2 * (agree.sum() + differ.sum())))


def _matrix(count: int, ties: Sequence[Tie]) -> Array:
    made = np.zeros((count, count))
    for a, b, w in ties:
        made[a, b] = made[b, a] = w
    return made


def _parts(second: NDArray[np.bool_], agree: Array, differ: Array) -> tuple[Array, Array, Array]:
    """What two actors add: both in the first camp, both in the second, one in each."""
    count, two = len(second), int(second.sum())
    one = count - two
    within = one * (one - 1) + two * (two - 1)
    between = count * (count - 1) - within
    all_agree, all_differ = agree.sum(), differ.sum()
    expected = [n * (n - 1) / within * all_agree / within if within else 0.0 for n in (one, two)]
    apart = one * two / between * all_differ / between if between else 0.0
    parts = (np.abs(agree - expected[0]) + differ, np.abs(agree - expected[1]) + differ, agree + np.abs(differ - apart))
    for part in parts:
        np.fill_diagonal(part, 0.0)
    return parts


def _quality(second: NDArray[np.bool_], agree: Array, differ: Array) -> float:
    first_camp, second_camp, between = _parts(second, agree, differ)
    one = ~second
    return float(
        first_camp[np.ix_(one, one)].sum()
        + second_camp[np.ix_(second, second)].sum()
        + 2 * between[np.ix_(one, second)].sum()
    )


def _every(count: int) -> list[NDArray[np.bool_]]:
    """Each partition into halves; with an odd number either camp may have one actor more."""
    found = []
    for size in {count // 2, count - count // 2}:
        for members in combinations(range(count), size):
            if 2 * size == count and 0 not in members:
                continue  # the other half of one that is there
            second = np.zeros(count, dtype=bool)
            second[list(members)] = True
            found.append(second)
    return found


def _fixed(count: int) -> list[NDArray[np.bool_]]:
    dice = np.random.default_rng(1)
    found = []
    for _ in range(_STARTS if count <= _MANY else _FEW_STARTS):
        second = np.zeros(count, dtype=bool)
        second[dice.permutation(count)[: count // 2]] = True
        found.append(second)
    return found


def _climbed(second: NDArray[np.bool_], agree: Array, differ: Array) -> NDArray[np.bool_]:
    """The partition after the best swap of two actors, again and again, until none is better."""
    second = second.copy()
    first_camp, second_camp, between = _parts(second, agree, differ)  # swaps leave the sizes as they are
    out, into = between - first_camp, second_camp - between
    while True:
        one, two = np.flatnonzero(~second), np.flatnonzero(second)
        gain_one = out[np.ix_(one, one)].sum(axis=1) + into[np.ix_(one, two)].sum(axis=1)
        gain_two = -into[np.ix_(two, two)].sum(axis=1) - out[np.ix_(two, one)].sum(axis=1)
        pair = gain_one[:, None] - into[np.ix_(one, two)] + gain_two[None, :] + out[np.ix_(one, two)]
        at = np.unravel_index(int(pair.argmax()), pair.shape)
        if pair[at] <= _LEAST:
            return second
        second[one[at[0]]], second[two[at[1]]] = True, False
