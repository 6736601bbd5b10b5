"""“Read, and found nothing”: lines among annotation records that name the articles a coder read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from annotator.domain.annotations import Coder, Document
from annotator.domain.words import say
from annotator.formats.annotation_records import CoderRef, DocumentRef, Problem

KEY = "documents_read"


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    documents_read: tuple[DocumentRef, ...]
    coder: CoderRef | None = None


@dataclass(frozen=True, slots=True)
class DocumentsRead:
    """`{"documents_read": [{"source": "a.txt"}, …], "coder": {"name": "Ada"}}`. where: its place in the source."""

    where: str
    documents: tuple[DocumentRef, ...]
    coder: CoderRef | None


def read_line(coder: Coder, documents: Iterable[Document], titles: bool) -> bytes:
    """What `split` reads back. titles: files' names are told too."""
    told = [
        {"id": d.id, "sha256": d.sha256, **({"source": d.source} if titles and d.source else {})} for d in documents
    ]
    held = {KEY: told, "coder": {"id": coder.id, "name": coder.name}}
    return (json.dumps(held, ensure_ascii=False) + "\n").encode("utf-8")


def split(data: bytes, source: str) -> tuple[bytes, list[DocumentsRead], list[Problem]]:
    """(the records alone, with empty lines where these lines stood; these lines; problems in them)."""
    if KEY.encode() not in data:
        return data, [], []
    found: list[DocumentsRead] = []
    problems: list[Problem] = []
    kept = list(without(data.split(b"\n"), source, found, problems))
    return b"\n".join(kept), found, problems


def without(
    lines: Iterable[bytes], source: str, found: list[DocumentsRead], problems: list[Problem]
) -> Iterator[bytes]:
    """The lines as they come, empty ones where these lines stood, which are put to `found`; faulty ones are told."""
    for number, line in enumerate(lines, start=1):
        held = _object(line)
        yield line if held is None else b""
        if held is None:
            continue
        where = say("line {n}", n=number)
        try:
            one = _Line.model_validate(held)
        except ValidationError as error:
            for e in error.errors():
                told = f"{'.'.join(str(p) for p in e['loc'])}: {e['msg'].lower()}"
                problems.append({"source": source, "where": where, "what": told})
            continue
        found.append(DocumentsRead(where, one.documents_read, one.coder))


def _object(line: bytes) -> Any:
    if KEY.encode() not in line:
        return None
    try:
        held = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return held if isinstance(held, dict) and KEY in held else None
