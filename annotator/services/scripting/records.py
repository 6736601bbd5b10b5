"""Records as scripts get them: the public JSON forms, by name and by key, and unchangeable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import get_annotations
from typing import Any, Generic, TypeVar

from annotator.services.scripting.tables import arrow_table, needed


class Record:
    """One record of a public form: ``record["text"]`` and ``record.text`` are the same; ``dict(record)`` has it all.

    It is no mapping, because the form itself has a field ``values``. A field that this record leaves out, as a link
    leaves out ``text``, is missing by key and None by name.
    """

    __slots__ = ("_fields",)
    _fields: Mapping[str, Any]

    def __init__(self, fields: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_fields", dict(fields))

    def __getitem__(self, key: str) -> Any:
        return self._fields[key]

    def __getattr__(self, name: str) -> Any:
        if name in self._fields:
            return self._fields[name]
        if name in _names_of(type(self)):
            return None
        raise AttributeError(f"this {type(self).__name__.lower()} has no field {name}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("what is read of a study is not changed")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self._fields),)

    def keys(self) -> list[str]:
        """The names of the fields, in the form's order."""
        return list(self._fields)

    def get(self, key: str, default: Any = None) -> Any:
        """A field, or something else where it is missing."""
        return self._fields.get(key, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, key: object) -> bool:
        return key in self._fields

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._fields == self._fields if isinstance(other, Record) else False

    __hash__ = None  # type: ignore[assignment]  # fields may be lists

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self._fields.items())})"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(k for k in self._fields if k.isidentifier())]


def _names_of(kind: type[Record]) -> frozenset[str]:
    return frozenset(n for k in kind.__mro__ for n in get_annotations(k) if not n.startswith("_"))


class Article(Record):
    """As `annotator list STUDY documents --json` has it."""

    __slots__ = ()
    id: str
    number: int
    title: str | None
    published: str | None
    publisher: str | None
    author: str | None
    url: str | None
    language: str | None
    tags: list[str]
    characters: int
    sha256: str
    source: str
    same_text_as: list[int] | None


class Label(Record):
    """As `annotator list STUDY annotations --json` has it."""

    __slots__ = ()
    id: str
    layer: str
    coder: dict[str, str]
    document: dict[str, Any]
    reading: int | None
    fragments: list[list[int]] | None
    text: str | None
    values: dict[str, Any]
    uncertain: list[str]
    memo: str
    roles: dict[str, list[dict[str, str]]] | None
    empty: dict[str, dict[str, Any]] | None
    codebook: dict[str, Any]
    created: str
    updated: str
    review: list[str] | None


class Statement(Record):
    """A row of `annotator export STUDY --format statements`; what the codebook asks for is reached by its key.

    Cells are None where the export has an empty one, lists where it joins several.
    """

    __slots__ = ()
    statement: str
    coder: str
    document_number: int
    document_title: str | None
    document_sha256: str
    published: str | None
    publisher: str | None
    reading: int | None
    layer: str
    start: int | None
    end: int | None
    text: str
    missing: list[str]


class Entity(Record):
    """As `annotator list STUDY entities --json` has it."""

    __slots__ = ()
    id: str
    name: str
    type: str
    aliases: list[str]
    memo: str
    merged_into: str | None
    values: dict[str, Any]
    annotations: int
    merged: list[dict[str, Any]] | None


R = TypeVar("R", bound=Record)


class Records(Generic[R]):
    """Records of one kind, read afresh each time they are gone through."""

    def __init__(self, kind: type[R], read: Callable[[], Iterable[Mapping[str, Any]]]) -> None:
        self._kind, self._read = kind, read

    def __iter__(self) -> Iterator[R]:
        for fields in self._read():
            yield self._kind(fields)

    def __len__(self) -> int:
        return sum(1 for _ in self._read())

    def __repr__(self) -> str:
        return f"<{self._kind.__name__} records>"

    def to_pandas(self) -> Any:
        """A pandas.DataFrame with a column for each field, lists and records as they are; needs pandas."""
        return needed("pandas").DataFrame([dict(r) for r in self])

    def to_arrow(self) -> Any:
        """A pyarrow.Table with a column for each field; what is nested is JSON. Needs pyarrow."""
        return arrow_table((dict(r) for r in self), sorted(_names_of(self._kind), key=self._place))

    def to_polars(self) -> Any:
        """A polars.DataFrame of the same; needs polars and pyarrow."""
        return needed("polars").from_arrow(self.to_arrow())

    def _place(self, name: str) -> int:
        return [n for k in self._kind.__mro__ for n in get_annotations(k)].index(name)
