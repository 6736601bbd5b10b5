"""The journal's steps and the answer to every command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["annotation", "entity", "document_state", "note", "decision", "document", "verdict"]
"""What a step is about."""
PackedKind = Literal["annotation", "entity", "document_state", "note", "verdict"]
"""Those that packages carry."""

CORRECT, UNDO_CORRECTION = "CorrectText", "UndoCorrection"
MERGE_STUDY = "MergeStudy"
"""A coder's part of another study that was brought in."""
BY_PROGRAM = frozenset({"ReceivePackage", "CarryOver", "ApplyCodebook", "UndoCodebook", CORRECT, UNDO_CORRECTION})
"""Commands of steps that no coder asked for: they move a thing between files or codebook versions."""


COMMANDS = BY_PROGRAM | frozenset(
    {
        *("AddAnnotation", "RemoveAnnotation", "SetValue", "SetFragments", "SetRole", "SetMemo", "SetUncertain"),
        *("ConfirmAnnotation", "AddEntity", "ChangeEntity", "RemoveEntity", "SetDocumentState"),
        *("AddNote", "ChangeNote", "RemoveNote", "RecordDecision", "Undo", "Redo", "ImportAnnotations", MERGE_STUDY),
        *("AddStatement", "AnswerQuestion", "LabelFound", "NameEntity", "MergeEntities", "SeparateEntities"),
        *("SetFacts", "SplitEntity", "SplitLabel", "JoinLabels", "CopyValues"),
        *("AnswerSuggestion", "AcceptSuggestion", "AcceptSuggestions", "RejectSuggestion"),
    }
)
"""What steps of coders are called: their commands, and the names of several that were made as one."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the journal: who did what to which thing, and how it was before and after.

    unit groups the changes that were confirmed, and are undone, together.
    before and after are the thing's whole record, None where it did not exist.
    undoes is the unit that this change takes back (an undo) or None; a redo undoes an undo.
    """

    seq: int
    id: str
    unit: str
    at: str
    coder_id: str
    command: str
    kind: Kind
    thing_id: str
    document_id: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    undoes: str | None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Which ids were added, changed and removed; nothing else tells views what happened."""

    unit: str | None = None
    command: str = ""
    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()
    decisions: frozenset[str] = frozenset()
    verdicts: frozenset[str] = frozenset()
    """Ids of the suggestions that were answered, or whose answer was taken back."""

    def __bool__(self) -> bool:
        labels = self.added or self.changed or self.removed
        return bool(labels or self.entities or self.documents or self.notes or self.decisions or self.verdicts)
