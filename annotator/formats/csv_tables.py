"""CSV tables after RFC 4180, in UTF-8."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """The header and one chunk of bytes a row; None is an empty cell, lists are joined by `` | ``."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")

    def line(cells: Iterable[Any]) -> bytes:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(list(cells))
        return buffer.getvalue().encode("utf-8", "surrogatepass")

    yield line(columns)
    for row in rows:
        yield line(cell(row.get(column)) for column in columns)


def write_csv(out: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """A whole file of `csv_lines`; how many rows it has."""
    count = -1
    with out.open("wb") as file:
        for line in csv_lines(columns, rows):
            file.write(line)
            count += 1
    return count


def cell(value: Any) -> str:
    """A value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return " | ".join(cell(v) for v in value)
    if isinstance(value, dict):
        return str(value["name"]) if "name" in value else json.dumps(value, ensure_ascii=False)
    return str(value)
