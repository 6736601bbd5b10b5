"""The few statements that SQLite and PostgreSQL write differently, each with both its forms."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import sqlite

from annotator.domain.words import say

UNASKED = {"unasked": True}
"""Execution options of an update or a removal whose count of rows nobody asks for: it may travel with the commit."""


def on_server(connection: Connection) -> bool:
    """Whether this is PostgreSQL."""
    return connection.dialect.name == "postgresql"


def upsert(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Write a row over the one with its primary key, or as a new one, in one statement."""
    insert: Any = sqlite.insert
    if on_server(connection):
        from sqlalchemy.dialects import postgresql  # not on the way of a study file: it costs every start 30 ms

        insert = postgresql.insert
    keys = [c.name for c in table.primary_key]
    statement = insert(table).values(dict(row))
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=keys, set_={k: statement.excluded[k] for k in row if k not in keys}
        )
    )


def defer_references(connection: Connection) -> None:
    """Let rows of this transaction name each other in any order; at its end all must be there."""
    connection.exec_driver_sql(
        "SET CONSTRAINTS ALL DEFERRED" if on_server(connection) else "PRAGMA defer_foreign_keys=ON"
    )


def last_given_number(connection: Connection) -> int:
    """The highest number that a journal step ever got."""
    if on_server(connection):
        return int(connection.exec_driver_sql("SELECT annotator_last_number()").scalar() or 0)
    row = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'change'").first()
    return int(row[0]) if row else 0


def set_last_given_number(connection: Connection, number: int) -> None:
    """Let the journal go on after this number."""
    if on_server(connection):
        connection.execute(text("UPDATE annotator_counter SET last = :number"), {"number": number})
    elif not connection.execute(
        text("UPDATE sqlite_sequence SET seq = :number WHERE name = 'change'"), {"number": number}
    ).rowcount:
        connection.execute(text("INSERT INTO sqlite_sequence VALUES ('change', :number)"), {"number": number})


def structure_faults(connection: Connection) -> list[tuple[str, str]]:
    """(where, what) of everything that the database itself finds wrong."""
    if on_server(connection):
        from annotator.store.server_rules import open_tables

        return [
            (say("table {name}", name=name), say("its rows are not kept apart by role"))
            for name in open_tables(connection)
        ]
    faults: list[tuple[str, str]] = [
        (say("file"), str(row[0]))
        for row in connection.exec_driver_sql("PRAGMA integrity_check").all()
        if row[0] != "ok"
    ]
    faults += [
        (
            say("{table} row {row}", table=row[0], row=row[1]),
            say("it names a row of `{other}` that is not there", other=row[2]),
        )
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    ]
    return faults


def unlike_written(connection: Connection) -> list[tuple[str, str]]:
    """(table, part) of everything that is not as the program wrote it; a table that cannot be read is told whole."""
    if on_server(connection):
        return []
    from annotator.store import checksums

    raw: Any = connection.connection.driver_connection
    found: list[tuple[str, str]] = []
    for table in checksums.tables():
        try:
            found += checksums.faults_of(raw, table)
        except sqlite3.Error:
            found.append((table, ""))
    return found
