"""The way of a label: a command is checked, written with its journal step in one transaction, and answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from annotator.domain import commands as c
from annotator.domain.annotations import DOCUMENT_STATES, Annotation, Document, EmptyRole, Entity, Filler
from annotator.domain.changes import BY_PROGRAM, Change, ChangeSet
from annotator.domain.codebook.model import Asking, Codebook, EntityType, Layer, LinkLayer, SpanLayer
from annotator.domain.codebook.owners import lacking_roles
from annotator.domain.codebook.values import defaults, entity_ids, value_fault
from annotator.domain.decisions import decision_of
from annotator.domain.errors import AnnotatorError, Interrupted, NotFound, Refusal, StudyFileError
from annotator.domain.facts import FACTS, with_facts
from annotator.domain.fragments import covers, fragments_fault, overlaps
from annotator.domain.identity import Clock, IdFactory
from annotator.domain.words import say
from annotator.services.coding import notes as noting
from annotator.services.coding.codebook_versions import Versions
from annotator.services.coding.notes import expect_unchanged
from annotator.services.coding.text_versions import TextVersions
from annotator.store import annotations as annotation_rows
from annotator.store import documents as document_rows
from annotator.store import journal, people
from annotator.store.records import annotation_from_record, entity_from_record
from annotator.store.study_file import StudyFile
from annotator.store.units import UnitOfWork

NOT_UNDOABLE = BY_PROGRAM | {"ImportAnnotations"}
"""Units that undo steps over: whole files read in are taken back by other means than one key."""


ATTEMPTS = 3
"""How often a step is tried where the connection to the study is lost under it."""
CODEBOOK_STAYS = 1.0
"""Seconds for which a shared study's codebook is taken to be the one that it was."""


@dataclass(slots=True)
class UndoStacks:
    """What a coder can take back and bring back: (unit, command) each, newest last."""

    undo: list[tuple[str, str]]
    redo: list[tuple[str, str]]


class Coding:
    """Applies commands to a study. Not thread-safe: one for each connection."""

    def __init__(self, study_file: StudyFile, codebook: Codebook, version: int, ids: IdFactory, clock: Clock) -> None:
        self._file = study_file
        self._codebook = codebook
        self._version = version
        self._ids = ids
        self._clock = clock
        self._documents: dict[str, Document] = {}
        self._stacks: dict[str, UndoStacks] = {}
        self._codebook_seen = float("-inf")
        self._versions: Versions | None = None

    # what a person can ask for

    def apply(self, command: c.AnyCommand) -> ChangeSet:
        """Do it, or raise Refusal (nothing is changed). On return the change is on the disk."""
        name = command.name if isinstance(command, c.Batch) else type(command).__name__
        steps = command.commands if isinstance(command, c.Batch) else (command,)
        if any(step.coder_id != command.coder_id for step in steps):
            raise Refusal("one unit of work belongs to one coder")

        def work() -> ChangeSet:
            with UnitOfWork(self._file, self._ids, self._clock, command.coder_id, name) as unit:
                self._refuse_old_codebook(unit)
                for step in steps:
                    _HANDLERS[type(step)](self, unit, step)
                return unit.confirm()

        changes = self._done_once(work)
        if changes.unit is not None:
            stacks = self._stacks_of(command.coder_id, known=changes.unit)
            stacks.undo.append((changes.unit, name))
            stacks.redo.clear()
        return changes

    def rehearse(self, command: c.Batch) -> list[AnnotatorError | None]:
        """Why each step of the batch would be refused, None where it would not be; nothing is written.

        Steps are tried one behind the other, each on what those before it would leave.
        """
        answers: list[AnnotatorError | None] = []
        with UnitOfWork(self._file, self._ids, self._clock, command.coder_id, command.name) as unit:
            for step in command.commands:
                try:
                    _HANDLERS[type(step)](self, unit, step)
                except AnnotatorError as error:
                    answers.append(error)
                else:
                    answers.append(None)
        return answers

    def undo(self, coder_id: str) -> ChangeSet:
        """Take back the coder's last unit; raises Refusal where there is none."""
        stacks = self._stacks_of(coder_id)
        if not stacks.undo:
            raise Refusal("there is nothing to undo")
        unit_id, command = stacks.undo[-1]
        changes = self._reverse(coder_id, unit_id, "Undo")
        stacks.undo.pop()
        assert changes.unit is not None
        stacks.redo.append((changes.unit, command))
        return changes

    def redo(self, coder_id: str) -> ChangeSet:
        """Bring back what was last undone; raises Refusal where there is nothing."""
        stacks = self._stacks_of(coder_id)
        if not stacks.redo:
            raise Refusal("there is nothing to redo")
        unit_id, command = stacks.redo[-1]
        changes = self._reverse(coder_id, unit_id, "Redo")
        stacks.redo.pop()
        assert changes.unit is not None
        stacks.undo.append((changes.unit, command))
        return changes

    def can_undo(self, coder_id: str) -> str | None:
        """The name of the command that `undo` would take back."""
        stacks = self._stacks_of(coder_id)
        return stacks.undo[-1][1] if stacks.undo else None

    def can_redo(self, coder_id: str) -> str | None:
        """The name of the command that `redo` would bring back."""
        stacks = self._stacks_of(coder_id)
        return stacks.redo[-1][1] if stacks.redo else None

    def history(self, thing_id: str) -> list[Change]:
        """Every step of one annotation or entity, oldest first."""
        with self._file.reading() as connection:
            return journal.of_thing(connection, thing_id)

    def forget(self) -> None:
        """Read again from the journal what can be undone: it was written to by other means."""
        self._stacks.clear()
        self._documents.clear()

    def take_codebook(self, codebook: Codebook, version: int) -> None:
        """Code by another version from now on."""
        self._codebook, self._version, self._versions = codebook, version, None
        self.forget()

    # undo

    def _stacks_of(self, coder_id: str, known: str | None = None) -> UndoStacks:
        """The stacks, read from the journal once; ``known`` is a unit just written, to leave out."""
        if coder_id not in self._stacks:
            stacks = UndoStacks([], [])
            with self._file.reading() as connection:
                units = journal.units_of_coder(connection, coder_id)
            names = {unit: command for unit, command, _ in units}
            for unit, command, undoes in units:
                if unit == known or command in NOT_UNDOABLE:
                    continue
                if command == "Undo" and undoes is not None:
                    done = stacks.undo.pop()[1] if stacks.undo else names.get(undoes, "")
                    stacks.redo.append((unit, done))
                elif command == "Redo" and undoes is not None:
                    done = stacks.redo.pop()[1] if stacks.redo else names.get(undoes, "")
                    stacks.undo.append((unit, done))
                else:
                    stacks.undo.append((unit, command))
                    stacks.redo.clear()
            self._stacks[coder_id] = stacks
        return self._stacks[coder_id]

    def _reverse(self, coder_id: str, unit_id: str, name: str) -> ChangeSet:
        def work() -> ChangeSet:
            with UnitOfWork(self._file, self._ids, self._clock, coder_id, name, undoes=unit_id) as unit:
                self._refuse_old_codebook(unit)
                steps = journal.of_unit(unit.connection, unit_id)
                if any(step.coder_id != coder_id for step in steps):
                    raise Refusal("another coder's steps stand among these", unit_id, "change it by hand")
                for change in reversed(steps):
                    self._put_back(unit, change, coder_id)
                return unit.confirm()

        return self._done_once(work)

    def _put_back(self, unit: UnitOfWork, change: Change, coder_id: str) -> None:
        """Undo one step, of the coder's own things alone; what it brings back must still be able to stand."""
        connection = unit.connection
        if change.kind == "annotation":
            was = self._carried(unit, change.before)
            now = annotation_rows.get(connection, change.thing_id)
            expect_unchanged(now, self._carried(unit, change.after))
            if any(a is not None and a.coder_id != coder_id for a in (was, now)):
                raise Refusal("this label belongs to another coder", change.thing_id, "only its coder may change it")
            if was is not None:
                self._expect_named(unit, now, was)
            if was is None and now is not None:
                if annotation_rows.links_to(connection, now.id):
                    raise Refusal("a link names this label now", now.id, "remove that link first")
                unit.remove_annotation(now)
            elif was is not None and now is None:
                unit.add_annotations([was])
            elif was is not None and now is not None:
                unit.replace_annotation(now, was)
        elif change.kind == "entity":
            entity_was = self._carried_entity(unit, change.before, change.at)
            entity_now = people.get_entity(connection, change.thing_id)
            expect_unchanged(entity_now, self._carried_entity(unit, change.after, change.at))
            if entity_was is None and annotation_rows.names_entity(connection, change.thing_id):
                raise Refusal("the entity is used by labels now", change.thing_id, "remove those labels first")
            if entity_was is None:
                self._refuse_named(unit, change.thing_id)
            unit.put_entity(change.thing_id, entity_now, entity_was)
        elif change.kind == "note":
            noting.put_back(unit, change, coder_id)
        elif change.kind == "document":
            self._put_facts_back(unit, change)
        elif change.kind == "decision":
            decided = decision_of(change.before) if change.before else None
            unit.put_decision(decision_of(change.after) if change.after else None, decided)
        else:
            document_id, _, owner = change.thing_id.partition("/")
            if owner != coder_id:
                raise Refusal("this belongs to another coder", change.thing_id)
            state_now = document_rows.state(connection, document_id, coder_id)
            before = change.before or {}
            unit.put_state(document_id, coder_id, state_now, before.get("state"), before.get("reason"))

    def _expect_named(self, unit: UnitOfWork, now: Annotation | None, was: Annotation) -> None:
        """What a label that comes back names is there, and its own coder's; what it names now already is."""
        held = set() if now is None else {f for fillers in now.roles.values() for f in fillers}
        for f in {f for fillers in was.roles.values() for f in fillers} - held:
            if f.annotation is not None:
                other = annotation_rows.get(unit.connection, f.annotation)
                if other is None or (other.coder_id, other.document_id) != (was.coder_id, was.document_id):
                    raise Refusal("it names a label that is not there any more", was.id, "change it by hand")
        for entity in _entities_of(was) - (set() if now is None else _entities_of(now)):
            if people.get_entity(unit.connection, entity) is None:
                raise Refusal("it names an entity that is not there any more", was.id, "change it by hand")

    def _put_facts_back(self, unit: UnitOfWork, change: Change) -> None:
        """Facts alone: a text is taken back by a further version of it."""
        before = document_rows.get(unit.connection, change.thing_id)
        if before is None or change.before is None or change.after is None:
            raise NotFound("there is no such document", change.thing_id)
        expect_unchanged({k: getattr(before, k) for k in FACTS}, {k: change.after[k] for k in FACTS})
        was: dict[str, Any] = {k: change.before[k] for k in FACTS}
        unit.put_document(before, replace(before, revised=unit.at, **was))

    def _done_once(self, work: Callable[[], ChangeSet]) -> ChangeSet:
        """Do it again where the connection was lost and nothing of it was kept; the store knows whether it was."""
        for left in reversed(range(ATTEMPTS)):
            try:
                return work()
            except Interrupted:
                if not left:
                    raise
            except StudyFileError:
                self.forget()  # what the journal holds is now for the journal to say
                raise
        raise AssertionError

    def _carried(self, unit: UnitOfWork, record: Mapping[str, Any] | None) -> Annotation | None:
        """A label of the journal as the newest codebook has it: an undo never goes back behind a change of it."""
        if record is None:
            return None
        a = annotation_from_record(record)
        if a.codebook_version != self._version:
            a = self._known_versions(unit).forward(a)[0]
        return TextVersions(unit.connection).record(a)

    def _carried_entity(self, unit: UnitOfWork, record: Mapping[str, Any] | None, at: str) -> Entity | None:
        """The same of an entity, which was as the codebook of its time had it."""
        if record is None:
            return None
        e = entity_from_record(record)
        if self._version == 1:
            return e
        versions = self._known_versions(unit)
        return versions.entity_forward(e, versions.at(at))

    def _known_versions(self, unit: UnitOfWork) -> Versions:
        if self._versions is None:
            self._versions = Versions(unit.connection)
        return self._versions

    def _refuse_old_codebook(self, unit: UnitOfWork) -> None:
        """On a server the question is a round trip of its own: there it is asked again only after a while."""
        now = monotonic()
        if self._file.shared and now - self._codebook_seen < CODEBOOK_STAYS:
            return
        self._codebook_seen = now
        if people.newest_codebook(unit.connection) != self._version:
            raise Refusal("the codebook was changed by another program", remedy="close the study and open it again")

    # handlers: one for each command

    def _add_annotation(self, unit: UnitOfWork, command: c.AddAnnotation) -> None:
        layer = self._codebook.layer(command.layer)
        values = {**defaults(layer), **command.values}
        annotation = Annotation(
            id=command.id or unit.new_id(),
            document_id=command.document_id,
            coder_id=command.coder_id,
            layer=layer.key,
            fragments=command.fragments,
            values=values,
            uncertain=tuple(sorted(set(command.uncertain))),
            memo=command.memo,
            roles={
                role: tuple(Filler(f.annotation, f.entity) for f in fillers)
                for role, fillers in command.roles.items()
                if fillers
            },
            empty={role: EmptyRole(e.because, e.entity) for role, e in command.empty.items()},
            codebook_version=self._version,
            created=unit.at,
            updated=unit.at,
            text_version=self._document(unit, command.document_id).text_version if command.fragments else 1,
        )
        self._check_place(unit, layer, annotation)
        for key, value in values.items():
            self._check_value(unit, layer, key, value)
        for key in annotation.uncertain:
            layer.attribute(key)
        self._check_roles(unit, layer, annotation)
        unit.add_annotations([annotation])

    def _remove_annotation(self, unit: UnitOfWork, command: c.RemoveAnnotation) -> None:
        self._remove_with_links(unit, self._own(unit, command.annotation_id, command.coder_id))

    def _remove_with_links(self, unit: UnitOfWork, annotation: Annotation) -> None:
        for link in annotation_rows.links_to(unit.connection, annotation.id):
            if link.coder_id != annotation.coder_id:
                raise Refusal("another coder's link names this label", link.id, "ask that coder first")
            layer = self._codebook.layer(link.layer)
            roles = {
                role: tuple(f for f in fillers if f.annotation != annotation.id) for role, fillers in link.roles.items()
            }
            filled = {role: len(fillers) for role, fillers in roles.items()}
            if isinstance(layer, LinkLayer) and any(
                r.key in link.roles for r in lacking_roles(self._codebook, layer, filled)
            ):
                self._remove_with_links(unit, link)
            else:
                kept = {role: fillers for role, fillers in roles.items() if fillers}
                unit.replace_annotation(link, replace(link, roles=kept, updated=unit.at))
        unit.remove_annotation(annotation)

    def _set_value(self, unit: UnitOfWork, command: c.SetValue) -> None:
        annotation = self._own(unit, command.annotation_id, command.coder_id)
        layer = self._codebook.layer(annotation.layer)
        values = dict(annotation.values)
        if command.value is not None or command.attribute not in values:  # else it was asked by an older codebook
            layer.attribute(command.attribute)
        if command.value is None:
            values.pop(command.attribute, None)
        else:
            self._check_value(unit, layer, command.attribute, command.value)
            values[command.attribute] = command.value
        self._replace(unit, annotation, replace(annotation, values=values))

    def _set_fragments(self, unit: UnitOfWork, command: c.SetFragments) -> None:
        annotation = self._own(unit, command.annotation_id, command.coder_id)
        version = self._document(unit, annotation.document_id).text_version
        after = replace(annotation, fragments=command.fragments, text_version=version)
        self._check_place(unit, self._codebook.layer(annotation.layer), after)
        self._replace(unit, annotation, after)

    def _set_role(self, unit: UnitOfWork, command: c.SetRole) -> None:
        annotation = self._own(unit, command.annotation_id, command.coder_id)
        layer = self._codebook.layer(annotation.layer)
        if not isinstance(layer, LinkLayer):
            raise Refusal(say("{layer} has no roles", layer=layer.label), annotation.id)
        layer.role(command.role)
        roles, empty = dict(annotation.roles), dict(annotation.empty)
        roles.pop(command.role, None)
        empty.pop(command.role, None)
        if command.fillers:
            roles[command.role] = tuple(Filler(f.annotation, f.entity) for f in command.fillers)
        if command.empty is not None:
            empty[command.role] = EmptyRole(command.empty.because, command.empty.entity)
        after = replace(annotation, roles=roles, empty=empty)
        self._check_roles(unit, layer, after)
        self._replace(unit, annotation, after)

    def _set_memo(self, unit: UnitOfWork, command: c.SetMemo) -> None:
        annotation = self._own(unit, command.annotation_id, command.coder_id)
        self._replace(unit, annotation, replace(annotation, memo=command.memo))

    def _set_uncertain(self, unit: UnitOfWork, command: c.SetUncertain) -> None:
        annotation = self._own(unit, command.annotation_id, command.coder_id)
        self._codebook.layer(annotation.layer).attribute(command.attribute)
        doubts = set(annotation.uncertain) - {command.attribute}
        if command.uncertain:
            doubts.add(command.attribute)
        self._replace(unit, annotation, replace(annotation, uncertain=tuple(sorted(doubts))))

    def _confirm_annotation(self, unit: UnitOfWork, command: c.ConfirmAnnotation) -> None:
        annotation = self._own(unit, command.annotation_id, command.coder_id)
        unit.replace_annotation(annotation, replace(annotation, updated=unit.at, codebook_version=self._version))

    def _add_entity(self, unit: UnitOfWork, command: c.AddEntity) -> None:
        kind = self._check_entity(command.name, command.type)
        key = command.id or unit.new_id()
        values = {**(defaults(kind) if kind is not None else {}), **command.values}
        for name, value in values.items():
            self._check_entity_value(unit, kind, command.type, name, value)
        entity = Entity(key, command.name.strip(), command.type, tuple(command.aliases), command.memo, unit.at)
        unit.put_entity(key, None, replace(entity, values=values))

    def _change_entity(self, unit: UnitOfWork, command: c.ChangeEntity) -> None:
        before = self._entity(unit, command.entity_id)
        after = Entity(
            before.id,
            before.name if command.name is None else command.name.strip(),
            before.type if command.type is None else command.type,
            before.aliases if command.aliases is None else command.aliases,
            before.memo if command.memo is None else command.memo,
            before.created,
            before.merged_into if command.merged_into is None else command.merged_into or None,
            before.values,
        )
        kind = self._check_entity(after.name, after.type)
        if command.values:
            values = dict(before.values)  # of another type too: they stay until a person takes them away
            for name, value in command.values.items():
                if value is None and name in values:
                    del values[name]
                else:
                    self._check_entity_value(unit, kind, after.type, name, value)
                    values |= {} if value is None else {name: value}
            after = replace(after, values=values)
        if after.merged_into is not None:
            self._check_merge(unit, after)
        if after != before:
            unit.put_entity(before.id, before, after)

    def _remove_entity(self, unit: UnitOfWork, command: c.RemoveEntity) -> None:
        before = self._entity(unit, command.entity_id)
        if used := annotation_rows.names_entity(unit.connection, before.id):
            raise Refusal(
                say("{used} labels name this entity", used=used), before.name, "give those labels another entity first"
            )
        self._refuse_named(unit, before.id)
        if people.merged_here(unit.connection, before.id):
            raise Refusal("other entities were merged into this one", before.name, "separate them first")
        unit.put_entity(before.id, before, None)

    def _set_document_state(self, unit: UnitOfWork, command: c.SetDocumentState) -> None:
        if command.state not in DOCUMENT_STATES:
            raise Refusal(say("`{state}` is not a state of a document", state=command.state), command.document_id)
        reason = (command.reason or "").strip() or None
        if command.state == "skipped" and reason is None:
            raise Refusal("an article is skipped for a reason", remedy="say in a few words why")
        if reason is not None and command.state not in ("skipped", "done"):
            raise Refusal("a reason is given only for an article that is skipped or done", command.document_id)
        self._document(unit, command.document_id)
        before = document_rows.state(unit.connection, command.document_id, command.coder_id)
        was = document_rows.reason(unit.connection, command.document_id, command.coder_id)
        if (before, was) != (command.state, reason):
            unit.put_state(command.document_id, command.coder_id, before, command.state, reason)

    def _set_facts(self, unit: UnitOfWork, command: c.SetFacts) -> None:
        before = document_rows.get(unit.connection, command.document_id)
        if before is None:
            raise NotFound("there is no such document", command.document_id)
        after = with_facts(before, command.facts)
        if after != before:
            unit.put_document(before, replace(after, revised=unit.at))

    def _add_note(self, unit: UnitOfWork, command: c.AddNote) -> None:
        noting.add(unit, command, self._document(unit, command.document_id))

    def _change_note(self, unit: UnitOfWork, command: c.ChangeNote) -> None:
        noting.change(unit, command)

    def _remove_note(self, unit: UnitOfWork, command: c.RemoveNote) -> None:
        noting.remove(unit, command)

    def _record_decision(self, unit: UnitOfWork, command: c.RecordDecision) -> None:
        self._document(unit, command.decision.document_id)
        unit.put_decision(None, replace(command.decision, at=unit.at))

    def _check_merge(self, unit: UnitOfWork, entity: Entity) -> None:
        """The chain of what an entity was merged into ends, and not at itself."""
        seen = {entity.id}
        key = entity.merged_into
        while key is not None:
            if key in seen:
                raise Refusal("an entity cannot be merged into itself", entity.name)
            seen.add(key)
            key = self._entity(unit, key).merged_into

    # checks

    def _replace(self, unit: UnitOfWork, before: Annotation, after: Annotation) -> None:
        if after != before:
            unit.replace_annotation(before, replace(after, updated=unit.at, codebook_version=self._version))

    def _own(self, unit: UnitOfWork, annotation_id: str, coder_id: str) -> Annotation:
        annotation = annotation_rows.get(unit.connection, annotation_id)
        if annotation is None:
            raise NotFound("there is no such label", annotation_id, "it may have been removed; look again")
        if annotation.coder_id != coder_id:
            raise Refusal("this label belongs to another coder", annotation_id, "only its coder may change it")
        return annotation

    def _document(self, unit: UnitOfWork, document_id: str) -> Document:
        """On a server it is asked once, until others write; in a file each time, for that costs nothing."""
        known = self._documents.get(document_id)
        if known is not None and self._file.shared:
            return known
        document = document_rows.get(unit.connection, document_id)
        if document is None:
            raise NotFound("there is no such document", document_id)
        self._documents[document_id] = document
        if known is not None and known.text_version != document.text_version:
            raise Refusal("the text of the article was corrected meanwhile", str(document.number), "open it again")
        return document

    def _check_place(self, unit: UnitOfWork, layer: Layer, annotation: Annotation) -> None:
        document = self._document(unit, annotation.document_id)
        if not isinstance(layer, SpanLayer):
            if annotation.fragments:
                raise Refusal(say("{layer} is not anchored in text", layer=layer.label), remedy="leave the passage out")
            if layer.kind == "document" and not layer.repeat:
                others = annotation_rows.find(unit.connection, annotation.document_id, [annotation.coder_id], layer.key)
                if any(o.id != annotation.id for o in others):
                    raise Refusal(
                        say("{layer} is filled in already", layer=layer.label), remedy="change it where it is"
                    )
            return
        if fault := fragments_fault(annotation.fragments, document.characters):
            raise Refusal(fault, layer.label, "select a passage of the article")
        if len(annotation.fragments) > 1 and not layer.discontinuous:
            raise Refusal("this layer takes one unbroken passage", layer.label, "select one passage")
        if layer.zones:
            zone = document.zone_at(annotation.fragments[0][0])
            if zone is not None and zone not in layer.zones:
                raise Refusal(say("this layer is not used in the {zone}", zone=zone), layer.label)
        if layer.overlap != "any":
            self._check_overlap(unit, layer, annotation)

    def _check_overlap(self, unit: UnitOfWork, layer: SpanLayer, annotation: Annotation) -> None:
        others = annotation_rows.find(unit.connection, annotation.document_id, [annotation.coder_id], layer.key)
        for other in others:
            if other.id == annotation.id or not overlaps(other.fragments, annotation.fragments):
                continue
            if layer.overlap == "none":
                raise Refusal("labels of this layer may not overlap", layer.label, "choose a free passage")
            inside = covers(other.fragments, annotation.fragments) or covers(annotation.fragments, other.fragments)
            if not inside:
                raise Refusal("labels of this layer may only lie inside each other", layer.label)

    def _check_value(self, unit: UnitOfWork, owner: Asking, key: str, value: Any) -> None:
        attribute = owner.attribute(key)
        if fault := value_fault(attribute, value):
            raise Refusal(fault, attribute.label)
        if attribute.type == "entity":
            for entity_id in entity_ids(value):
                self._entity(unit, entity_id)

    def _check_entity_value(self, unit: UnitOfWork, kind: EntityType | None, type: str, key: str, value: Any) -> None:
        if kind is None:
            raise Refusal(say("the codebook asks nothing of the type `{type}`", type=type), key)
        if value is None:
            kind.attribute(key)
        else:
            self._check_value(unit, kind, key, value)

    def _refuse_named(self, unit: UnitOfWork, entity_id: str) -> None:
        """Nobody goes out of the register whom an entry of it names."""
        if naming := people.naming(unit.connection, entity_id):
            first, more = naming[0].name, len(naming) - 1
            raise Refusal(
                say("{first} and {more} more name this entity", first=first, more=more)
                if more
                else say("{first} names this entity", first=first),
                entity_id,
                "give what names it another value first",
            )

    def _check_roles(self, unit: UnitOfWork, layer: Layer, annotation: Annotation) -> None:
        if not isinstance(layer, LinkLayer):
            if annotation.roles or annotation.empty:
                raise Refusal(say("{layer} has no roles", layer=layer.label))
            return
        for key in {*annotation.roles, *annotation.empty}:
            layer.role(key)
        filled = {key: len(fillers) for key, fillers in annotation.roles.items()}
        for short in lacking_roles(self._codebook, layer, filled):
            raise Refusal(say("at least {n} must stand here", n=short.min), short.label or short.key)
        for role in layer.roles:
            fillers = annotation.roles.get(role.key, ())
            reason = annotation.empty.get(role.key)
            if role.max is not None and len(fillers) > role.max:
                raise Refusal(say("at most {n} may stand here", n=role.max), role.label or role.key)
            if len(set(fillers)) < len(fillers):
                raise Refusal("the same thing stands here twice", role.label or role.key)
            if fillers and reason:
                raise Refusal("a filled role has no reason to be empty", role.label or role.key)
            for f in fillers:
                self._check_filler(unit, annotation, role.layers, role.takes_entities, f)
            if reason is not None:
                self._check_reason(unit, layer, role.key, reason)

    def _check_filler(
        self, unit: UnitOfWork, link: Annotation, layers: tuple[str, ...], entities: bool, f: Filler
    ) -> None:
        if f.entity is not None:
            self._entity(unit, f.entity)
            if not entities:
                raise Refusal("an entity alone may not stand here", link.layer, "label the words that name it")
            return
        other = annotation_rows.get(unit.connection, f.annotation or "")
        if other is None:
            raise Refusal("there is no such label", str(f.annotation))
        if other.layer not in layers:
            raise Refusal(
                say("a {layer} may not stand here", layer=other.layer),
                link.layer,
                say("allowed: {names}", names=", ".join(layers)),
            )
        if other.coder_id != link.coder_id or other.document_id != link.document_id:
            raise Refusal("a link ties labels of one coder in one document", link.layer)

    def _check_reason(self, unit: UnitOfWork, layer: LinkLayer, role: str, reason: EmptyRole) -> None:
        reasons = {r.key: r for r in layer.role(role).empty_because}
        if reason.because not in reasons:
            raise Refusal(
                say("`{reason}` is no reason for an empty role", reason=reason.because),
                role,
                say("use {names}", names=", ".join(reasons)),
            )
        if reason.entity is not None:
            self._entity(unit, reason.entity)
            if reasons[reason.because].entity == "none":
                raise Refusal("this reason names nobody", role)

    def _check_entity(self, name: str, kind: str) -> EntityType | None:
        """The type, None where the codebook declares none at all."""
        if not name.strip():
            raise Refusal("an entity needs a name")
        types = {t.key: t for t in self._codebook.entity_types}
        if types and kind not in types:
            raise Refusal(
                say("there is no entity type `{kind}`", kind=kind),
                name,
                say("use one of {names}", names=", ".join(sorted(types))),
            )
        return types.get(kind)

    def _entity(self, unit: UnitOfWork, entity_id: str) -> Entity:
        entity = people.get_entity(unit.connection, entity_id)
        if entity is None:
            raise NotFound("there is no such entity", entity_id)
        return entity


def _entities_of(a: Annotation) -> set[str]:
    named = {f.entity for fillers in a.roles.values() for f in fillers} | {e.entity for e in a.empty.values()}
    return {e for e in named if e} | {e for value in a.values.values() for e in entity_ids(value)}


_HANDLERS: Mapping[type, Any] = {
    c.AddAnnotation: Coding._add_annotation,
    c.RemoveAnnotation: Coding._remove_annotation,
    c.SetValue: Coding._set_value,
    c.SetFragments: Coding._set_fragments,
    c.SetRole: Coding._set_role,
    c.SetMemo: Coding._set_memo,
    c.SetUncertain: Coding._set_uncertain,
    c.ConfirmAnnotation: Coding._confirm_annotation,
    c.AddEntity: Coding._add_entity,
    c.ChangeEntity: Coding._change_entity,
    c.RemoveEntity: Coding._remove_entity,
    c.SetDocumentState: Coding._set_document_state,
    c.SetFacts: Coding._set_facts,
    c.AddNote: Coding._add_note,
    c.ChangeNote: Coding._change_note,
    c.RemoveNote: Coding._remove_note,
    c.RecordDecision: Coding._record_decision,
}
