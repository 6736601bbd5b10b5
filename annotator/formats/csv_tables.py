"""CSV tables after RFC 4180, in UTF-8; text that a spreadsheet would calculate is made harmless (`formula_cells`)."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.domain.formula_cells import guarded


@dataclass(slots=True)
class Cells:
    """How cells are written. bare: as they are, calculated or not. mark: with a byte order mark, for Excel.

    guarded: how many got an apostrophe.
    """

    bare: bool = False
    mark: bool = False
    guarded: int = 0

    @property
    def formulas(self) -> str:
        """What a manifest says of text that a spreadsheet would calculate."""
        rule = "text that begins with = + - @ tab or line break and is not a number gets an apostrophe before it"
        return "bare" if self.bare else rule

    def text(self, value: Any) -> str:
        """A value as the text of its cell."""
        text = cell(value)
        if self.bare or isinstance(value, (int, float)):
            return text
        safe = guarded(text)
        self.guarded += safe is not text
        return safe


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], cells: Cells | None = None) -> Iterator[bytes]:
    """The header and one chunk of bytes a row; None is an empty cell, lists are joined by `` | ``."""
    style = cells or Cells()
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")

    def line(values: Iterable[Any]) -> bytes:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([style.text(v) for v in values])
        return buffer.getvalue().encode("utf-8", "surrogatepass")

    yield (codecs.BOM_UTF8 if style.mark else b"") + line(columns)
    for row in rows:
        yield line(row.get(column) for column in columns)


def write_csv(out: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], cells: Cells | None = None) -> int:
    """A whole file of `csv_lines`; how many rows it has."""
    count = -1
    with out.open("wb") as file:
        for line in csv_lines(columns, rows, cells):
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
