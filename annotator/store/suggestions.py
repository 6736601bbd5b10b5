"""Rows of suggestions, where they came from, and what coders said to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, or_, select

from annotator.domain.annotations import Annotation, EmptyRole, Filler
from annotator.domain.suggestions import NamedEntity, Source, Suggestion, Verdict
from annotator.store.dialects import upsert
from annotator.store.records import dumps, empty_record
from annotator.store.tables import suggestion, suggestion_source, verdict


def sources(connection: Connection) -> dict[str, Source]:
    """Id -> where suggestions came from, oldest first."""
    query = select(suggestion_source).order_by(suggestion_source.c.imported, suggestion_source.c.id)
    return {r.id: Source(r.id, r.name, r.version, r.format, r.file, r.imported) for r in connection.execute(query)}


def add_source(connection: Connection, one: Source) -> None:
    """Write where suggestions came from."""
    row = {"id": one.id, "name": one.name, "version": one.version, "format": one.format, "file": one.file}
    connection.execute(suggestion_source.insert().values(**row, imported=one.imported))


def insert_many(connection: Connection, found: Sequence[Suggestion]) -> None:
    """Write new suggestions."""
    rows = [
        {
            "id": s.id,
            "source_id": s.source_id,
            "document_id": s.document_id,
            "coder_id": s.coder_id,
            "layer": s.label.layer,
            "content": dumps(content(s)),
            "codebook_version": s.label.codebook_version,
            "text_version": s.label.text_version,
        }
        for s in found
    ]
    for at in range(0, len(rows), 500):
        connection.execute(suggestion.insert().inline(), rows[at : at + 500])


def any_there(connection: Connection) -> bool:
    """Whether the study has any suggestion that this connection may see."""
    return connection.execute(select(suggestion.c.id).limit(1)).first() is not None


def find(
    connection: Connection, document_id: str | None = None, coder_id: str | None = None, source_id: str | None = None
) -> list[Suggestion]:
    """Suggestions in a stable order. coder_id: those that are meant for this coder, or for everybody."""
    query = select(suggestion).order_by(suggestion.c.document_id, suggestion.c.id)
    if document_id is not None:
        query = query.where(suggestion.c.document_id == document_id)
    if coder_id is not None:
        query = query.where(or_(suggestion.c.coder_id.is_(None), suggestion.c.coder_id == coder_id))
    if source_id is not None:
        query = query.where(suggestion.c.source_id == source_id)
    return [_suggestion(r) for r in connection.execute(query)]


def get(connection: Connection, suggestion_id: str) -> Suggestion | None:
    """One suggestion, or None."""
    row = connection.execute(select(suggestion).where(suggestion.c.id == suggestion_id)).first()
    return None if row is None else _suggestion(row)


def verdicts(
    connection: Connection, document_id: str | None = None, coder_id: str | None = None, accepted: bool = False
) -> list[Verdict]:
    """What coders said, narrowed by what is given. accepted: of those alone of which a label came."""
    query = select(verdict).order_by(verdict.c.suggestion_id, verdict.c.coder_id)
    if document_id is not None:
        query = query.where(verdict.c.document_id == document_id)
    if coder_id is not None:
        query = query.where(verdict.c.coder_id == coder_id)
    if accepted:
        query = query.where(verdict.c.annotation_id.is_not(None))
    return [_verdict(r) for r in connection.execute(query)]


def verdict_of(connection: Connection, suggestion_id: str, coder_id: str) -> Verdict | None:
    """What a coder said to a suggestion."""
    query = select(verdict).where(verdict.c.suggestion_id == suggestion_id, verdict.c.coder_id == coder_id)
    row = connection.execute(query).first()
    return None if row is None else _verdict(row)


def put_verdict(connection: Connection, one: Verdict, after: Verdict | None) -> None:
    """Write what a coder says now; None where it was taken back."""
    if after is None:
        connection.execute(
            verdict.delete().where(verdict.c.suggestion_id == one.suggestion_id, verdict.c.coder_id == one.coder_id)
        )
        return
    row = {
        "suggestion_id": after.suggestion_id,
        "coder_id": after.coder_id,
        "document_id": after.document_id,
        "said": after.said,
        "annotation_id": after.annotation_id,
    }
    upsert(connection, verdict, row)


def content(s: Suggestion) -> dict[str, Any]:
    """What a suggestion says, as plain JSON values."""
    a = s.label
    told: dict[str, Any] = {
        "fragments": [list(f) for f in a.fragments],
        "values": dict(a.values),
        "uncertain": list(a.uncertain),
        "memo": a.memo,
        "roles": {
            role: [{"annotation": f.annotation} if f.annotation else {"entity": f.entity} for f in held]
            for role, held in a.roles.items()
            if held
        },
        "empty": {role: empty_record(e) for role, e in a.empty.items()},
        "external_id": a.external_id,
        "entities": {key: e.record() for key, e in s.entities.items()},
    }
    return told if s.confidence is None else {**told, "confidence": s.confidence}


def suggestion_of(
    key: str,
    source_id: str,
    document_id: str,
    coder_id: str | None,
    layer: str,
    told: dict[str, Any],
    codebook_version: int,
    text_version: int,
) -> Suggestion:
    """The suggestion that `content` and its columns describe."""
    label = Annotation(
        id=key,
        document_id=document_id,
        coder_id=coder_id or "",
        layer=layer,
        fragments=tuple((s, e) for s, e in told["fragments"]),
        values=told["values"],
        uncertain=tuple(told["uncertain"]),
        memo=told["memo"],
        roles={
            role: tuple(Filler(f.get("annotation"), f.get("entity")) for f in held)
            for role, held in told["roles"].items()
        },
        empty={role: EmptyRole(e["because"], e.get("entity")) for role, e in told["empty"].items()},
        codebook_version=codebook_version,
        external_id=told["external_id"],
        text_version=text_version,
    )
    entities = {
        key: NamedEntity(e["name"], e["type"], tuple(e.get("aliases", ()))) for key, e in told["entities"].items()
    }
    return Suggestion(label, source_id, entities, told.get("confidence"))


def _suggestion(r: Any) -> Suggestion:
    told = json.loads(r.content)
    return suggestion_of(
        r.id, r.source_id, r.document_id, r.coder_id, r.layer, told, r.codebook_version, r.text_version
    )


def _verdict(r: Any) -> Verdict:
    return Verdict(r.suggestion_id, r.coder_id, r.document_id, r.said, r.annotation_id)
