"""What merging and packing come to: what came in, what stands against each other, what stayed out and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from annotator.domain.accounts import Account
from annotator.domain.annotations import Value
from annotator.domain.json_forms import JsonObject, as_json
from annotator.domain.words import Message
from annotator.formats.dataset import Losses
from annotator.services.articles.identity import SameText
from annotator.services.codebooks.outcomes import CodebookVersion
from annotator.services.team.landed import Landed, LandedEntities
from annotator.services.team.other_people import Person
from annotator.services.team.packed import Whose
from annotator.services.team.similar_names import Similar
from annotator.store.merges import Conflict


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question that came in; record: the note as its package has it."""

    record: Mapping[str, Value]

    @property
    def document_id(self) -> str:
        """The article that it is about."""
        return str(self.record["document_id"])

    @property
    def text(self) -> str:
        """What was asked."""
        return str(self.record["text"])

    def as_json(self) -> JsonObject:
        """As its package has it."""
        return dict(self.record)


def conflict_as_json(c: Conflict) -> JsonObject:
    """A conflict in the public JSON form."""
    return {
        "id": c.id,
        "kind": c.kind,
        "thing": c.thing_id,
        "document": c.document_id,
        "coder": c.coder_id,
        "why": c.why,
        "here": c.here,
        "there": c.there,
        "found": c.found,
        "settled": c.settled,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedPackage:
    """What one package brought. status: new, older (nothing in it is new) or again (it was merged before).

    already: labels that are here already. told: what is worth knowing. made_under, here: versions of the codebook, of
    a package that was not merged before.
    """

    file: str
    id: str
    coder: Whose
    made: str
    status: Literal["new", "older", "again"]
    landed: Landed
    entities: LandedEntities
    already: int
    questions: tuple[NewQuestion, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    told: tuple[str, ...] = ()
    made_under: int | None = None
    here: int | None = None

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        n, entities = self.landed, self.entities
        under = {"made_under": self.made_under, "here": self.here}
        return {
            "file": self.file,
            "id": self.id,
            "coder": as_json(self.coder),
            "made": self.made,
            "status": self.status,
            "annotations": {"added": n.added, "changed": n.changed, "removed": n.removed, "already": self.already},
            "entities": {"added": entities.added, "changed": entities.changed},
            "states": n.states,
            "notes": n.notes,
            "questions": as_json(self.questions),
            **({"verdicts": n.verdicts} if n.verdicts else {}),
            "steps": n.steps,
            "carried": n.carried,
            "marked": n.marked,
            "conflicts": [conflict_as_json(c) for c in self.conflicts],
            "suggestions": as_json(entities.similar),
            "told": list(self.told),
            **({"codebook": under} if self.made_under is not None else {}),
        }


@dataclass(frozen=True, slots=True)
class BooksApart:
    """The codebooks of two studies; differs: what the one there has and the one here has not, in words."""

    there: CodebookVersion
    here: CodebookVersion
    differs: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class CameIn:
    """Articles that are new, and those that are here already."""

    added: int
    matched: int


@dataclass(frozen=True, slots=True)
class LabelsIn:
    """Labels that are new, changed, here already, and left out."""

    added: int
    changed: int
    already: int
    left_out: int


@dataclass(frozen=True, slots=True)
class EntitiesIn:
    """Entries that are new, changed, and the same by name."""

    added: int
    changed: int
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedStudy:
    """What a whole other study brought. made_from: which form it came in. coders: those of whom something came in.

    carried: labels whose words were found anew in another text; marked: those that came without all they had.
    """

    file: str
    id: str
    title: str
    made_from: str
    status: Literal["new", "again"]
    coders: tuple[Person, ...]
    documents: CameIn
    annotations: LabelsIn
    entities: EntitiesIn
    states: int
    notes: int
    carried: int
    marked: int
    codebook: BooksApart
    losses: Losses
    same_text: tuple[SameText, ...]
    similar: tuple[Similar, ...]
    told: tuple[Message, ...]
    account: Account

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {
            "file": self.file,
            "id": self.id,
            "title": self.title,
            "from": self.made_from,
            "status": self.status,
            "coders": as_json(self.coders),
            "documents": as_json(self.documents),
            "annotations": as_json(self.annotations),
            "entities": as_json(self.entities),
            "states": self.states,
            "notes": self.notes,
            "carried": self.carried,
            "marked": self.marked,
            "codebook": as_json(self.codebook),
            "losses": self.losses.told(),
            "same_text": as_json(self.same_text),
            "suggestions": as_json(self.similar),
            "told": list(self.told),
            "account": self.account.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Merged:
    """What packages and other studies brought together; what `annotator merge --json` prints."""

    packages: tuple[MergedPackage, ...]
    studies: tuple[MergedStudy, ...]
    applied: bool
    account: Account

    @property
    def news(self) -> int:
        """In how many of them anything is new."""
        return sum(x.status == "new" for x in self.packages) + sum(x.status == "new" for x in self.studies)
