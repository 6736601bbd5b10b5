"""Annotation records as JSON lines: the form that scripts and other programs exchange."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from annotator.domain.bounds import read_json
from annotator.domain.faults import Faults
from annotator.domain.words import say, words_of


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CoderRef(_Part):
    """Who coded."""

    id: str | None = None
    name: str | None = None
    role: Literal["gold"] | None = None


class PersonRef(CoderRef):
    """Somebody by an id that is the person's everywhere, and becomes the one here. Never read from a file."""


class DocumentRef(_Part):
    """Which document: by id, by the hash of its clean text, or by the source file's name."""

    id: str | None = None
    title: str | None = None
    sha256: str | None = None
    source: str | None = None
    number: int | None = None
    url: str | None = None
    publisher: str | None = None
    published: str | None = None


class MetRef(DocumentRef):
    """A document that came along with the records: its place among those of `Incoming.met`. Never read from a file."""

    met: int


class EntityRef(_Part):
    """An entity by id, or by name and type."""

    entity: str | None = None
    name: str | None = None
    type: str | None = None


class FillerRecord(EntityRef):
    """What stands in a role."""

    annotation: str | None = None


class EmptyRecord(_Part):
    """Why a role is empty."""

    because: str
    entity: EntityRef | None = None


class CodebookRef(_Part):
    """Under which codebook it was coded."""

    key: str | None = None
    version: int | str | None = None


class AnnotationRecord(_Part):
    """One line."""

    id: str
    layer: str
    coder: CoderRef | None = None
    document: DocumentRef
    reading: int = 1
    """2 for a label of a second reading, which a coder made without knowing the article again."""
    fragments: tuple[tuple[int, int], ...] = ()
    text: str | None = None
    around: tuple[str, str] | None = None
    """What stands before and after a quotation whose place is to be found."""
    values: dict[str, Any] = {}
    uncertain: tuple[str, ...] = ()
    memo: str = ""
    roles: dict[str, tuple[FillerRecord, ...]] = {}
    empty: dict[str, EmptyRecord] = {}
    external_id: str | None = None
    codebook: CodebookRef | None = None
    review: tuple[str, ...] = ()
    """Told by lists; on reading it is passed over: what is to be looked at again is for each study to say."""
    created: str | None = None
    updated: str | None = None
    confidence: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """How sure a model is, as it says it; a label of a coder has none."""
    suggestion: dict[str, Any] | None = None
    """From which suggestion the label was accepted; on reading it is passed over."""


Problem = dict[str, str]


def record_line(record: Mapping[str, Any]) -> bytes:
    """One record as one line."""
    return (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


def read_records(data: bytes, source: str) -> tuple[list[tuple[int, AnnotationRecord]], Faults]:
    """([(line number, record)], problems); a line with a problem is not among the records."""
    problems = Faults()
    return list(records_of(data.split(b"\n"), source, problems)), problems


def records_of(lines: Iterable[bytes], source: str, problems: Faults) -> Iterator[tuple[int, AnnotationRecord]]:
    """(line number, record) of each line as it comes; what is none is put to the problems. Keeps no line."""
    seen: dict[int, int] = {}

    def problem(line: int, what: str) -> None:
        problems.append({"source": source, "where": say("line {line}", line=line), "what": what})

    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            content = read_json(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            record = AnnotationRecord.model_validate(content)
        except UnicodeDecodeError:
            problem(number, say("the text is not UTF-8"))
            continue
        except ValidationError as error:
            for e in error.errors():
                where = ".".join(str(p) for p in e["loc"])
                problem(number, say("{where}: {what}", where=where, what=e["msg"].lower()))
            continue
        except json.JSONDecodeError:
            problem(number, say("the line is not JSON"))
            continue
        except ValueError as error:
            problem(number, words_of(error))
            continue
        key = hash(record.id)
        if key in seen:
            problem(number, say("the id `{id}` is used in line {line} already", id=record.id, line=seen[key]))
            continue
        seen[key] = number
        yield number, record
