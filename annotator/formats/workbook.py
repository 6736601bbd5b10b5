"""A workbook: annotations, statements, articles and the codebook, each on a sheet of its own.

Limits of the form: 1,048,576 rows a sheet, 32,767 characters a cell, no control characters.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.formats.annotation_rows import columns, rows
from annotator.formats.cells import codebook_rows
from annotator.formats.csv_tables import cell
from annotator.formats.dataset import Dataset, Losses
from annotator.formats.register_rows import entity_columns, entity_rows
from annotator.formats.statement_rows import StatementTable
from annotator.formats.steady_zip import steady_zip

MOST_ROWS, MOST_CHARACTERS = 1_048_576, 32_767
BORN = datetime(1980, 1, 1)
CORE = "docProps/core.xml"
"""The part of a workbook that says who made it and when."""
_CODEBOOK = ("column", "what", "value", "label", "definition")
_ARTICLES = ("number", "id", "title", "published", "publisher", "author", "url", "language", "tags", "characters")


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """Sheets Annotations, Statements, Articles, Entities, Coders, Codebook."""
    book = Workbook(write_only=True)
    book.properties.creator = "Annotator"
    book.properties.created = book.properties.modified = BORN
    statements = StatementTable(dataset)
    _sheet(book, "Annotations", columns(dataset), rows(dataset), losses)
    _sheet(book, "Statements", statements.columns(), statements.rows(), losses)
    articles = ({k: getattr(d, k) for k in _ARTICLES} | {"sha256": d.sha256} for d in dataset.documents.values())
    _sheet(book, "Articles", (*_ARTICLES, "sha256"), articles, losses)
    _sheet(book, "Entities", entity_columns(dataset), entity_rows(dataset), losses)
    coders = ({"id": c.id, "name": c.name, "role": c.role} for c in dataset.coders.values())
    _sheet(book, "Coders", ("id", "name", "role"), coders, losses)
    _sheet(book, "Codebook", _CODEBOOK, codebook_rows(dataset.codebook), losses)
    made = out.with_name(out.name + ".made")
    book.save(made)
    _without_dates(made, out)
    made.unlink()


def _sheet(
    book: Workbook, title: str, head: Sequence[str], content: Iterable[Mapping[str, Any]], losses: Losses
) -> None:
    sheet = book.create_sheet(title)
    assert isinstance(sheet, WriteOnlyWorksheet)
    sheet.freeze_panes = "A2"
    bold = []
    for name in head:
        one = WriteOnlyCell(sheet, name)
        one.font = Font(bold=True)
        bold.append(one)
    sheet.append(bold)
    for number, row in enumerate(content, start=2):
        if number > MOST_ROWS:
            remedy = say("export just some coders, or take Parquet")
            raise BadInput(
                say("a sheet holds {most} rows at most", most=MOST_ROWS - 1), say("sheet {title}", title=title), remedy
            )
        sheet.append([_cell(sheet, row.get(name), losses) for name in head])


def _cell(sheet: WriteOnlyWorksheet, value: Any, losses: Losses) -> Any:
    if value is None or value == [] or value == ():
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    text = cell(value)
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    if clean != text:
        losses.lose(say("control characters"), len(text) - len(clean), repr(text[:60]))
    if len(clean) > MOST_CHARACTERS:
        losses.lose(say("characters beyond 32,767 in a cell"), len(clean) - MOST_CHARACTERS, clean[:60])
        clean = clean[:MOST_CHARACTERS]
    found = WriteOnlyCell(sheet, clean)
    found.data_type = "s"  # a text that begins with = is no formula
    return found


def _without_dates(made: Path, out: Path) -> None:
    """The same book without the moment of its making, so that the same study gives the same bytes."""
    with zipfile.ZipFile(made) as source, steady_zip(out) as target:
        for name in sorted(source.namelist()):
            if name == CORE:
                target.add(name, undated(source.read(name)))
                continue
            with source.open(name) as reading, target.adding(name) as writing:
                shutil.copyfileobj(reading, writing)


def undated(core: bytes) -> bytes:
    """What a workbook says of itself, without when it was saved."""
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", core)
