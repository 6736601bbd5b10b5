"""``annotator.json``: what stands beside files of other programs' forms and has no place in these.

Codebook, coders, facts about articles and the register. Files without it are read just as well, with less known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from annotator.domain.annotations import Document
from annotator.domain.bounds import read_json
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_json, parse_codebook
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.file_names import FileNames
from annotator.domain.words import say
from annotator.formats.annotation_records import CoderRef, DocumentRef, EntityRef
from annotator.formats.dataset import Dataset
from annotator.formats.incoming import Incoming, IncomingDocument, IncomingEntity
from annotator.formats.keys import slug
from annotator.formats.offsets import LineEnds
from annotator.formats.register_rows import entity_records
from annotator.formats.untrusted import text_from

NAME = "annotator.json"
FORM = "annotator-sidecar/1"
_ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SideCoder(_Part):
    """A coder. file: the name by which files or folders call the coder."""

    id: str
    name: str
    file: str


class SideDocument(_Part):
    """An article. file: what files or folders call it. replaced: (offset, character) that XML cannot hold."""

    file: str
    sha256: str
    id: str | None = None
    source: str = ""
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    zones: tuple[tuple[str, int, int], ...] = ()
    extra: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    replaced: tuple[tuple[int, int], ...] = ()

    @field_validator("replaced")
    @classmethod
    def _characters(cls, value: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        if not all(offset >= 0 and (0 <= point < 0x20 or point in (0xFFFE, 0xFFFF)) for offset, point in value):
            raise ValueError(say("not a character that XML cannot hold"))
        return value

    def restored(self, text: str) -> str:
        """The text with the characters that XML could not hold."""
        if not self.replaced:
            return text
        characters = list(text)
        for offset, point in self.replaced:
            if offset < len(characters) and characters[offset] == "\ufffd":
                characters[offset] = chr(point)
        return "".join(characters)

    def document(self, text: str, hidden: str | None = None) -> IncomingDocument:
        """The article with its text; hidden: the hash of the text that this one masks."""
        zones = tuple(z for z in self.zones if 0 <= z[1] <= z[2] <= len(text))
        return IncomingDocument(
            self.source or self.file,
            text,
            self.title,
            self.published,
            self.publisher,
            self.author,
            self.url,
            self.language,
            self.tags,
            zones,
            self.extra,
            hidden,
            self.id or self.file,
            self.id is not None,
            self.kept,
        )


class SideEntity(_Part):
    """An entity of the register."""

    id: str
    name: str
    type: str
    aliases: tuple[str, ...] = ()
    memo: str = ""
    values: dict[str, Any] = {}


class Sidecar(_Part):
    """The whole of it."""

    format: Literal["annotator-sidecar/1"]
    text: bool = True
    beside: str | None = None
    codebook: dict[str, Any]
    coders: tuple[SideCoder, ...] = ()
    documents: tuple[SideDocument, ...] = ()
    entities: tuple[SideEntity, ...] = ()
    attached: dict[str, Any] = {}


class Beside:
    """A sidecar that was read, ready to be asked."""

    def __init__(self, data: Sidecar, codebook: Codebook) -> None:
        self.codebook = codebook
        self.with_text = data.text
        self.beside = data.beside
        self.attached = data.attached
        self.documents = {d.file: d for d in data.documents}
        self._coders = {c.file: CoderRef(id=c.id, name=c.name) for c in data.coders}
        self.entities = {e.id: EntityRef(entity=e.id, name=e.name, type=e.type) for e in data.entities}
        self.register = [IncomingEntity(e.name, e.type, e.aliases, e.memo, e.values) for e in data.entities]

    def coder(self, file: str) -> CoderRef:
        """The coder that files call so; a name that is new stands for itself."""
        return self._coders.get(file) or CoderRef(name=file)

    def value(self, value: Any) -> Any:
        """A value in the public form: entities with name and type."""
        if isinstance(value, list):
            return [self.value(v) for v in value]
        if isinstance(value, Mapping) and "entity" in value:
            return self.entity(str(value["entity"])).model_dump(exclude_none=True)
        return value

    def entity(self, key: str) -> EntityRef:
        """The entity with this id; one that is not here is left to the study."""
        return self.entities.get(key) or EntityRef(entity=key)


@dataclass(frozen=True, slots=True)
class Arrived:
    """An article that came: how records name it, and where a place of the file's text lies in the study's."""

    ref: DocumentRef
    place: Callable[[int], int]


class Arrivals:
    """Takes articles in once each, as they were where we wrote them, with LF as the only line break otherwise."""

    def __init__(self, beside: Beside | None) -> None:
        self.incoming = Incoming()
        if beside is not None:
            self.incoming = Incoming(codebook=beside.codebook, entities=list(beside.register))
        self._beside = beside

    def article(self, file: str, text: str, source: str) -> Arrived:
        """file: the name under which a sidecar may know it; source: the name of the file with its suffix."""
        side = self._beside.documents.get(file) if self._beside else None
        if side is None:
            lines = LineEnds(text)
            return Arrived(self.incoming.meet(IncomingDocument(source, lines.text)), lines.place)
        if self._beside is not None and not self._beside.with_text:
            return Arrived(self.incoming.meet(side.document("", side.sha256)), _same)
        document = side.document(side.restored(text))
        if document.sha256 == side.sha256:
            return Arrived(self.incoming.meet(document), _same)
        self.incoming.losses.lose(say("texts that were changed since they were written"), 1, source)
        lines = LineEnds(text)
        return Arrived(self.incoming.meet(side.document(lines.text)), lines.place)


def _same(offset: int) -> int:
    return offset


def document_files(dataset: Dataset) -> dict[str, str]:
    """A file name without suffix for each document, in the order of their numbers."""
    result: dict[str, str] = {}
    for d in dataset.documents.values():
        words = d.title or d.source.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        result[d.id] = "-".join(x for x in (f"{d.number:04d}", slug(words)[:40].strip("_")) if x)
    return result


def coder_files(dataset: Dataset) -> dict[str, str]:
    """A file name for each coder, no two alike even where case does not count."""
    names = FileNames()
    return {c.id: names.of(c.name, fallback="coder", blanks=True) for c in dataset.coders.values()}


def sidecar(
    dataset: Dataset,
    documents: Mapping[str, str],
    coders: Mapping[str, str],
    replaced: Mapping[str, list[tuple[int, int]]] | None = None,
    beside: str | None = None,
    attached: Mapping[str, Any] | None = None,
) -> bytes:
    """The file; documents and coders: id -> the name that files have for them.

    beside: SHA-256 of the file that this one stands beside, where it holds for that very file alone.
    attached: what the study keeps of sources of this form, where that is to come back with it.
    """
    form = {
        "format": FORM,
        "about": "What the other files here have no place for. Annotator reads it; other programs need not.",
        "study": {"id": dataset.study_id, "title": dataset.title},
        "text": dataset.with_text,
        **({"beside": beside} if beside else {}),
        "codebook": json.loads(codebook_json(dataset.codebook)),
        "coders": [{"id": key, "name": dataset.coders[key].name, "file": file} for key, file in coders.items()],
        "documents": [
            _facts(dataset.documents[key], file, replaced or {}, attached is not None)
            for key, file in documents.items()
        ],
        "entities": list(entity_records(dataset)),
        **({"attached": dict(attached)} if attached else {}),
    }
    return (json.dumps(form, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "surrogatepass")


def _facts(d: Document, file: str, replaced: Mapping[str, list[tuple[int, int]]], whole: bool) -> dict[str, Any]:
    facts = {
        "file": file,
        "id": d.id,
        "sha256": d.sha256,
        "source": d.source,
        "title": d.title,
        "published": d.published,
        "publisher": d.publisher,
        "author": d.author,
        "url": d.url,
        "language": d.language,
        "tags": list(d.tags),
        "zones": [list(z) for z in d.zones],
        "extra": dict(d.extra),
        "kept": d.origin.get("kept") if whole else None,
        "replaced": replaced.get(d.id, []),
    }
    return {key: value for key, value in facts.items() if value not in (None, [], {})}


def read_sidecar(data: bytes, where: str) -> Beside:
    """Raises BadInput where it is not what it should be."""
    try:
        found = Sidecar.model_validate(read_json(text_from(data, where)))
        codebook = parse_codebook(json.dumps(found.codebook, ensure_ascii=False), where)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(
            say("{names}: {told}", names=".".join(map(str, first["loc"])), told=first["msg"].lower()), where
        ) from error
    except AnnotatorError:
        raise
    except (ValueError, RecursionError, OverflowError) as error:
        raise BadInput(say("it is not JSON ({reason})", reason=error), where) from error
    return Beside(found, codebook)


def xml_text(text: str) -> str:
    """The text with U+FFFD in the place of each character that XML cannot hold; lengths in UTF-16 stay."""
    return _ILLEGAL_IN_XML.sub("\ufffd", text)


def illegal_in_xml(text: str) -> list[tuple[int, int]]:
    """(offset, code point) of each character that XML cannot hold."""
    return [(m.start(), ord(m.group())) for m in _ILLEGAL_IN_XML.finditer(text)]
