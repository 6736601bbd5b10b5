"""A package: what carries one coder's work between a supervisor and the coder, as frozen pydantic models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from annotator.domain.bounds import MOST_NUMBER, loose_time_fault, name_fault, time_fault
from annotator.domain.changes import PackedKind
from annotator.domain.words import Message

FORMAT = "annotator-package/1"

Id = Annotated[str, Field(min_length=1, max_length=36, pattern=r"^[0-9A-Za-z-]+$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _sound(fault: Callable[[str], Message | None]) -> AfterValidator:
    def checked(text: str) -> str:
        if told := fault(text):
            raise ValueError(told)
        return text

    return AfterValidator(checked)


Time = Annotated[str, Field(max_length=32), _sound(time_fault)]
"""When the program wrote something."""
AnyTime = Annotated[str, Field(max_length=32), _sound(loose_time_fault)]
"""When a label was made, in the spelling of the program that it was read from."""
Name = Annotated[str, _sound(name_fault)]
Count = Annotated[int, Field(ge=0, le=MOST_NUMBER)]
Version = Annotated[int, Field(ge=1, le=1_000_000)]
Word = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z][A-Za-z ]*$")]
"""The name of a command, as the journal keeps it."""


class Part(BaseModel):
    """Every part of a package: frozen, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StudyRef(Part):
    """The study that the package belongs to."""

    id: Annotated[str, Field(max_length=64)]
    title: str


class CoderRef(Part):
    """The coder whose work the package carries."""

    id: Id
    name: Name


class FileSum(Part):
    """One file of the package: its length and the SHA-256 of its bytes."""

    bytes: Count
    sha256: Sha256


class Manifest(Part):
    """``manifest.json``: whose the package is, and a sum for every other file in it."""

    format: Literal["annotator-package/1"]
    id: Id
    study: StudyRef
    coder: CoderRef
    made: Time
    program: str
    files: dict[
        Literal[
            "codebooks.jsonl",
            "documents.jsonl",
            "entities.jsonl",
            "annotations.jsonl",
            "states.jsonl",
            "notes.jsonl",
            "changes.jsonl",
            "suggestions.jsonl",
            "verdicts.jsonl",
        ],
        FileSum,
    ]
    account: dict[str, Any] | None = None
    """What of the study is in the package and what is not, with reasons; packages of older programs have none."""
    sender: Annotated[str, Field(max_length=1000)] = ""
    """Who supervises the study that the package was made in; empty where nobody has that role."""


class PackedCarrying(Part):
    """How labels of the codebook version before were carried over; ``undoes``: the version that it takes back."""

    unit: Id
    mapping: dict[str, Any]
    undoes: int | None = None
    created: Time | None = None


class PackedCodebook(Part):
    """One version of the codebook; ``change`` says how labels of the version before were carried over."""

    version: Version
    key: str
    content: str
    created: Time
    change: PackedCarrying | None = None


class PackedText(Part):
    """A text that an article had before it was corrected."""

    version: Version
    text: str
    sha256: Sha256
    zones: list[tuple[str, Count, Count]]


class PackedOrigin(Part):
    """What the source said of itself when the article came in (`domain.origins`)."""

    file: str = ""
    id: str = ""
    form: str = ""
    url: str = ""
    publisher: str = ""
    published: str = ""
    raw: str = ""
    kept: dict[str, Any] = {}

    def record(self) -> dict[str, Any]:
        """As the study keeps it: what is known."""
        return self.model_dump(mode="json", exclude_defaults=True)


class PackedDocument(Part):
    """One article in the coder's reading order."""

    id: Id
    title: str | None
    published: str | None
    publisher: str | None
    author: str | None
    url: str | None
    language: str | None
    tags: list[str]
    sha256: Sha256
    source: str
    zones: list[tuple[str, Count, Count]]
    extra: dict[str, Any]
    text: str
    round: Annotated[str, Field(max_length=64)] | None
    text_version: Version = 1
    former: list[PackedText] = []
    """Every text that it had before, oldest first."""
    revised: Time | None = None
    """When the facts were corrected last."""
    origin: PackedOrigin = PackedOrigin()
    """Packages of older programs do not say it."""


class PackedEntity(Part):
    """One entry of the register."""

    id: Id
    name: Name
    type: Annotated[str, Field(min_length=1, max_length=128)]
    aliases: list[str]
    memo: str
    created: Time
    merged_into: Id | None = None
    values: dict[str, Any] = {}

    def record(self) -> dict[str, Any]:
        """As the journal keeps it."""
        record = self.model_dump(mode="json", exclude={"values"}, exclude_none=True)
        return {**record, "values": dict(self.values)} if self.values else record


class PackedFiller(Part):
    """What stands in a role: a label or an entity."""

    annotation: Id | None = None
    entity: Id | None = None


class PackedEmpty(Part):
    """Why a role stays empty."""

    because: str
    entity: Id | None = None


class PackedAnnotation(Part):
    """One label, whole."""

    id: Id
    document: Id
    coder: Id
    layer: Annotated[str, Field(max_length=128)]
    fragments: list[tuple[Count, Count]]
    values: dict[str, Any]
    uncertain: list[str]
    memo: str
    roles: dict[str, list[PackedFiller]]
    empty: dict[str, PackedEmpty]
    codebook_version: Version
    external_id: str | None
    created: AnyTime
    updated: AnyTime
    text_version: Version = 1


class PackedState(Part):
    """How far the coder is with an article."""

    document: Id
    state: Literal["open", "in progress", "done", "skipped"]
    reason: str | None = None

    def record(self) -> dict[str, Any]:
        """As the journal keeps it."""
        return self.model_dump(mode="json", exclude={"document"}, exclude_none=True)


class PackedNote(Part):
    """A note or question of the coder's, or a reply to one; ``author`` names who wrote a reply."""

    id: Id
    document_id: Id
    coder_id: Id
    kind: Literal["note", "question"]
    text: str
    start: Count | None
    end: Count | None
    reply_to: Id | None
    settled: bool
    created: Time
    updated: Time
    author: str | None = None
    text_version: Version = 1

    def record(self) -> dict[str, Any]:
        """As the journal keeps it."""
        record = self.model_dump(mode="json", exclude={"author"})
        if self.text_version == 1:
            del record["text_version"]
        return record


class PackedSource(Part):
    """Where a suggestion came from."""

    id: Id
    name: Name
    version: Name | None = None
    format: Annotated[str, Field(max_length=64)]
    file: str
    imported: Time


class PackedNamed(Part):
    """An entity that a suggestion names."""

    name: Name
    type: Annotated[str, Field(max_length=128)]
    aliases: list[str] = []


class PackedContent(Part):
    """What a suggestion says; in its roles stand suggestions."""

    fragments: list[tuple[Count, Count]]
    values: dict[str, Any]
    uncertain: list[str]
    memo: str
    roles: dict[str, list[PackedFiller]]
    empty: dict[str, PackedEmpty]
    external_id: str | None
    entities: dict[Id, PackedNamed]
    confidence: Annotated[float, Field(allow_inf_nan=False)] | None = None


class PackedSuggestion(Part):
    """One suggestion for the coder, or for everybody who codes the article (no coder)."""

    id: Id
    source: PackedSource
    document: Id
    coder: Id | None = None
    layer: Annotated[str, Field(max_length=128)]
    content: PackedContent
    codebook_version: Version
    text_version: Version


class PackedVerdict(Part):
    """What the coder said to a suggestion; label: the one that came of it."""

    suggestion: Id
    document: Id
    said: Literal["accepted", "rejected"]
    label: Id | None = None

    def record(self) -> dict[str, Any]:
        """As the journal keeps it."""
        return self.model_dump(mode="json", exclude={"suggestion", "document"}, exclude_none=True)


class PackedChange(Part):
    """One step of the coder's own journal."""

    id: Id
    unit: Id
    at: Time
    command: Word
    kind: PackedKind
    thing: Annotated[str, Field(max_length=80)]
    document: Id | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    undoes: Id | None


FILES: dict[str, type[Part]] = {
    "codebooks.jsonl": PackedCodebook,
    "documents.jsonl": PackedDocument,
    "entities.jsonl": PackedEntity,
    "annotations.jsonl": PackedAnnotation,
    "states.jsonl": PackedState,
    "notes.jsonl": PackedNote,
    "changes.jsonl": PackedChange,
    "suggestions.jsonl": PackedSuggestion,
    "verdicts.jsonl": PackedVerdict,
}
"""Each file holds one JSON object a line, of the model beside its name."""
OPTIONAL = frozenset(("suggestions.jsonl", "verdicts.jsonl"))
"""Files that a package lacks where nothing would be in them, as packages of earlier programs do."""


def package_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of manifests; ``$defs`` also holds the lines of every other file."""
    schema = Manifest.model_json_schema()
    definitions = dict(schema.pop("$defs"))
    for model in FILES.values():
        part = model.model_json_schema()
        definitions |= part.pop("$defs", {})
        definitions[model.__name__] = part
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Annotator package",
        **{k: v for k, v in schema.items() if k != "title"},
        "$defs": dict(sorted(definitions.items())),
    }
