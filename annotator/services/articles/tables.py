"""Tables of articles before they are read: their columns, some rows, and what a person has to say of them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from annotator.domain.errors import BadInput
from annotator.intake.columns import ArticleColumns, columns_of
from annotator.intake.decoding import decoded
from annotator.intake.table_dates import ambiguous, order_told_by
from annotator.intake.tabular import csv_rows, json_rows, jsonl_rows
from annotator.services.articles.importing import source_files

_KINDS = {".csv": "csv", ".tsv": "csv", ".tab": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json"}
_ROWS = 200
_BYTES = 1_000_000
_MOST = 40

Asked = Literal["", "columns", "dates"]


@dataclass(frozen=True, slots=True)
class TableHead:
    """asked: what nothing in the table says. key: the same for every table with these columns."""

    path: Path
    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    asked: Asked

    @property
    def key(self) -> str:
        """By which what a person said is remembered."""
        return "articles-" + hashlib.sha256("\x1f".join(self.head).encode()).hexdigest()[:16]


def heads_of(paths: Sequence[Path]) -> list[TableHead]:
    """The first tables among these, one of each kind of head; what cannot be read is told when it is read."""
    found: dict[str, TableHead] = {}
    tables = [p for p in source_files(paths) if p.suffix.casefold() in _KINDS]
    for path in tables[:_MOST]:
        try:
            one = _head(path)
        except (BadInput, OSError):
            continue
        if one is not None:
            found.setdefault(one.key, one)
    return list(found.values())


def said_for(paths: Sequence[Path], said: dict[str, ArticleColumns]) -> dict[Path, ArticleColumns]:
    """What was said of each table among these; said: by the key of its head."""
    result: dict[Path, ArticleColumns] = {}
    if not said:
        return result
    for path in source_files(paths):
        if path.suffix.casefold() in _KINDS:
            try:
                one = _head(path)
            except (BadInput, OSError):
                continue
            if one is not None and one.key in said:
                result[path] = said[one.key]
    return result


def _head(path: Path) -> TableHead | None:
    kind = _KINDS[path.suffix.casefold()]
    with path.open("rb") as file:
        data = file.read() if kind == "json" and path.stat().st_size < 50 * _BYTES else file.read(_BYTES)
    if not data.strip():
        return None
    if len(data) == _BYTES:
        data = data[: data.rfind(b"\n") + 1]
    text, _ = decoded(data, path.name)
    if kind == "csv":
        rows = csv_rows(io.StringIO(text, newline=""), path.name)
    else:
        rows = jsonl_rows(io.StringIO(text), path.name) if kind == "jsonl" else json_rows(text, path.name)
    taken = []
    try:
        for _, row in islice(rows, _ROWS):
            taken.append(row)
    except BadInput:
        if not taken:
            return None
    if not taken:
        return None
    head = tuple(dict.fromkeys(str(name) for row in taken for name in row))
    cells = tuple(tuple(row.get(name) for name in head) for row in taken)
    return TableHead(path, head, cells, _asked(head, cells))


def _asked(head: tuple[str, ...], rows: tuple[tuple[Any, ...], ...]) -> Asked:
    meanings = columns_of(head)
    if "text" not in meanings:
        return "columns"
    for name in meanings.get("published", ()):
        values = [str(r[head.index(name)] or "") for r in rows]
        told = {order for v in values if (order := order_told_by(v))}
        if len(told) != 1 and any(ambiguous(v) for v in values):
            return "dates"
    return ""
