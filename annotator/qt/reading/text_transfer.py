"""How a text is handed to Qt without losing a character on the way."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QTextBoundaryFinder

MARK = "\ufeff"


@lru_cache(maxsize=1)
def _first_mark_is_lost() -> bool:
    """PySide6 takes U+FEFF at the front of a string for a byte order mark and drops it: every offset shifts."""
    return not QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, MARK).string()


def for_qt(text: str) -> str:
    """What to hand to Qt so that it gets exactly `text`."""
    return MARK + text if text.startswith(MARK) and _first_mark_is_lost() else text
