"""One folding of letters for the search within an article and the search over all: what is read alike is found alike.

Ligatures are their letters, hyphens of all kinds one sign, quotes straight and curly one sign, signs that nobody sees
nothing. Nothing here touches a stored text: patterns and the index are made by it. Pure.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
"""What stands within a word without being seen, for a character class: soft hyphen, zero-width spaces and joiners,
marks of direction, word joiner, U+FEFF."""
SPELLED_OUT = "\u0132\u0133\ufb00-\ufb06\ufb13-\ufb17\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
"""Ligatures and full-width letters, which stand for others; for a character class."""
HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
APOSTROPHES = "'’‘‛ʼ＇´`′"
QUOTES = '"“”„‟«»″＂'


def is_invisible(sign: str) -> bool:
    """Whether a sign stands within words without being seen."""
    return sign in _INVISIBLE_SIGNS


def spelled_out(sign: str) -> str:
    """The letters that a ligature or a full-width letter stands for; any other sign as it is."""
    return unicodedata.normalize("NFKC", sign) if sign in _SPELLED_SIGNS else sign


def ligatures_at(letters: str) -> Iterator[tuple[int, str]]:
    """(how many letters, ligature) of each ligature that may stand where these letters begin, case ignored."""
    for size in (3, 2):
        if len(letters) >= size:
            for sign in _BY_LETTERS.get(letters[:size].lower(), ()):
                yield size, sign


def same_without_accents(letter: str) -> str:
    """The letters, as one sign each, that are this one but for accents; empty where there are none."""
    base = unicodedata.normalize("NFD", letter)[0]
    return _accented().get(base, "")


def _members(ranges: str) -> frozenset[str]:
    signs: set[str] = set()
    at = 0
    while at < len(ranges):
        last = ranges[at + 2] if ranges[at + 1 : at + 2] == "-" else ranges[at]
        signs.update(map(chr, range(ord(ranges[at]), ord(last) + 1)))
        at += 3 if last != ranges[at] else 1
    return frozenset(signs)


_INVISIBLE_SIGNS = _members(INVISIBLE)
_SPELLED_SIGNS = _members(SPELLED_OUT)


def _by_letters() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for sign in sorted(_SPELLED_SIGNS):
        letters = unicodedata.normalize("NFKC", sign).lower()
        if len(letters) > 1:
            found.setdefault(letters, []).append(sign)
    return {letters: tuple(signs) for letters, signs in found.items()}


_BY_LETTERS = _by_letters()


@lru_cache(maxsize=1)
def _accented() -> dict[str, str]:
    """Base letter -> its precomposed forms, of the Latin and Greek alphabets (й is a letter of its own, not и)."""
    found: dict[str, list[str]] = {}
    for code in (*range(0xC0, 0x250), *range(0x370, 0x400), *range(0x1E00, min(0x2000, sys.maxunicode))):
        sign = chr(code)
        apart = unicodedata.normalize("NFD", sign)
        if len(apart) > 1 and unicodedata.combining(apart[1]):
            found.setdefault(apart[0], []).append(sign)
    return {base: "".join(signs) for base, signs in found.items()}
