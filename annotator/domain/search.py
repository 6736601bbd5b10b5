"""Places of words in one text: typed words, names as they may be written, regular expressions. Pure.

Case and composition are ignored without touching the text: a pattern is made that matches every spelling, so offsets
are those of the stored text. `regex` is used for its full case folding (`ß` is `SS`) and for its time limit.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from typing import Any

import regex

from annotator.domain.errors import BadInput
from annotator.domain.fragments import Fragment
from annotator.domain.queries import INVISIBLE, UNSPACED
from annotator.domain.words import say

SECONDS = 2.0
"""How long one expression may search one article."""
MOST = 100_000
"""Places that are kept of one search in one article."""

REPEATED = 100_000
"""How often an expression may repeat its parts for certain (`a{3}`): each is written out before the search begins."""

_REPEATED = regex.compile(r"(?<!\\)\{(\d+)")
_APOSTROPHES = "'’ʼ＇"
_BEFORE = f"(?<!(?![{UNSPACED}])\\w)"
_AFTER = f"(?!(?![{UNSPACED}])\\w)"
_INVISIBLE = f"[{INVISIBLE}]*+"


def find_plain(text: str, typed: str, case: bool = False, whole: bool = False) -> list[Fragment]:
    """Where the typed words stand; any white space meets any, soft hyphens are passed over."""
    core = _spelled(typed)
    if not core:
        return []
    pattern = f"{_edge(typed, True)}(?:{core}){_edge(typed, False)}" if whole else f"(?:{core})(?!\\p{{M}})"
    return _spans(regex.compile(pattern, _flags(case)), text)


def find_expression(text: str, typed: str, case: bool = False, seconds: float = SECONDS) -> list[Fragment]:
    """Where a regular expression matches something; empty matches are left out.

    Raises BadInput for an expression that is wrong, or that takes longer than `seconds`.
    """
    # no limit of time reaches what is done before the search, and nothing else runs meanwhile
    if math.prod(int(n[:9]) or 1 for n in _REPEATED.findall(typed)) > REPEATED:
        raise BadInput("the expression repeats its parts too often", typed, "make the numbers in { } smaller")
    try:
        with_lines = regex.compile(typed, (0 if case else regex.IGNORECASE) | regex.MULTILINE)
    except (regex.error, OverflowError, RecursionError) as error:
        place = getattr(error, "pos", None)
        where = say("character {place}", place=place + 1) if isinstance(place, int) else ""
        raise BadInput(
            say("the expression is not whole: {reason}", reason=getattr(error, "msg", error)),
            where,
            "put \\ before a sign that is meant",
        ) from error
    try:
        return _spans(with_lines, text, seconds)
    except (TimeoutError, MemoryError) as error:
        given_up = (
            say("the expression was given up after {seconds:g} seconds", seconds=seconds)
            if isinstance(error, TimeoutError)
            else say("the expression was given up, for it needs too much memory")
        )
        raise BadInput(given_up, typed, "make it simpler, without + or * in + or *") from error


def mentions(text: str, names: Iterable[str]) -> list[Fragment]:
    """Where one of the names stands as whole words, in order, the longest where several begin; case is ignored."""
    wanted = sorted({n.strip() for n in names if n.strip()}, key=lambda n: (-len(n), n))
    parts = [f"{_edge(name, True)}{core}{_edge(name, False)}" for name in wanted if (core := _spelled(name))]
    if not parts:
        return []
    return _spans(regex.compile("|".join(parts), _flags(False)), text)


def _flags(case: bool) -> int:
    return 0 if case else int(regex.IGNORECASE | regex.FULLCASE)


def _spans(pattern: Any, text: str, seconds: float | None = None) -> list[Fragment]:
    found: list[Fragment] = []
    for match in pattern.finditer(text, timeout=seconds, concurrent=True):
        if match.end() > match.start():
            found.append(match.span())
            if len(found) >= MOST:
                break
    return found


def _spelled(typed: str) -> str:
    """A pattern for the words in every composition of their letters."""
    words = [_word(w) for w in unicodedata.normalize("NFC", typed).split()]
    return r"\s+".join(w for w in words if w)


def _word(word: str) -> str:
    return _INVISIBLE.join(_letter(c) for c in word if c not in INVISIBLE)


def _letter(c: str) -> str:
    if c in _APOSTROPHES:
        return f"[{_APOSTROPHES}]"
    apart = unicodedata.normalize("NFD", c)
    if apart == c:
        return str(regex.escape(c, special_only=True))
    return f"(?:{regex.escape(c, special_only=True)}|{regex.escape(apart, special_only=True)})"


def _edge(name: str, front: bool) -> str:
    """The border of a word, where the name begins or ends with a letter of a script that has such borders."""
    sign = name.strip()[0 if front else -1]
    if not (sign.isalnum() or unicodedata.combining(sign)) or regex.match(f"[{UNSPACED}]", sign):
        return "" if front else "(?!\\p{M})"
    return _BEFORE if front else _AFTER
