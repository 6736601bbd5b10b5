"""Cases: passages with every coder's version of them, and where the versions differ. Gold is never among them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Codebook, LinkLayer, SpanLayer
from annotator.domain.codebook.owners import links_in_order, other_roles, owners
from annotator.domain.codebook.values import category
from annotator.domain.errors import Cancelled
from annotator.domain.fragments import Fragments
from annotator.domain.identity import derived_id
from annotator.domain.statements import named_entities, owners_of
from annotator.services.agreement.request import Corpus
from annotator.services.agreement.units import IN_ORDER, units
from annotator.store.records import dumps

Progress = Callable[[int, int], bool]
Kind = Literal["unmarked", "bounds", "values", "links"]
KINDS: tuple[Kind, ...] = ("unmarked", "bounds", "values", "links")
PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be chosen by itself: the passage, a value, a link's roles, a value of a link."""

    key: str
    layer: str
    attribute: str | None = None
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """What one coder made of a case. links: one a slot of the case, None where this coder made none.

    said: field -> what the coder said, as text that can be compared; basis: changes when the coder changes anything.
    """

    coder_id: str
    label: Annotation | None
    links: tuple[Annotation | None, ...] = ()
    said: Mapping[str, str | None] = field(default_factory=dict)
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A passage (or an article, for layers without place) with a version of each coder who coded its document.

    versions: in an order drawn from `seed`, in which they are shown. slots: the link layer of each matched link.
    differs: (layer, attribute or role; None for the passage itself). place: where it is, None for the whole article.
    """

    id: str
    document_id: str
    layer: str
    slots: tuple[str, ...]
    versions: tuple[Version, ...]
    seed: int
    fields: tuple[Field, ...]
    differs: frozenset[tuple[str, str | None]]
    kinds: frozenset[Kind]
    place: Fragments

    @property
    def present(self) -> list[Version]:
        """Versions of those who made a label here."""
        return [v for v in self.versions if v.label is not None]

    @property
    def labels(self) -> tuple[str, ...]:
        """The ids of every coder's label of this case."""
        return tuple(a.id for a in self.made())

    def made(self) -> Iterator[Annotation]:
        """Every coder's label of this case."""
        return (v.label for v in self.versions if v.label is not None)


@dataclass(slots=True)
class _Draft:
    document_id: str
    layer: str
    made: Mapping[str, Annotation]
    slots: list[tuple[str, Mapping[str, Annotation]]] = field(default_factory=list)


def cases_of(compared: Corpus, overlap: float, progress: Progress | None = None) -> list[Case]:
    """Every case of the corpus, article by article in reading order; raises Cancelled."""
    codebook = compared.codebook
    drafts: list[_Draft] = []
    by_label: dict[str, _Draft] = {}
    steps = len(codebook.layers) + len(compared.documents)
    done = 0
    for layer in codebook.layers:
        done = _go_on(progress, done, steps)
        if isinstance(layer, LinkLayer):
            continue
        for unit in units(compared, layer.key, overlap):
            draft = _Draft(unit.document_id, layer.key, unit.made)
            drafts.append(draft)
            by_label.update((a.id, draft) for a in unit.made.values())
    everything = {a.id: a for by in compared.labels.values() for own in by.values() for a in own}
    for link in links_in_order(codebook).values():
        for unit in units(compared, link.key, overlap, IN_ORDER):
            head = next(iter(unit.made.values()))
            owner = _owner(codebook, head, by_label, everything)
            if owner is None:  # a link that belongs to no label is a case of its own
                owner = _Draft(unit.document_id, link.key, unit.made)
                drafts.append(owner)
                by_label.update((a.id, owner) for a in unit.made.values())
            owner.slots.append((link.key, unit.made))
    by_document: dict[str, list[_Draft]] = {}
    for draft in drafts:
        by_document.setdefault(draft.document_id, []).append(draft)
    order = {x.key: i for i, x in enumerate(codebook.layers)}
    result: list[Case] = []
    for document in compared.documents:
        done = _go_on(progress, done, steps)
        coders = [c.id for c in compared.coders if c.id in compared.labels[document.id]]
        labels = {a.id: a for own in compared.labels[document.id].values() for a in own}
        maker = _Maker(codebook, labels, {key: id(by_label[key]) for key in labels if key in by_label})
        found = [maker.case(d, coders) for d in by_document.get(document.id, ())]
        found.sort(key=lambda c: (c.place, order[c.layer], c.id))
        result += found
    return result


def _go_on(progress: Progress | None, done: int, steps: int) -> int:
    if progress and not progress(done, steps):
        raise Cancelled("the search for cases was stopped")
    return done + 1


def _owner(
    codebook: Codebook, link: Annotation, by_label: Mapping[str, _Draft], labels: Mapping[str, Annotation]
) -> _Draft | None:
    """The case of the label that a link belongs to, by way of other links where they own it; the first in the text."""
    owning = owners(codebook).by_link
    keys, seen = [link.id], {link.id}
    while keys:
        own = [
            labels[key]
            for x in keys
            if (a := labels[x]).layer in owning
            for key in owners_of(owning[a.layer], a)
            if key in labels
        ]
        own.sort(key=lambda a: (a.fragments, a.created, a.id))
        if (found := next((by_label[a.id] for a in own if a.id in by_label), None)) is not None:
            return found
        keys = [a.id for a in own if a.id not in seen]
        seen.update(keys)
    return None


def case_id(document_id: str, layer: str, labels: Sequence[str]) -> str:
    """The id that a case has as long as the same labels are matched in it."""
    return derived_id("case", document_id, layer, *sorted(labels))


class _Maker:
    """Makes the cases of one document."""

    def __init__(self, codebook: Codebook, labels: Mapping[str, Annotation], matched: Mapping[str, int]) -> None:
        self._codebook, self._labels, self._matched = codebook, labels, matched
        self._layers = {x.key: x for x in codebook.layers}

    def case(self, draft: _Draft, coders: Sequence[str]) -> Case:
        key = case_id(draft.document_id, draft.layer, [a.id for a in draft.made.values()])
        seed = int(derived_id("order", key)[:8], 16)
        fields = tuple(self._fields(draft))
        made = [self._version(draft, c, fields) for c in coders]
        random.Random(seed).shuffle(made)
        present = [v for v in made if v.label is not None]
        differs: set[tuple[str, str | None]] = set()
        kinds: set[Kind] = set()
        if len(present) < len(made):
            kinds.add("unmarked")
            differs.add((draft.layer, None))
        for f in fields:
            if f.attribute is not None and self._is_text(f):
                continue
            if len({v.said.get(f.key) for v in present}) > 1:
                kinds.add("bounds" if f.key == PASSAGE else "values" if f.slot is None else "links")
                differs |= self._places(f, present)
        place = next(v.label.fragments for v in present if v.label is not None)
        return Case(
            key,
            draft.document_id,
            draft.layer,
            tuple(layer for layer, _ in draft.slots),
            tuple(made),
            seed,
            fields,
            frozenset(differs),
            frozenset(kinds),
            place,
        )

    def _is_text(self, f: Field) -> bool:
        return self._layers[f.layer].attribute(f.attribute or "").type == "text"

    def _places(self, f: Field, present: Sequence[Version]) -> set[tuple[str, str | None]]:
        if f.slot is None or f.attribute is not None:
            return {(f.layer, f.attribute)}
        links = [v.links[f.slot] for v in present]
        layer = self._layers[f.layer]
        assert isinstance(layer, LinkLayer)
        found: set[tuple[str, str | None]] = {(f.layer, None)} if None in links else set()
        for role in other_roles(self._codebook, layer.key):
            if len({self._role(x, role.key) for x in links if x is not None}) > 1:
                found.add((f.layer, role.key))
        return found

    def _fields(self, draft: _Draft) -> Iterator[Field]:
        layer = self._layers[draft.layer]
        if isinstance(layer, SpanLayer):
            yield Field(PASSAGE, layer.key)
        for a in layer.attributes if not isinstance(layer, LinkLayer) else ():  # of a link, with its place below
            yield Field(f"value:{a.key}", layer.key, a.key)
        for place, (key, _) in enumerate(draft.slots):
            yield Field(f"link:{place}", key, None, place)
            for a in self._layers[key].attributes:
                yield Field(f"link:{place}:{a.key}", key, a.key, place)

    def _version(self, draft: _Draft, coder: str, fields: Sequence[Field]) -> Version:
        label = draft.made.get(coder)
        if label is None:
            return Version(coder, None)
        links = tuple(made.get(coder) for _, made in draft.slots)
        said: dict[str, str | None] = {}
        for f in fields:
            holder = label if f.slot is None else links[f.slot]
            if f.key == PASSAGE:
                said[f.key] = dumps([list(x) for x in label.fragments])
            elif holder is None:
                said[f.key] = None
            elif f.attribute is not None:
                said[f.key] = category(self._layers[f.layer].attribute(f.attribute), holder.values.get(f.attribute))
            else:
                said[f.key] = dumps([self._role(holder, r) for r in self._other_roles(f.layer)])
        return Version(coder, label, links, said, self._basis(label, links))

    def _other_roles(self, layer_key: str) -> list[str]:
        layer = self._layers[layer_key]
        assert isinstance(layer, LinkLayer)
        return [r.key for r in other_roles(self._codebook, layer.key)]

    def _role(self, link: Annotation, role: str) -> str:
        """Who or what a role names: entities by id, labels that name nobody by the case that they belong to."""
        found: list[str] = []
        for f in link.roles.get(role, ()):
            filler = self._labels.get(f.annotation or "")
            named = (f.entity,) if f.entity else named_entities(self._codebook, filler)
            found += named or [f"case {self._matched.get(f.annotation or '')}"]
        reason = link.empty.get(role)
        return dumps([sorted(found), [reason.because, reason.entity] if reason else None])

    def _basis(self, label: Annotation, links: Sequence[Annotation | None]) -> str:
        parts: list[Any] = [label.id, label.updated]
        for link in links:
            if link is None:
                parts.append(None)
                continue
            parts += [link.id, link.updated]
            for role in sorted(link.roles):
                fillers = (self._labels.get(f.annotation or "") for f in link.roles[role])
                parts += [(a.id, a.updated) for a in fillers if a is not None and a is not label]
        return hashlib.sha256(dumps(parts).encode()).hexdigest()[:32]
