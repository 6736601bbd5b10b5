"""Which span of one coder is which of the other's: one to one, by the greatest sum of intersection over union.

A span is a tuple of fragments [start, end), in order, not touching; gaps between fragments are not part of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Span = tuple[tuple[int, int], ...]
Match = tuple[int, int, float]
"""(index in key, index in response, intersection over union)."""


_AT_ONCE = 2_000_000
"""How many candidate pairs are looked at at a time."""

Whole = NDArray[np.int64]


def shared_characters(key: Sequence[Span], response: Sequence[Span]) -> dict[tuple[int, int], int]:
    """(index in key, index in response) -> shared characters, for every pair that shares one."""
    first, second, both = shared_pieces(pieces(key), pieces(response))
    return dict(zip(zip(first.tolist(), second.tolist(), strict=True), both.tolist(), strict=True))


def shared_pieces(mine: Whole, theirs: Whole) -> tuple[Whole, Whole, Whole]:
    """Of spans as `pieces` gives them: indices in key, in response, and shared characters of each pair that shares one,
    by key and response."""
    if not len(mine) or not len(theirs):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing
    theirs = theirs[np.argsort(theirs[:, 0], kind="stable")]
    responses = int(theirs[:, 2].max()) + 1
    longest = int((theirs[:, 1] - theirs[:, 0]).max())
    low = np.searchsorted(theirs[:, 0], mine[:, 0] - longest, side="left")
    high = np.searchsorted(theirs[:, 0], mine[:, 1], side="left")
    found = [_overlaps(mine, theirs, low, high, part, responses) for part in _parts(high - low)]
    pairs = np.concatenate([f[0] for f in found])
    both = np.concatenate([f[1] for f in found])
    of_pair, place = np.unique(pairs, return_inverse=True)
    total = np.bincount(place.reshape(-1), weights=both, minlength=len(of_pair)).astype(np.int64)
    return of_pair // responses, of_pair % responses, total


def _overlaps(mine: Whole, theirs: Whole, low: Whole, high: Whole, part: slice, responses: int) -> tuple[Whole, Whole]:
    """(key index * responses + response index, shared characters) of every two pieces that meet."""
    counts = (high - low)[part]
    rows = np.repeat(np.arange(part.start, part.stop), counts)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    columns = np.arange(len(rows)) - np.repeat(first - low[part], counts)
    both = np.minimum(mine[rows, 1], theirs[columns, 1]) - np.maximum(mine[rows, 0], theirs[columns, 0])
    kept = both > 0
    return mine[rows[kept], 2] * responses + theirs[columns[kept], 2], both[kept]


def _parts(counts: Whole) -> Iterator[slice]:
    """Stretches of key pieces with so many candidates that they can be looked at together."""
    start = total = 0
    for place, count in enumerate(counts.tolist()):
        if total + count > _AT_ONCE and place > start:
            yield slice(start, place)
            start, total = place, 0
        total += count
    yield slice(start, len(counts))


def pieces(spans: Sequence[Span]) -> Whole:
    """(pieces, 3): start, end, index of the span."""
    found = [(s, e, i) for i, span in enumerate(spans) for s, e in span]
    return np.array(found, dtype=np.int64).reshape(len(found), 3)


def length(span: Span) -> int:
    """Characters in the span's fragments."""
    return sum(end - start for start, end in span)


def match_spans(key: Sequence[Span], response: Sequence[Span], threshold: float) -> list[Match]:
    """The matching with the greatest sum of intersection over union among pairs strictly above the threshold."""
    return match_pieces(pieces(key), pieces(response), threshold)


def match_pieces(mine: Whole, theirs: Whole, threshold: float) -> list[Match]:
    """The same of spans as `pieces` gives them."""
    if not len(mine) or not len(theirs):
        return []
    first, second, both = shared_pieces(mine, theirs)
    sizes, others = (np.bincount(p[:, 2], weights=p[:, 1] - p[:, 0]) for p in (mine, theirs))
    iou = both / (sizes[first] + others[second] - both)
    above = iou > threshold
    first, second, iou = first[above], second[above], iou[above]
    if not len(first):
        return []
    # most have one candidate only; the others are weighed against each other
    alone = (np.bincount(first)[first] == 1) & (np.bincount(second)[second] == 1)
    result = list(zip(first[alone].tolist(), second[alone].tolist(), iou[alone].tolist(), strict=True))
    rest = ~alone
    pairs = zip(first[rest].tolist(), second[rest].tolist(), strict=True)
    weights = dict(zip(pairs, iou[rest].tolist(), strict=True))
    result.extend((i, j, weights[i, j]) for i, j in best_pairs(weights))
    return sorted(result)


def most_pairs(
    key: Sequence[tuple[Span, Hashable]], response: Sequence[tuple[Span, Hashable]]
) -> list[tuple[int, int]]:
    """The largest one-to-one matching of spans that share a character and have the same label."""
    shared = shared_characters([s for s, _ in key], [s for s, _ in response])
    return best_pairs({(i, j): 1.0 for i, j in shared if key[i][1] == response[j][1]})


def best_pairs(weights: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    """The one-to-one choice of pairs with the greatest sum of weights (all > 0), in order."""
    result: list[tuple[int, int]] = []
    for rows, columns in _components(weights):
        if len(rows) == 1 and len(columns) == 1:
            result.append((rows[0], columns[0]))
            continue
        from scipy.optimize import linear_sum_assignment

        matrix = np.array([[weights.get((i, j), 0.0) for j in columns] for i in rows])
        chosen = zip(*linear_sum_assignment(matrix, maximize=True), strict=True)
        result.extend((rows[r], columns[c]) for r, c in chosen if matrix[r, c] > 0)
    return sorted(result)


def _components(weights: dict[tuple[int, int], float]) -> list[tuple[list[int], list[int]]]:
    """Connected groups of (key indices, response indices): the assignment falls apart into them."""
    of_key: dict[int, list[int]] = {}
    of_response: dict[int, list[int]] = {}
    for i, j in weights:
        of_key.setdefault(i, []).append(j)
        of_response.setdefault(j, []).append(i)
    seen: set[int] = set()
    groups = []
    for start in sorted(of_key):
        if start in seen:
            continue
        rows, columns, waiting = {start}, set[int](), [start]
        while waiting:
            for j in of_key[waiting.pop()]:
                if j not in columns:
                    columns.add(j)
                    fresh = [i for i in of_response[j] if i not in rows]
                    rows.update(fresh)
                    waiting.extend(fresh)
        seen |= rows
        groups.append((sorted(rows), sorted(columns)))
    return groups
