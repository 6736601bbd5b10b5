"""What the columns of a table of articles mean: known by their names, or said once by a person."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from annotator.data import resource_text
from annotator.domain.errors import BadInput
from annotator.domain.words import by_door, say
from annotator.intake.table_dates import Order

FIELDS = (
    "text",
    "title",
    "published",
    "publisher",
    "author",
    "url",
    "language",
    "section",
    "tags",
    "keywords",
    "teaser",
    "id",
)
FORMAT = "annotator-articles/1"


class ArticleColumns(BaseModel):
    """Meaning -> column, as a person said it. `schemas` and the window keep it as JSON.

    text: one column, or several that follow each other. dates: the order of day and month where a table's dates leave
    it open.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["annotator-articles/1"] = "annotator-articles/1"
    text: tuple[str, ...] = ()
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None
    section: str | None = None
    tags: str | None = None
    keywords: str | None = None
    teaser: str | None = None
    id: str | None = None
    dates: Order | None = None

    def used(self) -> dict[str, tuple[str, ...]]:
        """Meaning -> columns, those that are said."""
        found: dict[str, tuple[str, ...]] = {"text": self.text} if self.text else {}
        for field in FIELDS[1:]:
            if (name := getattr(self, field)) is not None:
                found[field] = (name,)
        return found


def columns_of(head: Sequence[str], asked: ArticleColumns | None = None) -> dict[str, tuple[str, ...]]:
    """Meaning -> columns of this table: those that were said where they are there, else those known by name.

    Of several names for one meaning, the one that comes first in the list of names is taken.
    """
    said = {m: tuple(c for c in names if c in head) for m, names in asked.used().items()} if asked else {}
    said = {m: names for m, names in said.items() if names}
    taken = {c for names in said.values() for c in names}
    best: dict[str, tuple[int, str]] = {}
    for name in head:
        if name in taken:
            continue
        meaning, rank = _meanings().get(_plain(name), ("", 0))
        if meaning and meaning not in said and (meaning not in best or rank < best[meaning][0]):
            best[meaning] = (rank, name)
    return said | {meaning: (name,) for meaning, (_, name) in best.items()}


def checked(head: Sequence[str], source: str, asked: ArticleColumns | None) -> dict[str, tuple[str, ...]]:
    """`columns_of`; raises BadInput where no column holds the text, or a column that was said is not there."""
    if asked is not None:
        for names in asked.used().values():
            for name in names:
                if name not in head:
                    raise BadInput(
                        say("the table has no column `{column}`", column=name),
                        source,
                        say("its columns: {names}", names=", ".join(h for h in head if h)),
                    )
    found = columns_of(head, asked)
    if "text" not in found:
        raise BadInput(
            say("no column holds the article's text (its columns: {names})", names=", ".join(head)),
            say("{source}, line 1", source=source),
            by_door(
                "say which one it is: --column text=NAME, or name it `text`",
                say("say which one it is, or name it `text`"),
            ),
        )
    return found


def is_columns(path: Path) -> bool:
    """Whether a mapping file is one for articles, not for codings."""
    try:
        return FORMAT.encode() in path.read_bytes()
    except OSError:
        return False


def read_columns(path: Path) -> ArticleColumns:
    """A mapping file; raises BadInput with the place of the first fault."""
    try:
        return ArticleColumns.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise BadInput("there is no such file", str(path), "check the path") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"])
        raise BadInput(
            say("{told}", told=first["msg"].lower()), f"{path}, {where or 'JSON'}", "correct the mapping"
        ) from error


def columns_said(pairs: Sequence[str], dates: str | None, base: ArticleColumns | None = None) -> ArticleColumns | None:
    """`MEANING=COLUMN` as it was typed; several of `text` follow each other. Raises BadInput."""
    if not pairs and dates is None:
        return base
    said: dict[str, Any] = dict(base.model_dump(exclude_none=True)) if base is not None else {}
    texts: list[str] = []
    for pair in pairs:
        meaning, equals, column = pair.partition("=")
        if not equals or meaning not in FIELDS or not column:
            raise BadInput(
                say("`{pair}` does not say what a column means", pair=pair),
                by_door("--column", say("columns")),
                say("write MEANING=COLUMN, with one of {names}", names=", ".join(FIELDS)),
            )
        if meaning == "text":
            texts.append(column)
        else:
            said[meaning] = column
    if texts:
        said["text"] = tuple(texts)
    if dates is not None:
        if dates not in ("dmy", "mdy", "ymd"):
            raise BadInput(
                say("`{order}` is not an order of dates", order=dates),
                by_door("--dates", say("dates")),
                "use dmy, mdy or ymd",
            )
        said["dates"] = dates
    return ArticleColumns.model_validate(said)


@lru_cache(maxsize=1)
def _meanings() -> Mapping[str, tuple[str, int]]:
    import yaml

    found: dict[str, tuple[str, int]] = {}
    for meaning, names in yaml.load(resource_text("columns.yaml"), Loader=yaml.BaseLoader).items():
        for rank, name in enumerate(names):
            found.setdefault(_plain(name), (meaning, rank))
    return found


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in letters if c.isalnum())
