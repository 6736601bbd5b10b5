"""How labels of one codebook version become labels of the next: the mapping file, and what it may say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from annotator.domain.codebook.model import Asking, Codebook, EntityType, Key, LinkLayer, Part
from annotator.domain.codebook.scalars import path_text, read_tree
from annotator.domain.codebook.values import categories_of
from annotator.domain.errors import BadInput
from annotator.domain.words import joined, say

MAPPING_FORMAT = "annotator-mapping/1"

TYPES = "entity_types"
"""Begins the place of an attribute of entities: ``entity_types.person.office``."""

Place = Annotated[
    str,
    Field(
        pattern=r"^(entity_types\.)?[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$",
        description="layer.attribute, entity_types.type.attribute or link.role",
    ),
]
Target = Annotated[
    str | tuple[str, ...] | None,
    Field(description="the new value; a list (split) or null keep the old value and mark the label for review"),
]


class CodebookMapping(Part):
    """Old names to new ones. What is not listed stays as it is, and is marked for review where it does not fit."""

    model_config = ConfigDict(json_schema_extra={"required": ["format"]})

    format: Literal["annotator-mapping/1"] = "annotator-mapping/1"
    layers: dict[Key, Key] = Field(default={}, description="layer -> the layer's new key")
    attributes: dict[Place, Key] = Field(
        default={}, description="layer.attribute (or entity_types.type.attribute) -> the attribute's new key"
    )
    roles: dict[Place, Key] = Field(default={}, description="link.role -> the role's new key")
    values: dict[Place, dict[str, Target]] = Field(
        default={}, description="layer.attribute (or entity_types.type.attribute) -> old -> new value"
    )
    reasons: dict[Place, dict[str, str]] = Field(default={}, description="link.role -> old reason -> new reason")
    entity_types: dict[Key, Key] = Field(default={}, description="entity type -> the type's new key")
    review: tuple[str, ...] = Field(default=(), description="layers and layer.attributes whose labels are marked")

    def record(self) -> dict[str, Any]:
        """As a mapping file and the study keep it: nothing that is only a default, but the format."""
        return {"format": MAPPING_FORMAT, **self.model_dump(mode="json", exclude_defaults=True)}

    def layer(self, key: str) -> str:
        """The new key of a layer."""
        return self.layers.get(key, key)

    def entity_type(self, key: str) -> str:
        """The new key of an entity type."""
        return self.entity_types.get(key, key)

    def owner(self, owner: str) -> str:
        """The new name of what asks for attributes: a layer's key, or `entity_types.KEY`."""
        head, dot, key = owner.partition(".")
        return f"{TYPES}.{self.entity_type(key)}" if dot and head == TYPES else self.layer(owner)

    def attribute(self, owner: str, key: str) -> str:
        """The new key of an attribute; `owner` by its old name: a layer's key, or `entity_types.KEY`."""
        return self.attributes.get(f"{owner}.{key}", key)

    def role(self, layer: str, key: str) -> str:
        """The new key of a role; `layer` is the old key."""
        return self.roles.get(f"{layer}.{key}", key)


def parse_mapping(text: str, source: str = "mapping") -> CodebookMapping:
    """Read a mapping file, YAML or JSON; raises BadInput with every fault."""
    tree = read_tree(text, source)
    if tree.faults or not isinstance(tree.data, dict):
        what = joined("; ", (f.told for f in tree.faults)) or say("the file holds no mapping")
        raise BadInput(what, source, say("begin with `format: {format}`", format=MAPPING_FORMAT))
    try:
        found = CodebookMapping.model_validate({"format": None, **tree.data})
    except ValidationError as error:
        messages = []
        for e in error.errors():
            path = tuple(p for p in e["loc"] if p != "[key]" and not str(p).startswith(("tuple[", "str", "function")))
            messages.append(
                say(
                    "line {line}, {path}: {told}",
                    line=tree.line(path),
                    path=path_text(path),
                    told=str(e["msg"]).lower(),
                )
            )
        raise BadInput(joined("; ", dict.fromkeys(messages)), source, "see schemas/mapping.schema.json") from error
    return CodebookMapping.model_validate_json(json.dumps(found.record(), ensure_ascii=False))


def mapping_from_record(record: Mapping[str, Any]) -> CodebookMapping:
    """The mapping that `CodebookMapping.record` wrote; raises pydantic's error on anything else."""
    return CodebookMapping.model_validate(dict(record))


def mapping_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of mapping files."""
    schema = CodebookMapping.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Annotator codebook mapping",
        **{k: v for k, v in schema.items() if k != "title"},
    }


def layer_of(codebook: Codebook, key: str) -> Any:
    """The layer with this key, or None."""
    return next((x for x in codebook.layers if x.key == key), None)


def type_of(codebook: Codebook, key: str) -> EntityType | None:
    """The entity type with this key, or None."""
    return next((t for t in codebook.entity_types if t.key == key), None)


def owner_of(codebook: Codebook, owner: str) -> Any:
    """The owner of attributes under this name: a layer, or the entity type of `entity_types.KEY`; or None."""
    head, dot, key = owner.partition(".")
    return type_of(codebook, key) if dot and head == TYPES else layer_of(codebook, owner)


def owners(codebook: Codebook) -> Iterator[tuple[str, Asking]]:
    """(name, what asks for attributes) of every layer and entity type."""
    yield from ((x.key, x) for x in codebook.layers)
    yield from ((f"{TYPES}.{t.key}", t) for t in codebook.entity_types)


def part_of(parts: Any, key: str) -> Any:
    """The attribute, role or reason with this key, or None."""
    return next((x for x in parts if x.key == key), None)


Held = Mapping[tuple[str, str], frozenset[str]]
"""(layer or `entity_types.KEY`, attribute) -> the values, spelled out, that labels or entities hold: those kept from
older versions too."""


def refuse_unfit(mapping: CodebookMapping, old: Codebook, new: Codebook, held: Held, where: str) -> None:
    """Raise BadInput with everything in the mapping that neither codebook, nor any label, knows."""
    if faults := [say("{path}: {what}", path=path, what=what) for path, what in _unfit(mapping, old, new, held)]:
        raise BadInput(joined("; ", faults), where, "name what the two codebooks have")


def _unfit(mapping: CodebookMapping, old: Codebook, new: Codebook, held: Held) -> Iterator[tuple[str, str]]:
    yield from _layers(mapping, old, new)
    for place, now in mapping.attributes.items():
        yield from _renamed("attributes", place, now, mapping, old, new, held)
    for place, now in mapping.roles.items():
        yield from _renamed("roles", place, now, mapping, old, new, {})
    for place, targets in mapping.values.items():
        yield from _values(place, targets, mapping, old, new, held)
    for place, reasons in mapping.reasons.items():
        yield from _reasons(place, reasons, mapping, old, new)
    yield from _entity_types(mapping, old, new)
    for place in mapping.review:
        layer, _, key = place.partition(".")
        found = layer_of(old, layer)
        if found is None or (key and part_of(found.attributes, key) is None):
            yield "review", say("the old codebook has no `{place}`", place=place)
    for name, owner in owners(old):
        yield from _meeting(name, owner, mapping)


def _layers(mapping: CodebookMapping, old: Codebook, new: Codebook) -> Iterator[tuple[str, str]]:
    for was, now in mapping.layers.items():
        before, after = layer_of(old, was), layer_of(new, now)
        if before is None:
            yield f"layers.{was}", say("the old codebook has no such layer")
        elif after is None:
            yield f"layers.{was}", say("the new codebook has no layer `{now}`", now=now)
        elif before.kind != after.kind:
            yield (
                f"layers.{was}",
                say(
                    "a {old_kind} layer cannot become the {new_kind} layer `{now}`",
                    old_kind=before.kind,
                    new_kind=after.kind,
                    now=now,
                ),
            )


def _entity_types(mapping: CodebookMapping, old: Codebook, new: Codebook) -> Iterator[tuple[str, str]]:
    types = {t.key for t in old.entity_types}
    for was, now in mapping.entity_types.items():
        if types and was not in types:
            yield f"entity_types.{was}", say("the old codebook has no such entity type")
        if now not in {t.key for t in new.entity_types}:
            yield f"entity_types.{was}", say("the new codebook has no entity type `{now}`", now=now)


def _parts(owner: Asking, kind: str) -> Any:
    return owner.attributes if kind == "attributes" else owner.roles if isinstance(owner, LinkLayer) else ()


def _renamed(
    kind: str, place: str, now: str, mapping: CodebookMapping, old: Codebook, new: Codebook, held: Held
) -> Iterator[tuple[str, str]]:
    layer, _, key = place.rpartition(".")
    before, after = owner_of(old, layer), owner_of(new, mapping.owner(layer))
    if before is None or (part_of(_parts(before, kind), key) is None and (layer, key) not in held):
        yield f"{kind}.{place}", say("the old codebook has nothing of this name")
    elif after is None or part_of(_parts(after, kind), now) is None:
        yield f"{kind}.{place}", say("the new codebook has no `{owner}.{now}`", owner=mapping.owner(layer), now=now)


def _values(
    place: str, targets: Mapping[str, Target], mapping: CodebookMapping, old: Codebook, new: Codebook, held: Held
) -> Iterator[tuple[str, str]]:
    layer, _, key = place.rpartition(".")
    before, after = owner_of(old, layer), owner_of(new, mapping.owner(layer))
    was = part_of(before.attributes, key) if before is not None else None
    now = part_of(after.attributes, mapping.attribute(layer, key)) if after is not None else None
    if was is None and (layer, key) not in held:
        yield f"values.{place}", say("the old codebook has nothing of this name")
        return
    known = categories_of(was) if was is not None else None
    for value, target in targets.items():
        if known is not None and value not in known and value not in held.get((layer, key), ()):
            yield f"values.{place}.{value}", say("the old codebook has no such value, and no label has it")
        if target is None:
            continue
        allowed = categories_of(now) if now is not None else ()
        for one in (target,) if isinstance(target, str) else target:
            if now is None:
                yield f"values.{place}.{value}", say("the attribute is not in the new codebook")
            elif allowed is not None and one not in allowed:
                yield f"values.{place}.{value}", say("the new codebook has no value `{one}` there", one=one)


def _reasons(
    place: str, reasons: Mapping[str, str], mapping: CodebookMapping, old: Codebook, new: Codebook
) -> Iterator[tuple[str, str]]:
    layer, _, key = place.rpartition(".")
    before, after = layer_of(old, layer), layer_of(new, mapping.layer(layer))
    was = part_of(_parts(before, "roles"), key) if before is not None else None
    now = part_of(_parts(after, "roles"), mapping.role(layer, key)) if after is not None else None
    for reason, target in reasons.items():
        if was is None or part_of(was.empty_because, reason) is None:
            yield f"reasons.{place}.{reason}", say("the old codebook has no such reason")
        elif now is None or part_of(now.empty_because, target) is None:
            yield f"reasons.{place}.{reason}", say("the new codebook has no reason `{target}` there", target=target)


def _meeting(owner: str, asking: Asking, mapping: CodebookMapping) -> Iterator[tuple[str, str]]:
    """Two attributes, or two roles, of one thing that would come to stand in one place: a value would be lost."""
    for kind, name in (("attributes", mapping.attribute), ("roles", mapping.role)):
        taken: dict[str, str] = {}
        for part in _parts(asking, kind):
            target = name(owner, part.key)
            if target in taken:
                yield (
                    f"{kind}.{owner}.{part.key}",
                    say("`{other}` comes to be `{target}` too", other=taken[target], target=target),
                )
            taken[target] = part.key


def inverse(mapping: CodebookMapping, old: Codebook, new: Codebook) -> CodebookMapping:
    """The way back from new to old, of what has one; merged values have none and stay as they are."""
    layers = _back(mapping.layers, {x.key for x in old.layers})
    types = _back(mapping.entity_types, {t.key for t in old.entity_types})
    attributes: dict[str, str] = {}
    roles: dict[str, str] = {}
    values: dict[str, dict[str, Target]] = {}
    reasons: dict[str, dict[str, str]] = {}
    back_to = {**layers, **{f"{TYPES}.{now}": f"{TYPES}.{was}" for now, was in types.items()}}
    for name, asking in owners(old):
        key = mapping.owner(name)
        if back_to.get(key, key) != name:
            continue  # two became this one: nothing tells their labels, or entities, apart
        for kind, into, names in (
            ("attributes", attributes, mapping.attributes),
            ("roles", roles, mapping.roles),
        ):
            parts = _parts(asking, kind)
            own = {p.key: names[f"{name}.{p.key}"] for p in parts if f"{name}.{p.key}" in names}
            into |= {f"{key}.{now}": was for now, was in _back(own, {p.key for p in parts}).items()}
        for attribute in asking.attributes:
            table = mapping.values.get(f"{name}.{attribute.key}", {})
            forth = {was: now for was, now in table.items() if isinstance(now, str)}
            if back := _back(forth, set(categories_of(attribute) or ())):
                values[f"{key}.{mapping.attribute(name, attribute.key)}"] = dict(back)
        for role in _parts(asking, "roles"):
            table_of = mapping.reasons.get(f"{name}.{role.key}", {})
            if back := _back(table_of, {r.key for r in role.empty_because}):
                reasons[f"{key}.{mapping.role(name, role.key)}"] = back
    return CodebookMapping(
        layers=layers,
        attributes=attributes,
        roles=roles,
        values=values,
        reasons=reasons,
        entity_types=types,
    )


def _back(forth: Mapping[str, str], known: set[str]) -> dict[str, str]:
    """New -> old of every new name that just one old name came to, itself included."""
    sources: dict[str, set[str]] = {}
    for was in {*known, *forth}:
        sources.setdefault(forth.get(was, was), set()).add(was)
    only = {now: next(iter(olds)) for now, olds in sources.items() if len(olds) == 1}
    return {now: was for now, was in sorted(only.items()) if now != was}
