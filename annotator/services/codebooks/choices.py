"""What can be chosen for the labels and entities that a change of the codebook touches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from annotator.domain.codebook.carrying import spelled
from annotator.domain.codebook.mapping import CodebookMapping, layer_of, owner_of, part_of
from annotator.domain.codebook.model import Codebook, EntityType, LinkLayer
from annotator.domain.codebook.values import categories_of, label_of
from annotator.domain.words import say
from annotator.services.codebooks.outcomes import Change

KEEP = say("Keep as it is, mark for review")
LEAVE = say("Leave the labels as they are")
MARK = say("Leave them, mark for review")
KEEP_IN_REGISTER = say("Keep it in the register as it is")


@dataclass(frozen=True, slots=True)
class Choice:
    """words: what a person reads. sets: (section of the mapping, place, old name or "", what it becomes)."""

    words: str
    sets: tuple[tuple[str, str, str, Any], ...] = field(default=())


def choices_for(change: Change, old: Codebook, new: Codebook, mapping: CodebookMapping) -> tuple[Choice, ...]:  # noqa: C901 - a branch for each kind of field
    """The choices for one change of `compare`, the usual one first; none where there is nothing to choose."""
    if not (change.labels or change.entities) or change.about is None:
        return ()
    place, _, name = change.path.partition("=")
    layer_key, _, key = place.rpartition(".") if "." in place else (place, "", "")
    about, kind = change.about, change.kind
    if about == "entity_type":
        types = [
            Choice(say("becomes “{name}”", name=t.label), (("entity_types", key, "", t.key),)) for t in new.entity_types
        ]
        return (Choice(LEAVE), *types) if kind == "removed" else ()
    if about == "layer":
        return _layer(kind, layer_key, old, new)
    before, after = owner_of(old, layer_key), owner_of(new, mapping.owner(layer_key))
    if before is None or after is None:
        return ()
    if isinstance(before, EntityType):
        return _of_entities(about, kind, place, name, mapping, before, after)
    if about == "attribute":
        taken = {mapping.attribute(layer_key, a.key) for a in before.attributes}
        free = [a for a in after.attributes if a.key not in taken]
        moved = [Choice(say("becomes “{name}”", name=a.label), (("attributes", place, "", a.key),)) for a in free]
        if kind == "removed":
            return (Choice(KEEP), *moved)
        return (Choice(LEAVE), Choice(MARK, (("review", place, "", None),))) if kind == "changed" else ()
    if about == "role" and kind == "removed" and isinstance(before, LinkLayer) and isinstance(after, LinkLayer):
        held = {mapping.role(layer_key, r.key) for r in before.roles}
        into = [r for r in after.roles if r.key not in held]
        return (
            Choice(KEEP),
            *(Choice(say("becomes “{name}”", name=r.label or r.key), (("roles", place, "", r.key),)) for r in into),
        )
    if about == "reason" and kind == "removed" and isinstance(after, LinkLayer):
        role = part_of(after.roles, mapping.role(layer_key, key))
        reasons = role.empty_because if role is not None else ()
        return (
            Choice(KEEP),
            *(Choice(say("becomes “{name}”", name=r.label), (("reasons", place, name, r.key),)) for r in reasons),
        )
    if about == "value":
        return _value(kind, place, name, before, after, mapping.attribute(layer_key, key))
    return ()


def _of_entities(
    about: str, kind: str, place: str, name: str, mapping: CodebookMapping, before: EntityType, after: EntityType
) -> tuple[Choice, ...]:
    """Entries of the register bear no marks: what has no place is kept and shown there."""
    owner, _, key = place.rpartition(".")
    if about == "attribute" and kind == "removed":
        taken = {mapping.attribute(owner, a.key) for a in before.attributes}
        free = [a for a in after.attributes if a.key not in taken]
        moved = [Choice(say("becomes “{name}”", name=a.label), (("attributes", place, "", a.key),)) for a in free]
        return (Choice(KEEP_IN_REGISTER), *moved)
    if about == "value" and kind == "removed":
        now = part_of(after.attributes, mapping.attribute(owner, key))
        known = categories_of(now) or () if now is not None else ()
        words = {k: label_of(now, _held(now, k)) or k for k in known}
        mapped = [Choice(say("becomes “{name}”", name=words[k]), (("values", place, name, k),)) for k in known]
        return (Choice(KEEP_IN_REGISTER), *mapped)
    return ()


def _layer(kind: str, key: str, old: Codebook, new: Codebook) -> tuple[Choice, ...]:
    before = layer_of(old, key)
    if kind == "removed":  # its labels must have a layer: nothing is dropped
        same = [x for x in new.layers if before is not None and x.kind == before.kind]
        return tuple(Choice(say("becomes “{name}”", name=x.label), (("layers", key, "", x.key),)) for x in same)
    if kind == "changed":
        return (Choice(LEAVE), Choice(MARK, (("review", key, "", None),)))
    return ()


def _value(kind: str, place: str, name: str, before: Any, after: Any, now_key: str) -> tuple[Choice, ...]:
    now, was = part_of(after.attributes, now_key), part_of(before.attributes, place.rpartition(".")[2])
    if now is None or was is None:
        return ()
    keep = Choice(KEEP, (("values", place, name, None),))
    if kind in ("renamed", "merged"):
        return (Choice(say("Take the new name")), keep)
    if kind == "changed":
        return (Choice(LEAVE), Choice(MARK, (("values", place, name, None),)))
    if kind != "removed":
        return ()
    known = categories_of(now) or ()
    fresh = tuple(k for k in known if k not in (categories_of(was) or ()))
    words = {k: label_of(now, _held(now, k)) or k for k in known}
    mapped = [Choice(say("becomes “{name}”", name=words[k]), (("values", place, name, k),)) for k in known]
    split: list[Choice] = []
    if fresh:
        named = ", ".join(words[k] for k in fresh)
        split = [Choice(say("Split: coders choose from {named}", named=named), (("values", place, name, fresh),))]
    return (keep, *mapped, *split)


def _held(attribute: Any, text: str) -> Any:
    points = [p.value for p in getattr(attribute, "points", ()) if spelled(p.value) == text]
    return points[0] if points else {"true": True, "false": False}.get(text, text)


def with_choices(mapping: CodebookMapping, chosen: Iterable[Choice]) -> CodebookMapping:
    """The mapping with what was chosen."""
    data = mapping.model_dump()
    for choice in chosen:
        for section, place, name, target in choice.sets:
            if section == "review":
                data["review"] = (*data["review"], place)
            elif name:
                data[section].setdefault(place, {})[name] = target
            else:
                data[section][place] = target
    return CodebookMapping.model_validate(data)
