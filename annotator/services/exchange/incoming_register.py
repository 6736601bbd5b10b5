"""Entities that come in: those that the register has, and those that are to be made."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from annotator.domain.annotations import Entity
from annotator.domain.bounds import name_fault
from annotator.domain.codebook.mapping import part_of
from annotator.domain.codebook.model import Attribute
from annotator.domain.codebook.values import value_fault
from annotator.domain.identity import derived_id, is_uuid
from annotator.domain.words import say
from annotator.formats.annotation_records import EntityRef
from annotator.formats.incoming import IncomingEntity
from annotator.services.exchange.incoming_findings import Findings
from annotator.services.study import Study
from annotator.store.records import same


class IncomingRegister:
    """Finds entities by id, or by name and type, and makes those that are not there.

    came: what the source tells of entities beside the labels.
    """

    def __init__(self, study: Study, came: Sequence[IncomingEntity], findings: Findings) -> None:
        self._study, self._findings = study, findings
        self._here = {e.id: e for e in study.entities()}
        self._entities = dict(self._here)
        self._by_name: dict[tuple[str, str], Entity] = {(_fold(e.name), e.type): e for e in self._entities.values()}
        self._new: dict[str, Entity] = {}
        self._changed: dict[str, Entity] = {}
        self._came = {(_fold(e.name), e.type): e for e in came}
        self._types = {t.key: t for t in study.codebook.entity_types}

    def take(self) -> list[tuple[Entity | None, Entity]]:
        """(as it is in the register, as it is to be) of the entities to be made and to be changed, once."""
        new: list[tuple[Entity | None, Entity]] = [(None, e) for e in self._new.values()]
        changed = [(self._here[key], e) for key, e in self._changed.items()]
        self._new, self._changed = {}, {}
        return [*new, *changed]

    def read_all(self) -> None:
        """Make every entity that came along and is not in the register yet, whether a record names it or not.

        Whoever is there gets the values that came where the register has none; it goes on saying what it says.
        """
        came = list(self._came.values())
        named = [(e, self.entity(e.name, EntityRef(name=e.name, type=e.type))) for e in came]
        for one, key in named:
            if key is not None and one.values:
                self._take_values(one, key)

    def entity(self, line: str, ref: EntityRef) -> str | None:
        """The id of the entity that is named, found or made; None where it is told why there is none."""
        if ref.entity and ref.entity in self._entities:
            return ref.entity
        if not ref.name or not ref.type:
            self._findings.problem(
                line,
                say(
                    "the entity {entity} is not in the register; give name and type",
                    entity=ref.model_dump(exclude_none=True),
                ),
            )
            return None
        if self._types and ref.type not in self._types:
            told = say("there is no entity type `{type}` (of {name})", type=ref.type, name=ref.name)
            self._findings.problem(line, told)
            return None
        known = self._by_name.get((_fold(ref.name), ref.type))
        if known is None and (fault := name_fault(ref.name)):
            self._findings.problem(line, say("the name of an entity cannot be kept: {fault}", fault=fault))
            return None
        return (known or self._made(ref.name, ref.type, ref.entity)).id

    def value(self, line: str, attribute: Attribute, value: Any) -> Any:
        """The value with the entities that it names found in the register, or made."""
        if attribute.type != "entity" or (isinstance(value, str) and value in {o.key for o in attribute.off_scale}):
            return value
        if isinstance(value, list):
            return [self._entity_value(line, v, attribute.key) for v in value]
        return self._entity_value(line, value, attribute.key)

    def _made(self, name: str, type: str, told: str | None) -> Entity:
        folded = _fold(name)
        key = told if told and is_uuid(told) else derived_id("entity", self._study.id, folded, type)
        came = self._came.get((folded, type), IncomingEntity(name, type))
        made = Entity(key, name, type, came.aliases, came.memo, self._study.clock())
        self._by_name[(folded, type)] = self._entities[key] = self._new[key] = made
        return made

    def _take_values(self, came: IncomingEntity, key: str) -> None:
        kind, losses = self._types.get(came.type), self._findings.losses
        values: dict[str, Any] = {}
        for name, value in came.values.items():
            attribute = part_of(kind.attributes, name) if kind is not None else None
            where = f"{came.name}: {name}"
            found = value if attribute is None else self.value(where, attribute, value)
            if attribute is None or value_fault(attribute, found):
                losses.lose(say("values of entities that are not in the codebook"), example=where)
            else:
                values[name] = found
        held = self._entities[key].values
        other = [n for n, v in values.items() if n in held and not same(v, held[n])]
        losses.lose(say("values of entities that the register has otherwise"), len(other), ", ".join(other))
        if fresh := {n: v for n, v in values.items() if n not in held}:
            self._entities[key] = after = replace(self._entities[key], values={**held, **fresh})
            (self._new if key in self._new else self._changed)[key] = after

    def _entity_value(self, line: str, value: Any, key: str) -> Any:
        if not isinstance(value, Mapping) or not set(value) <= {"entity", "name", "type"}:
            self._findings.problem(line, say("{key}: the value is not an entity with name and type", key=key))
            return None
        found = self.entity(line, EntityRef.model_validate(value))
        return {"entity": found} if found else None


def _fold(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
