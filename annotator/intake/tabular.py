"""CSV, JSON lines and JSON arrays with one article a row; read twice: first to check and to learn the dates."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from annotator.domain.errors import BadInput
from annotator.domain.words import Message, by_door, say
from annotator.intake.columns import ArticleColumns, checked
from annotator.intake.lines import joined_paragraphs, split_lines
from annotator.intake.model import Draft, Meta
from annotator.intake.notices import Notices
from annotator.intake.table_dates import Order, When, ambiguous, order_told_by, read_day

Row = Mapping[str, Any]
Rows = Iterator[tuple[str, Row]]
_SEP = re.compile(r"^sep=(.)\r?$", re.I)
_LONE = re.compile("[\ud800-\udfff]")
_ROWS_INSIDE = (
    "articles",
    "documents",
    "data",
    "items",
    "results",
    "rows",
    "records",
    "docs",
    "hits",
    "news",
    "response",
)


def csv_rows(file: TextIO, source: str) -> Rows:
    """(where, row) of each data row; the first one is preceded by the head. file: opened with ``newline=""``."""
    start = file.tell()
    first = file.readline()
    told = _SEP.match(first.lstrip("\ufeff").rstrip("\n"))
    if told is None:
        file.seek(start)
        sample = file.read(50_000)
        file.seek(start)
    csv.field_size_limit(100_000_000)
    reader = csv.reader(file, delimiter=told.group(1) if told else delimiter_of(sample), strict=True)
    skipped = 1 if told else 0
    try:
        header = _header([name.strip().lstrip("\ufeff").strip() for name in next(reader, [])], source)
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            line = reader.line_num + skipped
            if len(row) > len(header) and not any(c.strip() for c in row[len(header) :]):
                row = row[: len(header)]  # empty cells after the last column, as spreadsheets leave them
            if len(row) != len(header):
                raise BadInput(
                    say("the row has {cells} cells, the header {columns}", cells=len(row), columns=len(header)),
                    say("{source}, line {line}", source=source, line=line),
                    "correct the row",
                )
            yield say("line {line}", line=line), dict(zip(header, row, strict=True))
    except csv.Error as error:
        raise BadInput(
            say("not a table: {reason}", reason=error),
            say("{source}, line {line}", source=source, line=reader.line_num + skipped),
            "correct the line",
        ) from error


def _header(names: list[str], source: str) -> list[str]:
    while names and not names[-1]:
        names.pop()
    if twice := sorted({n for n in names if n and names.count(n) > 1}):
        raise BadInput(say("the column {column} is there twice", column=twice[0]), source, "name one of them otherwise")
    return names


def delimiter_of(sample: str) -> str:
    """What stands between the cells: the sign that divides the first rows into the same number of cells most often."""
    best, most = ",", (0, 0)
    for sign in ",;\t|":
        try:
            rows = []
            for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign):
                rows.append(len(row))
                if len(rows) == 20:
                    break
        except csv.Error:
            continue
        width = rows[0] if rows else 1
        same = sum(1 for r in rows if r == width)
        score = (same if width > 1 else 0, width)
        if score > most:
            best, most = sign, score
    return best


def jsonl_rows(file: Iterable[str], source: str) -> Rows:
    """(where, object) of each line."""
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        place = say("{source}, line {number}", source=source, number=number)
        try:
            row = json.loads(line.lstrip("\ufeff") if number == 1 else line)
        except (ValueError, RecursionError) as error:
            raise BadInput("the line is not JSON", place, "correct the line") from error
        if not isinstance(row, dict):
            raise BadInput("the line is not a JSON object", place, "write one object a line")
        yield say("line {number}", number=number), row


def json_rows(text: str, source: str) -> Rows:
    """(where, object) of each object of an array; of an array inside an object; or one object that is an article."""
    try:
        value = json.loads(text.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and error.lineno > 1:
            yield from jsonl_rows(io.StringIO(text), source)
            return
        place = say("{source}, line {number}", source=source, number=error.lineno)
        raise BadInput(say("this is not JSON ({reason})", reason=error.msg), place, "correct the file") from error
    except (ValueError, RecursionError) as error:
        raise BadInput("this is not JSON that can be read", source, "correct the file") from error
    for number, row in enumerate(_inside(value, source), start=1):
        if not isinstance(row, dict):
            place = say("{source}, item {number}", source=source, number=number)
            raise BadInput("the item is not a JSON object", place, "write one object an article")
        yield say("item {number}", number=number), row


def _inside(value: Any, source: str) -> Sequence[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        for name in _ROWS_INSIDE:
            inside = value.get(name)
            if isinstance(inside, dict):
                inside = next((inside[n] for n in _ROWS_INSIDE if isinstance(inside.get(n), list)), None)
            if isinstance(inside, list) and inside and isinstance(inside[0], dict):
                return inside
        return [value]
    raise BadInput(
        "this is neither a list of articles nor one", source, "write an array of objects, or one object a line"
    )


@dataclass(slots=True)
class Table:
    """A table that was looked through once: what its columns mean, and how its dates are written."""

    columns: dict[str, tuple[str, ...]]
    order: Order | None = None
    notices: Notices = field(default_factory=Notices)
    count: int = 0
    head: tuple[str, ...] = ()


def look_through(rows: Rows, source: str, asked: ArticleColumns | None, notices: Notices) -> Table:
    """Check every row and learn how the dates are written; raises BadInput naming the line."""
    table: Table | None = None
    heads: set[tuple[str, ...]] = set()
    told: set[Order] = set()
    open_ = 0
    for where, row in rows:
        head = tuple(str(k) for k in row)
        if table is None:
            table = Table(checked(head, source, asked), head=head, notices=notices)
            heads.add(head)
        elif head not in heads:  # objects may have other parts than the first one
            heads.add(head)
            table.head = tuple(dict.fromkeys((*table.head, *head)))
            table.columns = checked(table.head, source, asked)
        _sound(row, source, where)
        table.count += 1
        for name in table.columns.get("published", ()):
            value = str(row.get(name) or "").strip()
            if value and (order := order_told_by(value)):
                told.add(order)
            elif value and ambiguous(value):
                open_ += 1
    if table is None:
        raise BadInput("the table has no rows", source, "leave it out")
    table.order = (asked.dates if asked else None) or (next(iter(told)) if len(told) == 1 else None)
    return table


def _sound(row: Row, source: str, where: str) -> None:
    """No half characters, as JSON escapes can leave them."""
    for name, value in row.items():
        texts = [value] if isinstance(value, str) else value if isinstance(value, list) else ()
        for text in texts:
            if isinstance(text, str) and not text.isascii() and (found := _LONE.search(text)):
                raise BadInput(
                    say(
                        "`{column}` has half of a character ({sign}), which is not text",
                        column=name,
                        sign=f"\\u{ord(found.group()):04x}",
                    ),
                    f"{source}, {where}",
                    "write the file again from its source, or take the sign out",
                )


def row_draft(row: Row, source: str, where: str, off: frozenset[str], table: Table) -> Draft:
    """One row as an article; what was not understood is among the table's notices."""

    def cell(meaning: str) -> str | None:
        for name in table.columns.get(meaning, ()):
            value = _words(row.get(name))
            if value:
                return value
        return None

    texts = [t for name in table.columns["text"] if (t := _words(row.get(name)))]
    if not texts:
        name = table.columns["text"][0]
        raise BadInput(
            "the row has no text", f"{source}, {where}", say("fill the column `{name}` or remove the row", name=name)
        )
    when = _when(cell("published"), where, table)
    draft = Draft([], Meta(), [])
    section = cell("section")
    draft.meta = Meta(
        title=_one_line(cell("title")),
        published=when.day if when else None,
        published_at=when.moment if when else None,
        publisher=cell("publisher"),
        author=cell("author"),
        url=cell("url"),
        language=cell("language"),
        teaser=cell("teaser"),
        tags=_list(_raw(row, table, "tags")),
        keywords=_list(_raw(row, table, "keywords")),
        id=cell("id"),
        section=section,
    )
    text = "\n\n".join(texts).replace("\r\n", "\n").replace("\r", "\n")
    draft.paragraphs = joined_paragraphs(split_lines(text, draft.steps, off), draft.steps, off)
    return draft


def _raw(row: Row, table: Table, meaning: str) -> Any:
    return next((row.get(name) for name in table.columns.get(meaning, ())), None)


def _words(value: Any) -> str | None:
    """A cell as text: lists of words as a list of them, an object by its name."""
    if value is None:
        return None
    if isinstance(value, list):
        return ", ".join(w for v in value if (w := _words(v))) or None
    if isinstance(value, dict):
        return _words(value.get("name") or value.get("title") or value.get("text"))
    text = str(value).strip()
    return text or None


def _one_line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None


def _when(value: str | None, where: str, table: Table) -> When | None:
    if value is None:
        return None
    if when := read_day(value, table.order):
        return when
    column = table.columns["published"][0]
    if ambiguous(value):
        what: Message = by_door(
            say("`{value}` can be two days; say the order of day and month (--dates dmy or mdy)", value=value),
            say("`{value}` can be two days; say the order of day and month", value=value),
        )
    else:
        what = say("`{value}` is not a date that Annotator understands; the article gets no date", value=value)
    table.notices.add(say("column {column}", column=column), value, what, where)
    return None


def _list(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(w for v in value if (w := _words(v)))
    return tuple(p.strip() for p in re.split(r"[;,|]", str(value or "")) if p.strip())


Opener = Callable[[], Rows]
