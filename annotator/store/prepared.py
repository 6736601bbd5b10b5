"""Statements on the way of a label: made by SQLAlchemy once, run on a study file by its driver alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from sqlalchemy import Connection, Insert
from sqlalchemy.sql.expression import ClauseElement, Executable, UpdateBase

from annotator.store.checksums import together
from annotator.store.dialects import on_server

MANY = 200
"""Rows from which on their checksums are made together."""


class Prepared:
    """A statement whose values are texts and whole numbers, for every label anew.

    Core's own way from a statement to its rows costs some 50 µs, five times what SQLite needs for the work, and a label
    has ten of them on its way. On a server the round trip counts, and Core's way is taken.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._adds_to = statement.table.description if isinstance(statement, Insert) else None
        self._made: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {}

    def rows(self, connection: Connection, **parameters: Any) -> Sequence[tuple[Any, ...]]:
        """All rows of a query."""
        if on_server(connection):
            return [tuple(row) for row in connection.execute(self._statement, parameters)]
        sql, names = self._text(connection, tuple(parameters))
        found: list[tuple[Any, ...]] = _driver(connection).execute(sql, [parameters[n] for n in names]).fetchall()
        return found

    def first(self, connection: Connection, **parameters: Any) -> tuple[Any, ...] | None:
        """The first row of a query; None where there is none."""
        return next(iter(self.rows(connection, **parameters)), None)

    def write(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add, change or remove, once for each of these rows, which all have the same names."""
        if not rows:
            return
        if on_server(connection):
            connection.execute(self._statement, list(rows))
            return
        sql, names = self._text(connection, tuple(rows[0]))
        raw, table = _driver(connection), self._adds_to if len(rows) >= MANY else None
        with nullcontext() if table is None else together(raw, table):
            raw.executemany(sql, [[row[n] for n in names] for row in rows])

    def _text(self, connection: Connection, given: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """(SQL, the names of its parameters in order)."""
        made = self._made.get(given)
        if made is None:
            statement = self._statement
            assert isinstance(statement, ClauseElement)
            keys = list(given) if isinstance(statement, UpdateBase) else None
            compiled: Any = statement.compile(dialect=connection.dialect, column_keys=keys)
            assert not compiled._bind_processors, "values that must be converted have no place here"
            made = self._made[given] = str(compiled), tuple(compiled.positiontup)
        return made


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
