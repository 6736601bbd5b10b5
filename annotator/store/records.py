"""Domain records to rows and journal entries and back."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, TypeAlias

from annotator.domain.annotations import Annotation, Document, EmptyRole, Entity, Filler, Note

Record: TypeAlias = Mapping[str, Any]
"""A label, entity, note or state as plain JSON values, as the journal keeps it."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def dumps(value: Any) -> str:
    """JSON in one spelling, so that equal records are equal text."""
    return _ENCODER.encode(value)


def same(one: Any, other: Any) -> bool:
    """Whether two records are the same JSON: unlike ``==``, 1 is neither true nor 1.0."""
    if one is None or other is None:
        return one is other
    return bool(one == other) and dumps(one) == dumps(other)


def annotation_record(a: Annotation) -> dict[str, Any]:
    """The whole annotation as plain JSON values, as the journal keeps it."""
    record = {
        "id": a.id,
        "document": a.document_id,
        "coder": a.coder_id,
        "layer": a.layer,
        "fragments": [list(f) for f in a.fragments],
        "values": dict(a.values),
        "uncertain": list(a.uncertain),
        "memo": a.memo,
        "roles": {
            role: [{"annotation": f.annotation} if f.annotation else {"entity": f.entity} for f in fillers]
            for role, fillers in a.roles.items()
            if fillers
        },
        "empty": {role: empty_record(e) for role, e in a.empty.items()},
        "codebook_version": a.codebook_version,
        "external_id": a.external_id,
        "created": a.created,
        "updated": a.updated,
    }
    if a.text_version != 1:  # a record on an uncorrected text is as it was before texts had versions
        record["text_version"] = a.text_version
    return record


def document_record(d: Document) -> dict[str, Any]:
    """What is known of an article and which text it has, as the journal keeps it."""
    return {
        "id": d.id,
        "title": d.title,
        "published": d.published,
        "publisher": d.publisher,
        "author": d.author,
        "url": d.url,
        "language": d.language,
        "zones": [list(z) for z in d.zones],
        "characters": d.characters,
        "sha256": d.sha256,
        "text_version": d.text_version,
    }


def empty_record(e: EmptyRole) -> dict[str, Any]:
    """A reason for an empty role as plain JSON values."""
    return {"because": e.because, "entity": e.entity} if e.entity else {"because": e.because}


def annotation_from_record(r: Mapping[str, Any]) -> Annotation:
    """The annotation that `annotation_record` described."""
    return Annotation(
        id=r["id"],
        document_id=r["document"],
        coder_id=r["coder"],
        layer=r["layer"],
        fragments=tuple((s, e) for s, e in r["fragments"]),
        values=r["values"],
        uncertain=tuple(r["uncertain"]),
        memo=r["memo"],
        roles={
            role: tuple(Filler(f.get("annotation"), f.get("entity")) for f in fillers)
            for role, fillers in r["roles"].items()
        },
        empty={role: EmptyRole(e["because"], e.get("entity")) for role, e in r["empty"].items()},
        codebook_version=r["codebook_version"],
        external_id=r["external_id"],
        created=r["created"],
        updated=r["updated"],
        text_version=r.get("text_version", 1),
    )


def entity_record(e: Entity) -> dict[str, Any]:
    """The whole entity as plain JSON values."""
    record: dict[str, Any] = {
        "id": e.id,
        "name": e.name,
        "type": e.type,
        "aliases": list(e.aliases),
        "memo": e.memo,
        "created": e.created,
    }
    if e.merged_into:
        record["merged_into"] = e.merged_into
    if e.values:  # a record of one without is as it was before entities had values
        record["values"] = dict(e.values)
    return record


def entity_from_record(r: Mapping[str, Any]) -> Entity:
    """The entity that `entity_record` described."""
    return Entity(
        r["id"],
        r["name"],
        r["type"],
        tuple(r["aliases"]),
        r["memo"],
        r["created"],
        r.get("merged_into"),
        r.get("values") or {},
    )


def note_record(n: Note) -> dict[str, Any]:
    """The whole note as plain JSON values."""
    record = asdict(n)
    if n.text_version == 1:
        del record["text_version"]
    return record


def note_from_record(r: Mapping[str, Any]) -> Note:
    """The note that `note_record` described."""
    return Note(**r)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Without searches for cycles, which take half the time where a hundred thousand labels are made at once."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
