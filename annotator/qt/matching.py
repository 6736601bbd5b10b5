"""How well typed letters fit a name: from its very words down to a slip of the finger."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

TYPO_FROM = 4
"""Letters that must be typed before a slip is forgiven: with fewer, nearly everything would fit."""
_TYPO_SCORE = 75.0


def plain(text: str) -> str:
    """Without case and accents, for comparing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip()


def rank(typed: str, name: str) -> int | None:
    """0 the name itself, 1 its beginning, 2 beginnings of its words, 3 within it, 4 its letters in order; None: not.

    Both must be `plain`.
    """
    if not typed or typed == name:
        return 0
    if name.startswith(typed):
        return 1
    parts, words = typed.split(), name.split()
    if all(any(w.startswith(p) for w in words) for p in parts):
        return 2
    if all(p in name for p in parts):
        return 3
    if len(parts) == 1 and len(typed) > 1 and _in_order(typed, words):
        return 4
    return None


def _in_order(typed: str, words: list[str]) -> bool:
    """Whether the letters are the beginnings of words, in order: `nl` for `next label`."""
    place = 0
    for word in words:
        for letter in word:
            if place < len(typed) and letter == typed[place]:
                place += 1
            else:
                break
    return place == len(typed)


def best(
    typed: str, things: Iterable[T], names: Callable[[T], Iterable[str]], limit: int, slips: bool = True
) -> list[T]:
    """The things that fit best, at most `limit`, otherwise in their own order.

    names: what a thing is called, already `plain`. slips: whether they are looked for, where nothing else fits.
    """
    wanted = plain(typed)
    things = list(things)
    found: list[tuple[int, int]] = []
    for place, thing in enumerate(things):
        ranks = [r for name in names(thing) if (r := rank(wanted, name)) is not None]
        if ranks:
            found.append((min(ranks), place))
    if slips and not found and len(wanted) >= TYPO_FROM:
        found = _slips(wanted, [list(names(t)) for t in things])
    return [things[place] for _, place in sorted(found)[:limit]]


def _slips(wanted: str, names: list[list[str]]) -> list[tuple[int, int]]:
    from rapidfuzz import fuzz

    scored = []
    for place, own in enumerate(names):
        score = max((fuzz.partial_ratio(wanted, name, score_cutoff=_TYPO_SCORE) for name in own), default=0.0)
        if score:
            scored.append((100 - round(score), place))
    return scored
