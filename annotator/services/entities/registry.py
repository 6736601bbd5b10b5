"""The register as a person works on it: who is named how often, merging, separating, splitting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.domain.changes import Change
from annotator.domain.codebook.model import EntityAttribute
from annotator.domain.codebook.values import entity_ids
from annotator.domain.commands import AddEntity, Batch, ChangeEntity, EmptyRef, FillerRef, SetRole, SetValue, Step
from annotator.domain.errors import Refusal
from annotator.domain.words import say
from annotator.services.search.corpus_search import fits
from annotator.services.study import Study
from annotator.store import annotations as annotation_rows


@dataclass(frozen=True, slots=True)
class Use:
    """A label that names an entity, under the id that it was made with."""

    annotation_id: str
    document_id: str
    coder_id: str
    layer: str
    entity_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A label of a layer that asks who or what its words name, and does not say it yet.

    given: what stands there instead, such as a reason; None where nothing does.
    """

    annotation: Annotation
    attribute: str
    given: str | None


def uses(study: Study) -> dict[str, list[Use]]:
    """Entity id -> labels that name it; whoever was merged counts for the one it turned out to be."""
    register = study.register()
    with study.file.reading() as connection:
        rows = annotation_rows.naming_entities(connection)
    found: dict[str, list[Use]] = {}
    for row in rows:
        use = Use(*row)
        for root in {register.root_id(key) for key in use.entity_ids}:
            found.setdefault(root, []).append(use)
    return found


def unresolved(study: Study, coder_id: str) -> list[Unresolved]:
    """The coder's labels that name nobody of the register yet, in the order of articles and places."""
    numbers = {d.id: d.number for d in study.documents()}
    found: list[Unresolved] = []
    for layer in study.codebook.span_layers:
        asked = [a for a in layer.attributes if isinstance(a, EntityAttribute) and a.default is None]
        if not asked:
            continue
        for label in study.annotations(coder_ids=[coder_id], layer=layer.key):
            for attribute in asked:
                value = label.values.get(attribute.key)
                if not entity_ids(value):
                    found.append(Unresolved(label, attribute.key, value if isinstance(value, str) else None))
    return sorted(found, key=lambda u: (numbers[u.annotation.document_id], u.annotation.fragments, u.annotation.id))


def name_command(study: Study, coder_id: str, chosen: Sequence[Unresolved], entity_id: str) -> Batch:
    """These labels name this entity. Raises Refusal where its kind may not stand there."""
    entity = study.register().roots[entity_id]
    steps: list[SetValue] = []
    for u in chosen:
        attribute = study.codebook.layer(u.annotation.layer).attribute(u.attribute)
        if not isinstance(attribute, EntityAttribute) or not fits(attribute, entity):
            raise Refusal(
                say("“{name}” is not allowed there", name=entity.name),
                attribute.label,
                "choose somebody of another kind",
            )
        value: Any = {"entity": entity.id}
        if attribute.many:
            value = [value]
        steps.append(SetValue(coder_id=coder_id, annotation_id=u.annotation.id, attribute=u.attribute, value=value))
    return Batch(coder_id=coder_id, name="NameEntity", commands=tuple(steps))


def merge_command(study: Study, coder_id: str, into: str, others: Iterable[str]) -> Batch:
    """These turned out to be one: their names go on as names of `into`, their labels stay as they were made."""
    register = study.register()
    steps = tuple(
        ChangeEntity(coder_id=coder_id, entity_id=key, merged_into=into)
        for key in dict.fromkeys(others)
        if register.root_id(key) != register.root_id(into)
    )
    if not steps:
        raise Refusal("there is nothing to merge", remedy="choose two or more")
    return Batch(coder_id=coder_id, name="MergeEntities", commands=steps)


def separate_command(coder_id: str, keys: Iterable[str]) -> Batch:
    """What was merged is of its own again, with the labels that were made with it."""
    steps = tuple(ChangeEntity(coder_id=coder_id, entity_id=key, merged_into="") for key in keys)
    return Batch(coder_id=coder_id, name="SeparateEntities", commands=steps)


def split_command(
    study: Study, coder_id: str, entity_id: str, name: str, kind: str, annotation_ids: Sequence[str]
) -> Batch:
    """A new entity takes these labels over from one that was two; only the coder's own labels can go.

    Raises Refusal where a label is another coder's or does not name the entity.
    """
    register, new = study.register(), study.ids()
    steps: list[Step] = [AddEntity(coder_id=coder_id, id=new, name=name, type=kind)]
    for key in annotation_ids:
        a = study.annotation(key)
        if a.coder_id != coder_id:
            raise Refusal("this label belongs to another coder", key, "only its coder may give it another entity")
        own = [s for s in register.every if register.root_id(s) == register.root_id(entity_id)]
        moved = _moved(a, coder_id, dict.fromkeys(own, new))
        if not moved:
            raise Refusal("this label does not name the entity", key)
        steps += moved
    return Batch(coder_id=coder_id, name="SplitEntity", commands=tuple(steps))


def _moved(a: Annotation, coder_id: str, to: Mapping[str, str]) -> list[Step]:
    """The steps that give a label other entities, wherever it names them."""
    steps: list[Step] = []
    for key, value in a.values.items():
        if any(e in to for e in entity_ids(value)):
            steps.append(SetValue(coder_id=coder_id, annotation_id=a.id, attribute=key, value=_renamed(value, to)))
    for role, fillers in a.roles.items():
        if any(f.entity in to for f in fillers):
            refs = tuple(
                FillerRef(annotation=f.annotation, entity=to.get(f.entity, f.entity) if f.entity else None)
                for f in fillers
            )
            steps.append(SetRole(coder_id=coder_id, annotation_id=a.id, role=role, fillers=tuple(dict.fromkeys(refs))))
    for role, reason in a.empty.items():
        if reason.entity is not None and reason.entity in to:
            ref = EmptyRef(because=reason.because, entity=to[reason.entity])
            steps.append(SetRole(coder_id=coder_id, annotation_id=a.id, role=role, empty=ref))
    return steps


def _renamed(value: Any, to: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping) and "entity" in value:
        return {**value, "entity": to.get(value["entity"], value["entity"])}
    if isinstance(value, (list, tuple)):
        return [_renamed(one, to) for one in value]
    return value


def history(study: Study, entity_id: str) -> list[Change]:
    """Every step of an entity and of all that was merged into it, oldest first."""
    register = study.register()
    keys = [entity_id, *(e.id for e in register.merged_into(entity_id))]
    return sorted((c for key in keys for c in study.coding.history(key)), key=lambda c: c.seq)


def alias_list(text: str) -> tuple[str, ...]:
    """Aliases as they are typed, one a line; empty lines and those said twice fall away."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
