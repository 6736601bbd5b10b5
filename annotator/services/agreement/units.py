"""Which labels of different coders are about the same thing: matched spans, and links on matched owners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

from annotator.agreement.span_line import SpanLine
from annotator.agreement.span_matching import Span
from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Codebook, DocumentLayer, LinkLayer, SpanLayer
from annotator.domain.codebook.owners import other_roles, owners
from annotator.domain.statements import named_entity
from annotator.services.agreement.request import Corpus

_FRAGMENTS = attrgetter("fragments")


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that was coded: coder id -> that coder's label of it. Coders who have none are absent."""

    document_id: str
    made: Mapping[str, Annotation]


def units(corpus: Corpus, layer_key: str, threshold: float) -> list[Unit]:
    """The units of a layer, document by document."""
    key = ("units", layer_key, threshold)
    if key not in corpus.kept:
        corpus.kept[key] = []  # link layers may own each other in a ring
        layer = corpus.codebook.layer(layer_key)
        if isinstance(layer, SpanLayer):
            found = _span_units(corpus, layer_key, threshold)
        elif isinstance(layer, DocumentLayer):
            found = _document_units(corpus, layer)
        else:
            found = _link_units(corpus, layer, threshold)
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


def _span_units(corpus: Corpus, layer: str, threshold: float) -> list[Unit]:
    """Coder by coder in the report's order: each coder's spans are matched, one to one by the greatest sum of
    intersection over union, with the units found so far; the first coder who marked a unit stands for it."""
    found: list[dict[str, Annotation]] = []
    heads: list[Span] = []
    where: list[int] = []
    for coder_id, laid in laid_out(corpus, layer).items():
        taken: set[int] = set()
        for unit, span, _iou in laid.line.matched(heads, threshold):
            found[unit][coder_id] = laid.labels[span]
            taken.add(span)
        rest = [i for i in range(len(laid.labels)) if i not in taken]
        found += [{coder_id: laid.labels[i]} for i in rest]
        heads += [laid.line.spans[i] for i in rest]
        where += [laid.places[i] for i in rest]
    order = sorted(range(len(found)), key=where.__getitem__)
    ids = [d.id for d in corpus.documents]
    return [Unit(ids[where[i]], found[i]) for i in order]


def _document_units(corpus: Corpus, layer: DocumentLayer) -> list[Unit]:
    result: list[Unit] = []
    for document in corpus.documents:
        by_coder = {c.id: of_layer(corpus, document.id, c.id, layer.key) for c in corpus.coders}
        for place in range(max((len(x) for x in by_coder.values()), default=0)):
            result.append(Unit(document.id, {c: x[place] for c, x in by_coder.items() if place < len(x)}))
    return result


def _link_units(corpus: Corpus, layer: LinkLayer, threshold: float) -> list[Unit]:
    """Links on matched owners: those whose other roles name the same entities are paired first, the rest in order."""
    role = owners(corpus.codebook).by_link[layer.key].role
    if role is None:
        return _loose_units(corpus, layer, None)
    owned = _links_by_owner(corpus, layer.key, role)
    result = _loose_units(corpus, layer, role)
    for owner_layer in layer.role(role).layers:
        for owner in units(corpus, owner_layer, threshold):
            found: list[dict[str, Annotation]] = []
            for coder_id, label in owner.made.items():
                links = owned.get((owner.document_id, coder_id, label.id), [])
                _pair(found, coder_id, links, owner.document_id, layer, corpus)
            result.extend(Unit(owner.document_id, made) for made in found)
    return result


def _loose_units(corpus: Corpus, layer: LinkLayer, role: str | None) -> list[Unit]:
    """Links that belong to no label: paired within the document as if it owned them. role: the owner's."""
    result: list[Unit] = []
    for document in corpus.documents:
        found: list[dict[str, Annotation]] = []
        for coder_id in corpus.labels[document.id]:
            links = of_layer(corpus, document.id, coder_id, layer.key)
            if role is not None:
                links = [a for a in links if not any(f.annotation for f in a.roles.get(role, ()))]
            _pair(found, coder_id, links, document.id, layer, corpus)
        result.extend(Unit(document.id, made) for made in found)
    return result


def _links_by_owner(corpus: Corpus, layer: str, role: str) -> dict[tuple[str, str, str], list[Annotation]]:
    """(document id, coder id, owner's id) -> links in the order of what their other roles name in the text."""
    result: dict[tuple[str, str, str], list[Annotation]] = {}
    for document in corpus.documents:
        for coder_id in corpus.labels[document.id]:
            mine = list(of_layer(corpus, document.id, coder_id, layer))
            if not mine:
                continue
            here = by_id_of(corpus, document.id, coder_id)
            mine.sort(key=lambda a: (_first_place(a, role, here), a.created, a.id))
            for a in mine:
                # a link that several labels own is one link: it stands under the first of them in the text
                own = [here[f.annotation] for f in a.roles.get(role, ()) if f.annotation and f.annotation in here]
                if own:
                    first = min(own, key=lambda x: (x.fragments, x.created, x.id))
                    result.setdefault((document.id, coder_id, first.id), []).append(a)
    return result


def _pair(
    found: list[dict[str, Annotation]],
    coder_id: str,
    links: list[Annotation],
    document_id: str,
    layer: LinkLayer,
    corpus: Corpus,
) -> None:
    mine = by_id_of(corpus, document_id, coder_id) if found else {}
    rest = list(links)
    open_units = list(found)
    for made in found:
        other_coder, head = next(iter(made.items()))
        wanted = named(corpus.codebook, head, by_id_of(corpus, document_id, other_coder))
        same = next((a for a in rest if wanted and wanted == named(corpus.codebook, a, mine)), None)
        if same is not None:
            made[coder_id] = same
            rest.remove(same)
            open_units.remove(made)
    for made, link in zip(open_units, rest, strict=False):
        made[coder_id] = link
    found.extend({coder_id: link} for link in rest[len(open_units) :])


def named(codebook: Codebook, link: Annotation, by_id: Mapping[str, Annotation]) -> tuple[tuple[str, str], ...]:
    """(role, entity id) of every entity that a link's roles name, but for the owner's role."""
    layer = codebook.layer(link.layer)
    if not isinstance(layer, LinkLayer):
        return ()
    return tuple(
        sorted(
            (role.key, entity)
            for role in other_roles(codebook, layer.key)
            for entity in role_entities(link, role.key, by_id)
        )
    )


def role_entities(link: Annotation, role: str, by_id: Mapping[str, Annotation]) -> tuple[str, ...]:
    """The entities that a role names: directly, through the label in it, or by the reason for its being empty."""
    found: set[str] = set()
    for f in link.roles.get(role, ()):
        entity = f.entity or named_entity(by_id.get(f.annotation or ""))
        if entity:
            found.add(entity)
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
