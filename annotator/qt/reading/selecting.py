"""Words and lines of stored text as selections: pure text in, code point ranges out."""

from __future__ import annotations

import re
from itertools import pairwise

from PySide6.QtCore import QTextBoundaryFinder

from annotator.domain import passages
from annotator.qt.reading.offsets import Utf16Map
from annotator.qt.reading.text_transfer import for_qt

WINDOW_CP = 400  # characters looked at on either side of a position; a boundary never depends on more
_BREAK = re.compile(r"\r\n|\n")


def paragraph_bounds(text: str) -> tuple[list[int], list[int]]:
    """First code point and end (before its line break, \\n or \\r\\n) of every paragraph."""
    starts, ends = [0], []
    for match in _BREAK.finditer(text):
        ends.append(match.start())
        starts.append(match.end())
    ends.append(len(text))
    return starts, ends


def word_boundaries(text: str, kind: QTextBoundaryFinder.BoundaryType) -> list[int]:
    """Boundaries of the whole of `text`, 0 and its length among them, in code points."""
    u16 = Utf16Map(text)
    finder = QTextBoundaryFinder(kind, for_qt(text))
    found = [0]
    while (at := finder.toNextBoundary()) >= 0:
        found.append(u16.to_cp(at))
    if found[-1] != len(text):
        found.append(len(text))
    return found


def _window(text: str, cp: int) -> tuple[int, int]:
    """A stretch around `cp` that begins and ends beside white space where there is any."""
    low, high = max(0, cp - WINDOW_CP), min(len(text), cp + WINDOW_CP)
    if low and (space := re.search(r"\s", text[low:cp])):
        low += space.start()
    if high < len(text):
        tail = text[cp:high]
        cut = len(tail.rstrip()) if not tail[-1:].strip() else tail.rfind(" ")
        high = cp + cut if cut > 0 else high
    return low, high


def _segments(text: str, cp: int) -> list[tuple[int, int]]:
    """Word, space and mark segments around `cp`; "don't" and "l’été" are one, as is a hyphenated word's each part."""
    low, high = _window(text, cp)
    cuts = word_boundaries(text[low:high], QTextBoundaryFinder.BoundaryType.Word)
    return [(low + a, low + b) for a, b in pairwise(cuts)]


def word_at(text: str, cp: int) -> tuple[int, int]:
    """The word (or mark, or run of spaces) that holds the character behind `cp`; at a word's end, that word."""
    if not text:
        return 0, 0
    held = (cp, cp)
    for start, end in _segments(text, cp):
        if start <= cp < end:
            held = (start, end)
            break
        if end == cp:
            held = (start, end)
    if held[0] < held[1] and passages.is_unspaced(text[held[0]]):
        return passages.word_at(text, held[0])  # without a dictionary Qt takes each of its signs for a word
    if held[0] < held[1] and not text[held[0] : held[1]].strip():
        start, end = held
        # White space: its whole run, unless a word ends exactly here.
        if start == cp and cp > 0 and not text[cp - 1].isspace():
            return next((s for s in _segments(text, cp) if s[1] == cp), held)
        while start > 0 and text[start - 1].isspace() and text[start - 1] != "\n":
            start -= 1
        while end < len(text) and text[end].isspace() and text[end] != "\n":
            end += 1
        return start, end
    return held


def next_word(text: str, cp: int) -> int:
    """The start of the next word, or the end of the text."""
    while cp < len(text):
        segments = [s for s in _segments(text, cp) if s[0] > cp or s[1] > cp]
        for start, end in segments:
            if start > cp and text[start:end].strip():
                return start
        if not segments or segments[-1][1] <= cp:
            break
        cp = segments[-1][1]
        if cp < len(text) and not text[cp].isspace():
            return cp
    return len(text)


def previous_word(text: str, cp: int) -> int:
    """The start of the word before, or 0."""
    while cp > 0:
        segments = [s for s in _segments(text, cp) if s[0] < cp]
        for start, end in reversed(segments):
            if text[start:end].strip():
                return start
        if not segments or segments[0][0] >= cp:
            break
        cp = segments[0][0]
    return 0
