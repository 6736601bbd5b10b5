"""Taking steps back: what comes back must still be able to stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from annotator.domain.annotations import Annotation, Entity
from annotator.domain.changes import Change
from annotator.domain.codebook.values import entity_ids
from annotator.domain.decisions import decision_of
from annotator.domain.errors import NotFound, Refusal
from annotator.domain.facts import FACTS
from annotator.services.coding import notes as noting
from annotator.services.coding import verdicts
from annotator.services.coding.codebook_versions import Versions
from annotator.services.coding.entity_rules import refuse_named
from annotator.services.coding.notes import expect_unchanged
from annotator.services.coding.step import Step
from annotator.services.coding.text_versions import TextVersions
from annotator.store import annotations as annotation_rows
from annotator.store import documents as document_rows
from annotator.store import people
from annotator.store.records import annotation_from_record, entity_from_record


@dataclass(frozen=True, slots=True)
class Reversing:
    """Takes steps back in the name of the coder who made them, and of nobody else's things.

    versions: the codebook's, asked for where a step was made by an older one: an undo never goes back behind a change
    of the codebook.
    """

    step: Step
    coder_id: str
    versions: Callable[[], Versions]

    def put_back(self, change: Change) -> None:
        """Undo one step; raises Refusal or NotFound where that cannot be."""
        _KINDS.get(change.kind, Reversing._state)(self, change)

    def _annotation(self, change: Change) -> None:
        unit = self.step.unit
        was = self._carried(change.before)
        now = annotation_rows.get(unit.connection, change.thing_id)
        expect_unchanged(now, self._carried(change.after))
        if any(a is not None and a.coder_id != self.coder_id for a in (was, now)):
            raise Refusal("this label belongs to another coder", change.thing_id, "only its coder may change it")
        if was is not None:
            self._expect_named(now, was)
            if now is None:
                unit.add_annotations([was])
            else:
                unit.replace_annotation(now, was)
        elif now is not None:
            if annotation_rows.links_to(unit.connection, now.id):
                raise Refusal("a link names this label now", now.id, "remove that link first")
            unit.remove_annotation(now)

    def _expect_named(self, now: Annotation | None, was: Annotation) -> None:
        """What a label that comes back names is there, and its own coder's; what it names now already is."""
        connection = self.step.unit.connection
        held = set() if now is None else {f for fillers in now.roles.values() for f in fillers}
        for f in {f for fillers in was.roles.values() for f in fillers} - held:
            if f.annotation is not None:
                other = annotation_rows.get(connection, f.annotation)
                if other is None or (other.coder_id, other.document_id) != (was.coder_id, was.document_id):
                    raise Refusal("it names a label that is not there any more", was.id, "change it by hand")
        for entity in _entities_of(was) - (set() if now is None else _entities_of(now)):
            if people.get_entity(connection, entity) is None:
                raise Refusal("it names an entity that is not there any more", was.id, "change it by hand")

    def _entity(self, change: Change) -> None:
        unit = self.step.unit
        was = self._carried_entity(change.before, change.at)
        now = people.get_entity(unit.connection, change.thing_id)
        expect_unchanged(now, self._carried_entity(change.after, change.at))
        if was is None:
            if annotation_rows.names_entity(unit.connection, change.thing_id):
                raise Refusal("the entity is used by labels now", change.thing_id, "remove those labels first")
            refuse_named(self.step, change.thing_id)
        unit.put_entity(change.thing_id, now, was)

    def _note(self, change: Change) -> None:
        noting.put_back(self.step.unit, change, self.coder_id)

    def _facts(self, change: Change) -> None:
        """Facts alone: a text is taken back by a further version of it."""
        unit = self.step.unit
        before = document_rows.get(unit.connection, change.thing_id)
        if before is None or change.before is None or change.after is None:
            raise NotFound("there is no such document", change.thing_id)
        expect_unchanged({k: getattr(before, k) for k in FACTS}, {k: change.after[k] for k in FACTS})
        was: dict[str, Any] = {k: change.before[k] for k in FACTS}
        unit.put_document(before, replace(before, revised=unit.at, **was))

    def _decision(self, change: Change) -> None:
        decided = decision_of(change.before) if change.before else None
        self.step.unit.put_decision(decision_of(change.after) if change.after else None, decided)

    def _verdict(self, change: Change) -> None:
        verdicts.put_back(self.step.unit, change, self.coder_id)

    def _state(self, change: Change) -> None:
        unit = self.step.unit
        document_id, _, owner = change.thing_id.partition("/")
        if owner != self.coder_id:
            raise Refusal("this belongs to another coder", change.thing_id)
        now = document_rows.state(unit.connection, document_id, self.coder_id)
        before = change.before or {}
        unit.put_state(document_id, self.coder_id, now, before.get("state"), before.get("reason"))

    def _carried(self, record: Mapping[str, Any] | None) -> Annotation | None:
        """A label of the journal as the newest codebook and text have it."""
        if record is None:
            return None
        a = annotation_from_record(record)
        if a.codebook_version != self.step.version:
            a = self.versions().forward(a)[0]
        return TextVersions(self.step.unit.connection).record(a)

    def _carried_entity(self, record: Mapping[str, Any] | None, at: str) -> Entity | None:
        """The same of an entity, which was as the codebook of its time had it."""
        if record is None:
            return None
        e = entity_from_record(record)
        if self.step.version == 1:
            return e
        versions = self.versions()
        return versions.entity_forward(e, versions.at(at))


_KINDS: Mapping[str, Callable[[Reversing, Change], None]] = {
    "annotation": Reversing._annotation,
    "entity": Reversing._entity,
    "note": Reversing._note,
    "document": Reversing._facts,
    "decision": Reversing._decision,
    "verdict": Reversing._verdict,
}


def _entities_of(a: Annotation) -> set[str]:
    named = {f.entity for fillers in a.roles.values() for f in fillers} | {e.entity for e in a.empty.values()}
    return {e for e in named if e} | {e for value in a.values.values() for e in entity_ids(value)}
