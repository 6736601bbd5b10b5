"""Everything a coder can ask for, as frozen records; names are imperatives, one undo step each."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from annotator.domain.decisions import Decision
from annotator.domain.fragments import Fragments
from annotator.domain.suggestions import Said


class Command(BaseModel):
    """A request by one coder."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    coder_id: str


class FillerRef(BaseModel):
    """What is to stand in a role: an annotation's id or an entity's id."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    annotation: str | None = None
    entity: str | None = None


class EmptyRef(BaseModel):
    """Why a role stays empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    because: str
    entity: str | None = None


class AddAnnotation(Command):
    """Label a passage (fragments), tie things together (roles), or describe the whole article (neither).

    id: a fresh UUID where later commands of a `Batch` name the label; made when the command is applied if None.
    """

    document_id: str
    layer: str
    id: str | None = None
    fragments: Fragments = ()
    values: dict[str, Any] = {}
    roles: dict[str, tuple[FillerRef, ...]] = {}
    empty: dict[str, EmptyRef] = {}
    uncertain: tuple[str, ...] = ()
    memo: str = ""


class RemoveAnnotation(Command):
    """Remove a label; links that cannot stand without it go with it, in the same undo step."""

    annotation_id: str


class SetValue(Command):
    """Give an attribute a value; None takes the value away."""

    annotation_id: str
    attribute: str
    value: Any = None


class SetFragments(Command):
    """Move the boundaries of a span, add a fragment to it or cut one from it."""

    annotation_id: str
    fragments: Fragments


class SetRole(Command):
    """Fill a role of a link, or leave it empty with a reason (``empty``), or clear it (neither)."""

    annotation_id: str
    role: str
    fillers: tuple[FillerRef, ...] = ()
    empty: EmptyRef | None = None


class SetMemo(Command):
    """Write the label's memo."""

    annotation_id: str
    memo: str


class SetUncertain(Command):
    """Mark or clear the doubt about one attribute."""

    annotation_id: str
    attribute: str
    uncertain: bool


class ConfirmAnnotation(Command):
    """Say that a label, looked at again after the codebook was changed, is right as it is."""

    annotation_id: str


class AddEntity(Command):
    """Enter a person, organisation, country… into the register."""

    name: str
    type: str
    id: str | None = None
    aliases: tuple[str, ...] = ()
    memo: str = ""
    values: dict[str, Any] = {}


class ChangeEntity(Command):
    """Give an entity another name, type, aliases, memo or values; None leaves a field as it is."""

    entity_id: str
    name: str | None = None
    type: str | None = None
    aliases: tuple[str, ...] | None = None
    memo: str | None = None
    merged_into: str | None = None
    """The entity that this one turned out to be; "" makes it one of its own again."""
    values: dict[str, Any] = {}
    """Attribute -> its new value, None to take it away; attributes that are not named stay as they are."""


class RemoveEntity(Command):
    """Take an entity out of the register; refused while a label names it."""

    entity_id: str


class SetDocumentState(Command):
    """Say how far the coder is with a document: open, in progress, done, or skipped for a reason.

    What is done although something in it is open has a reason as well.
    """

    document_id: str
    state: str
    reason: str | None = None


class SetFacts(Command):
    """Correct what is known of an article: of `domain.facts.FACTS` those that are named; None where it is unknown."""

    document_id: str
    facts: dict[str, str | None]


class AddNote(Command):
    """Write a note or a question to the supervisor, on a passage or (no start) on the article; or a reply."""

    document_id: str
    text: str
    kind: str = "note"
    start: int | None = None
    end: int | None = None
    reply_to: str | None = None
    id: str | None = None


class ChangeNote(Command):
    """Write a note anew, or say that it is settled; None leaves as it is."""

    note_id: str
    text: str | None = None
    settled: bool | None = None


class RemoveNote(Command):
    """Take a note away; its replies stay in the journal only."""

    note_id: str


class RecordDecision(Command):
    """Keep how a case was settled, beside the gold labels that the same unit of work makes; `at` is given then."""

    decision: Decision


class AnswerSuggestion(Command):
    """Say what becomes of a suggestion. label: the one that the same unit of work makes of it where it is accepted."""

    suggestion_id: str
    said: Said
    label: str | None = None


Step = (
    AddAnnotation
    | RemoveAnnotation
    | SetValue
    | SetFragments
    | SetRole
    | SetMemo
    | SetUncertain
    | ConfirmAnnotation
    | AddEntity
    | ChangeEntity
    | RemoveEntity
    | SetDocumentState
    | SetFacts
    | AddNote
    | ChangeNote
    | RemoveNote
    | RecordDecision
    | AnswerSuggestion
)


class Batch(Command):
    """Several commands of one coder as one: all or none, one undo step, under one name in the journal."""

    name: str
    commands: tuple[Step, ...]


AnyCommand = Step | Batch
