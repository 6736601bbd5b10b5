"""The words of a search over all articles: what was typed, as terms. Pure.

``harbour deep`` both words, in any form; ``"deeper harbour"`` exactly these words in this order; ``eel OR fish`` one
of the two; ``-quota`` without; ``fish*`` every word that begins so. ``OR`` binds more closely than the space.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from annotator.domain.errors import BadInput
from annotator.domain.folding import INVISIBLE, QUOTES, SPELLED_OUT, is_invisible, spelled_out
from annotator.domain.words import say

Kind = Literal["word", "phrase", "prefix"]

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3041-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00016fe0-\U00018dff\U0001aff0-\U0001b16f"
    "\U00020000-\U0003ffff"
)
"""Letters of scripts that put no space between words (Han, kana, Thai, Lao, Khmer, Burmese), for a character class."""
MARKS = ("\x02", "\x03")
"""Characters that a prepared text never holds: they may mark what was found."""

_SPECIAL = re.compile(f"[{SPELLED_OUT}]|[{UNSPACED}]|[{INVISIBLE}]+|[\x00ʼ{''.join(MARKS)}]")
_QUOTES = str.maketrans(dict.fromkeys(QUOTES, '"'))
FOLDING = "2"
"""Which folding an index was made by: another one is made anew."""
_PART = re.compile(r'(-?)"([^"]*)("?)(\*?)|(\S+)')


@dataclass(frozen=True, slots=True)
class Term:
    """A word in any form, words in just this order, or the beginning of words."""

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Query:
    """Each group must be met by one of its terms, and no term of `without` may occur."""

    groups: tuple[tuple[Term, ...], ...]
    without: tuple[Term, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        """Every term whose places are to be shown."""
        return tuple(dict.fromkeys(t for group in self.groups for t in group))


def parse_query(typed: str) -> Query:
    """What was typed, as terms; raises BadInput that says what is wrong with it, and nothing else."""
    typed = typed.translate(_QUOTES)
    groups: list[list[Term]] = []
    without: list[Term] = []
    joining = False
    for match in _PART.finditer(typed):
        minus, quoted, closed, star, bare = match.groups()
        if bare == "OR":
            if not groups or joining:
                raise BadInput("`OR` needs a word on either side", typed.strip(), "write: eel OR fish")
            joining = True
            continue
        if bare is None:
            term, negative = _phrase(quoted, closed, star, typed), bool(minus)
        else:
            negative = bare.startswith("-") and len(bare) > 1
            word = bare[1:] if negative else bare
            term = _term(word.rstrip("*"), "prefix", typed) if word.endswith("*") else _term(word, "word", typed)
        if negative:
            if joining:
                raise BadInput("a word to leave out cannot follow `OR`", typed.strip(), "put it at the end")
            without.append(term)
        elif joining:
            groups[-1].append(term)
        else:
            groups.append([term])
        joining = False
    if joining:
        raise BadInput("`OR` needs a word on either side", typed.strip(), "write: eel OR fish")
    if not groups:
        raise BadInput("nothing to search for", typed.strip(), "type a word that the articles should have")
    return Query(tuple(map(tuple, groups)), tuple(without))


def _phrase(quoted: str, closed: str | None, star: str | None, typed: str) -> Term:
    if not closed:
        raise BadInput("a quotation mark is not closed", typed.strip(), 'close it: "deeper harbour"')
    if star:
        raise BadInput("`*` goes after a single word, not after a phrase", typed.strip(), "write: harbour*")
    return _term(quoted, "phrase", typed)


def any_of(phrases: Iterable[str]) -> str:
    """What to type to find any of these, each just so."""
    plain = (" ".join(p.translate(_QUOTES).replace('"', " ").split()) for p in phrases)
    return " OR ".join(f'"{p}"' for p in plain if any(c.isalnum() for c in p))


def _term(text: str, kind: Kind, typed: str) -> Term:
    if not any(c.isalnum() for c in text):
        raise BadInput(
            say("“{word}” holds no letter and no digit", word=text.strip() or "*"),
            typed.strip(),
            "to find signs, open an article and press Ctrl+F",
        )
    return Term(text.strip(), kind)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text as an index of words wants it; `origin` leads back to the stored text, None where nothing was moved."""

    text: str
    origin: array[int] | None

    def back(self, start: int, end: int) -> tuple[int, int]:
        """A range of the prepared text, not empty, as code points of the stored one."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


def prepared(text: str) -> Prepared:
    """Letters of unspaced scripts stand alone, invisible ones within a word go: words are found as they are read."""
    if _is_plain(text):
        return Prepared(text, None)
    parts: list[str] = []
    origin: array[int] = array("l")
    done = 0
    for match in _SPECIAL.finditer(text):
        at = match.start()
        parts.append(text[done:at])
        origin.extend(range(done, at))
        done = match.end()
        put = _put(match)
        parts.append(put)
        origin.extend([at] * len(put))
    parts.append(text[done:])
    origin.extend(range(done, len(text)))
    return Prepared("".join(parts), origin)


def prepared_text(text: str) -> str:
    """As `prepared`, where no way back is needed."""
    return text if _is_plain(text) else _SPECIAL.sub(_put, text)


def _is_plain(text: str) -> bool:
    if text.isascii():  # far quicker than the expression
        return not any(sign in text for sign in ("\x00", *MARKS))
    return _SPECIAL.search(text) is None


def _put(match: re.Match[str]) -> str:
    sign = match.group()[0]
    if is_invisible(sign):
        return ""
    if (letters := spelled_out(sign)) != sign:
        return letters
    return " " if sign < " " else "'" if sign == "ʼ" else f" {sign} "
