"""Which span of one coder is which of the other's: one to one, by the greatest sum of intersection over union.

A span is a tuple of fragments [start, end), in order, not touching; gaps between fragments are not part of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence

import numpy as np

Span = tuple[tuple[int, int], ...]
Match = tuple[int, int, float]
"""(index in key, index in response, intersection over union)."""


def shared_characters(key: Sequence[Span], response: Sequence[Span]) -> dict[tuple[int, int], int]:
    """(index in key, index in response) -> shared characters, for every pair that shares one."""
    pieces = sorted((s, e, j) for j, span in enumerate(response) for s, e in span)
    starts = [s for s, _, _ in pieces]
    longest = max((e - s for s, e, _ in pieces), default=0)
    result: dict[tuple[int, int], int] = {}
    for i, span in enumerate(key):
        for start, end in span:
            place = bisect_left(starts, start - longest)
            while place < len(pieces) and pieces[place][0] < end:
                s, e, j = pieces[place]
                both = min(end, e) - max(start, s)
                if both > 0:
                    result[i, j] = result.get((i, j), 0) + both
                place += 1
    return result


def length(span: Span) -> int:
    """Characters in the span's fragments."""
    return sum(end - start for start, end in span)


def match_spans(key: Sequence[Span], response: Sequence[Span], threshold: float) -> list[Match]:
    """The matching with the greatest sum of intersection over union among pairs strictly above the threshold."""
    weights: dict[tuple[int, int], float] = {}
    for (i, j), both in shared_characters(key, response).items():
        iou = both / (length(key[i]) + length(response[j]) - both)
        if iou > threshold:
            weights[i, j] = iou
    return [(i, j, weights[i, j]) for i, j in best_pairs(weights)]


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
