"""Tables as text: which letters their bytes are, what parts their cells, and their rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say

NOT_UTF8 = say("files that are not UTF-8 and were read as Windows-1252: check their letters")
_SEP = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
"""The line by which Excel is told what parts the cells."""
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def table_text(data: bytes, where: str) -> tuple[str, bool]:
    """(the text, whether it is only taken to be Windows-1252); raises BadInput where it is neither that nor Unicode."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(data, "utf-16", where), False
    try:
        return data.decode("utf-8-sig"), False
    except UnicodeDecodeError as error:
        try:
            return data.decode("cp1252"), b"\0" not in data[:4096]
        except UnicodeDecodeError:
            raise BadInput(
                "the text is not UTF-8", say("{path}, byte {byte}", path=where, byte=error.start), "save it as UTF-8"
            ) from error


def _decoded(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadInput(
            say("the text says that it is {encoding} but is not", encoding=encoding), where, "save it as UTF-8"
        ) from error


def delimited(text: str) -> tuple[str, str]:
    """(what parts the cells, the text without the line that says so)."""
    if told := _SEP.match(text):
        return told.group(1), text[told.end() :]
    first = _QUOTED.sub("", text).lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=first.count), text


def rows_of(text: str, where: Path | str, delimiter: str) -> Iterator[list[Any]]:
    """Cells as text, None for empty ones; raises BadInput where a quotation never ends."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in rows:
            yield [cell if cell != "" else None for cell in row]
    except csv.Error as error:
        raise BadInput(
            say("this is not a table ({reason})", reason=error),
            say("{path}, line {line}", path=where, line=rows.line_num),
            "correct the file",
        ) from error
