"""The records of what is listed of a study; their fields are those of the public JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotator.domain.annotations import Document
from annotator.domain.json_forms import JsonObject, as_json
from annotator.services.team.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFacts:
    """What is known of an article without reading it."""

    id: str
    number: int
    title: str | None
    published: str | None
    publisher: str | None
    author: str | None
    url: str | None
    language: str | None
    tags: tuple[str, ...]
    characters: int
    sha256: str
    source: str

    @classmethod
    def of(cls, d: Document) -> ArticleFacts:
        """Of an article of the study."""
        return cls(
            id=d.id,
            number=d.number,
            title=d.title,
            published=d.published,
            publisher=d.publisher,
            author=d.author,
            url=d.url,
            language=d.language,
            tags=tuple(d.tags),
            characters=d.characters,
            sha256=d.sha256,
            source=d.source,
        )


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article in the list.

    same_text_as: numbers of those with the same words. coded_in: the number of the one that stands for it. repeat_of:
    the article of which it is a hidden copy.
    """

    facts: ArticleFacts
    same_text_as: tuple[int, ...] = ()
    coded_in: int | None = None
    repeat_of: str | None = None

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        more = {"same_text_as": self.same_text_as, "coded_in": self.coded_in, "repeat_of": self.repeat_of}
        return {**as_json(self.facts), **{name: as_json(what) for name, what in more.items() if what}}


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of an article: headline, body…"""

    zone: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FormerText:
    """A text that an article had before it was corrected. replaced: when."""

    text_version: int
    sha256: str
    characters: int
    replaced: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArticle:
    """An article whole. cleaning: the steps of its cleaning, as intake keeps them."""

    facts: ArticleFacts
    zones: tuple[Zone, ...]
    extra: Mapping[str, Any]
    text: str
    text_version: int
    former_texts: tuple[FormerText, ...]
    cleaning: tuple[Mapping[str, Any], ...]

    def as_json(self) -> JsonObject:
        """In the public JSON form: versions of the text where it was corrected."""
        versions = {"text_version": self.text_version, "former_texts": as_json(self.former_texts)}
        return {
            **as_json(self.facts),
            "zones": as_json(self.zones),
            "extra": dict(self.extra),
            "text": self.text,
            **(versions if self.text_version > 1 else {}),
            "cleaning": [dict(step) for step in self.cleaning],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCoder:
    """A coder. progress: None of gold."""

    id: str
    name: str
    role: str
    annotations: int
    documents_done: int
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class ListedLabel:
    """A label. record: as exports write it. review: why it is to be looked at again after a change of the codebook."""

    record: Mapping[str, Any]
    review: tuple[str, ...] = ()

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return dict(self.record) | ({"review": list(self.review)} if self.review else {})


@dataclass(frozen=True, slots=True)
class MergedEntity:
    """An entity that was merged into another."""

    id: str
    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEntity:
    """Somebody or something in the register. annotations: labels that name it, or what was merged into it."""

    id: str
    name: str
    type: str
    aliases: tuple[str, ...]
    memo: str
    merged_into: str | None
    values: Mapping[str, Any]
    annotations: int
    merged: tuple[MergedEntity, ...]

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "aliases": list(self.aliases),
            "memo": self.memo,
            "merged_into": self.merged_into,
            "values": dict(self.values),
            "annotations": self.annotations,
            **({"merged": as_json(self.merged)} if self.merged else {}),
        }


@dataclass(frozen=True, slots=True)
class NamedCoder:
    """Who did something; the name is None where the study knows it no more."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class TitledArticle:
    """Where a note stands."""

    id: str
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNote:
    """A remark or a question."""

    id: str
    kind: str
    coder: NamedCoder
    document: TitledArticle
    start: int | None
    end: int | None
    text: str
    reply_to: str | None
    settled: bool
    created: str
    updated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChange:
    """A step of the journal. before, after: the thing as the study keeps it."""

    id: str
    at: str
    coder: NamedCoder
    document: str | None
    command: str
    kind: str
    annotation: str | None
    entity: str | None
    note: str | None
    undoes: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


Listed = ListedArticle | ListedCoder | ListedLabel | ListedEntity | ListedNote | ListedChange
