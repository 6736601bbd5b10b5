"""Words and steps in a text, by rules of our own: Qt's word is `don` in "don't"."""

from __future__ import annotations

import re

from PySide6.QtCore import QTextBoundaryFinder

from annotator.qt.offsets import Utf16Map

_WORD = re.compile(r"\w+(?:['’\u00ad\u2011-]\w+)*")


def word_at(text: str, position: int) -> tuple[int, int]:
    """The word around a position, else the single character there; (position, position) at the text's end."""
    start = max(text.rfind("\n", 0, position) + 1, position - 200)
    for found in _WORD.finditer(text, start, min(len(text), position + 200)):
        if found.start() <= position < found.end():
            return found.span()
        if found.start() > position:
            break
    return character_at(text, position)


def character_at(text: str, position: int) -> tuple[int, int]:
    """The user-perceived character (grapheme cluster) around a position."""
    if not 0 <= position < len(text):
        return (position, position)
    start = max(0, position - 64)
    piece = text[start : position + 64]
    units = Utf16Map(piece)
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, piece)
    finder.setPosition(units.to_u16(position - start))
    first = finder.position() if finder.isAtBoundary() else finder.toPreviousBoundary()
    finder.setPosition(max(first, 0))
    last = finder.toNextBoundary()
    end = len(piece) if last < 0 else units.to_cp(last)
    return start + units.to_cp(max(first, 0)), max(start + end, position + 1)


def next_word(text: str, position: int) -> int:
    """The end of the word that ends next, or of the text."""
    found = _WORD.search(text, position)
    if found is None:
        return len(text)
    return found.end()


def previous_word(text: str, position: int) -> int:
    """The start of the word that starts last before, or of the text."""
    start = max(0, position - 500)
    before = 0 if start == 0 else start
    for found in _WORD.finditer(text, start, position):
        if found.start() < position:
            before = found.start()
    return before


def next_character(text: str, position: int) -> int:
    """One user-perceived character on."""
    return min(len(text), character_at(text, position)[1]) if position < len(text) else len(text)


def previous_character(text: str, position: int) -> int:
    """One user-perceived character back."""
    return character_at(text, position - 1)[0] if position > 0 else 0
