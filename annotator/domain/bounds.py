"""Limits on what comes from outside: size, depth, number and characters. They are set here and nowhere else.

Whoever reads a file, a package or a record asks here, so that a limit holds for every form alike. A limit is far above
what people make by hand and far below what stops the program; what lies beyond is refused in words.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from annotator.domain.words import Message, say

MOST_DEPTH = 60
"""How deep lists and objects may stand in each other."""
MOST_NUMBER = 1 << 53
"""Whole numbers beyond are not the same number to every program that reads JSON, CSV or a workbook."""
LONGEST_NAME = 10_000
"""Characters of a name, a title, a key: what stands on one line of a screen."""
LONGEST_CODEBOOK = 2 << 20
"""Bytes of a codebook or a mapping."""
LARGEST_FILE = 256 << 20
"""Bytes of one file, unpacked."""
LARGEST_WHOLE = 4 << 30
"""Bytes of an archive or folder, unpacked."""
MOST_FILES = 200_000
"""Files in an archive or folder."""
HIGHEST_RATIO = 200
"""How many times larger than packed a file of an archive may be; small files may be more."""
MOST_ROWS = 2_000_000
"""Rows of a table, lines of codings."""
MOST_LINES = 200_000
"""Lines or paragraphs of one file of articles that is no table: a long novel has a third of them."""
MOST_COLUMNS = 2_000
"""Columns of a table."""
LONGEST_CELL = 16 << 20
"""Characters in a cell of a table."""
MOST_FAULTS = 200
"""Faults of one file that are told one by one."""
FIRST_YEAR, LAST_YEAR = 1970, 2199
"""When work can have been done: before there were clocks that count so, and after, nobody codes."""

_HALF = re.compile("[\ud800-\udfff]")
_HALF_TOLD = re.compile(r"\\u[dD][89a-fA-F]")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)


def half_a_character(text: str) -> bool:
    """Whether half a surrogate pair stands in it: no file, screen or database can hold that."""
    return _HALF.search(text) is not None


def name_fault(text: str) -> Message | None:
    """Why this cannot name a thing; None where it can."""
    if not text.strip():
        return say("it is empty")
    if len(text) > LONGEST_NAME:
        return say("it is longer than {most} characters", most=LONGEST_NAME)
    if half_a_character(text):
        return say("it contains half a character (a lone surrogate)")
    return None


def number_fault(value: float) -> Message | None:
    """Why this number cannot be kept; None where it can."""
    if isinstance(value, int):
        return say("a whole number is beyond {most}", most=MOST_NUMBER) if abs(value) > MOST_NUMBER else None
    return say("{value} is not a number", value=value) if value != value or abs(value) == float("inf") else None


def time_fault(text: str) -> Message | None:
    """Why this is no time at which a step can have been made (ISO 8601, UTC, with Z); None where it is."""
    if not _TIME.fullmatch(text):
        return say("“{text}” is not a time in UTC", text=text[:40])
    return _moment_fault(text)


def loose_time_fault(text: str) -> Message | None:
    """As `time_fault`, but another program's spelling will do: a day alone, or an offset from UTC."""
    return _moment_fault(text) if text else None


def utc_time(text: str) -> str | None:
    """Another program's time in our form; None where it is not a time."""
    if _moment_fault(text) is not None:
        return None
    found = datetime.fromisoformat(text.strip())
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment_fault(text: str) -> Message | None:
    try:
        found = datetime.fromisoformat(text.strip())
        found = found.astimezone(UTC) if found.tzinfo is not None else found
    except (ValueError, OverflowError):
        return say("there is no such time: “{text}”", text=text[:40])
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return say("“{text}” cannot be the time of a label", text=text[:40])
    return None


def data_fault(data: Any) -> Message | None:
    """Why plain data from outside cannot be kept: too deep, half a character, a number beyond measure."""
    pending: list[tuple[Any, int]] = [(data, 0)]
    while pending:
        value, depth = pending.pop()
        if isinstance(value, str):
            if half_a_character(value):
                return say("it contains half a character (a lone surrogate)")
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            if fault := number_fault(value):
                return fault
        elif isinstance(value, (dict, list, tuple)):
            if depth >= MOST_DEPTH:
                return say("it is nested more than {most} levels deep", most=MOST_DEPTH)
            if isinstance(value, dict):
                pending.extend((key, depth) for key in value)
                value = value.values()
            pending.extend((inner, depth + 1) for inner in value)
    return None


def read_json(text: str) -> Any:
    """JSON from outside, within every bound. Raises ValueError in words; where it is no JSON, `JSONDecodeError`."""
    try:
        data = json.loads(text, parse_int=_whole, parse_float=_number, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError(say("it is nested more than {most} levels deep", most=MOST_DEPTH)) from error
    suspect = text.count("[") + text.count("{") > MOST_DEPTH or _HALF_TOLD.search(text) or half_a_character(text)
    if suspect and (fault := data_fault(data)):
        raise ValueError(fault)
    return data


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MOST_NUMBER:
        raise ValueError(say("a whole number is beyond {most}", most=MOST_NUMBER))
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if fault := number_fault(value):
        raise ValueError(fault)
    return value


def _no_number(name: str) -> Any:
    raise ValueError(say("{name} is not a number", name=name))
