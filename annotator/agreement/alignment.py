"""Which spans of several coders are one unit: one alignment of all coders, which their order does not change.

A unit holds at most one span of each coder, and every two spans in it have an intersection over union above the
threshold. Among all ways to part the spans into such units, the one with the greatest sum of intersection over union,
over all pairs within a unit, is taken; of those with the same sum, the one whose pairs say the same most often (first
in their values, then in their links). With two coders that is the best one-to-one matching of their spans.

Spans fall into groups that meet only each other. A group in which everybody has one span, and all of these match, is a
unit without a search. Others are searched through, as long as that takes no more than SEARCH steps; beyond it, the
matching of two coders is solved as an assignment problem (exact up to 2**-22 of a sum), and units of more than two are
built coder by coder and mended while that helps. The sum of the best matchings of every two coders is above any
alignment's sum, and is told beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.span_line import SpanLine
from annotator.agreement.span_matching import shared_pieces

SEARCH = 20_000
"""Steps of a search through the ways to part one group; above it an approximation takes its place."""

Item = tuple[int, int]
"""(coder, place among that coder's spans)."""

Said = tuple[tuple[Any, ...], tuple[Any, ...]]
"""What a label says: its values, in a fixed order, and its links; in a form that can be compared and sorted."""

_VALUES = 1 << 20
_WHOLE = 1 << 40
_GRAIN = 1 << 22


@dataclass(frozen=True, slots=True)
class Alignment:
    """units: each a list of spans of different coders, spans that match nobody's included.

    weight: the sum of intersection over union over all pairs within units. bound: no alignment has a greater sum.
    approximate: groups that were too large to be searched through, so that a better sum up to `bound` may exist.
    """

    units: list[list[Item]]
    weight: float
    bound: float
    approximate: int


def aligned(lines: Sequence[SpanLine], threshold: float, said: Callable[[Item], Said]) -> Alignment:
    """Align the spans of several coders. said: asked for those labels alone that could stand in several units."""
    first, second, shared, unions = _edges(lines, threshold)
    starts = np.cumsum([0, *(len(x.spans) for x in lines)])
    coder_of = np.repeat(np.arange(len(lines)), np.diff(starts))
    labels = _groups(int(starts[-1]), first, second)
    sizes = np.bincount(labels, minlength=1)
    edges = np.bincount(labels[first], minlength=len(sizes)) if len(first) else np.zeros(len(sizes), dtype=np.int64)
    simple = (edges == sizes * (sizes - 1) // 2) & _one_each(labels, coder_of, len(sizes), len(lines))
    units: list[list[Item]] = []
    order = np.argsort(labels, kind="stable")
    cuts = np.cumsum(sizes)[:-1]
    members = np.split(order, cuts) if len(order) else []
    coders, starts_list = coder_of.tolist(), starts.tolist()

    def item(i: int) -> Item:
        return coders[i], i - starts_list[coders[i]]

    hard: dict[int, list[tuple[int, int, int, int]]] = {}
    if len(first):
        tangled = np.flatnonzero(~simple[labels[first]])
        for e in tangled.tolist():
            hard.setdefault(int(labels[first[e]]), []).append(
                (int(first[e]), int(second[e]), int(shared[e]), int(unions[e]))
            )
    easy = simple[labels[first]] if len(first) else np.zeros(0, dtype=bool)
    weight = bound = float(np.sum(np.sort(shared[easy] / unions[easy]))) if len(first) else 0.0
    approximate = 0
    for group, inside in enumerate(members):
        if group not in hard:
            units.append([item(i) for i in inside.tolist()])
            continue
        nodes = inside.tolist()
        found = _solve([item(i) for i in nodes], nodes, hard[group], lines, said)
        units += found.units
        weight, bound = weight + found.weight, bound + found.bound
        approximate += found.approximate
    return Alignment(units, weight, bound, approximate)


def _edges(
    lines: Sequence[SpanLine], threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(first span, second span, shared characters, characters of both) of every pair above the threshold; spans are
    numbered through all coders."""
    starts = np.cumsum([0, *(len(x.spans) for x in lines)])
    found: list[tuple[NDArray[np.int64], ...]] = []
    for a, b in combinations(range(len(lines)), 2):
        i, j, both = shared_pieces(lines[a].pieces, lines[b].pieces)
        if not len(i):
            continue
        union = lines[a].sizes[i] + lines[b].sizes[j] - both
        kept = both / union > threshold
        found.append((i[kept] + starts[a], j[kept] + starts[b], both[kept], union[kept]))
    if not found:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing, nothing
    first, second, shared, union = (np.concatenate(x) for x in zip(*found, strict=True))
    return first, second, shared, union


def _groups(n: int, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each span the number of the group of spans that are tied to each other."""
    label = np.arange(n)
    while len(first):
        least = np.minimum(label[first], label[second])
        fresh = label.copy()
        np.minimum.at(fresh, first, least)
        np.minimum.at(fresh, second, least)
        fresh = fresh[fresh]
        if (fresh == label).all():
            break
        label = fresh
    _, inverse = np.unique(label, return_inverse=True)
    return np.asarray(inverse.reshape(-1), dtype=np.int64)


def _one_each(labels: NDArray[np.int64], coder_of: NDArray[np.int64], groups: int, coders: int) -> NDArray[np.bool_]:
    held = np.bincount(labels * coders + coder_of, minlength=groups * coders).reshape(groups, coders)
    return np.asarray((held <= 1).all(axis=1))


def _solve(
    items: list[Item],
    nodes: list[int],
    edges: list[tuple[int, int, int, int]],
    lines: Sequence[SpanLine],
    said: Callable[[Item], Said],
) -> Alignment:
    """One group. Its labels are put in an order that depends on nothing but where they are and what they say."""
    told = [said(x) for x in items]
    content = [(lines[c].spans[i], *told[place]) for place, (c, i) in enumerate(items)]
    by_coder: dict[int, list[int]] = {}
    for place in sorted(range(len(items)), key=lambda p: content[p]):
        by_coder.setdefault(items[place][0], []).append(place)
    coders = sorted(by_coder, key=lambda c: ([content[p] for p in by_coder[c]], c))
    order = [p for c in coders for p in by_coder[c]]
    rank = {nodes[p]: r for r, p in enumerate(order)}
    column = {c: k for k, c in enumerate(coders)}
    owners = [column[items[p][0]] for p in order]
    said_in_order = [told[p] for p in order]
    exact: dict[tuple[int, int], Fraction] = {}
    for a, b, both, union in edges:
        x, y = sorted((rank[a], rank[b]))
        exact[x, y] = Fraction(both, union)
    found, approximate, bound = best_units(owners, exact, said_in_order)
    weight = sum((exact[p, q] for unit in found for p, q in combinations(unit, 2)), Fraction(0))
    return Alignment(
        [[items[order[p]] for p in unit] for unit in found],
        float(weight),
        float(bound if approximate else weight),
        int(approximate),
    )


def best_units(
    owners: Sequence[int], weights: Mapping[tuple[int, int], Fraction], said: Sequence[Said]
) -> tuple[list[list[int]], bool, Fraction]:
    """(units, whether they are an approximation, a bound of the sum): the best way to part items 0, 1, … .

    owners: the coder of each item. weights: (i, j), i < j -> weight above 0 of two items of different coders that may
    stand in one unit. Ties fall by what the items say, then by their order.
    """
    scale = lcm(*(w.denominator for w in weights.values())) if weights else 1
    alike = {(i, j): _alike(said[i], said[j]) for i, j in weights}
    whole = {(i, j): (w.numerator * (scale // w.denominator)) * _WHOLE + alike[i, j] for (i, j), w in weights.items()}
    found = _search(owners, whole)
    if found is not None:
        return found, False, Fraction(0)
    bound = sum(
        (_bound(owners, weights, pair) for pair in combinations(sorted(set(owners)), 2)),
        Fraction(0),
    )
    grains = {key: round(w * _GRAIN) * _GRAIN // 4 + _coarse(alike[key]) for key, w in weights.items()}
    if len(set(owners)) == 2:
        return _assigned(owners, grains), False, Fraction(0)
    return _built(owners, grains), True, bound


def _alike(first: Said, second: Said) -> int:
    """How much two labels say the same: equal values weigh above any number of equal links."""
    values: int = sum(bool(a == b) for a, b in zip(first[0], second[0], strict=False))
    rest = list(second[1])
    links = 0
    for x in first[1]:
        if x in rest:
            rest.remove(x)
            links += 1
    # that neither has any link is as much the same as one link that both have
    return values * _VALUES + (links if first[1] or second[1] else 1)


def _coarse(alike: int) -> int:
    values, links = divmod(alike, _VALUES)
    return min(values, 1023) * 1024 + min(links, 1023)


def _neighbours(owners: Sequence[int], weights: Mapping[tuple[int, int], int]) -> list[dict[int, int]]:
    near: list[dict[int, int]] = [{} for _ in owners]
    for (i, j), w in weights.items():
        near[i][j] = near[j][i] = w
    return near


def _search(owners: Sequence[int], weights: Mapping[tuple[int, int], int]) -> list[list[int]] | None:  # noqa: C901 - two recursive searches share what they know
    """The best of all ways; None where there are too many to look at."""
    near = _neighbours(owners, weights)
    known: dict[frozenset[int], tuple[int, tuple[tuple[int, ...], ...]]] = {}
    steps = 0

    def cliques(unit: tuple[int, ...], candidates: list[int], weight: int) -> Iterator[tuple[int, tuple[int, ...]]]:
        yield weight, unit
        for place, c in enumerate(candidates):
            more = sum(near[c][x] for x in unit)
            rest = [d for d in candidates[place + 1 :] if d in near[c] and owners[d] != owners[c]]
            yield from cliques((*unit, c), rest, weight + more)

    def best(left: frozenset[int]) -> tuple[int, tuple[tuple[int, ...], ...]] | None:
        nonlocal steps
        if not left:
            return 0, ()
        if left in known:
            return known[left]
        head = min(left)
        found: tuple[int, tuple[tuple[int, ...], ...]] | None = None
        for weight, unit in cliques((head,), sorted(d for d in near[head] if d in left), 0):
            steps += 1
            if steps > SEARCH:
                return None
            below = best(left - set(unit))
            if below is None:
                return None
            if found is None or weight + below[0] > found[0]:
                found = weight + below[0], (unit, *below[1])
        assert found is not None
        known[left] = found
        return found

    if len(owners) > 40:  # as deep as that a search never ends in time
        return None
    done = best(frozenset(range(len(owners))))
    return None if done is None else [list(u) for u in done[1]]


def _matrix(
    owners: Sequence[int], weights: Mapping[tuple[int, int], Any], pair: tuple[int, int]
) -> tuple[list[int], list[int], NDArray[np.float64]]:
    rows, columns = ([i for i, o in enumerate(owners) if o == who] for who in pair)
    where = {i: k for k, i in enumerate(rows)} | {j: k for k, j in enumerate(columns)}
    made = np.zeros((len(rows), len(columns)))
    for (i, j), w in weights.items():
        if owners[i] == pair[0] and owners[j] == pair[1]:
            made[where[i], where[j]] = float(w)
        elif owners[i] == pair[1] and owners[j] == pair[0]:
            made[where[j], where[i]] = float(w)
    return rows, columns, made


def _assigned(owners: Sequence[int], weights: Mapping[tuple[int, int], int]) -> list[list[int]]:
    from scipy.optimize import linear_sum_assignment

    first, second = sorted(set(owners))
    rows, columns, matrix = _matrix(owners, weights, (first, second))
    chosen = [(r, c) for r, c in zip(*linear_sum_assignment(matrix, maximize=True), strict=True) if matrix[r, c] > 0]
    units = [[rows[r], columns[c]] for r, c in chosen]
    taken = {x for unit in units for x in unit}
    return [*units, *([i] for i in range(len(owners)) if i not in taken)]


def _bound(owners: Sequence[int], weights: Mapping[tuple[int, int], Fraction], pair: tuple[int, int]) -> Fraction:
    from scipy.optimize import linear_sum_assignment

    _, _, matrix = _matrix(owners, weights, pair)
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    return Fraction(float(matrix[rows, columns].sum()))


def _built(owners: Sequence[int], weights: Mapping[tuple[int, int], int]) -> list[list[int]]:
    """Coder by coder: each one's items are assigned to the units so far; then single items move while that helps."""
    from scipy.optimize import linear_sum_assignment

    near = _neighbours(owners, weights)
    units: list[list[int]] = []
    for coder in sorted(set(owners)):
        mine = [i for i, o in enumerate(owners) if o == coder]
        taken: set[int] = set()
        if units:
            matrix = np.array([[float(_gain(near, i, u)) for u in units] for i in mine])
            for r, c in zip(*linear_sum_assignment(matrix, maximize=True), strict=True):
                if matrix[r, c] > 0:
                    units[c].append(mine[r])
                    taken.add(mine[r])
        units += [[i] for i in mine if i not in taken]
    for _ in range(10):
        moves = sum(_moved(item, units, owners, near) for item in range(len(owners)))
        if not moves:
            break
    return [sorted(u) for u in units]


def _gain(near: Sequence[Mapping[int, int]], item: int, unit: Sequence[int]) -> int:
    """What the item adds to a unit; 0 where it may not stand in it."""
    if any(x not in near[item] for x in unit):
        return 0
    return sum(near[item][x] for x in unit)


def _moved(item: int, units: list[list[int]], owners: Sequence[int], near: Sequence[Mapping[int, int]]) -> bool:
    """Whether the item gained by another unit, and stands there now; changes `units` in place."""
    home = next(u for u in units if item in u)
    best, aim = _gain(near, item, [x for x in home if x != item]), None
    for unit in units:
        if unit is home:
            continue
        # the unit's own label of this coder, where there is one, stands alone afterwards
        other = next((x for x in unit if owners[x] == owners[item]), None)
        without = [x for x in unit if x != other]
        more = _gain(near, item, without) - (_gain(near, other, without) if other is not None else 0)
        if without and more > best:
            best, aim = more, (unit, other)
    if aim is None:
        return False
    unit, other = aim
    home.remove(item)
    if other is not None:
        unit.remove(other)
        units.append([other])
    unit.append(item)
    if not home:
        units.remove(home)
    return True
