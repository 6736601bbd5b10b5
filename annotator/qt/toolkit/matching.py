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
    if text.isascii():
        return text.casefold().strip()
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


_WHOLE = 0.6
"""So much of a name, in letters, that what was typed is a name of its own, not a short way to write this one."""


def is_another(typed: str, name: str) -> bool:
    """Whether words that were typed are a name of their own that only resembles this one: “US-Russia relations” is
    not “US-Russia-Ukraine relations”, though each word of it begins one there. Both must be `plain`.
    """
    return len(typed.split()) > 1 and len(typed) >= _WHOLE * len(name) and rank(typed, name) == 2


def best(
    typed: str, things: Iterable[T], names: Callable[[T], Iterable[str]], limit: int, slips: bool = True
) -> list[T]:
    """The things that fit best, at most `limit`, otherwise in their own order.

    names: what a thing is called, already `plain`. Letters in order (rank 4) are looked for only where too little else
    fits; slips, where they are wanted, only where nothing does.
    """
    wanted = plain(typed)
    things = list(things)
    parts = wanted.split()
    if not parts:
        return things[:limit]
    found: list[tuple[int, int]] = []
    rest: list[tuple[str, int]] = []
    first = parts[0]
    for place, thing in enumerate(things):
        lowest = 4
        for name in names(thing):
            if first in name and (r := rank(wanted, name)) is not None and r < lowest:
                lowest = r
            elif len(parts) == 1:
                rest.append((name, place))
        if lowest < 4:
            found.append((lowest, place))
    if len(found) < limit and len(parts) == 1 and len(wanted) > 1:
        known = {place for _, place in found}
        inner = f" {wanted[0]}"
        found += dict.fromkeys(
            (4, place)
            for name, place in rest
            if place not in known and (name[:1] == wanted[0] or inner in name) and _in_order(wanted, name.split())
        )
    if slips and not found and len(wanted) >= TYPO_FROM:
        found = _slips(wanted, [(name, place) for place, thing in enumerate(things) for name in names(thing)])
    return [things[place] for _, place in sorted(found)[:limit]]


def _slips(wanted: str, names: list[tuple[str, int]]) -> list[tuple[int, int]]:
    """(distance, place) of the things that a slip of the finger away fits.

    A name that is shorter than what was typed must fit all of it: “Tarn” is no slip for “Carn Isle”.
    """
    from rapidfuzz import fuzz, process

    fitting = process.extract(
        wanted, [name for name, _ in names], scorer=fuzz.partial_ratio, score_cutoff=_TYPO_SCORE, limit=None
    )
    scores: dict[int, int] = {}
    for name, score, number in fitting:
        if len(name) < len(wanted) and fuzz.ratio(wanted, name) < _TYPO_SCORE:
            continue
        place = names[number][1]
        scores[place] = min(100 - round(score), scores.get(place, 100))
    return [(distance, place) for place, distance in scores.items()]
