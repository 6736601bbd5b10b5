"""Words of a text, split so that every label begins and ends between two of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from annotator.domain.fragments import Fragment

_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


class Tokens:
    """places: [start, end) of each word, in order; spaces are in none."""

    def __init__(self, text: str, borders: Iterable[int] = ()) -> None:
        self.text = text
        cuts = sorted(set(borders))
        self.places: list[Fragment] = []
        for m in _WORD.finditer(text):
            start = m.start()
            for cut in cuts[bisect_left(cuts, m.start() + 1) : bisect_left(cuts, m.end())]:
                self.places.append((start, cut))
                start = cut
            self.places.append((start, m.end()))
        self._starts = [s for s, _ in self.places]

    def within(self, start: int, end: int) -> range:
        """The words that lie in a passage."""
        first = bisect_left(self._starts, start)
        last = first
        while last < len(self.places) and self.places[last][1] <= end:
            last += 1
        return range(first, last)
