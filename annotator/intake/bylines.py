"""Names of authors, as bylines and machines write them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LEAD = re.compile(
    r"^(?:(?:written|posted|reported|story|words|text|analysis|opinion|review)\s+)?"
    r"(?:by|von|par|por|di|da|door|av|af|od|autor(?:in|a|es)?|author(?:s)?|auteur|автор|текст|text)\s*[:：]?\s+",
    re.I,
)
_LEAD_WIDE = re.compile(r"^(?:作者|記者|记者|撰文|文|取材・文|기자|글)\s*[:：／/]\s*")
_BETWEEN = re.compile(
    r"\s*(?:;|\||\s/\s|\s&\s|\s\+\s|,?\s(?:and|und|et|en|och|og|и)\s|\s(?:y|e|i)\s(?=[^\W\d_][^\s]*\s))\s*", re.I
)
_NOT_A_NAME = re.compile(r"https?:|www\.|@|\d|[<>{}\[\]=]")
_NAMELESS = frozenset(
    ["admin", "administrator", "none", "null", "unknown", "author", "by", "undefined", "staff writer"]
)
_TAIL = re.compile(
    r"\s*(?:,|\||–|—|-|·|•)?\s*(?:(?:staff|senior|special|foreign|chief)\s+)*(?:writer|reporter|correspondent|editor|contributor)s?\b.*$",
    re.I,
)


def names_in(values: Iterable[str]) -> tuple[str, ...]:
    """The people named in what a page gives as its authors, each once; addresses and empty words left out."""
    result: dict[str, None] = {}
    for value in values:
        text = _LEAD_WIDE.sub("", _LEAD.sub("", " ".join(value.split())))
        for part in _parted(text):
            name = _TAIL.sub("", part).strip(" ,.|·•–—-:") if len(part.split()) > 2 else part.strip(" ,|·•–—-:")
            if name and not _NOT_A_NAME.search(name) and name.lower() not in _NAMELESS and len(name.split()) <= 7:
                result.setdefault(name, None)
    return tuple(result)


def byline(text: str) -> tuple[str, ...]:
    """The names in a line that begins as bylines do ("By …", "Von …"); empty where it does not."""
    if len(text) > 120 or not (_LEAD.match(text) or _LEAD_WIDE.match(text)):
        return ()
    rest = _LEAD_WIDE.sub("", _LEAD.sub("", text))
    if not rest[:1].isupper() and not rest[:1].isalpha():
        return ()
    names = names_in([text])
    return names if all(_looks_like_a_name(n) for n in names) else ()


def _parted(text: str) -> list[str]:
    parts: list[str] = []
    for part in _BETWEEN.split(text):
        pieces = [p.strip() for p in part.split(",")]
        if len(pieces) > 1 and all(len(p.split()) >= 2 for p in pieces):
            parts += pieces
        else:
            parts.append(part)
    return parts


def _looks_like_a_name(name: str) -> bool:
    words = name.split()
    return 1 <= len(words) <= 5 and sum(w[:1].isupper() or not w[:1].islower() for w in words) >= (len(words) + 1) // 2
