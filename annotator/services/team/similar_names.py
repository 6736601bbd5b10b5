"""New entries of the register that may be somebody who is there already."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from annotator.domain.annotations import Entity
from annotator.domain.entities import Register
from annotator.domain.words import say

ALIKE = 0.86


@dataclass(frozen=True, slots=True)
class Like:
    """An older entry that it may be, and why."""

    entity: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Similar:
    """A new entry, and those that it may be."""

    entity: str
    name: str
    type: str
    like: tuple[Like, ...]


def suggestions(new: Sequence[Entity], register: Sequence[Entity]) -> list[Similar]:
    """For each new entity, the older ones of its type that it may be the same as, with the reason.

    Whoever was merged into another is no entry of its own any more: its names are the other one's.
    """
    known = Register.of(register)
    new = [e for e in new if known.root_id(e.id) == e.id]
    living = [replace(e, aliases=known.names_of(e.id)[1:]) for e in known.living()]
    fresh = {e.id for e in new}
    result: list[Similar] = []
    for n, entity in enumerate(new):
        earlier = {e.id for e in new[:n]}
        found = []
        for other in living:
            if other.type != entity.type or other.id == entity.id or (other.id in fresh and other.id not in earlier):
                continue
            if why := _why(entity, other):
                found.append(Like(other.id, other.name, why))
        if found:
            result.append(Similar(entity.id, entity.name, entity.type, tuple(found)))
    return result


def _why(a: Entity, b: Entity) -> str | None:
    first, second = _fold(a.name), _fold(b.name)
    if first == second:
        return say("the same name")
    if first in map(_fold, b.aliases) or second in map(_fold, a.aliases):
        return say("an alias")
    if set(first.split()) == set(second.split()):
        return say("the same words")
    return say("a similar name") if SequenceMatcher(None, first, second).ratio() >= ALIKE else None


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().replace(".", " ").split())
