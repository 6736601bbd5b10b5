"""What is remembered of the last package that was written for a coder, and of the one that a study was made from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

from annotator.domain.changes import BY_PROGRAM
from annotator.store import people, work_days
from annotator.store.study_file import Connection

_KEPT = 100
_WRITTEN, _RECEIVED = "packed_for/", "package_received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A package that was written here. number: the coder's newest own step that is in it."""

    id: str
    at: str
    number: int
    labels: int
    done: int
    earlier: Sequence[str] = ()
    """Ids of packages that were written before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The newest package that the study was made from or took in. sender: who supervises the study it came from."""

    id: str
    made: str
    sender: str


def remember_written(
    connection: Connection, coder_id: str, *, key: str, at: str, labels: int, done: int, number: int
) -> None:
    """Note that a coder's package was written."""
    before = written(connection).get(coder_id)
    earlier = [*before.earlier, before.id][-_KEPT:] if before is not None else []
    told = Written(id=key, at=at, number=number, labels=labels, done=done, earlier=earlier)
    people.put_fact(connection, _WRITTEN + coder_id, json.dumps(asdict(told)))


def newest_step(connection: Connection, coder_id: str) -> int:
    """The number of the coder's newest own step."""
    return work_days.last_own_number(connection, coder_id, BY_PROGRAM)


def written(connection: Connection) -> dict[str, Written]:
    """Coder -> the last package that was written here."""
    facts = people.facts(connection)
    found = {k.removeprefix(_WRITTEN): _read(Written, v) for k, v in facts.items() if k.startswith(_WRITTEN)}
    return {coder: told for coder, told in found.items() if told is not None}


def remember_received(connection: Connection, *, key: str, made: str, sender: str) -> None:
    """Note which package came in, unless a newer one did."""
    before = received(connection)
    if before is None or before.made <= made:
        told = Received(id=key, made=made, sender=sender.encode("utf-8", "replace").decode())
        people.put_fact(connection, _RECEIVED, json.dumps(asdict(told)))


def received(connection: Connection) -> Received | None:
    """The newest package that came in; None in a study that was not made from one, or by an older program."""
    told = people.facts(connection).get(_RECEIVED)
    return _read(Received, told) if told is not None else None


Record = TypeVar("Record", Written, Received)


def _read(kind: type[Record], told: str) -> Record | None:
    try:
        return kind(**json.loads(told))
    except (ValueError, TypeError):
        return None


def written_ids(facts: Mapping[str, str]) -> set[str]:
    """Ids of the packages that were written here. facts: of the study file."""
    found = (_read(Written, v) for k, v in facts.items() if k.startswith(_WRITTEN))
    return {key for told in found if told is not None for key in (told.id, *told.earlier)}
