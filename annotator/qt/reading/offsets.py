"""Code points of the stored text <-> UTF-16 units of Qt: the only module that translates.

Everything outside `qt/` counts code points (`start_cp`); Qt counts UTF-16 units (`start_u16`). A character above
U+FFFF is one code point and two units, every other character is one of each.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Literal

Snap = Literal["down", "up"]

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Utf16Map:
    """Translates positions (the gaps between characters, 0 to the length) of one text, both ways.

    Memory: one integer per astral character; a lookup is one bisect.
    """

    __slots__ = ("_after_u16", "_astral_cp", "length_cp", "length_u16")

    def __init__(self, text: str) -> None:
        self._astral_cp: list[int] = [] if text.isascii() else [m.start() for m in _ASTRAL.finditer(text)]
        # Unit just behind the k-th astral character's first half: the one position inside the pair.
        self._after_u16: list[int] = [cp + k + 1 for k, cp in enumerate(self._astral_cp)]
        self.length_cp = len(text)
        self.length_u16 = len(text) + len(self._astral_cp)

    def to_u16(self, cp: int) -> int:
        """The UTF-16 position of code point position `cp`; positions outside the text are clamped to it."""
        cp = min(max(cp, 0), self.length_cp)
        return cp + bisect_left(self._astral_cp, cp)

    def to_cp(self, u16: int, snap: Snap = "down") -> int:
        """The code point position of UTF-16 position `u16`, clamped to the text.

        A position inside a surrogate pair goes to the pair's front (`down`) or behind it (`up`).
        """
        u16 = min(max(u16, 0), self.length_u16)
        passed = bisect_right(self._after_u16, u16)
        cp = u16 - passed
        if passed and self._after_u16[passed - 1] == u16:
            return cp if snap == "down" else cp + 1
        return cp

    def is_inside_pair(self, u16: int) -> bool:
        """Whether UTF-16 position `u16` lies between the two halves of one character."""
        at = bisect_left(self._after_u16, u16)
        return at < len(self._after_u16) and self._after_u16[at] == u16
