"""Labels that wait for review, by coder and code: left so by a change of codebook or text, not looked at yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.annotations import Annotation, Document
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.values import label_of
from annotator.domain.fragments import text_of
from annotator.domain.json_forms import JsonObject
from annotator.services.codebooks.marks import reviews
from annotator.services.study import Study
from annotator.store import annotations as annotation_rows
from annotator.store import documents as document_rows

_CODES = ("choice", "choices", "tree", "scale")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A label to be looked at. code: its layer with the value of its first closed attribute, in words.

    place: where it stands; of a link, where the first label that it names does; None where it is about an article.
    """

    label: str
    layer: str
    code: str
    coder_id: str
    coder: str
    document: Document
    place: tuple[int, int] | None
    words: str
    why: tuple[str, ...]

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        start, end = self.place or (None, None)
        return {
            "id": self.label,
            "layer": self.layer,
            "code": self.code,
            "coder": {"id": self.coder_id, "name": self.coder},
            "document": {"id": self.document.id, "number": self.document.number, "title": self.document.title},
            "start": start,
            "end": end,
            "text": self.words,
            "why": list(self.why),
        }


def waiting(study: Study) -> list[Waiting]:
    """Every one, by coder, code, article and place."""
    marked = reviews(study)
    if not marked:
        return []
    with study.file.reading() as connection:
        labels = {a.id: a for a in annotation_rows.get_many(connection, sorted(marked))}
        named = [f.annotation for a in labels.values() for held in a.roles.values() for f in held if f.annotation]
        others = {a.id: a for a in annotation_rows.get_many(connection, sorted(set(named) - labels.keys()))} | labels
        texts = document_rows.texts_of(connection, sorted({a.document_id for a in labels.values()}))
    names = {c.id: c.name for c in study.coders()}
    documents = {d.id: d for d in study.documents_with(texts.keys())}
    found = []
    for a in labels.values():
        fragments = _fragments(a, others)
        found.append(
            Waiting(
                a.id,
                a.layer,
                code_of(study.codebook, a),
                a.coder_id,
                names.get(a.coder_id, "?"),
                documents[a.document_id],
                (fragments[0][0], fragments[-1][1]) if fragments else None,
                text_of(texts[a.document_id], fragments) if fragments else "",
                marked[a.id],
            )
        )
    return sorted(found, key=lambda w: (w.coder, w.coder_id, w.code, w.document.number, w.place or (0, 0), w.label))


def counts(found: Sequence[Waiting]) -> dict[tuple[str, str, str], int]:
    """(coder's id, coder's name, code) -> how many wait."""
    return dict(Counter((w.coder_id, w.coder, w.code) for w in found))


def _fragments(a: Annotation, others: Mapping[str, Annotation]) -> tuple[tuple[int, int], ...]:
    if a.fragments:
        return a.fragments
    held = (others.get(f.annotation or "") for fillers in a.roles.values() for f in fillers)
    return next((other.fragments for other in held if other is not None and other.fragments), ())


def code_of(codebook: Codebook, a: Annotation) -> str:
    """How a label is coded: its layer, and what its first closed attribute says."""
    layer = next((x for x in codebook.layers if x.key == a.layer), None)
    if layer is None:
        return a.layer
    for attribute in layer.attributes:
        if attribute.type in _CODES and a.values.get(attribute.key) is not None:
            return f"{layer.label}: {label_of(attribute, a.values[attribute.key])}"
    return layer.label
