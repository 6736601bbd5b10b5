"""SQLite files of other programs, read and never written; the one place where formats speak SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say

_MAGIC = b"SQLite format 3\0"
_LONGEST = 1 << 30
"""Bytes of the longest text that is taken; a forged length must not take all memory."""


class ForeignTables:
    """The tables of one file; names are checked against what is there before they are used."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._columns: dict[str, list[str]] = {}
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in found.fetchall():
            quoted = str(table).replace('"', '""')
            info = connection.execute(f'PRAGMA table_info("{quoted}")').fetchall()
            self._columns[str(table)] = [str(row[1]) for row in info]

    def has(self, table: str, *columns: str) -> bool:
        """Whether the table is there with these columns."""
        return set(columns) <= set(self._columns.get(table, ())) and table in self._columns

    def rows(self, table: str, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
        """Every row in the order in which it was written; optional columns are None where the table has none.

        Raises BadInput where the table or a column is missing.
        """
        if not self.has(table, *columns):
            missing = sorted(set(columns) - set(self._columns.get(table, ())))
            what = (
                say("the table {table} has no {names}", table=table, names=", ".join(missing))
                if table in self._columns
                else say("no table {table}", table=table)
            )
            raise BadInput(
                say("this is not such a project: {what}", what=what), self._name, "check the program and its version"
            )
        present = [*columns, *(c for c in optional if c in self._columns[table])]
        selected = ", ".join(f'"{c}"' for c in present) or "rowid"
        try:
            for row in self._connection.execute(f'SELECT {selected} FROM "{table}" ORDER BY rowid'):
                yield dict.fromkeys(optional) | dict(zip(present, row, strict=bool(present)))
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise BadInput(
                say("the file is damaged ({reason})", reason=error),
                say("{file}, table {table}", file=self._name, table=table),
                "get it again",
            ) from error


@contextmanager
def foreign_tables(path: Path) -> Iterator[ForeignTables]:
    """The tables of a file that nobody writes meanwhile; raises BadInput where it is no SQLite file."""
    with path.open("rb") as file:
        if file.read(16) != _MAGIC:
            raise BadInput("this is not an SQLite file", str(path), "check the program that it came from")
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        with closing(connection):
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
            yield ForeignTables(connection, path.name)
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a name in the file is no UTF-8
        raise BadInput(say("the file is damaged ({reason})", reason=error), str(path), "get it again") from error


def text_of(value: Any) -> str:
    """A cell as text; bytes and nothing as empty text."""
    return value if isinstance(value, str) else "" if value is None or isinstance(value, bytes) else str(value)
