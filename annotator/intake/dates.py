"""Days and moments as pages write them: time stamps of machines, and dates as people write them in many languages."""

from __future__ import annotations

import json
import re
from datetime import date
from email.utils import parsedate_to_datetime
from functools import lru_cache

from annotator.data import resource_text

Moment = tuple[str, str | None]
"""(day as YYYY-MM-DD, moment with seconds and offset, or None where the source gives none)."""

_ISO = re.compile(
    r"^(\d{4})-?(\d\d)-?(\d\d)(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?"
    r"(?: (?:UTC|GMT))?)?$",
    re.I,
)
_SCRIPTED = re.compile(r"^\w{3} (\w{3}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d)(?: GMT([+-]\d{4}))?\b")
_FIRST_YEAR, _LAST_YEAR = 1600, 2200
_DIGITS = {ord(c): str(i) for zero in "٠۰०০๐" for i, c in enumerate(chr(ord(zero) + n) for n in range(10))}
_YEAR = r"(?<!\d)((?:1[6-9]|2[0-1])\d\d|2[45]\d\d)(?!\d)"
_DAY = r"(?<!\d)([0-3]?\d)(?!\d)"
_NAME = r"([^\W\d_][^\s\d,/-]*)"
_DAY_MONTH_YEAR = re.compile(
    rf"{_DAY}(?:st|nd|rd|th|º|er|\.|ª|-|ος)?[\s-]*(?:de |of |d’|d'|dne )?\s*"
    rf"{_NAME}\.?,?[\s-]*(?:de |del |of |พ\.ศ\. |г\. )?\s*{_YEAR}"
)
_MONTH_DAY_YEAR = re.compile(rf"{_NAME}\s+{_DAY}(?:st|nd|rd|th|\.)?,?\s+{_YEAR}")
_YEAR_MONTH_DAY = re.compile(rf"{_YEAR}\s*(?:-(?:a|e)n|(?:eko)|\.)?\s*(?:m\.\s*)?{_NAME}\s+{_DAY}(?!:)")
_EASTERN = re.compile(r"(?<!\d)(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]?")
_BIG_ENDIAN = re.compile(r"(?<![\d/.-])((?:1[6-9]|2[0-1])\d\d)([-/.])\s?(\d{1,2})\2\s?(\d{1,2})(?![\d/-])")
_LITTLE_ENDIAN = re.compile(r"(?<![\d/.-])(\d{1,2})([./-])\s?(\d{1,2})\2\s?((?:1[6-9]|2[0-1])\d\d)(?![\d/-])")
_CHANGED = re.compile(
    r"updated?|modified|aktualisiert|geändert|letzte änderung|mis(?:e)? à jour|actualizad|atualizad|modificat|"
    r"aggiornat|bijgewerkt|gewijzigd|обновлен|изменен|zaktualizowan|aktualizov|oppdatert|uppdaterad|opdateret|"
    r"güncelle|更新|업데이트|تحديث|עודכן",
    re.I,
)


def moment_of(text: str) -> Moment | None:
    """A time stamp as machines write it: ISO 8601 in its forms, RFC 822, or a script's Date; else None.

    A moment is given where the stamp has its offset; the day is the one that stands there.
    """
    text = text.strip()
    if match := _ISO.match(text):
        year, month, day, hour, minute, second, zone = match.groups()
        made = _day(int(year), int(month), int(day))
        if made is None or hour is None or zone is None:
            return (made, None) if made else None
        return made, f"{made}T{hour}:{minute}:{second or '00'}{_offset(zone)}"
    if match := _SCRIPTED.match(text):
        month_name, day, year, clock, zone = match.groups()
        number = _months().get("en", {}).get(month_name.casefold())
        made = _day(int(year), number, int(day)) if number else None
        return (made, f"{made}T{clock}{_offset(zone)}" if zone else None) if made else None
    if text[:1].isalpha() or text[:1].isdigit():
        try:
            when = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        made = _day(when.year, when.month, when.day)
        if made and re.search(r"\d:\d", text):
            return made, when.isoformat() if when.tzinfo else None
        return (made, None) if made else None
    return None


def written_day(text: str, language: str | None = None, month_first: bool | None = None) -> str | None:
    """The one day that a short text names, as YYYY-MM-DD; None where it names none, or several.

    Numbers alone (05/03/2024) are read by the language: the month first in American English, the day first elsewhere;
    without a language only where one of the two can be no month.
    """
    found = written_days(text, language, month_first)
    return next(iter(found)) if len(found) == 1 else None


def written_days(text: str, language: str | None = None, month_first: bool | None = None) -> list[str]:
    """All days that a text names, in order, each once."""
    text = text.translate(_DIGITS)
    if not re.search(r"\d{4}", text):
        return []
    found: list[tuple[int, str]] = []

    def enter(place: int, made: str | None) -> None:
        if made:
            found.append((place, made))

    for match in _DAY_MONTH_YEAR.finditer(text):
        day, name, year = match.groups()
        enter(match.start(), _day(_western(year), month_of(name, language), int(day)))
    for match in _MONTH_DAY_YEAR.finditer(text):
        name, day, year = match.groups()
        enter(match.start(), _day(_western(year), month_of(name, language), int(day)))
    for match in _YEAR_MONTH_DAY.finditer(text):
        year, name, day = match.groups()
        enter(match.start(), _day(_western(year), month_of(name, language), int(day)))
    for match in _EASTERN.finditer(text):
        enter(match.start(), _day(*map(int, match.groups())))
    for match in _BIG_ENDIAN.finditer(text):
        year, _mark, month, day = match.groups()
        enter(match.start(), _day(int(year), int(month), int(day)))
    for match in _LITTLE_ENDIAN.finditer(text):
        first, mark, second, year = match.groups()
        enter(match.start(), _by_place(int(first), int(second), int(year), mark, language, month_first))
    return list(dict.fromkeys(day for _place, day in sorted(found)))


def tells_a_change(text: str) -> bool:
    """Whether a line says when a page was changed, not when it was published."""
    return _CHANGED.search(text) is not None


def month_of(name: str, language: str | None = None) -> int | None:
    """The month's number, in the language, else in any where all that know the name agree."""
    key = name.casefold().strip(".,")
    if language and (known := _months().get(language.replace("_", "-").split("-")[0].lower())) and key in known:
        return known[key]
    meanings = {known[key] for known in _months().values() if key in known}
    return meanings.pop() if len(meanings) == 1 else None


@lru_cache(maxsize=1)
def _months() -> dict[str, dict[str, int]]:
    data: dict[str, list[list[str]]] = json.loads(resource_text("months.json"))
    return {
        language: {name: number for number, names in enumerate(months, start=1) for name in names}
        for language, months in data.items()
    }


def _by_place(
    first: int, second: int, year: int, mark: str, language: str | None, month_first: bool | None
) -> str | None:
    if month_first is None:
        if first > 12 or second > 12:
            month_first = second > 12
        elif mark == ".":
            month_first = False
        elif language:
            tag = language.replace("_", "-").lower()
            if tag == "en":
                return None  # American or not: nothing says
            month_first = tag in ("en-us", "en-ph", "en-ca") or tag.startswith("fil")
        else:
            return None
    return _day(year, first, second) if month_first else _day(year, second, first)


def _western(year: str) -> int:
    number = int(year)
    return number - 543 if number > 2400 else number  # the Buddhist era


def _day(year: int, month: int | None, day: int) -> str | None:
    if month is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _offset(zone: str | None) -> str:
    if zone is None or zone.upper() in ("Z", "UTC", "GMT"):
        return "+00:00"
    digits = zone.replace(":", "")
    return f"{digits[:3]}:{digits[3:] or '00'}"
