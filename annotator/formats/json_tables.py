"""Tables that programs hand out beside their JSON: each row as the object that the JSON would have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.formats.incoming import Incoming
from annotator.formats.table_text import NOT_UTF8, delimited, rows_of, table_text

TABLES = (".csv", ".tsv")
WORDS = (".conll", ".bio", ".iob", ".iob2")
"""Files that hold words and tags, without the text that these were."""
_FAST_TEXT = re.compile(r"__label__(\S+)\s*")
_COMMENT = re.compile(r"\s*__comment__(.*)$")


def refuse_words(name: str) -> None:
    """Raises BadInput for files of words and tags: the text between the words is not in them."""
    if PurePosixPath(name).suffix.casefold() in WORDS:
        raise BadInput(
            "it holds words and their tags, not the text of an article", name, "export it as JSON or JSONL instead"
        )


def table_items(data: bytes, name: str, incoming: Incoming) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where, row by the names of its columns) of each row that is not empty; cells that hold JSON are that."""
    text, guessed = table_text(data, name)
    incoming.losses.lose(NOT_UTF8, guessed)
    delimiter, text = delimited(text)
    rows = rows_of(text, name, "\t" if name.casefold().endswith(".tsv") else delimiter)
    head = [str(c or "").strip() for c in next(rows, [])]
    for number, row in enumerate(rows, start=1):
        if any(c is not None for c in row):
            if len(row) > len(head):
                incoming.problem(name, say("row {number}", number=number), say("it has more cells than columns"))
                continue
            cells = zip(head, row, strict=False)
            yield say("row {number}", number=number), {k: _content(v) for k, v in cells if k and v is not None}


def fast_text_items(data: bytes, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where, text with its classes) of each line ``__label__CLASS … text``."""
    text, _ = table_text(data, name)
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            labels = []
            while told := _FAST_TEXT.match(line):
                labels.append(told.group(1))
                line = line[told.end() :]
            said = _COMMENT.search(line)
            comments = [x.strip() for x in said.group(1).split("__comment__")] if said else []
            yield (
                say("line {number}", number=number),
                {"text": _COMMENT.sub("", line).strip(), "label": labels, "Comments": comments},
            )


def is_fast_text(data: bytes) -> bool:
    """Whether a text file is of fastText's form."""
    return data.lstrip().startswith(b"__label__")


def _content(cell: str) -> Any:
    if cell[:1] not in ("[", "{"):
        return cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell
