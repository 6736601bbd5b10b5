"""What is known of an article besides its text, and what such a fact may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from annotator.domain.annotations import Document
from annotator.domain.errors import BadInput
from annotator.domain.words import say

FACTS = ("title", "published", "publisher", "author", "url", "language")
"""Those that a person can correct."""
SIGHT = {
    "title": say("title"),
    "published": say("date"),
    "publisher": say("outlet"),
    "author": say("author"),
    "url": say("address"),
    "language": say("language"),
}
"""What a person calls them."""
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$")
_LOCAL = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})$")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
AUTHORS = ", "
"""Between the names of several authors."""


def fact_of(key: str, said: str | None) -> str | None:
    """A fact as it is kept, None where nothing is said; raises BadInput where it cannot be."""
    text = " ".join((said or "").split())
    if not text:
        return None
    if key == "published":
        return _day(text)
    if key == "url" and " " in text:
        raise BadInput("this is not an address", text, "write it without spaces")
    if key == "language" and not _LANGUAGE.match(text):
        raise BadInput("this is not a language", text, "write its code, like en, de or pt-BR")
    if key not in FACTS:
        raise BadInput(
            say("`{key}` is not a fact of an article", key=key), text, say("use {names}", names=", ".join(FACTS))
        )
    return text


def _day(text: str) -> str:
    local = _LOCAL.match(text)
    iso = f"{local[3]}-{int(local[2]):02d}-{int(local[1]):02d}" if local else text
    found = _DAY.match(iso)
    try:
        if found is None:
            raise ValueError
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError as error:
        raise BadInput("this is not a date", text, "write it like 2026-03-12, 2026-03 or 2026") from error
    return iso


def with_facts(document: Document, facts: Mapping[str, str | None]) -> Document:
    """The article with other facts; raises BadInput."""
    found: dict[str, Any] = {key: fact_of(key, said) for key, said in facts.items()}
    return replace(document, **found)
