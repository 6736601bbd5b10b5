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
from annotator.domain.folding import (
    APOSTROPHES,
    HYPHENS,
    INVISIBLE,
    QUOTES,
    is_invisible,
    ligatures_at,
    same_without_accents,
    spelled_out,
)
from annotator.domain.fragments import Fragment
from annotator.domain.queries import UNSPACED
from annotator.domain.words import say

SECONDS = 2.0
"""How long one expression may search one article."""
MOST = 100_000
"""Places that are kept of one search in one article."""

REPEATED = 100_000
"""How often an expression may repeat its parts for certain (`a{3}`): each is written out before the search begins."""

_REPEATED = regex.compile(r"(?<!\\)\{(\d+)")
_BEFORE = f"(?<!(?![{UNSPACED}])\\w)"
_AFTER = f"(?!(?![{UNSPACED}])\\w)"
_INVISIBLE = f"[{INVISIBLE}]*+"


def find_plain(text: str, typed: str, case: bool = False, whole: bool = False, accents: bool = True) -> list[Fragment]:
    """Where the typed words stand; any white space meets any, signs that nobody sees are passed over.

    accents: whether é and e differ; without it, neither the typed nor the found accents count.
    """
    core = _spelled(typed, accents)
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
            say("the expression is incomplete: {reason}", reason=getattr(error, "msg", error)),
            where,
            "put \\ before a sign that means itself",
        ) from error
    try:
        return _spans(with_lines, text, seconds)
    except (TimeoutError, MemoryError) as error:
        given_up = (
            say("the search was stopped after {seconds:g} seconds", seconds=seconds)
            if isinstance(error, TimeoutError)
            else say("the search was stopped: the expression needs too much memory")
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


def _spelled(typed: str, accents: bool = True) -> str:
    """A pattern for the words in every composition of their letters."""
    words = [_word(w, accents) for w in unicodedata.normalize("NFC", typed).split()]
    return r"\s+".join(w for w in words if w)


def _word(word: str, accents: bool) -> str:
    letters = "".join(spelled_out(c) for c in word if not is_invisible(c))
    if not accents:
        letters = "".join(c for c in unicodedata.normalize("NFD", letters) if not _is_accent(c))
        letters = unicodedata.normalize("NFC", letters)
    return _INVISIBLE.join(_parts(letters, accents))


def _is_accent(sign: str) -> bool:
    return bool(unicodedata.combining(sign)) and "\u0300" <= sign <= "\u036f"


def _parts(letters: str, accents: bool) -> list[str]:
    """The pattern of each letter; letters that a ligature may stand for have it as another spelling."""
    parts: list[str] = []
    at = 0
    while at < len(letters):
        found = dict[int, str]()
        for size, sign in ligatures_at(letters[at:]):
            found[size] = found.get(size, "") + sign
        if not found:
            parts.append(_letter(letters[at], accents))
            at += 1
            continue
        longest = max(found)
        spelled = _INVISIBLE.join(_letter(c, accents) for c in letters[at : at + longest])
        ways = [spelled, f"[{found[longest]}]"]
        if longest == 3 and 2 in found:  # ﬀ and i for ffi
            ways.append(f"[{found[2]}]{_INVISIBLE}{_letter(letters[at + 2], accents)}")
        if longest == 3:
            ways += [
                f"{_letter(letters[at], accents)}{_INVISIBLE}[{sign}]"
                for size, sign in ligatures_at(letters[at + 1 : at + 3])
                if size == 2
            ]
        parts.append(f"(?:{'|'.join(ways)})")
        at += longest
    return parts


def _letter(c: str, accents: bool) -> str:
    for signs in (APOSTROPHES, HYPHENS, QUOTES):
        if c in signs:
            return f"[{regex.escape(signs, special_only=False)}]"
    apart = unicodedata.normalize("NFD", c)
    if not accents and (same := same_without_accents(c)):
        return f"[{regex.escape(apart[0], special_only=True)}{same}{_FULL_WIDTH.get(c, '')}]\\p{{M}}*+"
    wide = _FULL_WIDTH.get(c, "")
    if apart == c:
        plain = str(regex.escape(c, special_only=True))
        return f"[{plain}{wide}]" if wide else plain
    return f"(?:{regex.escape(c, special_only=True)}|{regex.escape(apart, special_only=True)})"


_FULL_WIDTH = {
    chr(code): chr(code + 0xFEE0)
    for first, last in (("0", "9"), ("A", "Z"), ("a", "z"))
    for code in range(ord(first), ord(last) + 1)
}


def _edge(name: str, front: bool) -> str:
    """The border of a word, where the name begins or ends with a letter of a script that has such borders."""
    sign = name.strip()[0 if front else -1]
    if not (sign.isalnum() or unicodedata.combining(sign)) or regex.match(f"[{UNSPACED}]", sign):
        return "" if front else "(?!\\p{M})"
    return _BEFORE if front else _AFTER
