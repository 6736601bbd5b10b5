"""Annotations in the public form: names beside ids, the passage beside its offsets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotator.domain.annotations import Annotation, Coder, Document, Entity
from annotator.domain.codebook.model import Codebook
from annotator.domain.decisions import GOLD
from annotator.domain.errors import StudyFileError
from annotator.domain.fragments import text_of
from annotator.domain.words import by_door, say


class RecordForm:
    """Knows a study's names once, then turns annotations to records."""

    def __init__(
        self,
        codebook: Codebook,
        coders: Mapping[str, Coder],
        entities: Mapping[str, Entity],
        origins: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """origins: label's id -> the suggestion that it was accepted from, to be told of each."""
        self._origins = origins or {}
        self._codebook = codebook
        self._coders = coders
        self._entities = entities
        self._layers = {layer.key: layer for layer in codebook.layers}
        self._order = {x.key: {a.key: i for i, a in enumerate(x.attributes)} for x in codebook.layers}
        self._asked = {t.key: {a.key: i for i, a in enumerate(t.attributes)} for t in codebook.entity_types}

    def entity(self, entity_id: str) -> dict[str, str]:
        """An entity in the public form."""
        e = self._entities.get(entity_id)
        if e is None:
            raise _nowhere(entity_id)
        return {"entity": e.id, "name": e.name, "type": e.type}

    def _coder(self, coder_id: str) -> dict[str, str]:
        coder = self._coders.get(coder_id)
        if coder is None:
            raise _nowhere(coder_id)
        told = {"id": coder.id, "name": coder.name}
        return {**told, "role": GOLD} if coder.role == GOLD else told

    def value(self, value: Any) -> Any:
        """A value in the public form."""
        if isinstance(value, (list, tuple)):
            return [self.value(v) for v in value]
        return self.entity(value["entity"]) if isinstance(value, Mapping) else value

    def values_of(self, type: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values of an entity of this type in the public form, in the codebook's order."""
        order = self._asked.get(type, {})
        return {key: self.value(values[key]) for key in sorted(values, key=lambda k: (order.get(k, 999), k))}

    def record(self, a: Annotation, document: Document, text: str | None, reading: int = 1) -> dict[str, Any]:
        """The annotation as the line of an export; text: of the document, None to leave the passage out.

        reading: 2 where the coder labelled the article a second time, which is told then.
        """
        record: dict[str, Any] = {
            "id": a.id,
            "layer": a.layer,
            "coder": self._coder(a.coder_id),
            "document": {"id": document.id, "title": document.title, "sha256": document.sha256},
        }
        if reading > 1:
            record["reading"] = reading
        if a.fragments:
            record["fragments"] = [list(f) for f in a.fragments]
            if text is not None:
                record["text"] = text_of(text, a.fragments)
        layer, order = self._layers.get(a.layer), self._order.get(a.layer, {})
        record["values"] = {key: self.value(a.values[key]) for key in sorted(a.values, key=lambda k: order.get(k, 999))}
        record["uncertain"] = list(a.uncertain)
        record["memo"] = a.memo
        if layer is not None and layer.kind == "link":
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
        record["codebook"] = {"key": self._codebook.key, "version": a.codebook_version}
        record["created"] = a.created
        record["updated"] = a.updated
        if a.id in self._origins:
            record["suggestion"] = dict(self._origins[a.id])
        return record


def _nowhere(name: str) -> StudyFileError:
    return StudyFileError(
        "a label names a coder or an entity that the study does not have",
        name,
        by_door("`annotator check` says which label", say("check this study, which says which label")),
    )
