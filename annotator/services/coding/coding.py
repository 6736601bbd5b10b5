"""The way of a label: a command is checked, written with its journal step in one transaction, and answered."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from annotator.domain import commands as c
from annotator.domain.changes import Change, ChangeSet
from annotator.domain.codebook.model import Codebook
from annotator.domain.errors import AnnotatorError, Interrupted, Refusal, StudyFileError
from annotator.domain.identity import Clock, IdFactory
from annotator.services.coding.codebook_versions import Versions
from annotator.services.coding.reversing import Reversing
from annotator.services.coding.stacks import KnownStacks
from annotator.services.coding.step import KnownDocuments, Step
from annotator.services.coding.steps import carry_out
from annotator.store import journal, people
from annotator.store.study_file import StudyFile
from annotator.store.units import UnitOfWork

ATTEMPTS = 3
"""How often a step is tried where the connection to the study is lost under it."""
CODEBOOK_STAYS = 1.0
"""Seconds for which a shared study's codebook is taken to be the one that it was."""


class Coding:
    """Applies commands to a study. Not thread-safe: one for each connection."""

    def __init__(self, study_file: StudyFile, codebook: Codebook, version: int, ids: IdFactory, clock: Clock) -> None:
        self._file = study_file
        self._codebook = codebook
        self._version = version
        self._ids = ids
        self._clock = clock
        self._documents = KnownDocuments(study_file.shared)
        self._stacks = KnownStacks(study_file)
        self._codebook_seen = float("-inf")
        self._versions: Versions | None = None

    def apply(self, command: c.AnyCommand) -> ChangeSet:
        """Do it, or raise Refusal (nothing is changed). On return the change is on the disk."""
        name = command.name if isinstance(command, c.Batch) else type(command).__name__
        commands = command.commands if isinstance(command, c.Batch) else (command,)
        if any(one.coder_id != command.coder_id for one in commands):
            raise Refusal("one unit of work belongs to one coder")

        def work() -> ChangeSet:
            with UnitOfWork(self._file, self._ids, self._clock, command.coder_id, name) as unit:
                self._refuse_old_codebook(unit)
                step = self._step(unit)
                for one in commands:
                    carry_out(step, one)
                return unit.confirm()

        changes = self._done_once(work)
        if changes.unit is not None:
            self._stacks.of(command.coder_id, known=changes.unit).done(changes.unit, name)
        return changes

    def rehearse(self, command: c.Batch) -> list[AnnotatorError | None]:
        """Why each step of the batch would be refused, None where it would not be; nothing is written.

        Steps are tried one behind the other, each on what those before it would leave.
        """
        answers: list[AnnotatorError | None] = []
        with UnitOfWork(self._file, self._ids, self._clock, command.coder_id, command.name) as unit:
            step = self._step(unit)
            for one in command.commands:
                try:
                    carry_out(step, one)
                except AnnotatorError as error:
                    answers.append(error)
                else:
                    answers.append(None)
        return answers

    def undo(self, coder_id: str) -> ChangeSet:
        """Take back the coder's last unit; raises Refusal where there is none."""
        stacks = self._stacks.of(coder_id)
        if not stacks.undo:
            raise Refusal("there is nothing to undo")
        changes = self._reverse(coder_id, stacks.undo[-1][0], "Undo")
        assert changes.unit is not None
        stacks.undone(changes.unit)
        return changes

    def redo(self, coder_id: str) -> ChangeSet:
        """Bring back what was last undone; raises Refusal where there is nothing."""
        stacks = self._stacks.of(coder_id)
        if not stacks.redo:
            raise Refusal("there is nothing to redo")
        changes = self._reverse(coder_id, stacks.redo[-1][0], "Redo")
        assert changes.unit is not None
        stacks.redone(changes.unit)
        return changes

    def can_undo(self, coder_id: str) -> str | None:
        """The name of the command that `undo` would take back."""
        stacks = self._stacks.of(coder_id)
        return stacks.undo[-1][1] if stacks.undo else None

    def can_redo(self, coder_id: str) -> str | None:
        """The name of the command that `redo` would bring back."""
        stacks = self._stacks.of(coder_id)
        return stacks.redo[-1][1] if stacks.redo else None

    def history(self, thing_id: str) -> list[Change]:
        """Every step of one annotation or entity, oldest first."""
        with self._file.reading() as connection:
            return journal.of_thing(connection, thing_id)

    def forget(self) -> None:
        """Read again from the journal what can be undone: it was written to by other means."""
        self._stacks.forget()
        self._documents.forget()

    def take_codebook(self, codebook: Codebook, version: int) -> None:
        """Code by another version from now on."""
        self._codebook, self._version, self._versions = codebook, version, None
        self.forget()

    def _step(self, unit: UnitOfWork) -> Step:
        return Step(unit=unit, codebook=self._codebook, version=self._version, documents=self._documents)

    def _reverse(self, coder_id: str, unit_id: str, name: str) -> ChangeSet:
        def work() -> ChangeSet:
            with UnitOfWork(self._file, self._ids, self._clock, coder_id, name, undoes=unit_id) as unit:
                self._refuse_old_codebook(unit)
                changes = journal.of_unit(unit.connection, unit_id)
                if any(change.coder_id != coder_id for change in changes):
                    raise Refusal("these include steps of another coder", unit_id, "change it by hand")
                reversing = Reversing(self._step(unit), coder_id, lambda: self._known_versions(unit))
                for change in reversed(changes):
                    reversing.put_back(change)
                return unit.confirm()

        return self._done_once(work)

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
