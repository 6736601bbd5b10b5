"""The text of another program's file: its line breaks become LF, and its offsets code points of what we keep."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from annotator.formats.offsets import Offsets, Unit, detected_unit


class ForeignText:
    """raw: the text as it stands in the file. unit: what its offsets count.

    text: with LF as the only line break, which is what a study keeps.
    """

    def __init__(self, raw: str, unit: Unit = "code points") -> None:
        self.raw = raw
        self.unit: Unit = unit
        self.text = raw.replace("\r\n", "\n").replace("\r", "\n")
        self._offsets = Offsets(raw)
        self._dropped = [i for i in range(len(raw) - 1) if raw[i : i + 2] == "\r\n"] if "\r" in raw else []

    def detect(self, quotes: Iterable[tuple[int, int, str]]) -> bool:
        """Take the unit in which every quoted passage fits; False where none does."""
        found = detected_unit(self.raw, quotes)
        if found is not None:
            self.unit = found
        return found is not None

    def fragment(self, start: int, end: int) -> tuple[int, int]:
        """Code points of `text`; raises ValueError for offsets that are none or that cover nothing."""
        first, last = self._offset(start), self._offset(end)
        if first >= last:
            raise ValueError(f"the passage {start} to {end} is empty")
        return first, last

    def _offset(self, offset: int) -> int:
        place = self._offsets.from_(self.unit, offset)
        return place - bisect_left(self._dropped, place)
