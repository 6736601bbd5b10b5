"""What a format writes: a study seen as articles with their labels, one article at a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from annotator.domain.annotations import Annotation, Coder, Document
from annotator.domain.codebook.model import Codebook
from annotator.domain.entities import Register
from annotator.domain.fragments import text_of
from annotator.formats.csv_tables import Cells


@dataclass(frozen=True, slots=True)
class Article:
    """One document with its labels.

    text: the clean text; where the dataset is written without texts, a mask of it with the same length in every unit.
    annotations: spans before the links that name them, in reading order; merged entities are resolved.
    copy: where these are labels of a second reading, the hidden copy of the document in which they were made.
    """

    document: Document
    text: str
    annotations: tuple[Annotation, ...]
    copy: Document | None = None

    @property
    def reading(self) -> int:
        """1, or 2 where one coder labelled the article a second time without knowing it."""
        return 1 if self.copy is None else 2

    def of(self, coder_id: str) -> tuple[Annotation, ...]:
        """One coder's labels."""
        return tuple(a for a in self.annotations if a.coder_id == coder_id)

    @property
    def coder_ids(self) -> tuple[str, ...]:
        """Who labelled anything here, in the order of the first label."""
        return tuple(dict.fromkeys(a.coder_id for a in self.annotations))

    def quote(self, annotation: Annotation) -> str:
        """The passage of a label."""
        return text_of(self.text, annotation.fragments)


@dataclass(frozen=True)
class Dataset:
    """A study as a format sees it; iterating gives the articles by number, each time from the start."""

    study_id: str
    title: str
    codebook: Codebook
    codebook_version: int
    coders: Mapping[str, Coder]
    register: Register
    documents: Mapping[str, Document]
    with_text: bool
    articles: Callable[[], Iterator[Article]]
    kept: tuple[str, ...] = ()
    """`layer.attribute` of values that labels keep though the codebook does not ask for them any more."""
    kept_roles: tuple[str, ...] = ()
    """The same for `link.role`."""
    with_titles: bool = True
    """Whether headlines, and names of files, which are often made of them, are told."""
    second_readings: bool = False
    """Whether articles come a second time, with the labels of coders who read them again (`Article.reading`)."""
    quoting: Set[str] = frozenset()
    """Ids of labels, as far as they were read, whose remarks or free values were left out as quoting an article."""
    origins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Label's id -> the suggestion that it was accepted from, where that was asked for."""
    with_origins: bool = False
    """Whether that was asked for, so that tables have columns for it."""
    read: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Coder's id -> ids of the articles that the coder is done with; gold is done with none."""
    attached: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Form -> what its sources held as a whole, for the way back; nothing where the texts are left out."""
    cells: Cells = field(default_factory=Cells)
    """How tables in CSV are written."""

    def __iter__(self) -> Iterator[Article]:
        return self.articles()

    def entity_name(self, entity_id: str) -> str:
        """The name of an entity, its id where the register has none."""
        found = self.register.every.get(entity_id)
        return found.name if found else entity_id

    def entity_type(self, entity_id: str) -> str:
        """The type of an entity."""
        found = self.register.every.get(entity_id)
        return found.type if found else ""


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that stays behind, how often, and the first of them."""

    what: str
    count: int
    example: str | None


@dataclass
class Losses:
    """What could not be carried, counted while writing or reading, with the first example of each.

    rows: how many rows were written, where these are not the labels.
    """

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    rows: int | None = None
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(layer, why) -> how many labels are not in what was written at all."""

    def leave(self, layer: str, why: str, count: int = 1) -> None:
        """Count labels of a layer that are not in what is written."""
        if count:
            self.left[layer, why] += count

    def lose(self, what: str, count: int = 1, example: str = "") -> None:
        """Count something that stays behind."""
        if count:
            self.counts[what] += count
            if example:
                self.examples.setdefault(what, example)

    def listed(self) -> list[Loss]:
        """What stays behind, in the order of its names."""
        return [Loss(what, count, self.examples.get(what)) for what, count in sorted(self.counts.items())]

    def told(self) -> list[dict[str, object]]:
        """As the manifest says it."""
        return [{"what": x.what, "count": x.count, "example": x.example} for x in self.listed()]


QUOTED = "[quotes the article]"
"""Stands for words of a coder that quote an article, where its text is left out."""
_QUOTE = 24
"""So many characters that an article has too are a quotation; fewer are words that everybody uses."""


def without_quotes(words: str, text: str) -> str:
    """The words, or `QUOTED` where they quote the text; white space and capitals make no difference."""
    told, known = " ".join(words.split()).casefold(), " ".join(text.split()).casefold()
    starts = range(len(told) - _QUOTE + 1)
    return QUOTED if any(told[i : i + _QUOTE] in known for i in starts) else words


def untitled(document: Document) -> Document:
    """A document without what is made of its text: headline, name of the file, teaser; what else is known stays."""
    suffix = PurePosixPath(document.source).suffix
    suffix = suffix if suffix[1:].isalnum() and len(suffix) <= _SUFFIX else ""
    return replace(document, title=None, source=f"{document.number:05d}{suffix}", extra={}, origin={})


def without_file(external_id: str) -> str | None:
    """What an id of another program says beside names of files and addresses, which are often made of headlines."""
    own = external_id.rsplit(" ", 1)[-1]
    return f"- {own}" if _OWN_ID.fullmatch(own) else None


_OWN_ID = re.compile(r"[TRE]?\d{1,9}")
_SUFFIX = 6


def masked(text: str) -> str:
    """The text with every visible character hidden; spaces and the length in every unit stay as they are."""
    return "".join(c if c.isspace() else _mask(c) for c in text)


def is_mask(text: str) -> bool:
    """Whether this is what `masked` gives, and hides anything."""
    return bool(text.strip()) and all(c.isspace() or c in _MASKS for c in text)


_MASKS = frozenset("xþｘ𝗑")


def _mask(character: str) -> str:
    point = ord(character)
    return "x" if point < 0x80 else "þ" if point < 0x800 else "ｘ" if point < 0x10000 else "𝗑"
