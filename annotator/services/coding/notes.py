"""Notes and questions: the part of coding that is not labels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from annotator.domain.annotations import NOTE_KINDS, Document, Note
from annotator.domain.changes import Change
from annotator.domain.commands import AddNote, ChangeNote, RemoveNote
from annotator.domain.errors import NotFound, Refusal
from annotator.domain.fragments import fragments_fault
from annotator.domain.words import say
from annotator.services.coding.text_versions import TextVersions
from annotator.store import notes
from annotator.store.records import note_from_record
from annotator.store.units import UnitOfWork


def add(unit: UnitOfWork, command: AddNote, document: Document) -> None:
    """Write a note on a document."""
    place = (command.start, command.end)
    if not command.text.strip():
        raise Refusal("a note needs words")
    if command.kind not in NOTE_KINDS:
        raise Refusal(
            say("`{kind}` is not a kind of note", kind=command.kind),
            remedy=say("use {names}", names=", ".join(NOTE_KINDS)),
        )
    if command.start is not None and command.end is not None:
        if fault := fragments_fault(((command.start, command.end),), document.characters):
            raise Refusal(fault)
    elif place != (None, None):
        raise Refusal("a passage has a start and an end")
    if command.reply_to is not None:
        answered = _known(unit, command.reply_to)
        if answered.document_id != command.document_id or answered.reply_to is not None:
            raise Refusal("a reply answers a note on the same article", command.reply_to)
    unit.put_note(
        None,
        Note(
            command.id or unit.new_id(),
            command.document_id,
            command.coder_id,
            command.kind,
            command.text.strip(),
            *place,
            command.reply_to,
            created=unit.at,
            updated=unit.at,
            text_version=document.text_version if command.start is not None else 1,
        ),
    )


def change(unit: UnitOfWork, command: ChangeNote) -> None:
    """Write one's own note anew."""
    before = _own(unit, command.note_id, command.coder_id)
    text = before.text if command.text is None else command.text.strip()
    if not text:
        raise Refusal("a note needs words")
    after = replace(before, text=text, settled=before.settled if command.settled is None else command.settled)
    if after != before:
        unit.put_note(before, replace(after, updated=unit.at))


def remove(unit: UnitOfWork, command: RemoveNote) -> None:
    """Take one's own note away."""
    before = _own(unit, command.note_id, command.coder_id)
    _not_answered(unit, before)
    unit.put_note(before, None)


def put_back(unit: UnitOfWork, step: Change, coder_id: str) -> None:
    """Undo one step, of a note of the coder's own."""
    versions = TextVersions(unit.connection)
    was = versions.note_record(note_from_record(step.before)) if step.before else None
    now = notes.get(unit.connection, step.thing_id)
    expect_unchanged(now, versions.note_record(note_from_record(step.after)) if step.after else None)
    if any(n is not None and n.coder_id != coder_id for n in (was, now)):
        raise Refusal("this note is by another person", step.thing_id, "answer it instead")
    if was is not None and was.reply_to is not None and notes.get(unit.connection, was.reply_to) is None:
        raise Refusal("the note that it answers is not there any more", step.thing_id)
    if was is None and now is not None:
        _not_answered(unit, now)
    unit.put_note(now, was)


def expect_unchanged(now: Any, then: Any) -> None:
    """A step is taken back only where nothing else has changed the thing since; raises Refusal."""
    if now != then:
        raise Refusal("this has been changed since, by other means than your own steps", remedy="change it by hand")


def _not_answered(unit: UnitOfWork, note: Note) -> None:
    if notes.replies(unit.connection, note.id):
        raise Refusal("the note has been answered", remedy="say that it is settled instead")


def _own(unit: UnitOfWork, note_id: str, coder_id: str) -> Note:
    note = _known(unit, note_id)
    if note.coder_id != coder_id:
        raise Refusal("this note is by another person", note_id, "answer it instead")
    return note


def _known(unit: UnitOfWork, note_id: str) -> Note:
    note = notes.get(unit.connection, note_id)
    if note is None:
        raise NotFound("there is no such note", note_id)
    return note
