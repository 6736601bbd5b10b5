"""What coders make: annotations, the entities they name, and the documents they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from annotator.domain.fragments import Fragments

Value = Any  # str | int | float | bool | {"entity": id} | list of these; what is allowed is the codebook's affair
Values: TypeAlias = dict[str, Value]
"""Attribute key -> value."""


@dataclass(frozen=True, slots=True)
class Filler:
    """What stands in a link's role: an annotation or an entity, exactly one of them."""

    annotation: str | None = None
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class EmptyRole:
    """A role left empty on purpose: the reason's key and, where the reason asks for one, an entity."""

    because: str
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """One coder's label of a layer.

    fragments: code points, for spans only. roles and empty: for links only. values: attribute key -> value.
    uncertain: keys of attributes the coder doubts, sorted. Times are ISO 8601 in UTC.
    """

    id: str
    document_id: str
    coder_id: str
    layer: str
    fragments: Fragments = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    uncertain: tuple[str, ...] = ()
    memo: str = ""
    roles: Mapping[str, tuple[Filler, ...]] = field(default_factory=dict)
    empty: Mapping[str, EmptyRole] = field(default_factory=dict)
    codebook_version: int = 1
    external_id: str | None = None
    created: str = ""
    updated: str = ""
    text_version: int = 1
    """The version of the article's text that `fragments` count in."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, organisation, country… of the study's register."""

    id: str
    name: str
    type: str
    aliases: tuple[str, ...] = ()
    memo: str = ""
    created: str = ""
    merged_into: str | None = None
    """The entity that this one turned out to be; labels keep the id that they were made with."""
    values: Mapping[str, Value] = field(default_factory=dict)
    """Attribute key -> value, as the codebook asks for the type, and what was kept from another type or codebook."""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark or question on a passage, or on a whole article (no start); replies name what they answer."""

    id: str
    document_id: str
    coder_id: str
    kind: str
    text: str
    start: int | None = None
    end: int | None = None
    reply_to: str | None = None
    settled: bool = False
    created: str = ""
    updated: str = ""
    text_version: int = 1


NOTE_KINDS = ("note", "question")


@dataclass(frozen=True, slots=True)
class Coder:
    """A person who codes; the id never changes, the name may change and repeat."""

    id: str
    name: str
    role: str = "coder"


@dataclass(frozen=True, slots=True)
class Document:
    """One article's metadata; its text is fetched apart, because lists of documents do not need it."""

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
    zones: tuple[tuple[str, int, int], ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    origin: Mapping[str, Any] = field(default_factory=dict)
    """What the source said of itself when the article came in (`domain.origins`); empty in older formats."""
    text_version: int = 1
    """Counts up with each correction of the text."""
    revised: str | None = None
    """When the facts were corrected last; None where they are as they came in."""

    def zone_at(self, position: int) -> str | None:
        """The zone that holds a code point; None between zones or where there are none."""
        for zone, start, end in self.zones:
            if start <= position < end:
                return zone
        return None


DOCUMENT_STATES = ("open", "in progress", "done", "skipped")
