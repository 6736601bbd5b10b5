"""How each command on the register is carried out."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain import commands as c
from annotator.domain.annotations import Entity
from annotator.domain.codebook.values import defaults
from annotator.domain.errors import Refusal
from annotator.domain.words import say
from annotator.services.coding.entity_rules import check_entity, check_entity_value, check_merge, refuse_named
from annotator.services.coding.step import Step
from annotator.store import annotations as annotation_rows
from annotator.store import people


def add_entity(step: Step, command: c.AddEntity) -> None:
    """A new entry of the register."""
    kind = check_entity(step, command.name, command.type)
    key = command.id or step.unit.new_id()
    values = {**(defaults(kind) if kind is not None else {}), **command.values}
    for name, value in values.items():
        check_entity_value(step, kind, command.type, name, value)
    entity = Entity(key, command.name.strip(), command.type, tuple(command.aliases), command.memo, step.unit.at)
    step.unit.put_entity(key, None, replace(entity, values=values))


def change_entity(step: Step, command: c.ChangeEntity) -> None:
    """Another name, type, memo, value, or what it was merged into."""
    before = step.entity(command.entity_id)
    after = Entity(
        before.id,
        before.name if command.name is None else command.name.strip(),
        before.type if command.type is None else command.type,
        before.aliases if command.aliases is None else command.aliases,
        before.memo if command.memo is None else command.memo,
        before.created,
        before.merged_into if command.merged_into is None else command.merged_into or None,
        before.values,
    )
    kind = check_entity(step, after.name, after.type)
    if command.values:
        values = dict(before.values)  # of another type too: they stay until a person takes them away
        for name, value in command.values.items():
            if value is None and name in values:
                del values[name]
            else:
                check_entity_value(step, kind, after.type, name, value)
                values |= {} if value is None else {name: value}
        after = replace(after, values=values)
    if after.merged_into is not None:
        check_merge(step, after)
    if after != before:
        step.unit.put_entity(before.id, before, after)


def remove_entity(step: Step, command: c.RemoveEntity) -> None:
    """Take an entry out that nothing names."""
    before = step.entity(command.entity_id)
    if used := annotation_rows.names_entity(step.unit.connection, before.id):
        raise Refusal(
            say("{used} labels name this entity", used=used), before.name, "give those labels another entity first"
        )
    refuse_named(step, before.id)
    if people.merged_here(step.unit.connection, before.id):
        raise Refusal("other entities were merged into this one", before.name, "separate them first")
    step.unit.put_entity(before.id, before, None)
