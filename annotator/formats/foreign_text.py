"""The text of another program's file: its line breaks become LF, and its offsets code points of what we keep."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterable

from annotator.domain.words import say
from annotator.formats.dataset import is_mask
from annotator.formats.offsets import UNITS, Offsets, Unit, detected_unit, fits


class ForeignText:
    """raw: the text as it stands in the file. unit: what its offsets count.

    text: with LF as the only line break, which is what a study keeps, or as it is where its hash says so.
    """

    def __init__(self, raw: str, unit: Unit = "code points", sha256: object = None) -> None:
        self.raw = raw
        self.unit: Unit = unit
        kept = "\r" not in raw or hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest() == sha256
        self.text = raw if kept or is_mask(raw) else raw.replace("\r\n", "\n").replace("\r", "\n")
        self._offsets = Offsets(raw)
        dropped = len(self.text) < len(raw)
        self._dropped = [i for i in range(len(raw) - 1) if raw[i : i + 2] == "\r\n"] if dropped else []

    def detect(self, quotes: Iterable[tuple[int, int, str]], folded: Callable[[str], str] = str) -> bool:
        """Take the unit in which every quoted passage fits; False where none does.

        folded: passages are alike where this makes the same of them.
        """
        found = detected_unit(self.raw, quotes, folded)
        if found is not None:
            self.unit = found
        return found is not None

    def detect_most(self, quotes: Iterable[tuple[int, int, str]], folded: Callable[[str], str] = str) -> None:
        """Take the unit in which most of the quoted passages fit: one of them may be at fault, not the counting."""
        found = [(start, end, folded(quote)) for start, end, quote in quotes]
        self.unit = max(UNITS, key=lambda unit: sum(fits(self._offsets, unit, *quote, folded) for quote in found))

    def fragment(self, start: int, end: int) -> tuple[int, int]:
        """Code points of `text`; raises ValueError for offsets that are none or that cover nothing."""
        first, last = self._offset(start), self._offset(end)
        if first >= last:
            raise ValueError(say("the passage {start} to {end} is empty", start=start, end=end))
        return first, last

    def _offset(self, offset: int) -> int:
        place = self._offsets.from_(self.unit, offset)
        return place - bisect_left(self._dropped, place)
