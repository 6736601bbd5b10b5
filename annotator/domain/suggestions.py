"""Suggestions: labels that a model, a rule or a register proposes, and what each coder said to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from annotator.domain.annotations import Annotation

Said = Literal["accepted", "rejected"]
SAID: tuple[Said, ...] = ("accepted", "rejected")

State = Literal["open", "accepted", "changed", "removed", "rejected", "found", "lost", "homeless"]
"""How a suggestion stands with one coder.

accepted: the coder's label says what the suggestion says. changed: accepted, and says something else by now.
removed: accepted, and the label was taken away later. found: nobody answered, for the coder had the same label already.
lost: its words are not in the corrected text. homeless: the codebook has no layer for it any more.
"""
STATES: tuple[State, ...] = ("open", "accepted", "changed", "removed", "rejected", "found", "lost", "homeless")


@dataclass(frozen=True, slots=True)
class Source:
    """Where suggestions came from, one for each import. imported: when, ISO 8601 in UTC."""

    id: str
    name: str
    version: str | None
    format: str
    file: str
    imported: str

    def record(self) -> dict[str, Any]:
        """As packages carry it."""
        told = {"id": self.id, "name": self.name, "format": self.format, "file": self.file, "imported": self.imported}
        return {**told, "version": self.version} if self.version is not None else told


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """An entity that a suggestion names; it comes into the register with the first label that is accepted."""

    name: str
    type: str
    aliases: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """As it is kept."""
        told: dict[str, Any] = {"name": self.name, "type": self.type}
        return {**told, "aliases": list(self.aliases)} if self.aliases else told


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A label that somebody may take over. It never changes: texts and codebooks carry it when it is looked at.

    label: as it came; its id is the suggestion's, its roles name other suggestions, its `coder_id` is the coder whom it
    is meant for, empty where it is meant for everybody who codes the article. entities: id -> who is meant, of every
    entity that it names. confidence: as the source says it, None where it says none.
    """

    label: Annotation
    source_id: str
    entities: Mapping[str, NamedEntity] = field(default_factory=dict)
    confidence: float | None = None

    @property
    def id(self) -> str:
        """The suggestion's id."""
        return self.label.id

    @property
    def document_id(self) -> str:
        """The article that it is about."""
        return self.label.document_id

    @property
    def coder_id(self) -> str | None:
        """Whom it is meant for; None for everybody who codes the article."""
        return self.label.coder_id or None

    def ties(self) -> tuple[str, ...]:
        """Ids of the suggestions that it names in its roles."""
        return tuple(f.annotation for held in self.label.roles.values() for f in held if f.annotation)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one coder said to a suggestion. annotation_id: the label that came of it."""

    suggestion_id: str
    coder_id: str
    document_id: str
    said: Said
    annotation_id: str | None = None

    @property
    def key(self) -> str:
        """What the journal calls it."""
        return verdict_key(self.suggestion_id, self.coder_id)

    def record(self) -> dict[str, Any]:
        """As the journal keeps it."""
        told: dict[str, Any] = {"said": self.said}
        return {**told, "label": self.annotation_id} if self.annotation_id is not None else told


def verdict_key(suggestion_id: str, coder_id: str) -> str:
    """The name under which the journal knows a verdict."""
    return f"{suggestion_id}/{coder_id}"


def verdict_from(key: str, document_id: str, record: Mapping[str, Any]) -> Verdict:
    """The verdict that a step of the journal tells of."""
    suggestion, _, coder = key.partition("/")
    return Verdict(suggestion, coder, document_id, record["said"], record.get("label"))
