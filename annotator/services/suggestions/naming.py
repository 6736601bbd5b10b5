"""The entities that suggestions name, found in the register: by id where it is there, else by name and type."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from annotator.domain.annotations import Annotation, EmptyRole, Filler
from annotator.domain.codebook.values import entity_ids
from annotator.domain.entities import Register
from annotator.domain.suggestions import NamedEntity


class Names:
    """Knows a register as it is when this is made."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self._by_name: dict[tuple[str, str], str] = {}
        for e in register.living():
            for name in register.names_of(e.id):
                self._by_name.setdefault((folded(name), e.type), e.id)

    def known(self, key: str, named: NamedEntity | None) -> str | None:
        """The entity that is meant, as the register has it now; None where it has none."""
        if key in self.register.every:
            return self.register.root_id(key)
        return None if named is None else self._by_name.get((folded(named.name), named.type))

    def resolved(self, a: Annotation, entities: Mapping[str, NamedEntity]) -> Annotation:
        """A suggestion's label with the register's entities; those that it does not have keep their ids."""
        return renamed(a, lambda key: self.known(key, entities.get(key)) or key)


def folded(name: str) -> str:
    """A name as it is compared."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def named_in(a: Annotation) -> list[str]:
    """Ids of the entities that a label names, in roles, reasons and values; each once."""
    found = [f.entity for held in a.roles.values() for f in held] + [e.entity for e in a.empty.values()]
    found += [e for value in a.values.values() for e in entity_ids(value)]
    return list(dict.fromkeys(e for e in found if e))


def renamed(a: Annotation, entity: Callable[[str], str]) -> Annotation:
    """The label with other ids of entities."""
    if not named_in(a):
        return a
    return replace(
        a,
        values={key: _value(v, entity) for key, v in a.values.items()},
        roles={
            role: tuple(dict.fromkeys(f if f.entity is None else Filler(entity=entity(f.entity)) for f in held))
            for role, held in a.roles.items()
        },
        empty={role: e if e.entity is None else EmptyRole(e.because, entity(e.entity)) for role, e in a.empty.items()},
    )


def _value(value: Any, entity: Callable[[str], str]) -> Any:
    if isinstance(value, Mapping) and "entity" in value:
        return {**value, "entity": entity(str(value["entity"]))}
    if isinstance(value, list):
        return [_value(v, entity) for v in value]
    return value
