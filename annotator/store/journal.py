"""The journal: every step that was confirmed, in order; undo, redo, history and audit read it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from annotator.domain.changes import Change, Kind
from annotator.store.dialects import last_given_number as last_given_number
from annotator.store.prepared import Prepared
from annotator.store.records import dumps
from annotator.store.tables import change

_APPEND = Prepared(change.insert().inline())
"""Without asking for the numbers that were given."""
_OF_UNIT = Prepared(select(change).where(change.c.unit == bindparam("unit")).order_by(change.c.seq))


def append(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write steps; seq is given by the database."""
    _APPEND.write(connection, rows)


def row_of(
    *,
    id: str,
    unit: str,
    at: str,
    coder_id: str,
    command: str,
    kind: Kind,
    thing_id: str,
    document_id: str | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    undoes: str | None,
) -> dict[str, Any]:
    """A step as a row."""
    return {
        "id": id,
        "unit": unit,
        "at": at,
        "coder_id": coder_id,
        "command": command,
        "kind": kind,
        "thing_id": thing_id,
        "document_id": document_id,
        "before": None if before is None else dumps(before),
        "after": None if after is None else dumps(after),
        "undoes": undoes,
    }


def _change(row: Any) -> Change:
    seq, key, unit, at, coder_id, command, kind, thing_id, document_id, before, after, undoes = row
    return Change(
        seq,
        key,
        unit,
        at,
        coder_id,
        command,
        kind,
        thing_id,
        document_id,
        None if before is None else json.loads(before),
        None if after is None else json.loads(after),
        undoes,
    )


def every(connection: Connection) -> list[Change]:
    """All steps, oldest first."""
    return [_change(r) for r in connection.execute(select(change).order_by(change.c.seq))]


def count(connection: Connection) -> int:
    """How many steps there are."""
    return int(connection.execute(select(func.count()).select_from(change)).scalar_one())


def states(connection: Connection) -> Iterator[tuple[int, str, str | None, str | None]]:
    """(seq, thing, before, after) of every step, oldest first; the records as the text that `dumps` made."""
    query = select(change.c.seq, change.c.thing_id, change.c.before, change.c.after).order_by(change.c.seq)
    return ((r[0], r[1], r[2], r[3]) for r in connection.execute(query))


def of_thing(connection: Connection, thing_id: str) -> list[Change]:
    """The history of one annotation or entity, oldest first."""
    query = select(change).where(change.c.thing_id == thing_id).order_by(change.c.seq)
    return [_change(r) for r in connection.execute(query)]


def of_unit(connection: Connection, unit: str) -> list[Change]:
    """The steps that were confirmed together, oldest first."""
    return [_change(r) for r in _OF_UNIT.rows(connection, unit=unit)]


def units_of_coder(connection: Connection, coder_id: str) -> list[tuple[str, str, str | None]]:
    """(unit, command, undoes) of each unit of the coder, oldest first."""
    query = (
        select(change.c.unit, change.c.command, change.c.undoes)
        .where(change.c.coder_id == coder_id)
        .order_by(change.c.seq)
    )
    seen: dict[str, tuple[str, str, str | None]] = {}
    for unit, command, undoes in connection.execute(query):
        seen.setdefault(unit, (unit, command, undoes))
    return list(seen.values())


def sequence_numbers(connection: Connection) -> list[int]:
    """The numbers of the steps that are there."""
    return list(connection.execute(select(change.c.seq).order_by(change.c.seq)).scalars())


def units_after(connection: Connection, number: int) -> list[tuple[int, str]]:
    """(number, unit) of every step after a number, oldest first."""
    query = select(change.c.seq, change.c.unit).where(change.c.seq > number).order_by(change.c.seq)
    return [(row[0], row[1]) for row in connection.execute(query)]


def last_times(connection: Connection) -> dict[str, str]:
    """Coder id -> when the coder's newest step was made."""
    query = select(change.c.coder_id, func.max(change.c.at)).group_by(change.c.coder_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def of_coder(connection: Connection, coder_id: str) -> list[Change]:
    """Every step of one coder, oldest first."""
    query = select(change).where(change.c.coder_id == coder_id).order_by(change.c.seq)
    return [_change(r) for r in connection.execute(query)]


def owners(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Step id -> coder id, of those of these steps that are here."""
    found: dict[str, str] = {}
    for at in range(0, len(ids), 500):
        query = select(change.c.id, change.c.coder_id).where(change.c.id.in_(ids[at : at + 500]))
        found.update((row[0], row[1]) for row in connection.execute(query))
    return found


def units(connection: Connection, keys: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """Unit -> (coder id, command) of its steps, of those of these units that are here."""
    found: dict[str, set[tuple[str, str]]] = {}
    for part in _parts(keys):
        query = select(change.c.unit, change.c.coder_id, change.c.command).where(change.c.unit.in_(part)).distinct()
        for unit, coder, command in connection.execute(query):
            found.setdefault(unit, set()).add((coder, command))
    return found


def makers_of(connection: Connection, things: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """Thing id -> (kind, coder id) of its steps, of those of these things that have any here."""
    found: dict[str, set[tuple[str, str]]] = {}
    for part in _parts(things):
        query = (
            select(change.c.thing_id, change.c.kind, change.c.coder_id).where(change.c.thing_id.in_(part)).distinct()
        )
        for thing, kind, coder in connection.execute(query):
            found.setdefault(thing, set()).add((kind, coder))
    return found


def things_of(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Step id -> the thing that it is about, of those of these steps that are here."""
    found: dict[str, str] = {}
    for part in _parts(ids):
        found.update(
            (r[0], r[1])
            for r in connection.execute(select(change.c.id, change.c.thing_id).where(change.c.id.in_(part)))
        )
    return found


def _parts(keys: Collection[str]) -> Iterator[list[str]]:
    """As many at a time as one question may name."""
    every = sorted(keys)
    return (every[at : at + 500] for at in range(0, len(every), 500))


def labels_of_others(connection: Connection, coder_id: str) -> set[str]:
    """Ids of every label, removed ones too, that another coder made."""
    query = select(change.c.thing_id).where(change.c.kind == "annotation", change.c.coder_id != coder_id).distinct()
    return set(connection.execute(query).scalars())


def makers(connection: Connection, kind: str) -> dict[str, str]:
    """Thing id -> the coder who made the first step of it, of every thing of a kind."""
    query = select(change.c.thing_id, change.c.coder_id).where(change.c.kind == kind).order_by(change.c.seq.desc())
    return {r[0]: r[1] for r in connection.execute(query)}


def own_versions(connection: Connection, by_program: Sequence[str]) -> dict[str, int]:
    """Label id -> the codebook version of its coder's last own step, of labels that the program wrote to since."""
    written = select(change.c.thing_id).where(change.c.kind == "annotation", change.c.command.in_(by_program))
    query = (
        select(change.c.thing_id, change.c.after)
        .where(change.c.kind == "annotation", change.c.command.not_in(by_program), change.c.after.is_not(None))
        .where(change.c.thing_id.in_(written))
        .order_by(change.c.seq)
    )
    return {r[0]: json.loads(r[1])["codebook_version"] for r in connection.execute(query)}


def last_state(connection: Connection, thing_id: str) -> str | None:
    """What the newest step of a thing left, as JSON; None where nothing is left or was."""
    query = select(change.c.after).where(change.c.thing_id == thing_id).order_by(change.c.seq.desc()).limit(1)
    return connection.execute(query).scalar()


def places_of_coder(connection: Connection, coder_id: str) -> list[tuple[int, str, str | None]]:
    """(number, time, document id) of every step of one coder, newest first; cheap, for it reads no records."""
    query = (
        select(change.c.seq, change.c.at, change.c.document_id)
        .where(change.c.coder_id == coder_id)
        .order_by(change.c.seq.desc())
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def by_numbers(connection: Connection, numbers: Sequence[int]) -> list[Change]:
    """The steps of these numbers, oldest first."""
    found: list[Change] = []
    for at in range(0, len(numbers), 500):
        query = select(change).where(change.c.seq.in_(numbers[at : at + 500]))
        found += [_change(r) for r in connection.execute(query)]
    return sorted(found, key=lambda c: c.seq)
