"""Checksums of all that a study file holds, so that a byte that was changed outside the program is seen.

Each table is divided into parts (a document's labels, 32 steps of the journal, a version of the codebook). A part's
checksum is the sum of the hashes of its rows: the order in which rows come and go does not matter, and a row costs one
hash. Triggers of the program's own connections keep it, whoever writes what; they are not in the file, so that other
programs can write to it, and `check` tells that they did. A study on a server has none: there the server sees to it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, Text

from annotator.store.tables import metadata

file_metadata = MetaData(naming_convention=metadata.naming_convention)
"""Tables that only a study in a file has."""

checksum = Table(
    "checksum",
    file_metadata,
    Column("table_name", String(64), primary_key=True),
    Column("part", Text, primary_key=True),
    Column("sum", LargeBinary, nullable=False),
)

Part = tuple[str, str]
"""Table, and which of its parts."""

_BITS = 128
_PARTS = {
    "study": "key",
    "codebook": "version",
    "coder": "id",
    "document": "id",
    "document_text": "document_id",
    "former_text": "document_id",
    "document_source": "document_id",
    "document_state": "document_id",
    "note": "document_id",
    "annotation": "document_id",
    "decision": "document_id",
    "suggestion": "document_id",
    "verdict": "document_id",
    "change": "seq / 32",
}
"""Table -> what its parts are made by; one part where nothing is said."""


def row_sum(*values: Any) -> bytes:
    """The hash of a row: for each column its type, and its value as bytes."""
    digest = hashlib.sha256()
    for value in values:
        if value is None:
            digest.update(b"-")
            continue
        data = value.encode() if isinstance(value, str) else value
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.digest()[: _BITS // 8]


def _plus(one: bytes | None, other: bytes) -> bytes:
    return _of(int.from_bytes(one or b"", "big") + int.from_bytes(other, "big"))


def _minus(one: bytes | None, other: bytes) -> bytes:
    return _of(int.from_bytes(one or b"", "big") - int.from_bytes(other, "big"))


def _of(number: int) -> bytes:
    return (number % (1 << _BITS)).to_bytes(_BITS // 8, "big")


def _columns(raw: sqlite3.Connection, table: str) -> list[str]:
    """As they are in the file; none where it has no such table."""
    return [row[1] for row in raw.execute(f'PRAGMA main.table_info("{table}")')]


def _row(columns: list[str], of: str = "") -> str:
    values = ", ".join(f'typeof({of}"{c}"), CAST({of}"{c}" AS BLOB)' for c in columns)
    return f"checksum_row({values})"


def _part(table: str, of: str = "") -> str:
    column, _, by = _PARTS.get(table, "").partition(" ")
    return f'CAST({of}"{column}" {by} AS TEXT)' if column else "''"


def _functions(raw: sqlite3.Connection) -> None:
    for name, many, function in (("row", -1, row_sum), ("plus", 2, _plus), ("minus", 2, _minus)):
        raw.create_function(f"checksum_{name}", many, function, deterministic=True)


def has_checksums(raw: sqlite3.Connection) -> bool:
    """Whether the file keeps checksums."""
    return bool(raw.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'checksum'").fetchone())


def keep(raw: sqlite3.Connection) -> None:
    """From now on this connection brings the checksums along with whatever it writes."""
    _functions(raw)
    for table in metadata.tables:
        for event in _SIGNS:
            _watch(raw, table, event)


_SIGNS = {"INSERT": "+", "DELETE": "-", "UPDATE": "-+"}


def _watch(raw: sqlite3.Connection, table: str, event: str) -> None:
    columns = _columns(raw, table)
    steps = "".join(_step(table, columns, sign) for sign in _SIGNS[event])
    raw.execute(
        f"CREATE TEMP TRIGGER IF NOT EXISTS checksum_{table}_{event.lower()} "
        f'AFTER {event} ON main."{table}" BEGIN {steps} END'
    )


@contextmanager
def together(raw: sqlite3.Connection, table: str) -> Iterator[None]:
    """Around nothing but the adding of many rows to one table: they are counted once they are there.

    The trigger that counts them one by one costs four times what writing them does. What was added when an error came
    is counted too. Trigger and sums are part of the transaction, so that a rollback brings both back.
    """
    named = "SELECT 1 FROM temp.sqlite_master WHERE name = ?"
    before = raw.execute(f'SELECT max(rowid) FROM main."{table}"').fetchone()[0] or 0
    if before >= _LAST_COUNTED or not raw.execute(named, (f"checksum_{table}_insert",)).fetchone():
        yield
        return
    raw.execute(f"DROP TRIGGER temp.checksum_{table}_insert")
    try:
        yield
    finally:
        added = [(table, part.decode(), _of(number)) for part, number in _sums(raw, table, above=before).items()]
        raw.executemany(f"INSERT INTO checksum VALUES (?, ?, ?) {_ADDED}", added)
        _watch(raw, table, "INSERT")


_LAST_COUNTED = 1 << 62
"""Beyond, SQLite may give new rows any number, not just higher ones."""
_ADDED = "ON CONFLICT DO UPDATE SET sum = checksum_plus(sum, excluded.sum)"


def _step(table: str, columns: list[str], sign: str) -> str:
    of = "NEW." if sign == "+" else "OLD."
    row = _row(columns, of) if sign == "+" else f"checksum_minus(NULL, {_row(columns, of)})"
    return f"INSERT INTO checksum VALUES ('{table}', {_part(table, of)}, {row}) {_ADDED}; "


def tables() -> list[str]:
    """Those that have checksums; the checksums' own too, for a damaged name in it."""
    return [*metadata.tables, checksum.name]


def faults(raw: sqlite3.Connection) -> list[Part]:
    """The parts whose rows are not those that were written. Raises sqlite3.DatabaseError where they cannot be read."""
    return [part for table in tables() for part in faults_of(raw, table)]


def faults_of(raw: sqlite3.Connection, table: str) -> list[Part]:
    """The same for one table."""
    if table == checksum.name:
        return _unknown(raw)
    sums = {part: _of(number) for part, number in _sums(raw, table).items()}
    query = "SELECT CAST(part AS BLOB), sum FROM main.checksum WHERE table_name = ?"
    kept = dict(raw.execute(query, (table,)).fetchall())
    nothing = _of(0)
    return [
        (table, part.decode("utf-8", "replace"))
        for part in sorted({*sums, *kept})
        if sums.get(part, nothing) != kept.get(part, nothing)
    ]


def _sums(raw: sqlite3.Connection, table: str, above: int | None = None) -> dict[bytes, int]:
    """Part -> sum of its rows. above: of just those with a higher number."""
    _functions(raw)
    found: dict[bytes, int] = {}
    columns = _columns(raw, table)
    if columns:
        rows = f'SELECT CAST({_part(table)} AS BLOB), {_row(columns)} FROM main."{table}" NOT INDEXED'
        asked = raw.execute(rows) if above is None else raw.execute(f"{rows} WHERE rowid > ?", (above,))
        for part, row in asked:
            found[part] = found.get(part, 0) + int.from_bytes(row, "big")
    return found


def _unknown(raw: sqlite3.Connection) -> list[Part]:
    """Checksums of tables that there are not."""
    names = [row[0].decode("utf-8", "replace") for row in raw.execute("SELECT CAST(table_name AS BLOB) FROM checksum")]
    return [(checksum.name, name) for name in sorted({*names} - {*metadata.tables})]


def renew(raw: sqlite3.Connection, unsound: Sequence[Part] = ()) -> None:
    """Make all checksums anew, after the tables were changed. unsound: parts that must go on being told."""
    begun = raw.in_transaction
    if not begun:
        raw.execute("BEGIN")
    raw.execute("DELETE FROM checksum")
    for table in metadata.tables:
        found = {part.decode("utf-8", "replace"): number for part, number in _sums(raw, table).items()}
        for part in (part for name, part in unsound if name == table):
            found[part] = found.get(part, 0) + 1
        rows = [(table, part, _of(number)) for part, number in found.items()]
        raw.executemany("INSERT INTO checksum VALUES (?, ?, ?)", rows)
    if not begun:
        raw.execute("COMMIT")
