"""How far actors fall into two camps that agree within and contradict each other between.

With A+ the congruence of two actors, A- their conflict, d+ and d- the sums of an actor's, w+ and w- those of all: the
modularity of a signed network (Gomez, Jensen and Arenas 2009, Physical Review E 80, 016114) is the sum over pairs in
one camp of (A+ - d+ d+ / 2w+) - (A- - d- d- / 2w-), divided by 2(w+ + w-). Of two camps it is 1/2 at most, where they
are of equal weight, all congruence lies within and all conflict between them; where everybody agrees with everybody
alike it is about 0. Polarisation is twice the modularity of the best partition into two camps.

Every partition is looked at where there are few actors. Else the leading eigenvector gives a partition (Newman 2006,
PNAS 103, 8577-8582), and moves of single actors better it until none does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from annotator.domain.errors import Cancelled

Tie = tuple[int, int, float]
Array = NDArray[np.float64]
EVERY = 12
"""Actors up to which every partition is looked at."""
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Polarisation:
    """quality: 0 to 1, of the best partition. camps: 1 or 2 for each node, the first node's camp is 1.

    exact: every partition was looked at.
    """

    quality: float
    camps: tuple[int, ...]
    exact: bool


def polarised(
    count: int,
    congruence: Sequence[Tie],
    conflict: Sequence[Tie],
    progress: Callable[[int, int], bool] | None = None,
) -> Polarisation | None:
    """Of a network of `count` actors; None with fewer than two of them, or without congruence and conflict."""
    if count < 2:
        return None
    part, whole = _signed(count, congruence, conflict)
    if whole <= 0:
        return None
    exact = count <= EVERY
    starts = (
        [np.array((1.0, *rest)) for rest in product((1.0, -1.0), repeat=count - 1)]
        if exact
        else [_leading(part), *_alternating(count)]
    )
    best, side = -1.0, np.ones(count)
    for done, start in enumerate(starts):
        if progress is not None and not progress(done, len(starts)):
            raise Cancelled("stopped", remedy="nothing was changed")
        found = start if exact else _moved(start, part)
        worth = float(found @ part @ found) / whole
        if worth > best + _LEAST:
            best, side = worth, found
    return Polarisation(min(1.0, max(0.0, best)), tuple(1 if s == side[0] else 2 for s in side), exact)


def _signed(count: int, congruence: Sequence[Tie], conflict: Sequence[Tie]) -> tuple[Array, float]:
    """The matrix whose sums over camps are the modularity, and the sum of both networks' entries."""
    made, whole = np.zeros((count, count)), 0.0
    for sign, ties in ((1.0, congruence), (-1.0, conflict)):
        told = np.zeros((count, count))
        for a, b, w in ties:
            told[a, b] = told[b, a] = w
        total = told.sum()
        if total > 0:
            sums = told.sum(axis=1)
            made += sign * (told - np.outer(sums, sums) / total)
            whole += float(total)
    return made, whole


def _leading(part: Array) -> Array:
    """The camps by the sign of the leading eigenvector."""
    _, vectors = np.linalg.eigh(part)
    lead = vectors[:, -1]
    return np.where(lead * np.sign(lead[np.abs(lead).argmax()]) >= 0, 1.0, -1.0)


def _alternating(count: int) -> list[Array]:
    """A few more beginnings, the same on every run."""
    dice = np.random.default_rng(1)
    return [np.where(dice.random(count) < 0.5, 1.0, -1.0) for _ in range(5 if count <= 500 else 1)]


def _moved(side: Array, part: Array) -> Array:
    """The partition after the best move of one actor, again and again, until none is better."""
    side = side.copy()
    own = np.diag(part)
    pull = part @ side
    while True:
        gain = own - side * pull
        at = int(gain.argmax())
        if gain[at] <= _LEAST:
            return side
        side[at] = -side[at]
        pull += 2 * side[at] * part[:, at]
