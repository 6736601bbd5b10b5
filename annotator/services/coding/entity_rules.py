"""What an entry of the register may be."""

from __future__ import annotations

from typing import Any

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import EntityType
from annotator.domain.errors import Refusal
from annotator.domain.words import say
from annotator.services.coding.step import Step
from annotator.services.coding.value_rules import check_value
from annotator.store import people


def check_entity(step: Step, name: str, kind: str) -> EntityType | None:
    """The type, None where the codebook declares none at all."""
    if not name.strip():
        raise Refusal("an entity needs a name")
    types = {t.key: t for t in step.codebook.entity_types}
    if types and kind not in types:
        raise Refusal(
            say("there is no entity type `{kind}`", kind=kind),
            name,
            say("use one of {names}", names=", ".join(sorted(types))),
        )
    return types.get(kind)


def check_entity_value(step: Step, kind: EntityType | None, type: str, key: str, value: Any) -> None:
    """Raise Refusal where the type does not ask this, or not with such a value."""
    if kind is None:
        raise Refusal(say("the codebook asks nothing of the type `{type}`", type=type), key)
    if value is None:
        kind.attribute(key)
    else:
        check_value(step, kind, key, value)


def check_merge(step: Step, entity: Entity) -> None:
    """The chain of what an entity was merged into ends, and not at itself."""
    seen = {entity.id}
    key = entity.merged_into
    while key is not None:
        if key in seen:
            raise Refusal("an entity cannot be merged into itself", entity.name)
        seen.add(key)
        key = step.entity(key).merged_into


def refuse_named(step: Step, entity_id: str) -> None:
    """Nobody goes out of the register whom an entry of it names."""
    if naming := people.naming(step.unit.connection, entity_id):
        first, more = naming[0].name, len(naming) - 1
        raise Refusal(
            say("{first} and {more} more name this entity", first=first, more=more)
            if more
            else say("{first} names this entity", first=first),
            entity_id,
            "give what names it another value first",
        )
