"""What a format's reader gives: documents and records in the public form, for the study to check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from annotator.domain.codebook.model import Codebook
from annotator.domain.errors import BadInput
from annotator.domain.faults import Faults
from annotator.formats.annotation_records import AnnotationRecord, MetRef
from annotator.formats.dataset import Losses
from annotator.formats.documents_read import DocumentsRead

Problem = dict[str, str]


@dataclass(frozen=True, slots=True)
class IncomingDocument:
    """An article as it came. source: the file or row it came from, by which records may name it.

    text: with LF as its only line break; offsets of records count its code points.
    """

    source: str
    text: str
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    zones: tuple[tuple[str, int, int], ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    hidden: str | None = None
    """The hash of the text that a mask stands for: the study must have that article already."""
    id: str | None = None
    """What the source calls it among its own, where it says so."""
    own: bool = False
    """Whether `id` is that of an article in a study of this program."""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """What the source holds of it beside text and labels, in its own words, for the way back into the same form."""

    @property
    def sha256(self) -> str:
        """The hash of the text as UTF-8."""
        return self.hidden or hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class IncomingEntity:
    """An entity with what the register is to know of it."""

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    memo: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    """In the public form: entities with name and type."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code on its way into a codebook: a layer, an attribute of it, or a value of that."""

    layer: str
    attribute: str = ""
    value: str = ""
    definition: str = ""
    colour: str = ""
    written_as: Mapping[str, str] = field(default_factory=dict)
    """What the source has of it besides, for the way back."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A layer that the source declares, whether a label has it or not.

    attributes: keys in its order. roles: of a link, with the layers that fill each.
    """

    kind: Literal["span", "link"]
    attributes: tuple[str, ...] = ()
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass
class Incoming:
    """records: (where it stands in the source, the record). codebook: the one that came along, None where none did.

    labels: key of a layer, `layer.attribute` or `layer.attribute=value` -> the words that the source used for it.
    """

    documents: list[IncomingDocument] = field(default_factory=list)
    records: list[tuple[str, AnnotationRecord]] = field(default_factory=list)
    entities: list[IncomingEntity] = field(default_factory=list)
    codebook: Codebook | None = None
    labels: dict[str, str] = field(default_factory=dict)
    codes: list[Code] = field(default_factory=list)
    """Codes that the source knows, whether a label has them or not, in its order."""
    declared: dict[str, Declared] = field(default_factory=dict)
    """Layers by key, in the order of the source."""
    elsewhere_is_left: bool = False
    """Labels of articles that the study does not have are left behind, not faults: the source is about many pages."""
    title: str = ""
    """What the source is called in itself; the name of its file where it does not say."""
    description: str = ""
    """What the source says of itself as a whole."""
    attached: dict[str, Any] = field(default_factory=dict)
    """What the source as a whole holds besides, in the words of a form, for the study to keep for the way there."""
    attached_form: str = ""
    """The form that `attached` is in, where it is not the one that the source is in."""
    written_as: dict[str, dict[str, str]] = field(default_factory=dict)
    """Key of a layer, `layer.attribute` or `link.role` -> form -> what the form calls it, for the way back."""
    problems: Faults = field(default_factory=Faults)
    losses: Losses = field(default_factory=Losses)
    met: list[IncomingDocument] = field(default_factory=list)
    """Every document that records name, also those that a mask stands for."""
    read: list[DocumentsRead] = field(default_factory=list)
    """What the source says of articles that coders read, whether they labelled anything in them or not."""
    _places: dict[tuple[str, str], int] = field(default_factory=dict)

    def meet(self, document: IncomingDocument) -> MetRef:
        """Take a document once, however often it is met; one that a mask stands for is the study's to have.

        It is the same where text and id are, or the source where it has no id. The answer names it in records.
        """
        key = (document.sha256, f"id {document.id}" if document.id else f"source {document.source}")
        if key not in self._places:
            self._places[key] = len(self.met)
            self.met.append(document)
            if document.hidden is None:
                self.documents.append(document)
        return MetRef(sha256=document.sha256, source=document.source, met=self._places[key])

    def all_met(self) -> list[IncomingDocument]:
        """Every document, those too that no reader met one by one: records name these by what is known of them."""
        known = {id(one) for one in self.met}
        self.met += [one for one in self.documents if id(one) not in known]
        return self.met

    def problem(self, source: str, where: str, what: str) -> None:
        """Something that keeps the whole source from being taken."""
        self.problems.append({"source": source, "where": where, "what": what})

    @contextmanager
    def each(self, source: str, where: str) -> Iterator[None]:
        """One label of several: where it is faulty it is told, and the others are read."""
        try:
            yield
        except BadInput as error:
            self.problem(source, error.where or where, error.what)
