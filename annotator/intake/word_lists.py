"""Lists of words as they are read best: in lines."""

from __future__ import annotations

from collections.abc import Iterable


def listed(*lines: str) -> frozenset[str]:
    """The words of the lines."""
    return frozenset(word for line in lines for word in line.split())


def either(words: Iterable[str]) -> str:
    """A regular expression for any of these expressions."""
    return f"(?:{'|'.join(words)})"
