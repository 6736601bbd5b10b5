"""Making a copy of a damaged file readable again where its head or its list of tables is hit; rows stay as they are.

After the file format of SQLite: the head is the first 100 bytes, the list of tables is `sqlite_master`. What both say
is known beforehand, because every study has the same tables.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from difflib import get_close_matches
from pathlib import Path

from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.schema import CreateTable

from annotator.store.sqlite_files import connect
from annotator.store.tables import metadata

_MAGIC = b"SQLite format 3\0"
_PAGE = 4096


def mend(copy: Path) -> None:
    """Give the copy a head and a list of tables that can be read, where they cannot."""
    _mend_head(copy)
    with closing(connect(copy)) as raw:
        try:
            raw.execute("SELECT count(*) FROM sqlite_master").fetchall()
            return
        except sqlite3.DatabaseError:
            pass
        with suppress(sqlite3.DatabaseError):
            _mend_list(raw)


def _mend_head(copy: Path) -> None:
    size = copy.stat().st_size
    if size < _PAGE:
        return
    with copy.open("r+b") as file:
        head = bytearray(file.read(100))
        page = int.from_bytes(head[16:18], "big")
        page = 65536 if page == 1 else page
        if page < 512 or page & (page - 1):
            page = _PAGE
        head[:16] = _MAGIC
        head[16:18] = (1 if page == 65536 else page).to_bytes(2, "big")
        head[18] = head[19] = 2 if head[18] == 2 == head[19] else 1  # 2: there is a write-ahead log beside it
        head[20:24] = bytes((0, 64, 32, 32))
        if int.from_bytes(head[28:32], "big") > size // page:  # cut short
            head[28:32] = (size // page).to_bytes(4, "big")
        head[44:48] = (4).to_bytes(4, "big")
        head[56:60] = (1).to_bytes(4, "big")
        file.seek(0)
        file.write(head)


def _mend_list(raw: sqlite3.Connection) -> None:
    """Tables as every study has them under the pages that the list still names; indexes, views and triggers go."""
    raw.execute("PRAGMA writable_schema=ON")
    raw.text_factory = lambda data: data.decode("utf-8", "replace")
    dialect = sqlite_dialect.dialect()
    known = {t.name: str(CreateTable(t).compile(dialect=dialect)).strip() for t in metadata.sorted_tables}
    rows = raw.execute("SELECT rowid, type, name, sql, rootpage FROM sqlite_master").fetchall()
    names = {row[2] for row in rows}
    raw.execute("BEGIN")
    for rowid, kind, name, sql, page in rows:
        if _parses(sql):
            if kind != "table":
                raw.execute("DELETE FROM sqlite_master WHERE rowid = ?", (rowid,))
            continue
        if sql is None:  # the index of a key, which its table asks for
            continue
        is_table = kind == "table" or (sql.upper().lstrip().startswith("CREATE TABLE") and page)
        fitting = name if name in known else next(iter(get_close_matches(name, set(known) - names, 1)), None)
        if is_table and fitting is not None:
            told = ("table", fitting, fitting, known[fitting], rowid)
            raw.execute("UPDATE sqlite_master SET type = ?, name = ?, tbl_name = ?, sql = ? WHERE rowid = ?", told)
        else:
            raw.execute("DELETE FROM sqlite_master WHERE rowid = ?", (rowid,))
    raw.execute("COMMIT")


def _parses(sql: str | None) -> bool:
    """Whether a table can be made by this; indexes and views need tables and are no loss."""
    if sql is None:
        return False
    with closing(sqlite3.connect(":memory:")) as tried:
        try:
            tried.execute(sql)
        except sqlite3.Error:
            return False
        return True
