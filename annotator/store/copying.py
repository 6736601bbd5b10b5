"""Everything in a study, row by row: to carry it to another place and to say whether two places hold the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, func, select

from annotator.domain.errors import BadInput, Cancelled, StudyFileError
from annotator.domain.words import say
from annotator.store import dialects, views
from annotator.store.tables import metadata

_PART = 500


def rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """A table's rows in the order of its primary key."""
    for row in connection.execute(select(table).order_by(*table.primary_key)):
        yield dict(row._mapping)


def digests(connection: Connection) -> dict[str, str]:
    """Table -> the hash of all its rows; the same in a file and in a database that hold the same."""
    found = {}
    for table in metadata.sorted_tables:
        digest = hashlib.sha256()
        for row in rows(connection, table):
            digest.update(repr([bytes(v) if isinstance(v, memoryview) else v for v in row.values()]).encode())
        found[table.name] = digest.hexdigest()
    found["journal"] = str(dialects.last_given_number(connection))
    return found


def copy_all(source: Connection, target: Connection, progress: Callable[[int, int], bool] = lambda *_: True) -> int:
    """Copy every row into an empty study; the answer is how many. Raises where both then differ."""
    total = sum(source.execute(select(func.count()).select_from(t)).scalar() or 0 for t in metadata.sorted_tables)
    done = 0
    dialects.defer_references(target)
    for table in metadata.sorted_tables:
        part: list[dict[str, Any]] = []
        for row in rows(source, table):
            if dialects.on_server(target):
                _holdable(table, row)
            part.append(row)
            if len(part) == _PART:
                target.execute(table.insert().inline(), part)
                done, part = done + len(part), []
                _go_on(progress(done, total))
        if part:
            target.execute(table.insert().inline(), part)
            done += len(part)
            _go_on(progress(done, total))
    dialects.set_last_given_number(target, dialects.last_given_number(source))
    views.refresh(target)
    here, there = digests(source), digests(target)
    if differing := sorted(t for t in here if here[t] != there[t]):
        raise StudyFileError("the copy is not the same", ", ".join(differing), "nothing was moved; report this")
    return done


def _holdable(table: Table, row: dict[str, Any]) -> None:
    """PostgreSQL holds every text but two: a NUL, and half a surrogate pair; nothing is changed to make it fit."""
    for column in table.columns:
        value = row[column.name]
        if not isinstance(value, str) or isinstance(column.type, LargeBinary):
            continue
        place = next(iter(table.primary_key)).name, next(iter(row.values()))
        where = say("{column} of {key} {value}", column=f"{table.name}.{column.name}", key=place[0], value=place[1])
        if "\0" in value:
            raise BadInput("a database cannot hold the character NUL (U+0000)", where, "keep this study in a file")
        if any("\ud800" <= c <= "\udfff" for c in value):
            raise BadInput("a database cannot hold half a surrogate pair", where, "keep this study in a file")


def _go_on(wanted: bool) -> None:
    if not wanted:
        raise Cancelled("stopped")
