"""Writing the steps of a package into a study: rows, journal, and conflicts that keep both versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from annotator.domain.annotations import Coder
from annotator.domain.changes import PackedKind
from annotator.domain.identity import derived_id
from annotator.domain.packages import PackedChange
from annotator.domain.suggestions import verdict_from
from annotator.services.study import Study
from annotator.store import annotations as annotation_rows
from annotator.store import documents as document_rows
from annotator.store import journal, merges, notes, people, suggestions
from annotator.store.records import Record, annotation_from_record, entity_from_record, note_from_record, same
from annotator.store.study_file import Connection


class Landing:
    """Writes within one transaction that somebody else opened, for one coder and one package."""

    def __init__(
        self, study: Study, connection: Connection, coder: Coder, package_id: str, steps: Sequence[PackedChange]
    ) -> None:
        self._study = study
        self.connection = connection
        self.coder = coder
        self.package_id = package_id
        self._order = {s.id: place for place, s in enumerate(steps)}
        self.at = study.clock()
        self.unit = study.ids()
        self._steps: list[tuple[int, dict[str, Any]]] = []
        self.apart: list[merges.Conflict] = []
        """What was changed in two places."""
        self._known = {c.id: c for c in merges.conflicts(connection)}
        self.entities: dict[str, int] = {}
        """Entities that may be as an older codebook has them: id -> its version."""

    def follow(
        self, kind: PackedKind, thing: str, document: str | None, now: Record | None, steps: Sequence[PackedChange]
    ) -> None:
        """Append the steps to the thing's history; where one does not begin at ``now``, a step leads over."""
        for step in steps:
            if not same(now, step.before):
                self._carry(self._order[step.id], "CarryOver", kind, thing, document, now, step.before)
            self._append(step, kind, thing, document)
            now = step.after

    def follow_to(
        self,
        kind: PackedKind,
        thing: str,
        document: str | None,
        now: Record | None,
        steps: Sequence[PackedChange],
        end: Record | None,
    ) -> None:
        """As `follow`, and a last step leads to ``end`` where the steps do not."""
        self.follow(kind, thing, document, now, steps)
        last = steps[-1].after if steps else now
        if not same(last, end):
            self.carry("CarryOver", kind, thing, document, last, end)

    def carry(
        self,
        command: str,
        kind: PackedKind,
        thing: str,
        document: str | None,
        before: Record | None,
        after: Record | None,
    ) -> None:
        """Append a step of the program's own, after all of the package's."""
        self._carry(len(self._order), command, kind, thing, document, before, after)

    def _carry(
        self,
        place: int,
        command: str,
        kind: PackedKind,
        thing: str,
        document: str | None,
        before: Record | None,
        after: Record | None,
    ) -> None:
        row = journal.row_of(
            id=self._study.ids(),
            unit=self.unit,
            at=self.at,
            coder_id=self.coder.id,
            command=command,
            kind=kind,
            thing_id=thing,
            document_id=document,
            before=before,
            after=after,
            undoes=None,
        )
        self._steps.append((place, row))

    def _append(self, step: PackedChange, kind: PackedKind, thing: str, document: str | None) -> None:
        row = journal.row_of(
            id=step.id,
            unit=step.unit,
            at=step.at,
            coder_id=self.coder.id,
            command=step.command,
            kind=kind,
            thing_id=thing,
            document_id=document,
            before=step.before,
            after=step.after,
            undoes=step.undoes,
        )
        self._steps.append((self._order[step.id], row))

    def put_entity(self, entity_id: str, after: Record | None, version: int) -> None:
        """Write how an entity is now, as the codebook of a version has it."""
        self.put("entity", entity_id, None, after)
        self.entities[entity_id] = version

    def put(self, kind: PackedKind, thing: str, before: Record | None, after: Record | None) -> None:
        """Write how a thing is now."""
        if kind == "entity":
            people.put_entity(self.connection, thing, entity_from_record(after) if after else None)
        elif kind == "document_state":
            document, coder = thing.split("/")
            held = after or {}
            document_rows.put_state(self.connection, document, coder, held.get("state"), held.get("reason"))
        elif kind == "note":
            notes.put(self.connection, thing, note_from_record(after) if after else None)
        elif kind == "verdict":
            self._put_verdict(thing, after)
        elif kind == "annotation":
            self._put_annotation(thing, before, after)
        else:
            assert_never(kind)

    def _put_annotation(self, thing: str, before: Record | None, after: Record | None) -> None:
        if before is None and after is not None:
            annotation_rows.insert_many(self.connection, [annotation_from_record(after)])
        elif after is None and before is not None:
            annotation_rows.delete(self.connection, thing)
        elif before is not None and after is not None:
            was, now = annotation_from_record(before), annotation_from_record(after)
            annotation_rows.replace(self.connection, was, now)

    def _put_verdict(self, thing: str, after: Record | None) -> None:
        suggestion = suggestions.get(self.connection, thing.partition("/")[0])
        if suggestion is not None:
            one = verdict_from(thing, suggestion.document_id, after or {"said": "rejected"})
            suggestions.put_verdict(self.connection, one, one if after else None)

    def add_annotations(self, records: Sequence[Record]) -> None:
        """Write many new labels at once."""
        annotation_rows.insert_many(self.connection, [annotation_from_record(r) for r in records])

    def conflict(
        self,
        kind: PackedKind,
        thing: str,
        document: str | None,
        why: str,
        here: Record | None,
        there: Record | None,
        steps: Sequence[PackedChange],
    ) -> None:
        """Keep both versions: the one here stays, the other is written beside it. Once for each other version."""
        key = derived_id("conflict", thing, steps[-1].id)
        if key in self._known:
            return
        found = merges.Conflict(
            key,
            kind,
            thing,
            document,
            self.coder.id,
            self.package_id,
            why,
            here,
            there,
            [s.model_dump(mode="json") for s in steps],
            self.at,
        )
        merges.add_conflict(self.connection, found)
        self._known[key] = found
        self.apart.append(found)

    def finish(self) -> None:
        """Write the journal's steps in the order in which the coder made them."""
        if self._steps:
            self._steps.sort(key=lambda step: step[0])
            journal.append(self.connection, [row for _, row in self._steps])
            self._steps = []
