"""What somebody did, day by day and article by article, and everything that happened to one thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from annotator.domain.changes import Change
from annotator.services.study import Study
from annotator.store import journal


@dataclass(frozen=True, slots=True)
class DayPart:
    """A coder's steps in one article (None: in the register) on one day. numbers: of the steps, oldest first."""

    day: date
    document_id: str | None
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a record that a step changed. field: `fragments`, `memo`, `values.KEY`, `roles.KEY`…"""

    field: str
    before: Any
    after: Any


def day_parts(study: Study, coder_id: str, zone: tzinfo | None = None) -> list[DayPart]:
    """What a coder did, the latest day first; days are those of `zone`, of this computer if None."""
    with study.file.reading() as connection:
        rows = journal.places_of_coder(connection, coder_id)
    parts: dict[tuple[date, str | None], list[int]] = {}
    for number, at, document_id in rows:
        parts.setdefault((moment(at, zone).date(), document_id), []).append(number)
    return [DayPart(day, document, tuple(reversed(numbers))) for (day, document), numbers in parts.items()]


def steps(study: Study, numbers: Sequence[int]) -> list[Change]:
    """The steps of these numbers, oldest first."""
    with study.file.reading() as connection:
        return journal.by_numbers(connection, numbers)


def moment(at: str, zone: tzinfo | None = None) -> datetime:
    """A time of the journal in a zone, this computer's if None."""
    return datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(zone)


_UNTOLD = frozenset({"id", "document", "coder", "layer", "created", "updated", "codebook_version", "external_id"}) | {
    "text_version",
    "zones",
    "characters",
    "sha256",
}


def differences(change: Change) -> list[Difference]:
    """Each field that is another one after the step, values and roles one by one."""
    before, after = _flat(change.before or {}), _flat(change.after or {})
    return [
        Difference(key, before.get(key), after.get(key))
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    ]


def _flat(record: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in record.items():
        if key in _UNTOLD:
            continue
        if isinstance(value, dict) and key in ("values", "roles", "empty"):
            found.update({f"{key}.{inner}": held for inner, held in value.items()})
        elif value not in (None, "", [], (), {}):
            found[key] = value
    return found
