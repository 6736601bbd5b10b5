"""A unit of work: rows and journal written in one transaction, answered by a ChangeSet."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any

from sqlalchemy import Connection

from annotator.domain.annotations import Annotation, Document, Entity, Note
from annotator.domain.changes import ChangeSet, Kind
from annotator.domain.decisions import Decision
from annotator.domain.identity import Clock, IdFactory
from annotator.domain.suggestions import Verdict
from annotator.store import annotations as annotation_rows
from annotator.store import decisions, journal, notes, people, suggestions
from annotator.store import documents as document_rows
from annotator.store.records import annotation_record, document_record, entity_record, note_record
from annotator.store.study_file import StudyFile


class UnitOfWork:
    """``with UnitOfWork(…) as unit: …; unit.confirm()``; leaving without `confirm` writes nothing.

    within: a transaction that is open already, whose owner keeps or drops the unit together with the rest.
    """

    def __init__(
        self,
        study_file: StudyFile,
        ids: IdFactory,
        clock: Clock,
        coder_id: str,
        command: str,
        undoes: str | None = None,
        within: Connection | None = None,
    ) -> None:
        self._scope: AbstractContextManager[Connection] = (
            study_file.transaction() if within is None else nullcontext(within)
        )
        self._within = within is not None
        self._ids = ids
        self.at = clock()
        self.id = ids()
        self._coder_id = coder_id
        self._command = command
        self._undoes = undoes
        self._steps: list[dict[str, Any]] = []
        self._added: set[str] = set()
        self._changed: set[str] = set()
        self._removed: set[str] = set()
        self._entities: set[str] = set()
        self._documents: set[str] = set()
        self._notes: set[str] = set()
        self._decisions: set[str] = set()
        self._verdicts: set[str] = set()
        self._wrote = False
        self._confirmed: ChangeSet | None = None
        self.connection: Connection

    def __enter__(self) -> UnitOfWork:
        self.connection = self._scope.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and self._confirmed is None and not self._within:
            self.connection.rollback()
        self._scope.__exit__(kind, error, trace)

    def new_id(self) -> str:
        """A fresh id."""
        return self._ids()

    def add_annotations(self, annotations: Sequence[Annotation]) -> None:
        """Write new annotations; spans before the links that name them."""
        annotation_rows.insert_many(self.connection, annotations)
        for a in annotations:
            self._step("annotation", a.id, a.document_id, None, annotation_record(a))
            self._added.add(a.id)

    def add_many(self, annotations: Sequence[Annotation]) -> None:
        """As `add_annotations`, a piece of very many: they and their journal are written now, and not in the answer."""
        annotation_rows.insert_many(self.connection, annotations)
        for a in annotations:
            self._step("annotation", a.id, a.document_id, None, annotation_record(a))
        journal.append(self.connection, self._steps)
        self._steps = []
        self._wrote = True

    def replace_annotation(self, before: Annotation, after: Annotation) -> None:
        """Write an annotation's new state."""
        annotation_rows.replace(self.connection, before, after)
        self._step("annotation", after.id, after.document_id, annotation_record(before), annotation_record(after))
        self._changed.add(after.id)

    def remove_annotation(self, before: Annotation) -> None:
        """Remove an annotation; the journal keeps what it was."""
        annotation_rows.delete(self.connection, before.id)
        self._step("annotation", before.id, before.document_id, annotation_record(before), None)
        self._removed.add(before.id)

    def put_entity(self, entity_id: str, before: Entity | None, after: Entity | None) -> None:
        """Add, change or remove an entity."""
        people.put_entity(self.connection, entity_id, after)
        self._step(
            "entity",
            entity_id,
            None,
            entity_record(before) if before else None,
            entity_record(after) if after else None,
        )
        self._entities.add(entity_id)

    def put_state(
        self, document_id: str, coder_id: str, before: str | None, after: str | None, why: str | None = None
    ) -> None:
        """Say how far a coder is with a document; why: the reason for which it is skipped."""
        was = document_rows.reason(self.connection, document_id, coder_id)
        document_rows.put_state(self.connection, document_id, coder_id, after, why)
        self._step(
            "document_state",
            f"{document_id}/{coder_id}",
            document_id,
            _state_record(before, was),
            _state_record(after, why),
        )
        self._documents.add(document_id)

    def put_document(self, before: Document, after: Document) -> None:
        """Write what is known of an article, and the state of its text; the text itself is written apart."""
        document_rows.put(self.connection, after)
        self._step("document", after.id, after.id, document_record(before), document_record(after))
        self._documents.add(after.id)

    def put_note(self, before: Note | None, after: Note | None) -> None:
        """Add, change or remove a note."""
        one = after or before
        assert one is not None
        notes.put(self.connection, one.id, after)
        self._step(
            "note",
            one.id,
            one.document_id,
            note_record(before) if before else None,
            note_record(after) if after else None,
        )
        self._notes.add(one.id)

    def put_decision(self, before: Decision | None, after: Decision | None) -> None:
        """Keep how a case was settled, or take that back; what was taken back stays to be read."""
        one = after or before
        assert one is not None
        decisions.put(self.connection, one, None if after else self.at)
        self._step(
            "decision",
            one.id,
            one.document_id,
            before.record() if before else None,
            after.record() if after else None,
        )
        self._decisions.add(one.id)

    def put_verdict(self, before: Verdict | None, after: Verdict | None) -> None:
        """Keep what a coder said to a suggestion, or take that back."""
        one = after or before
        assert one is not None
        suggestions.put_verdict(self.connection, one, after)
        self._step(
            "verdict",
            one.key,
            one.document_id,
            before.record() if before else None,
            after.record() if after else None,
        )
        self._verdicts.add(one.suggestion_id)

    def confirm(self) -> ChangeSet:
        """Everything so far is to be kept; it is on the disk once the ``with`` block is left."""
        if self._steps:
            journal.append(self.connection, self._steps)
        self._confirmed = ChangeSet(
            self.id if self._steps or self._wrote else None,
            self._command,
            frozenset(self._added),
            frozenset(self._changed - self._added),
            frozenset(self._removed),
            frozenset(self._entities),
            frozenset(self._documents),
            frozenset(self._notes),
            frozenset(self._decisions),
            frozenset(self._verdicts),
        )
        return self._confirmed

    def _step(
        self,
        kind: Kind,
        thing_id: str,
        document_id: str | None,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
    ) -> None:
        self._steps.append(
            journal.row_of(
                id=self._ids(),
                unit=self.id,
                at=self.at,
                coder_id=self._coder_id,
                command=self._command,
                kind=kind,
                thing_id=thing_id,
                document_id=document_id,
                before=before,
                after=after,
                undoes=self._undoes,
            )
        )


def _state_record(state: str | None, reason: str | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {"state": state, "reason": reason} if reason else {"state": state}
