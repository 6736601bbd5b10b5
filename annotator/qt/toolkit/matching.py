"""How well typed letters fit a name: from its very words down to a slip of the finger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
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


def said(text: str) -> str:
    """A name as it is said: however its accents are stored, its letters' case and its spaces are."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


_PARTS = re.compile(r"[^\W_]+")


def may_be_another(typed: str, names: Iterable[str]) -> bool:
    """Whether words that were typed may be a name of their own, though what has these names fits them best.

    “US-Russia relations” is not “US-Russia-Ukraine relations”, nor “Ukraine” “Ukraine peace plan”, “Meier” “Maier” or
    “Bar” “Bär”. Short ways to write a name stay short ways: a few letters, and single words in small letters.
    """
    told = said(typed)
    names = [said(n) for n in names]
    if not told or told in names:
        return False
    return all(_is_of_its_own(typed.strip(), told, n) for n in names)


def _is_of_its_own(typed: str, text: str, name: str) -> bool:
    found = rank(plain(text), plain(name))
    letters = sum(c.isalnum() for c in text)
    if found in (None, 0):  # a slip, or other accents: a name that was typed whole is another one
        return True
    if found == 4 and letters >= TYPO_FROM:  # letters with which its words begin are few
        return True
    asked, known = _PARTS.findall(plain(text)), _PARTS.findall(plain(name))
    whole = all(a in known for a in asked)
    if whole and len(asked) > 1:
        return True
    if typed == typed.lower() and typed != typed.upper():
        # small letters search; a word in the middle of another word is hardly meant so
        return found == 3 and not whole and letters >= TYPO_FROM and len(asked) == 1
    if typed == typed.upper():  # an abbreviation, or a script without case
        return letters > 1
    return whole or (letters >= TYPO_FROM and all(_is_much_of(a, known) for a in asked))


_MUCH = 0.6
"""So much of a word, and it may be a word of its own: “Europe” of “European”, while “Harb” is short for “Harbour”."""


def _is_much_of(part: str, words: Sequence[str]) -> bool:
    return any(part in w and len(part) >= _MUCH * len(w) for w in words)


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
