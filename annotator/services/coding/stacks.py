"""What a coder can take back and bring back."""

from __future__ import annotations

from dataclasses import dataclass, field

from annotator.domain.changes import BY_PROGRAM
from annotator.store import journal
from annotator.store.study_file import StudyFile

NOT_UNDOABLE = BY_PROGRAM | {"ImportAnnotations"}
"""Units that undo steps over: whole files read in are taken back by other means than one key."""

Units = list[tuple[str, str]]
"""(unit, command) each, newest last."""


@dataclass(slots=True)
class UndoStacks:
    """One coder's."""

    undo: Units = field(default_factory=list)
    redo: Units = field(default_factory=list)

    def done(self, unit: str, command: str) -> None:
        """The coder did something: what was taken back before cannot be brought back any more."""
        self.undo.append((unit, command))
        self.redo.clear()

    def undone(self, unit: str, otherwise: str = "") -> None:
        """This unit took back the last one. otherwise: that one's command, where it is not known here."""
        self.redo.append((unit, self.undo.pop()[1] if self.undo else otherwise))

    def redone(self, unit: str, otherwise: str = "") -> None:
        """This unit brought back what was last taken back."""
        self.undo.append((unit, self.redo.pop()[1] if self.redo else otherwise))


class KnownStacks:
    """Every coder's stacks, each read from the journal once."""

    def __init__(self, study_file: StudyFile) -> None:
        self._file = study_file
        self._stacks: dict[str, UndoStacks] = {}

    def forget(self) -> None:
        """Read them again: the journal was written to by other means."""
        self._stacks.clear()

    def of(self, coder_id: str, known: str | None = None) -> UndoStacks:
        """known: a unit just written, to leave out where the journal has to be read."""
        if coder_id not in self._stacks:
            self._stacks[coder_id] = self._read(coder_id, known)
        return self._stacks[coder_id]

    def _read(self, coder_id: str, known: str | None) -> UndoStacks:
        with self._file.reading() as connection:
            units = journal.units_of_coder(connection, coder_id)
        names = {unit: command for unit, command, _ in units}
        stacks = UndoStacks()
        for unit, command, undoes in units:
            if unit == known or command in NOT_UNDOABLE:
                continue
            if command == "Undo" and undoes is not None:
                stacks.undone(unit, names.get(undoes, ""))
            elif command == "Redo" and undoes is not None:
                stacks.redone(unit, names.get(undoes, ""))
            else:
                stacks.done(unit, command)
        return stacks
