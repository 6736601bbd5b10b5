"""Statements: a label with its links resolved. Made by a query, never stored.

Every link of a study is in some statement: under the label that owns it (`codebook/owners.py`), by way of another link
where a link owns it, and where nothing does, as a statement of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Codebook, Role
from annotator.domain.codebook.owners import Owning, owners
from annotator.domain.codebook.values import entity_ids, is_open
from annotator.domain.fragments import Fragments


@dataclass(frozen=True, slots=True)
class Tie:
    """One link of a statement: the link, and what stands in one of its other roles.

    filler: the label in that role, None where the role names an entity or nobody.
    entities: whom or what the role names in the end. because: why the role is empty.
    """

    link: Annotation
    role: str
    filler: Annotation | None
    entities: tuple[str, ...]
    because: str | None

    @property
    def entity_id(self) -> str | None:
        """The first of them."""
        return self.entities[0] if self.entities else None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person reads as one thing. missing: what is still to be filled in, in words.

    owner: the label; the link itself where it belongs to none. ties: link layer -> what its links tell, link by link.
    """

    owner: Annotation
    ties: Mapping[str, tuple[Tie, ...]]
    missing: tuple[str, ...]

    @property
    def place(self) -> Fragments:
        """Where it stands: of a statement that is a link, where the first label stands that it names."""
        if self.owner.fragments:
            return self.owner.fragments
        places = [t.filler.fragments for group in self.ties.values() for t in group if t.filler and t.filler.fragments]
        return min(places, default=())

    @property
    def parts(self) -> set[str]:
        """Ids of the labels that it is made of: its owner, its links, and what stands in them."""
        found = {self.owner.id}
        for group in self.ties.values():
            for tie in group:
                found.add(tie.link.id)
                if tie.filler is not None:
                    found.add(tie.filler.id)
        return found

    def links(self, layer: str) -> tuple[Annotation, ...]:
        """The links of a layer that belong to it, each once."""
        return tuple({t.link.id: t.link for t in self.ties.get(layer, ())}.values())


def owner_layers(codebook: Codebook) -> tuple[str, ...]:
    """The layers whose labels are statements, in the codebook's order: owners of links, and flat ones."""
    return owners(codebook).roots


def statements(
    codebook: Codebook, annotations: Sequence[Annotation], zone_of: Mapping[str, str | None] | None = None
) -> list[Statement]:
    """The statements among one coder's labels of one document, in reading order.

    zone_of: annotation id -> zone, for attributes that are asked for in one zone only.
    """
    return _Finder(codebook, annotations, zone_of or {}).found()


class _Finder:
    """Finds the statements among one coder's labels of one document."""

    def __init__(
        self, codebook: Codebook, annotations: Sequence[Annotation], zone_of: Mapping[str, str | None]
    ) -> None:
        self._codebook = codebook
        self._owners = owners(codebook)
        self._labels = annotations
        self._by_id = {a.id: a for a in annotations}
        self._links = links_by_owner(codebook, annotations)
        self._lacking = _Lacking(codebook, zone_of)

    def found(self) -> list[Statement]:
        roots = set(self._owners.roots)
        heads = [a for a in self._labels if a.layer in roots]
        reached: set[str] = set()
        for a in heads:
            self._reach(a.id, a.layer, reached)
        reached |= {a.id for a in heads}  # a link that owns links, and is owned by nothing, is a head itself
        links = [a for a in self._labels if a.layer in self._owners.by_link and a.id not in reached]
        under: set[str] = set()
        for a in links:
            self._reach(a.id, a.layer, under)
        alone = [a for a in links if a.id not in under]
        for a in links:  # links that own each other in a ring have no head: the first of them is taken as one
            if a.id in under and not any(a.id in self._reached(x) for x in alone):
                alone.append(a)
        made = [self._statement(a) for a in (*heads, *alone)]
        made.sort(key=lambda s: (s.place, s.owner.created, s.owner.id))
        return made

    def _reach(self, key: str, layer: str, reached: set[str]) -> None:
        for owning in self._owners.owned.get(layer, ()):
            for link in self._links.get((owning.link.key, key), ()):
                if link.id not in reached:
                    reached.add(link.id)
                    self._reach(link.id, link.layer, reached)

    def _reached(self, head: Annotation) -> set[str]:
        found = {head.id}
        self._reach(head.id, head.layer, found)
        return found

    def _statement(self, head: Annotation) -> Statement:
        ties: dict[str, list[Tie]] = {}
        lacks = self._lacking.of(head)
        if head.layer in self._owners.by_link:
            self._tell(head, self._owners.by_link[head.layer], ties, lacks, whole=True)
        self._under(head, ties, lacks, {head.id})
        fillers = {t.filler.id: t.filler for group in ties.values() for t in group if t.filler}
        for filler in fillers.values():
            if filler.id != head.id:
                lacks.extend(f"{self._codebook.layer(filler.layer).label}: {x}" for x in self._lacking.of(filler))
        return Statement(head, {k: tuple(v) for k, v in ties.items()}, tuple(dict.fromkeys(lacks)))

    def _under(self, owner: Annotation, ties: dict[str, list[Tie]], lacks: list[str], seen: set[str]) -> None:
        for owning in self._owners.owned.get(owner.layer, ()):
            ties.setdefault(owning.link.key, [])
            own = self._links.get((owning.link.key, owner.id), ())
            if len(own) < owning.least:
                lacks.append(owning.link.label)
            for link in own:
                if link.id in seen:
                    continue
                seen.add(link.id)
                self._tell(link, owning, ties, lacks)
                self._under(link, ties, lacks, seen)

    def _tell(
        self, link: Annotation, owning: Owning, ties: dict[str, list[Tie]], lacks: list[str], whole: bool = False
    ) -> None:
        roles = owning.link.roles if whole else owning.others
        ties.setdefault(owning.link.key, []).extend(_ties(self._codebook, roles, link, self._by_id))
        lacks.extend(f"{owning.link.label}: {x}" for x in self._lacking.of(link) if not whole)
        lacks.extend(
            f"{owning.link.label}: {role.label or role.key}"
            for role in roles
            if not link.roles.get(role.key) and role.key not in link.empty and is_asked(role, roles)
        )


def is_asked(role: Role, told: Sequence[Role]) -> bool:
    """Whether a role is to be filled: one of several that need nobody, and know no reason for it, may stay open."""
    return role.min > 0 or bool(role.empty_because) or len(told) == 1


def incomplete(
    codebook: Codebook, annotations: Sequence[Annotation], zone_of: Mapping[str, str | None] | None = None
) -> set[str]:
    """Ids of the labels in which something is missing: of a claim, anything of its statement."""
    return incomplete_of(codebook, annotations, statements(codebook, annotations, zone_of), zone_of)


def incomplete_of(
    codebook: Codebook,
    annotations: Sequence[Annotation],
    told: Sequence[Statement],
    zone_of: Mapping[str, str | None] | None = None,
) -> set[str]:
    """As `incomplete`, where the statements of these labels are known already."""
    owning = frozenset(owner_layers(codebook))
    found = {s.owner.id for s in told if s.missing}
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


def links_by_owner(codebook: Codebook, annotations: Sequence[Annotation]) -> dict[tuple[str, str], list[Annotation]]:
    """(link layer, id of an owner) -> links, the oldest first, in whichever order the labels come."""
    by_link = owners(codebook).by_link
    result: dict[tuple[str, str], list[Annotation]] = {}
    for a in annotations:
        owning = by_link.get(a.layer)
        if owning is not None and owning.role is not None:
            for key in owners_of(owning, a):
                result.setdefault((a.layer, key), []).append(a)
    for links in result.values():
        if len(links) > 1:
            links.sort(key=lambda a: (a.created, a.id))
    return result


def owners_of(owning: Owning, link: Annotation) -> tuple[str, ...]:
    """Ids of the labels that own a link, each once."""
    if owning.role is None:
        return ()
    return tuple(dict.fromkeys(f.annotation for f in link.roles.get(owning.role, ()) if f.annotation))


def _ties(
    codebook: Codebook, roles: Sequence[Role], link: Annotation, by_id: Mapping[str, Annotation]
) -> Iterator[Tie]:
    if not roles:  # a link that has its owner alone tells its values
        yield Tie(link, "", None, (), None)
    for role in roles:
        empty = link.empty.get(role.key)
        fillers = link.roles.get(role.key, ())
        if not fillers:
            named = (empty.entity,) if empty and empty.entity else ()
            yield Tie(link, role.key, None, named, empty.because if empty else None)
        for f in fillers:
            filler = by_id.get(f.annotation) if f.annotation else None
            yield Tie(link, role.key, filler, (f.entity,) if f.entity else named_entities(codebook, filler), None)


def named_entities(codebook: Codebook, a: Annotation | None) -> tuple[str, ...]:
    """The entities that a label names: all of the first attribute, in the codebook's order, that names any.

    What further attributes name, such as the body for which a person speaks, is told beside it under their names.
    """
    if a is None:
        return ()
    asked = owners(codebook).naming.get(a.layer, ())
    kept = sorted(a.values.keys() - set(asked))  # of an older codebook
    return next((ids for key in (*asked, *kept) if (ids := entity_ids(a.values.get(key)))), ())


def named_entity(codebook: Codebook, a: Annotation | None) -> str | None:
    """The first of them."""
    return next(iter(named_entities(codebook, a)), None)


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
