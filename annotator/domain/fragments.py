"""Fragments: half-open ranges ``[start, end)`` of Unicode code points in a document's text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from annotator.domain.words import say

Fragment = tuple[int, int]
Fragments = tuple[Fragment, ...]

GAP_MARK = " … "


def fragments_fault(fragments: Sequence[Fragment], length: int) -> str | None:
    """Why these fragments cannot anchor a label in a text of ``length`` code points; None when they can.

    Fragments must be inside the text, not empty, in order and not touching each other.
    """
    if not fragments:
        return say("a span needs at least one fragment")
    for start, end in fragments:
        if start < 0 or end > length:
            return say(
                "the fragment [{start}, {end}) lies outside the text of {length} characters",
                start=start,
                end=end,
                length=length,
            )
        if start >= end:
            return say("the fragment [{start}, {end}) is empty", start=start, end=end)
    for (_, end), (start, _) in pairwise(fragments):
        if start <= end:
            return say("the fragments meet or are out of order at {start}", start=start)
    return None


def normalised(ranges: Iterable[Fragment]) -> Fragments:
    """The same characters as sorted fragments that neither overlap nor touch; empty ranges fall away."""
    result: list[Fragment] = []
    for start, end in sorted((s, e) for s, e in ranges if s < e):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def without(fragments: Sequence[Fragment], cut: Fragment) -> Fragments:
    """The fragments with the characters of ``cut`` taken out."""
    start, end = cut
    pieces: list[Fragment] = []
    for s, e in fragments:
        if e <= start or s >= end:
            pieces.append((s, e))
            continue
        pieces.extend(piece for piece in ((s, start), (end, e)) if piece[0] < piece[1])
    return tuple(pieces)


def overlaps(a: Sequence[Fragment], b: Sequence[Fragment]) -> bool:
    """Whether the two share at least one character."""
    return any(s1 < e2 and s2 < e1 for s1, e1 in a for s2, e2 in b)


def covers(outer: Sequence[Fragment], inner: Sequence[Fragment]) -> bool:
    """Whether every character of ``inner`` is in ``outer``."""
    return all(any(s1 <= s2 and e2 <= e1 for s1, e1 in outer) for s2, e2 in inner)


def text_of(text: str, fragments: Sequence[Fragment]) -> str:
    """What the fragments cover; the pieces of a discontinuous label are joined with `` … ``."""
    return GAP_MARK.join(text[start:end] for start, end in fragments)
