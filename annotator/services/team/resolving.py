"""Choosing between the two versions of what was changed in two places; the other one stays in the record."""

from __future__ import annotations

from typing import Literal, assert_never

from annotator.domain.changes import PackedKind
from annotator.domain.errors import BadInput, NotFound
from annotator.domain.packages import PackedChange
from annotator.domain.words import by_door, say
from annotator.services.study import Study
from annotator.services.team.applying import Landing
from annotator.services.team.codebook_upgrade import carry_labels, carry_places
from annotator.services.team.merging import refuse_faults
from annotator.store import annotations as annotation_rows
from annotator.store import documents as document_rows
from annotator.store import journal, merges, notes, people, suggestions
from annotator.store.records import Record, annotation_record, entity_record, note_record
from annotator.store.study_file import Connection

Choice = Literal["here", "there"]


def settle(study: Study, conflict_id: str, choice: Choice) -> None:
    """Keep the version here, or take the one that came. Raises BadInput, with nothing written, where it cannot stand.

    Taking it writes the coder's own steps into the journal, as merging would have.
    """
    with study.file.transaction() as connection:
        merges.defer_references(connection)
        found = next((c for c in merges.conflicts(connection) if c.id == conflict_id), None)
        if found is None:
            raise NotFound(
                "there is no such conflict",
                conflict_id,
                by_door("`annotator conflicts STUDY` shows all", say("open the list of conflicts again")),
            )
        if found.settled is not None:
            raise BadInput("this was settled already", conflict_id, "change the label itself where it is still wrong")
        if choice == "there":
            _take(study, connection, found)
            refuse_faults(study, say("the version that came of {thing_id}", thing_id=found.thing_id))
        merges.set_settled(connection, conflict_id, choice)
    study.coding.forget()


def _take(study: Study, connection: Connection, c: merges.Conflict) -> None:
    coder = next(p for p in people.coders(connection) if p.id == c.coder_id)
    steps = [PackedChange.model_validate(s) for s in c.steps]
    known = journal.owners(connection, [s.id for s in steps])
    steps = [s for s in steps if s.id not in known]
    landing = Landing(study, connection, coder, c.package_id, steps)
    now = current(connection, c.kind, c.thing_id)
    landing.follow_to(c.kind, c.thing_id, c.document_id, now, steps, c.there)
    landing.put(c.kind, c.thing_id, now, c.there)
    carry_labels(landing)
    carry_places(landing)
    landing.finish()


def current(connection: Connection, kind: PackedKind, thing: str) -> Record | None:
    """A label, state, note or entity as it is now, as the journal keeps it; None where it is gone."""
    if kind == "annotation":
        label = annotation_rows.get(connection, thing)
        return None if label is None else annotation_record(label)
    if kind == "entity":
        entity = people.get_entity(connection, thing)
        return None if entity is None else entity_record(entity)
    if kind == "verdict":
        verdict = suggestions.verdict_of(connection, *thing.split("/"))
        return None if verdict is None else verdict.record()
    if kind == "note":
        note = notes.get(connection, thing)
        return None if note is None else note_record(note)
    if kind != "document_state":
        assert_never(kind)
    document, coder = thing.split("/")
    state = next((s for d, c, s in document_rows.states(connection) if (d, c) == (document, coder)), None)
    if state is None:
        return None
    reason = document_rows.reason(connection, document, coder)
    return {"state": state, "reason": reason} if reason else {"state": state}
