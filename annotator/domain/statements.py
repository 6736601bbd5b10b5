"""Statements: a claim with its links resolved. Made by a query, never stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Codebook, LinkLayer
from annotator.domain.codebook.values import entity_ids, is_open


@dataclass(frozen=True, slots=True)
class Tie:
    """One link of a statement: the link, and what stands in its other role.

    filler: the label in that role, None where the role names an entity or nobody.
    entity_id: whom or what the role names in the end. because: why the role is empty.
    """

    link: Annotation
    role: str
    filler: Annotation | None
    entity_id: str | None
    because: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person reads as one thing. missing: what is still to be filled in, in words."""

    owner: Annotation
    ties: Mapping[str, tuple[Tie, ...]]
    missing: tuple[str, ...]


def owner_layers(codebook: Codebook) -> tuple[str, ...]:
    """The layers whose labels own links (``per``), in the codebook's order."""
    owned = {
        layer for link in codebook.link_layers if link.per is not None for layer in link.role(link.per.role).layers
    }
    return tuple(x.key for x in codebook.layers if x.key in owned)


def statements(
    codebook: Codebook, annotations: list[Annotation], zone_of: Mapping[str, str | None] | None = None
) -> list[Statement]:
    """The statements among one coder's labels of one document, in reading order.

    zone_of: annotation id -> zone, for attributes that are asked for in one zone only.
    """
    by_id = {a.id: a for a in annotations}
    links = _links_by_owner(codebook, annotations)
    owning = frozenset(owner_layers(codebook))
    owners = [a for a in annotations if a.layer in owning]
    owners.sort(key=lambda a: (a.fragments, a.created, a.id))
    owned = {
        key: [x for x in codebook.link_layers if x.per is not None and key in x.role(x.per.role).layers]
        for key in owning
    }
    lacking = _Lacking(codebook, zone_of or {})
    result: list[Statement] = []
    for owner in owners:
        ties: dict[str, tuple[Tie, ...]] = {}
        lacks = lacking.of(owner)
        for layer in owned[owner.layer]:
            assert layer.per is not None
            own = links.get((layer.key, owner.id), ())
            ties[layer.key] = tuple(t for link in own for t in _ties(layer, link, by_id))
            if len(own) < layer.per.min:
                lacks.append(layer.label)
            for link in own:
                lacks.extend(f"{layer.label}: {x}" for x in lacking.of(link))
                lacks.extend(
                    f"{layer.label}: {role.label or role.key}"
                    for role in layer.roles
                    if not link.roles.get(role.key) and role.key not in link.empty and role.key != layer.per.role
                )
        for filler in {t.filler.id: t.filler for group in ties.values() for t in group if t.filler}.values():
            lacks.extend(f"{codebook.layer(filler.layer).label}: {x}" for x in lacking.of(filler))
        result.append(Statement(owner, ties, tuple(dict.fromkeys(lacks))))
    return result


def incomplete(
    codebook: Codebook, annotations: list[Annotation], zone_of: Mapping[str, str | None] | None = None
) -> set[str]:
    """Ids of the labels in which something is missing: of a claim, anything of its statement."""
    owning = frozenset(owner_layers(codebook))
    found = {s.owner.id for s in statements(codebook, annotations, zone_of) if s.missing}
    lacking = _Lacking(codebook, zone_of or {})
    return found | {a.id for a in annotations if a.layer not in owning and lacking.of(a)}


class _Lacking:
    """Labels of required attributes without a value; what a layer requires is looked up once."""

    def __init__(self, codebook: Codebook, zone_of: Mapping[str, str | None]) -> None:
        self._layers = {layer.key: layer for layer in codebook.layers}
        self._required = {x.key: [a for a in x.attributes if a.required] for x in codebook.layers}
        self._zone_of = zone_of

    def of(self, a: Annotation) -> list[str]:
        return [
            attribute.label
            for attribute in self._required[a.layer]
            if a.values.get(attribute.key) is None
            and is_open(self._layers[a.layer], attribute, a.values, self._zone_of.get(a.id))
        ]


def _links_by_owner(codebook: Codebook, annotations: list[Annotation]) -> dict[tuple[str, str], list[Annotation]]:
    """(layer, owner) -> links, the oldest first, in whichever order the labels come."""
    owner_role = {x.key: x.per.role for x in codebook.link_layers if x.per is not None}
    result: dict[tuple[str, str], list[Annotation]] = {}
    for a in annotations:
        if a.layer in owner_role:
            for f in a.roles.get(owner_role[a.layer], ()):
                if f.annotation:
                    result.setdefault((a.layer, f.annotation), []).append(a)
    for links in result.values():
        if len(links) > 1:
            links.sort(key=lambda a: (a.created, a.id))
    return result


def _ties(layer: LinkLayer, link: Annotation, by_id: Mapping[str, Annotation]) -> Iterator[Tie]:
    assert layer.per is not None
    for role in layer.roles:
        if role.key == layer.per.role:
            continue
        empty = link.empty.get(role.key)
        fillers = link.roles.get(role.key, ())
        if not fillers:
            yield Tie(link, role.key, None, empty.entity if empty else None, empty.because if empty else None)
        for f in fillers:
            filler = by_id.get(f.annotation) if f.annotation else None
            yield Tie(link, role.key, filler, f.entity or named_entity(filler), None)


def named_entity(a: Annotation | None) -> str | None:
    """The entity that a label names in its first entity value."""
    if a is None:
        return None
    for value in a.values.values():
        if isinstance(value, Mapping) and (ids := entity_ids(value)):
            return ids[0]
    return None


def zones_of(
    codebook: Codebook, document_zones: tuple[tuple[str, int, int], ...], annotations: list[Annotation]
) -> dict[str, str | None]:
    """Annotation id -> the zone in which its first fragment begins; links have none.

    Empty where no condition of the codebook asks for a zone: nothing could differ.
    """
    result: dict[str, str | None] = {}
    if not any(a.when is not None and a.when.zone is not None for x in codebook.layers for a in x.attributes):
        return result
    for a in annotations:
        if a.fragments:
            at = a.fragments[0][0]
            result[a.id] = next((z for z, s, e in document_zones if s <= at < e), None)
    return result


def plain(value: Any, names: Mapping[str, str]) -> Any:
    """A value with entities as their names."""
    if isinstance(value, Mapping) and "entity" in value:
        return names.get(value["entity"], value["entity"])
    if isinstance(value, (list, tuple)):
        return [plain(v, names) for v in value]
    return value
