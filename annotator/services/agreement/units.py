"""Which labels of different coders are about the same thing: matched spans, and links on matched owners."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations, groupby
from operator import attrgetter
from typing import Any

from annotator.agreement.alignment import aligned, best_units
from annotator.agreement.span_line import SpanLine
from annotator.agreement.span_matching import Span
from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Attribute, Codebook, DocumentLayer, LinkLayer, SpanLayer
from annotator.domain.codebook.owners import other_roles, owner_role
from annotator.domain.codebook.values import category, entity_ids
from annotator.domain.statements import named_entities
from annotator.services.agreement.request import Corpus
from annotator.store.records import dumps

_FRAGMENTS = attrgetter("fragments")


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that was coded: coder id -> that coder's label of it. Coders who have none are absent."""

    document_id: str
    made: Mapping[str, Annotation]


SAME, IN_ORDER = "same", "order"
"""How links on matched owners are paired: those alone that name the same, or after them the rest in order."""


def units(corpus: Corpus, layer_key: str, threshold: float, links: str = SAME) -> list[Unit]:
    """The units of a layer, document by document; the order of coders, ids and times have no part in them.

    links: of a link layer, SAME or IN_ORDER.
    """
    layer = corpus.codebook.layer(layer_key)
    key = ("units", layer_key, threshold, links if isinstance(layer, LinkLayer) else None)
    if key not in corpus.kept:
        corpus.kept[key] = []  # link layers may own each other in a ring
        if isinstance(layer, SpanLayer):
            found = alignment(corpus, layer_key, threshold).units
        elif isinstance(layer, DocumentLayer):
            found = _document_units(corpus, layer)
        else:
            found = [u for owned in owned_links(corpus, layer, threshold) for u in _link_units(corpus, owned, links)]
        corpus.kept[key] = found
    return list(corpus.kept[key])


def of_layer(corpus: Corpus, document_id: str, coder_id: str, layer: str) -> list[Annotation]:
    """A coder's labels of one layer of a document, in reading order; empty where the coder did not read it."""
    if "of layers" not in corpus.kept:
        groups: dict[tuple[str, str, str], list[Annotation]] = {}
        for document in corpus.documents:
            for coder, labels in corpus.labels[document.id].items():
                by_layer: dict[str, list[Annotation]] = {}
                # labels come by time and id, so that this order stays among those of one place
                for a in sorted(labels, key=_FRAGMENTS):
                    if a.layer in by_layer:
                        by_layer[a.layer].append(a)
                    else:
                        by_layer[a.layer] = [a]
                groups.update(((document.id, coder, key), group) for key, group in by_layer.items())
        corpus.kept["of layers"] = groups
    found: list[Annotation] = corpus.kept["of layers"].get((document_id, coder_id, layer), [])
    return found


@dataclass(frozen=True, slots=True)
class Laid:
    """One coder's labels of a layer in all documents; places: the document of each, by its place in the corpus."""

    labels: list[Annotation]
    places: list[int]
    line: SpanLine


def laid_out(corpus: Corpus, layer: str) -> dict[str, Laid]:
    """Coder id -> that coder's labels of a layer in all documents."""
    key = ("laid out", layer)
    if key not in corpus.kept:
        result: dict[str, tuple[list[Annotation], list[int], list[Span]]] = {c.id: ([], [], []) for c in corpus.coders}
        base = 0
        for place, document in enumerate(corpus.documents):
            for coder_id in corpus.labels[document.id]:
                mine = of_layer(corpus, document.id, coder_id, layer)
                if not mine:
                    continue
                made, places, spans = result[coder_id]
                made += mine
                places += [place] * len(mine)
                spans += [
                    ((f[0][0] + base, f[0][1] + base),)
                    if len(f := a.fragments) == 1
                    else tuple([(s + base, e + base) for s, e in f])
                    for a in mine
                ]
            base += document.characters + 1
        corpus.kept[key] = {
            c: Laid(made, places, SpanLine.of(spans, places)) for c, (made, places, spans) in result.items()
        }
    found: dict[str, Laid] = corpus.kept[key]
    return found


@dataclass(frozen=True, slots=True)
class SpanUnits:
    """The units of a span layer; weight, bound and approximate as `annotator.agreement.alignment` gives them."""

    units: list[Unit]
    weight: float
    bound: float
    approximate: int


def alignment(corpus: Corpus, layer: str, threshold: float) -> SpanUnits:
    """Every coder's spans of a layer in one alignment of all."""
    key = ("alignment", layer, threshold)
    if key not in corpus.kept:
        laid = laid_out(corpus, layer)
        coders = list(laid)
        said = Said(corpus)

        def said_of(item: tuple[int, int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
            mine = laid[coders[item[0]]]
            return said.of(ids[mine.places[item[1]]], coders[item[0]], mine.labels[item[1]])

        ids = [d.id for d in corpus.documents]
        found = aligned([laid[c].line for c in coders], threshold, said_of)
        labels, places, spans = (
            [getter(laid[c]) for c in coders]
            for getter in (attrgetter("labels"), attrgetter("places"), attrgetter("line.spans"))
        )
        made = []
        for unit in found.units:
            unit.sort()
            c, i = unit[0]
            start = spans[c][i] if len(unit) == 1 else min([spans[c][i] for c, i in unit])
            made.append((places[c][i], start, {coders[c]: labels[c][i] for c, i in unit}))
        # units of one place stand in the order of what they say
        made.sort(key=lambda m: (m[0], m[1]))
        by_place = [list(g) for _, g in groupby(made, key=lambda m: (m[0], m[1]))]
        ordered = [
            m
            for same in by_place
            for m in (
                same
                if len(same) == 1
                else sorted(same, key=lambda m: sorted(said.of(ids[m[0]], c, a) for c, a in m[2].items()))
            )
        ]
        corpus.kept[key] = SpanUnits(
            [Unit(ids[place], members) for place, _, members in ordered], found.weight, found.bound, found.approximate
        )
    units_of: SpanUnits = corpus.kept[key]
    return units_of


class Said:
    """What labels say, without ids and times: values by the names of their categories and entities, and links."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._layers = {x.key: x for x in corpus.codebook.layers}

    def of(self, document_id: str, coder_id: str, a: Annotation) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(values in the codebook's order, links that name the label)."""
        links = _naming(self._corpus).get((document_id, coder_id, a.id), ())
        here = by_id_of(self._corpus, document_id, coder_id)
        return self.values(a), tuple(sorted(self.link(x, here, a.id) for x in links))

    def values(self, a: Annotation) -> tuple[str, ...]:
        """One text for each attribute of the layer."""
        return tuple(self.value(a.values.get(x.key), x) for x in self._layers[a.layer].attributes)

    def link(self, link: Annotation, here: Mapping[str, Annotation], beside: str | None = None) -> str:
        """All of a link; where it names `beside`, in which role."""
        parts: list[Any] = [link.layer, *self.values(link)]
        layer = self._layers[link.layer]
        for role in layer.roles if isinstance(layer, LinkLayer) else ():
            told = sorted(
                "it" if f.annotation == beside else self._filler(f.entity, here.get(f.annotation or ""))
                for f in link.roles.get(role.key, ())
            )
            reason = link.empty.get(role.key)
            parts.append([role.key, told, [reason.because, self.entity(reason.entity)] if reason else None])
        return dumps(parts)

    def entity(self, entity_id: str | None) -> str:
        """An entity by type and name."""
        return self._corpus.entities.get(entity_id or "", entity_id or "")

    def _filler(self, entity_id: str | None, label: Annotation | None) -> str:
        if entity_id:
            return self.entity(entity_id)
        return "" if label is None else dumps([label.layer, [list(f) for f in label.fragments], *self.values(label)])

    def value(self, value: Any, attribute: Attribute) -> str:
        """A value of an attribute; nothing for none."""
        if value is None:
            return ""
        if attribute.type == "entity":
            return dumps(sorted(self.entity(e) for e in entity_ids(value)))
        return str(value) if attribute.type == "text" else str(category(attribute, value))


def _naming(corpus: Corpus) -> Mapping[tuple[str, str, str], list[Annotation]]:
    """(document id, coder id, label's id) -> the coder's links that name the label in a role."""
    if "naming" not in corpus.kept:
        found: dict[tuple[str, str, str], list[Annotation]] = {}
        links = {x.key for x in corpus.codebook.link_layers}
        for document, by in corpus.labels.items():
            for coder, labels in by.items():
                for a in labels:
                    if a.layer in links:
                        for key in {f.annotation for fillers in a.roles.values() for f in fillers if f.annotation}:
                            found.setdefault((document, coder, key), []).append(a)
        corpus.kept["naming"] = found
    naming: Mapping[tuple[str, str, str], list[Annotation]] = corpus.kept["naming"]
    return naming


def _document_units(corpus: Corpus, layer: DocumentLayer) -> list[Unit]:
    said = Said(corpus)
    result: list[Unit] = []
    for document in corpus.documents:
        by_coder = {c.id: made for c in corpus.coders if (made := of_layer(corpus, document.id, c.id, layer.key))}
        result += [Unit(document.id, u) for u in _alike(by_coder, partial(said.of, document.id))]
    return result


def _alike(
    by_coder: Mapping[str, Sequence[Annotation]],
    said: Callable[[str, Annotation], tuple[tuple[str, ...], tuple[str, ...]]],
) -> list[dict[str, Annotation]]:
    """Labels that nothing but what they say tells apart, as units: those together that say the same most often."""
    if all(len(made) == 1 for made in by_coder.values()):
        return [{c: made[0] for c, made in by_coder.items()}] if by_coder else []
    told = {c: sorted(((said(c, a), a) for a in made), key=lambda x: x[0]) for c, made in by_coder.items()}
    coders = sorted(told, key=lambda c: ([x for x, _ in told[c]], c))
    items = [(c, a) for c in coders for _, a in told[c]]
    owners = [coders.index(c) for c, _ in items]
    pairs = combinations(range(len(items)), 2)
    weights = {(i, j): Fraction(1) for i, j in pairs if owners[i] != owners[j]}
    found, _, _ = best_units(owners, weights, [x for c in coders for x, _ in told[c]])
    return [{items[i][0]: items[i][1] for i in unit} for unit in found]


@dataclass(frozen=True, slots=True)
class OwnedLinks:
    """The links of one layer on one unit of owners: coder id -> links, in the order of what they name in the text.

    Coders who have the owner and no link of it are there with none. owners: the unit that the owners are.
    """

    layer: str
    owners: Unit
    by_coder: Mapping[str, tuple[Annotation, ...]]
    names: Mapping[str, tuple[Any, ...]]
    """Link's id -> what its other roles name, equal for links that name the same."""


def owned_links(corpus: Corpus, layer: LinkLayer, threshold: float) -> list[OwnedLinks]:
    """The links of a layer by the units of their owners; a link with several owners stands with each."""
    key = ("owned links", layer.key, threshold)
    if key in corpus.kept:
        kept: list[OwnedLinks] = corpus.kept[key]
        return kept
    role = owner_role(corpus.codebook, layer.key)
    result: list[OwnedLinks] = []
    owned = _links_by_owner(corpus, layer.key, role) if role is not None else {}
    corpus.kept[key] = result  # link layers may own each other in a ring
    naming = _Naming(corpus, layer, role, threshold)
    if role is not None and owned:
        for owner_layer in layer.role(role).layers:
            for owner in units(corpus, owner_layer, threshold):
                by_coder = {
                    c: tuple(owned.get((owner.document_id, c, label.id), ())) for c, label in owner.made.items()
                }
                heres = {c: by_id_of(corpus, owner.document_id, c) for c in by_coder}
                names = {a.id: naming.of(a, heres[c]) for c, links in by_coder.items() for a in links}
                result.append(OwnedLinks(layer.key, owner, by_coder, names))
    for document in corpus.documents:  # links that belong to no label are compared as if the article owned them
        loose = {
            c: tuple(
                a
                for a in of_layer(corpus, document.id, c, layer.key)
                if role is None or not any(f.annotation for f in a.roles.get(role, ()))
            )
            for c in corpus.labels[document.id]
        }
        if any(loose.values()):
            heres = {c: by_id_of(corpus, document.id, c) for c in loose}
            names = {a.id: naming.of(a, heres[c]) for c, links in loose.items() for a in links}
            result.append(OwnedLinks(layer.key, Unit(document.id, {}), loose, names))
    corpus.kept[key] = result
    return result


class _Naming:
    """What the other roles of a link name: entities, or labels by the unit that they belong to, or why nothing."""

    def __init__(self, corpus: Corpus, layer: LinkLayer, owner: str | None, threshold: float) -> None:
        self._corpus, self._owner, self._threshold = corpus, owner, threshold
        self._roles = [r.key for r in layer.roles if r.key != owner]

    def of(self, link: Annotation, here: Mapping[str, Annotation]) -> tuple[Any, ...]:
        return tuple((role, *named_in(self._corpus, link, role, here, self._threshold)) for role in self._roles)


def named_in(
    corpus: Corpus, link: Annotation, role: str, here: Mapping[str, Annotation], threshold: float
) -> tuple[str, ...]:
    """What one role of a link names, equal where two coders name the same: entities by their ids, labels that name
    nobody by their unit, and for an empty role the reason."""
    found: set[str] = set(role_entities(corpus.codebook, link, role, here))
    for f in link.roles.get(role, ()):
        label = here.get(f.annotation or "")
        if not f.entity and label is not None and not named_entities(corpus.codebook, label):
            found.add(f"unit {_unit_of(corpus, label.layer, threshold).get(label.id, label.id)}")
    reason = link.empty.get(role)
    if reason is not None:
        found.add(f"because {reason.because}")
    return tuple(sorted(found))


def _unit_of(corpus: Corpus, layer: str, threshold: float) -> Mapping[str, int]:
    """Label's id -> the number of its unit."""
    key = ("unit of", layer, threshold)
    if key not in corpus.kept:
        corpus.kept[key] = {}  # link layers may name each other in a ring
        found = units(corpus, layer, threshold)
        corpus.kept[key] = {a.id: n for n, u in enumerate(found) for a in u.made.values()}
    unit_of: Mapping[str, int] = corpus.kept[key]
    return unit_of


def _link_units(corpus: Corpus, owned: OwnedLinks, links: str) -> list[Unit]:
    """Those that name the same; of several that do, those that say the same."""
    said = Said(corpus)
    document = owned.owners.document_id
    heres = {c: by_id_of(corpus, document, c) for c in owned.by_coder}

    def said_by(coder: str, a: Annotation) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return said.values(a), (said.link(a, heres[coder]),)

    by_name: dict[tuple[Any, ...], dict[str, list[Annotation]]] = {}
    for coder, mine in owned.by_coder.items():
        for a in mine:
            by_name.setdefault(owned.names[a.id], {}).setdefault(coder, []).append(a)
    made = [u for same in by_name.values() for u in _alike(same, said_by)]
    if len(made) > 1:
        made.sort(key=lambda u: sorted(said_by(c, a) for c, a in u.items()))
    if links == IN_ORDER:
        slots = [u for u in made if len(u) > 1]
        paired = {a.id for u in slots for a in u.values()}
        for coder, mine in owned.by_coder.items():
            rest = [a for a in mine if a.id not in paired]
            free = [u for u in slots if coder not in u]
            for slot, a in zip(free, rest, strict=False):
                slot[coder] = a
            slots += [{coder: a} for a in rest[len(free) :]]
        made = slots
    return [Unit(document, u) for u in made]


def _links_by_owner(corpus: Corpus, layer: str, role: str) -> dict[tuple[str, str, str], list[Annotation]]:
    """(document id, coder id, owner's id) -> links in the order of what their other roles name in the text."""
    said = Said(corpus)
    result: dict[tuple[str, str, str], list[Annotation]] = {}
    for document in corpus.documents:
        for coder_id in corpus.labels[document.id]:
            mine = of_layer(corpus, document.id, coder_id, layer)
            if not mine:
                continue
            here = by_id_of(corpus, document.id, coder_id)
            owned: dict[str, list[Annotation]] = {}
            for a in mine:
                # a link that several labels own is one link: it stands under the first of them in the text
                own = [here[f.annotation] for f in a.roles.get(role, ()) if f.annotation and f.annotation in here]
                if own:
                    first = min(own, key=lambda x: (x.fragments, said.values(x), x.id))
                    owned.setdefault(first.id, []).append(a)
            for owner, links in owned.items():
                if len(links) > 1:
                    links.sort(key=lambda a: (_first_place(a, role, here), said.link(a, here)))
                result[document.id, coder_id, owner] = links
    return result


def named(codebook: Codebook, link: Annotation, by_id: Mapping[str, Annotation]) -> tuple[tuple[str, str], ...]:
    """(role, entity id) of every entity that a link's roles name, but for the owner's role."""
    layer = codebook.layer(link.layer)
    if not isinstance(layer, LinkLayer):
        return ()
    return tuple(
        sorted(
            (role.key, entity)
            for role in other_roles(codebook, layer.key)
            for entity in role_entities(codebook, link, role.key, by_id)
        )
    )


def role_entities(codebook: Codebook, link: Annotation, role: str, by_id: Mapping[str, Annotation]) -> tuple[str, ...]:
    """The entities that a role names: directly, through the label in it, or by the reason for its being empty."""
    found: set[str] = set()
    for f in link.roles.get(role, ()):
        found.update((f.entity,) if f.entity else named_entities(codebook, by_id.get(f.annotation or "")))
    reason = link.empty.get(role)
    if reason is not None and reason.entity:
        found.add(reason.entity)
    return tuple(sorted(found))


def by_id_of(corpus: Corpus, document_id: str, coder_id: str) -> Mapping[str, Annotation]:
    """A coder's labels of a document by id."""
    key = ("by id", document_id, coder_id)
    if key not in corpus.kept:
        corpus.kept[key] = {a.id: a for a in corpus.labels[document_id][coder_id]}
    found: Mapping[str, Annotation] = corpus.kept[key]
    return found


def place_of(corpus: Corpus, document_id: str, coder_id: str, a: Annotation) -> tuple[int, int] | None:
    """Where a label stands in the text, a link where the first label in its roles does; None for nowhere."""
    label = in_text(corpus, document_id, coder_id, a)
    return None if label is None else (label.fragments[0][0], label.fragments[-1][1])


def in_text(corpus: Corpus, document_id: str, coder_id: str, a: Annotation) -> Annotation | None:
    """The label itself where it stands in the text, else the first in its roles that does."""
    if a.fragments:
        return a
    here = by_id_of(corpus, document_id, coder_id)
    labels = (here.get(f.annotation or "") for fillers in a.roles.values() for f in fillers)
    return next((x for x in labels if x is not None and x.fragments), None)


def _first_place(link: Annotation, owner_role: str, here: Mapping[str, Annotation]) -> tuple[int, int]:
    labels = [
        here.get(f.annotation or "") for role, fillers in link.roles.items() if role != owner_role for f in fillers
    ]
    places = [a.fragments[0] for a in labels if a is not None and a.fragments]
    return min(places, default=(1 << 60, 0))
