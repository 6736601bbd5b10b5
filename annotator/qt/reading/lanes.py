"""Which lane under the line each label gets, so that labels over the same words never share one. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence

Span = tuple[int, int, str]  # start, end, label id

LANES = 4
OVERFLOW = LANES  # the lane number of a label for which no lane was free


def hulls(pieces: Iterable[Span]) -> list[Span]:
    """One span from the first start to the last end for each id: a label keeps its lane through its gaps."""
    found: dict[str, tuple[int, int]] = {}
    for start, end, key in pieces:
        had = found.get(key)
        found[key] = (start, end) if had is None else (min(start, had[0]), max(end, had[1]))
    return [(start, end, key) for key, (start, end) in found.items()]


def assign(spans: Sequence[Span], lanes: int = LANES) -> dict[str, int]:
    """Lane (0 nearest the text) of every id; the number `lanes` where all were taken.

    Short spans choose first, so what is nested lies above what holds it.
    """
    taken: list[list[tuple[int, int]]] = [[] for _ in range(lanes)]
    result: dict[str, int] = {}
    for start, end, key in sorted(spans, key=lambda s: (s[1] - s[0], s[0], s[2])):
        result[key] = lanes
        for lane, held in enumerate(taken):
            at = bisect_left(held, (start, end))
            if (at == len(held) or held[at][0] >= end) and (at == 0 or held[at - 1][1] <= start):
                insort(held, (start, end))
                result[key] = lane
                break
    return result


def cluster(spans: Sequence[Span], reach: Sequence[int], start: int, end: int) -> list[Span]:
    """The spans that touch [start, end) directly or through others; only these can change their lanes with it.

    spans: sorted; reach: for each of them the furthest end so far.
    """
    first = bisect_right(reach, start)
    while 0 < first < len(spans) and reach[first - 1] > spans[first][0]:
        first -= 1
    last = bisect_left(spans, (end,), first)
    while first < last < len(spans) and spans[last][0] < reach[last - 1]:
        last += 1
    return list(spans[first:last])
