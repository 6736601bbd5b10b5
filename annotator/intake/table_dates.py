"""Days in the cells of tables. A day that could be two is none until the order of the table's dates is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from annotator.intake.dates import month_of, written_days

Order = Literal["dmy", "mdy", "ymd"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")

_ISO = re.compile(
    r"^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ]\s*(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?)?$", re.I
)
_CLOCK = r"(?:[T ,]\s*(?:um |at |à )?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?.*)?"
_YEAR_FIRST = re.compile(rf"^(\d{{4}})([-/.])\s*(\d{{1,2}})\2\s*(\d{{1,2}})\.?{_CLOCK}$")
_PARTS = re.compile(rf"^(\d{{1,2}})\s*([-/.])\s*(\d{{1,2}})\s*\2\s*(\d{{4}}|\d\d){_CLOCK}$")
_COMPACT = re.compile(r"^(19|20)(\d\d)(\d\d)(\d\d)$")
_SERIAL = re.compile(r"^(\d{5})(?:[.,](\d+))?$")
_UNIX = re.compile(r"^(\d{10})(\d{3})?(?:\.\d+)?$")
_MONTH_ALONE = re.compile(r"^([^\W\d_]{3,})\.?,?\s+(\d{4})$")
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class When:
    """day: ISO, as exact as it was said. moment: with seconds and offset, where both were said."""

    day: str
    moment: str | None = None


def read_day(value: str, order: Order | None = None) -> When | None:
    """The day of a cell; None where it is none, or could be two and no order is given."""
    text = " ".join(value.replace("\u00a0", " ").split()).strip(" ,;")
    if match := _ISO.match(text):
        return _iso(match)
    if match := _YEAR_FIRST.match(text):
        return _day(int(match[1]), int(match[3]), int(match[4]))
    if match := _PARTS.match(text):
        return _of_parts(int(match[1]), match[2], int(match[3]), match[4], order)
    if re.match(r"^[12]\d{3}$", text):
        return When(text)
    if match := _COMPACT.match(text):
        return _day(int(match[1] + match[2]), int(match[3]), int(match[4]))
    if (match := _SERIAL.match(text)) and _FIRST_SERIAL <= int(match[1]) <= _LAST_SERIAL:
        return When((_EPOCH + timedelta(days=int(match[1]))).isoformat())
    if match := _UNIX.match(text):
        moment = datetime.fromtimestamp(int(match[1]), UTC)
        return When(moment.date().isoformat(), moment.isoformat(timespec="seconds"))
    return written_day(text)


def written_day(text: str) -> When | None:
    """The day with the month's name, wherever in the text it stands first; None where there is none."""
    plain = " ".join(text.replace("\u00a0", " ").split())
    if days := written_days(plain):
        return When(days[0])
    if (match := _MONTH_ALONE.match(plain)) and (number := month_of(match[1])):
        return When(f"{int(match[2]):04d}-{number:02d}")
    return None


def ambiguous(value: str) -> bool:
    """Whether the value is a day as soon as its order is known, and two days before."""
    match = _PARTS.match(" ".join(value.split()))
    if match is None or match[2] == ".":
        return False
    return 1 <= int(match[1]) <= 12 and 1 <= int(match[3]) <= 12 and match[1].lstrip("0") != match[3].lstrip("0")


def order_told_by(value: str) -> Order | None:
    """The order that a value can only have; None where it says nothing of it."""
    match = _PARTS.match(" ".join(value.split()))
    if match is None or match[2] == ".":
        return None
    first, second = int(match[1]), int(match[3])
    if first > 12 >= second:
        return "dmy"
    return "mdy" if second > 12 >= first else None


def _of_parts(first: int, mark: str, second: int, year: str, order: Order | None) -> When | None:
    number = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 69 else 1900)
    if mark == "." or second == first:
        return _day(number, second, first)
    if first > 12 or second > 12:  # it says by itself which is the day; a column of another order has it wrong
        told = "dmy" if first > 12 else "mdy"
        if order in ("dmy", "mdy") and order != told:
            return None
        return _day(number, second, first) if first > 12 else _day(number, first, second)
    if order == "dmy":
        return _day(number, second, first)
    return _day(number, first, second) if order == "mdy" else None


def _day(year: int, month: int, day: int) -> When | None:
    try:
        return When(date(year, month, day).isoformat())
    except ValueError:
        return None


def _iso(match: re.Match[str]) -> When | None:
    year, month, day, hour, minute, second, zone = match.groups()
    if day is None:
        return When(f"{year}-{month}") if 1 <= int(month) <= 12 else None
    when = _day(int(year), int(month), int(day))
    if when is None or hour is None or zone is None:
        return when
    offset = "+00:00" if zone.upper() in ("Z", "UTC", "GMT") else (zone if ":" in zone else f"{zone[:3]}:{zone[3:]}")
    if int(hour) > 23 or int(minute) > 59:
        return when
    return When(when.day, f"{when.day}T{hour}:{minute}:{second or '00'}{offset}")
