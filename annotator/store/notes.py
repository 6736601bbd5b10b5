"""Rows of notes and questions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from annotator.domain.annotations import Note
from annotator.store.dialects import upsert
from annotator.store.tables import note


def find(connection: Connection, document_id: str | None = None) -> list[Note]:
    """Notes in the order in which they were written, of one article or of all."""
    query = select(note).order_by(note.c.created, note.c.id)
    if document_id is not None:
        query = query.where(note.c.document_id == document_id)
    return [_note(r) for r in connection.execute(query)]


def get(connection: Connection, note_id: str) -> Note | None:
    """One note, or None."""
    row = connection.execute(select(note).where(note.c.id == note_id)).first()
    return None if row is None else _note(row)


def replies(connection: Connection, note_id: str) -> list[Note]:
    """What answers a note."""
    return [_note(r) for r in connection.execute(select(note).where(note.c.reply_to == note_id))]


def put(connection: Connection, note_id: str, after: Note | None) -> None:
    """Write a note's new state; None removes it."""
    if after is None:
        connection.execute(note.delete().where(note.c.id == note_id))
        return
    row = {
        "id": note_id,
        "document_id": after.document_id,
        "coder_id": after.coder_id,
        "reply_to": after.reply_to,
        "kind": after.kind,
        "start": after.start,
        "end": after.end,
        "text": after.text,
        "settled": int(after.settled),
        "created": after.created,
        "updated": after.updated,
        "text_version": after.text_version,
    }
    upsert(connection, note, row)


def _note(r: Any) -> Note:
    return Note(
        r.id,
        r.document_id,
        r.coder_id,
        r.kind,
        r.text,
        r.start,
        r.end,
        r.reply_to,
        bool(r.settled),
        r.created,
        r.updated,
        r.text_version,
    )
