"""CSV and JSONL with one article a row."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.lines import joined_paragraphs, split_lines, timestamp
from annotator.intake.model import CleaningStep, Draft, Meta

_NAMES = {
    "text": ("text", "content", "body", "article", "fulltext", "full_text"),
    "title": ("title", "headline"),
    "published": ("published", "date", "published_at", "publication_date", "datetime"),
    "publisher": ("publisher", "outlet", "newspaper", "site", "media", "source"),
    "author": ("author", "byline", "authors"),
    "url": ("url", "link"),
    "language": ("language", "lang"),
    "tags": ("tags",),
    "keywords": ("keywords",),
    "id": ("id", "article_id", "document_id", "doc_id", "uid", "guid"),
}
_DAY = re.compile(r"^(\d{4})(-\d\d(-\d\d)?)?")


def csv_rows(text: str, source: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(where, row) of each data row."""
    sample = text[:20_000]
    head = sample.splitlines()[0] if sample.splitlines() else ""
    delimiter = max(",;\t|", key=head.count)
    csv.field_size_limit(100_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader)]
        if not any(name.lower() in _NAMES["text"] for name in header):
            raise BadInput(
                "no column holds the article's text", say("{source}, line 1", source=source), "name a column `text`"
            )
        for row in reader:
            if not row:
                continue
            if len(row) != len(header):
                raise BadInput(
                    say("the row has {cells} cells, the header {columns}", cells=len(row), columns=len(header)),
                    say("{source}, line {line}", source=source, line=reader.line_num),
                    "mend the row",
                )
            yield say("line {line}", line=reader.line_num), dict(zip(header, row, strict=True))
    except csv.Error as error:
        raise BadInput(
            say("not a table: {reason}", reason=error),
            say("{source}, line {line}", source=source, line=reader.line_num),
            "mend the line",
        ) from error


def jsonl_rows(text: str, source: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(where, object) of each line."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadInput(
                "the line is not JSON", say("{source}, line {number}", source=source, number=number), "mend the line"
            ) from error
        if not isinstance(row, dict):
            raise BadInput(
                "the line is not a JSON object",
                say("{source}, line {number}", source=source, number=number),
                "write one object a line",
            )
        yield say("line {number}", number=number), row


def row_draft(row: Mapping[str, Any], source: str, where: str, off: frozenset[str]) -> Draft:
    """One row as an article."""
    lower = {str(k).lower(): v for k, v in row.items()}

    def cell(field: str) -> str | None:
        for name in _NAMES[field]:
            value = lower.get(name)
            if value is not None and str(value).strip():
                return str(value).strip()
        return None

    text = cell("text")
    if text is None:
        raise BadInput("the row has no text", f"{source}, {where}", "fill the column `text` or remove the row")
    steps: list[CleaningStep] = []
    day, moment = _moment(cell("published"))
    meta = Meta(
        title=cell("title"),
        published=day,
        published_at=moment,
        publisher=cell("publisher"),
        author=cell("author"),
        url=cell("url"),
        language=cell("language"),
        tags=_list(lower.get("tags")),
        keywords=_list(lower.get("keywords")),
        id=cell("id"),
    )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Draft(joined_paragraphs(split_lines(text, steps, off), steps, off), meta, steps)


def _moment(value: str | None) -> tuple[str | None, str | None]:
    if value is None:
        return None, None
    if stamp := timestamp(value):
        return stamp
    match = _DAY.match(value)
    return (match.group(), None) if match and match.group() == value else (None, None)


def _list(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(v) for v in value)
    return tuple(p.strip() for p in re.split(r"[;,|]", str(value or "")) if p.strip())
