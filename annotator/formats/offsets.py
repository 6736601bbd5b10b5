"""Offsets between units: code points inside, UTF-16 units, UTF-8 bytes or lines in other programs' files."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Literal

from annotator.domain.words import say

Unit = Literal["code points", "utf-16", "utf-8"]
UNITS: tuple[Unit, ...] = ("code points", "utf-16", "utf-8")


class Offsets:
    """Translates offsets of one text; a text of ASCII alone costs nothing.

    Every offset is between two characters, 0 to the text's length in the unit. Offsets inside a character (the middle
    of a surrogate pair or of a UTF-8 sequence) and outside the text raise ValueError.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._tables: dict[str, list[int] | None] = {"code points": None}
        self._lines: list[int] | None = None

    def to(self, unit: Unit, offset: int) -> int:
        """The code point offset in another unit."""
        if not 0 <= offset <= len(self.text):
            raise ValueError(
                say(
                    "the offset {offset} lies outside the text of {length} characters",
                    offset=offset,
                    length=len(self.text),
                )
            )
        table = self._table(unit)
        return offset if table is None else table[offset]

    def from_(self, unit: Unit, offset: int) -> int:
        """The code point offset of an offset in another unit."""
        table = self._table(unit)
        if table is None:
            return self.to(unit, offset)
        if not 0 <= offset <= table[-1]:
            raise ValueError(
                say(
                    "the offset {offset} lies outside the text of {length} {unit} units",
                    offset=offset,
                    length=table[-1],
                    unit=unit,
                )
            )
        place = bisect_left(table, offset)
        if table[place] != offset:
            raise ValueError(say("the offset {offset} lies inside a character ({unit})", offset=offset, unit=unit))
        return place

    def line_of(self, offset: int) -> tuple[int, int]:
        """(line, column), both counted from 0; lines end at LF."""
        self.to("code points", offset)
        starts = self._line_starts()
        line = bisect_right(starts, offset) - 1
        return line, offset - starts[line]

    def from_line(self, line: int, column: int) -> int:
        """The offset of a place given as line and column; raises ValueError where the text has none."""
        starts = self._line_starts()
        if not 0 <= line < len(starts):
            raise ValueError(say("the text has no line {line}", line=line))
        end = starts[line + 1] - 1 if line + 1 < len(starts) else len(self.text)
        if not 0 <= column <= end - starts[line]:
            raise ValueError(say("line {line} has no column {column}", line=line, column=column))
        return starts[line] + column

    def _table(self, unit: Unit) -> list[int] | None:
        if unit not in self._tables:
            widths = map(_utf16_width if unit == "utf-16" else _utf8_width, self.text)
            plain = self.text.isascii() or (unit == "utf-16" and max(self.text, default="") <= "\uffff")
            self._tables[unit] = None if plain else list(accumulate(widths, initial=0))
        return self._tables[unit]

    def _line_starts(self) -> list[int]:
        if self._lines is None:
            self._lines = [0, *(i + 1 for i, c in enumerate(self.text) if c == "\n")]
        return self._lines


class LineEnds:
    """A text with LF as its only line break and no byte order mark, and where its places were before."""

    def __init__(self, text: str) -> None:
        self._gone = [m.start() for m in re.finditer("\\A\ufeff|\r\n", text)]
        self.text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")

    def place(self, offset: int) -> int:
        """Where a place (code points) of the text as it came lies in the text with LF."""
        return offset - bisect_left(self._gone, offset)


def detected_unit(text: str, quotes: Iterable[tuple[int, int, str]], folded: Callable[[str], str] = str) -> Unit | None:
    """The unit in which every (start, end, quoted passage) fits the text; None where none does.

    Code points win where several fit: then the text before the last passage has none but characters of one unit.
    folded: passages are alike where this makes the same of them.
    """
    offsets = Offsets(text)
    found = [(start, end, folded(quote)) for start, end, quote in quotes]
    for unit in UNITS:
        if all(fits(offsets, unit, start, end, quote, folded) for start, end, quote in found):
            return unit
    return None


def fits(offsets: Offsets, unit: Unit, start: int, end: int, quote: str, folded: Callable[[str], str] = str) -> bool:
    """Whether a quoted passage, as `folded` makes it, stands at this place in this unit."""
    try:
        return folded(offsets.text[offsets.from_(unit, start) : offsets.from_(unit, end)]) == quote
    except ValueError:
        return False


def _utf16_width(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _utf8_width(character: str) -> int:
    point = ord(character)
    return 1 if point < 0x80 else 2 if point < 0x800 else 3 if point < 0x10000 else 4
