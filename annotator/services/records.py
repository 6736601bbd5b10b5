"""Annotations in the public form: names beside ids, the passage beside its offsets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotator.domain.annotations import Annotation, Coder, Document, Entity
from annotator.domain.fragments import text_of
from annotator.services.study import Study


class RecordWriter:
    """Knows the study's names once, then turns annotations to records."""

    def __init__(self, study: Study, without_text: bool = False) -> None:
        self._study = study
        self._without_text = without_text
        self.coders: dict[str, Coder] = {c.id: c for c in study.coders()}
        self.register = study.register()
        self.entities: Mapping[str, Entity] = self.register.every
        self.documents: dict[str, Document] = {d.id: d for d in study.documents()}
        self._text_of: tuple[str, str] = ("", "")

    def text(self, document_id: str) -> str:
        """The document's text; the last one asked for is kept at hand."""
        if self._text_of[0] != document_id:
            self._text_of = (document_id, self._study.text(document_id))
        return self._text_of[1]

    def entity(self, entity_id: str) -> dict[str, str]:
        """An entity in the public form."""
        e = self.entities[entity_id]
        return {"entity": e.id, "name": e.name, "type": e.type}

    def value(self, layer: str, key: str, value: Any) -> Any:
        """A value in the public form."""
        if isinstance(value, list):
            return [self.value(layer, key, v) for v in value]
        return self.entity(value["entity"]) if isinstance(value, Mapping) else value

    def record(self, a: Annotation) -> dict[str, Any]:
        """The annotation as the line of an export; merged entities stand as what they were merged into."""
        a = self.register.resolved(a)
        document = self.documents[a.document_id]
        record: dict[str, Any] = {
            "id": a.id,
            "layer": a.layer,
            "coder": {"id": a.coder_id, "name": self.coders[a.coder_id].name},
            "document": {"id": document.id, "title": document.title, "sha256": document.sha256},
        }
        if a.fragments:
            record["fragments"] = [list(f) for f in a.fragments]
            if not self._without_text:
                record["text"] = text_of(self.text(a.document_id), a.fragments)
        layer = self._study.codebook.layer(a.layer)
        order = {attribute.key: i for i, attribute in enumerate(layer.attributes)}
        record["values"] = {
            key: self.value(a.layer, key, a.values[key]) for key in sorted(a.values, key=lambda k: order.get(k, 999))
        }
        record["uncertain"] = list(a.uncertain)
        record["memo"] = a.memo
        if layer.kind == "link":
            record["roles"] = {
                role: [
                    {"annotation": f.annotation} if f.annotation else self.entity(f.entity or "")
                    for f in a.roles.get(role, ())
                ]
                for role in dict.fromkeys([*(r.key for r in layer.roles), *a.roles])
            }
            if a.empty:
                record["empty"] = {
                    role: {"because": e.because, "entity": self.entity(e.entity)}
                    if e.entity
                    else {"because": e.because}
                    for role, e in sorted(a.empty.items())
                }
        if a.external_id is not None:
            record["external_id"] = a.external_id
        record["codebook"] = {"key": self._study.codebook.key, "version": a.codebook_version}
        record["created"] = a.created
        record["updated"] = a.updated
        return record

    def records(self, coder_ids: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        """All records, document by document, spans before the links that name them."""
        kinds = {layer.key: layer.kind == "link" for layer in self._study.codebook.layers}
        for document in self.documents.values():
            found = self._study.annotations(document.id, coder_ids)
            found.sort(key=lambda a: (kinds[a.layer], a.fragments, a.created, a.id))
            for annotation in found:
                yield self.record(annotation)
