"""Which labels of different coders are about the same thing: matched spans, and links on matched owners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.agreement.span_matching import match_spans
from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Codebook, DocumentLayer, LinkLayer, SpanLayer
from annotator.domain.statements import named_entity
from annotator.services.reporting.question import Corpus


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that was coded: coder id -> that coder's label of it. Coders who have none are absent."""

    document_id: str
    made: Mapping[str, Annotation]


def units(corpus: Corpus, layer_key: str, threshold: float) -> list[Unit]:
    """The units of a layer, document by document."""
    layer = corpus.codebook.layer(layer_key)
    if isinstance(layer, SpanLayer):
        return _span_units(corpus, layer_key, threshold)
    if isinstance(layer, DocumentLayer):
        return _document_units(corpus, layer)
    return _link_units(corpus, layer, threshold)


def of_layer(labels: Sequence[Annotation], layer: str) -> list[Annotation]:
    """The labels of one layer in reading order."""
    return sorted((a for a in labels if a.layer == layer), key=lambda a: (a.fragments, a.created, a.id))


def _span_units(corpus: Corpus, layer: str, threshold: float) -> list[Unit]:
    """Coder by coder in the report's order: each coder's spans are matched, one to one by the greatest sum of
    intersection over union, with the units found so far; the first coder who marked a unit stands for it."""
    result: list[Unit] = []
    for document in corpus.documents:
        found: list[dict[str, Annotation]] = []
        for coder in corpus.coders:
            if coder.id not in corpus.labels[document.id]:
                continue
            spans = of_layer(corpus.labels[document.id][coder.id], layer)
            heads = [next(iter(made.values())).fragments for made in found]
            taken: set[int] = set()
            for unit, span, _iou in match_spans(heads, [a.fragments for a in spans], threshold):
                found[unit][coder.id] = spans[span]
                taken.add(span)
            found.extend({coder.id: a} for i, a in enumerate(spans) if i not in taken)
        result.extend(Unit(document.id, made) for made in found)
    return result


def _document_units(corpus: Corpus, layer: DocumentLayer) -> list[Unit]:
    result: list[Unit] = []
    for document in corpus.documents:
        by_coder = {c.id: of_layer(corpus.labels[document.id].get(c.id, []), layer.key) for c in corpus.coders}
        for place in range(max((len(x) for x in by_coder.values()), default=0)):
            result.append(Unit(document.id, {c: x[place] for c, x in by_coder.items() if place < len(x)}))
    return result


def _link_units(corpus: Corpus, layer: LinkLayer, threshold: float) -> list[Unit]:
    """Links on matched owners: those whose other roles name the same entities are paired first, the rest in order."""
    if layer.per is None:
        return []
    role = layer.per.role
    result: list[Unit] = []
    for owner_layer in layer.role(role).layers:
        for owner in units(corpus, owner_layer, threshold):
            found: list[dict[str, Annotation]] = []
            for coder_id, label in owner.made.items():
                mine = corpus.labels[owner.document_id][coder_id]
                here = {a.id: a for a in mine}
                links = [
                    a
                    for a in mine
                    if a.layer == layer.key and any(f.annotation == label.id for f in a.roles.get(role, ()))
                ]
                links.sort(key=lambda a: (_first_place(a, role, here), a.created, a.id))
                _pair(found, coder_id, links, layer, corpus)
            result.extend(Unit(owner.document_id, made) for made in found)
    return result


def _pair(
    found: list[dict[str, Annotation]],
    coder_id: str,
    links: list[Annotation],
    layer: LinkLayer,
    corpus: Corpus,
) -> None:
    rest = list(links)
    open_units = list(found)
    for made in found:
        other_coder, head = next(iter(made.items()))
        wanted = named(corpus.codebook, head, corpus.labels[head.document_id][other_coder])
        same = next(
            (a for a in rest if wanted and wanted == named(corpus.codebook, a, corpus.labels[a.document_id][coder_id])),
            None,
        )
        if same is not None:
            made[coder_id] = same
            rest.remove(same)
            open_units.remove(made)
    for made, link in zip(open_units, rest, strict=False):
        made[coder_id] = link
    found.extend({coder_id: link} for link in rest[len(open_units) :])


def named(codebook: Codebook, link: Annotation, labels: Sequence[Annotation]) -> tuple[tuple[str, str], ...]:
    """(role, entity id) of every entity that a link's roles name, but for the owner's role."""
    layer = codebook.layer(link.layer)
    if not isinstance(layer, LinkLayer):
        return ()
    return tuple(
        sorted(
            (role.key, entity)
            for role in layer.roles
            if layer.per is None or role.key != layer.per.role
            for entity in role_entities(link, role.key, labels)
        )
    )


def role_entities(link: Annotation, role: str, labels: Sequence[Annotation]) -> tuple[str, ...]:
    """The entities that a role names: directly, through the label in it, or by the reason for its being empty."""
    by_id = {a.id: a for a in labels}
    found: set[str] = set()
    for f in link.roles.get(role, ()):
        entity = f.entity or named_entity(by_id.get(f.annotation or ""))
        if entity:
            found.add(entity)
    reason = link.empty.get(role)
    if reason is not None and reason.entity:
        found.add(reason.entity)
    return tuple(sorted(found))


def _first_place(link: Annotation, owner_role: str, here: Mapping[str, Annotation]) -> tuple[int, int]:
    labels = [
        here.get(f.annotation or "") for role, fillers in link.roles.items() if role != owner_role for f in fillers
    ]
    places = [a.fragments[0] for a in labels if a is not None and a.fragments]
    return min(places, default=(1 << 60, 0))
