"""Reading what can be read of a damaged study file, row by row, into a new one."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, LargeBinary, Table, select, text

from annotator.domain.codebook.model import Codebook
from annotator.domain.steps import Progress, counted
from annotator.domain.words import Message, say
from annotator.store import annotations as annotation_rows
from annotator.store import checksums, dialects, journal, mending
from annotator.store.records import annotation_from_record
from annotator.store.sqlite_files import beside, connect
from annotator.store.tables import metadata

_MOST_VERSIONS = 100_000
_FAR = 1 << 40
"""A row number that no study reaches."""


@dataclass(frozen=True, slots=True)
class Lost:
    """So many rows of a table that could not be saved, and why."""

    table: str
    count: int
    why: Message


@dataclass(slots=True)
class Saved:
    """What could be read: table -> rows."""

    rows: dict[str, int]
    lost: list[Lost]
    from_journal: int = 0
    stand_ins: tuple[int, ...] = ()
    """Versions of the codebook for which one that was given stands in."""


def copied(source: Path, folder: Path) -> Path:
    """The file and what SQLite keeps beside it, to be read without touching them."""
    to = folder / "damaged"
    for ending in ("", "-wal", "-journal"):
        with suppress(FileNotFoundError):
            shutil.copyfile(beside(source, ending), beside(to, ending))
    return to


def save_rows(
    damaged: Path,
    target: Connection,
    codebook: str | None = None,
    progress: Progress | None = None,
) -> Saved:
    """Copy every row that can be read into an empty study. damaged: a copy, which is mended where it must be.

    codebook: stands in for each version that labels were made under and that cannot be read.
    progress: rows that were read, and about how many there are; raises Cancelled where it says no.
    """
    saved = Saved({}, [])
    dialects.defer_references(target)
    mending.mend(damaged)
    with closing(_opened(damaged)) as raw:
        count = counted(progress, sum(_about(raw, t.name) for t in metadata.sorted_tables), "nothing was saved")
        for table in metadata.sorted_tables:
            _save_table(raw, table, target, saved, count)
            _doubt(raw, table.name, saved)
    if codebook is not None:
        saved.stand_ins = _put_codebook(target, codebook)
    saved.from_journal = _from_journal(target)
    _drop_orphans(target, saved)
    return saved


def _opened(damaged: Path) -> sqlite3.Connection:
    raw = connect(damaged)
    try:
        raw.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError:  # what lies beside it cannot be played back: the file alone
        raw.close()
        for ending in ("-wal", "-journal", "-shm"):
            beside(damaged, ending).unlink(missing_ok=True)
        raw = connect(damaged)
    raw.text_factory = lambda data: data.decode("utf-8", "replace")
    return raw


def _doubt(raw: sqlite3.Connection, table: str, saved: Saved) -> None:
    """What was read is not what was written: saved as it is, and told, for the new file gets its own checksums."""
    try:
        parts = checksums.faults_of(raw, table) if checksums.has_checksums(raw) else []
    except sqlite3.Error:  # then rows are missing, which is told
        return
    if parts and saved.rows.get(table):
        places = ", ".join(part for _, part in parts[:5] if part)
        why = say("saved, but not as Annotator wrote them (the checksums of these parts differ: {parts})", parts=places)
        saved.lost.append(Lost(table, len(parts), why))


def _about(raw: sqlite3.Connection, table: str) -> int:
    """How many rows there may be, for who waits; 0 where that cannot be read."""
    with suppress(sqlite3.DatabaseError):
        return int(raw.execute(f'SELECT max(rowid) FROM "{table}"').fetchone()[0] or 0)
    return 0


def _save_table(
    raw: sqlite3.Connection, table: Table, target: Connection, saved: Saved, count: Callable[[], None]
) -> None:
    names = [c.name for c in table.columns]
    try:
        there = [row[1] for row in raw.execute(f'PRAGMA table_info("{table.name}")')]
    except sqlite3.DatabaseError:
        there = []
    common = [n for n in names if n in there]
    if not common:
        saved.rows[table.name] = 0
        if table.name in ("study", "codebook", "coder", "document", "document_text", "annotation", "change"):
            saved.lost.append(Lost(table.name, 0, say("the table cannot be found")))
        return
    found = refused = 0
    skipped: list[int] = []
    for row in _rows(raw, table.name, common, skipped):
        count()
        values = dict(zip(common, row, strict=True))
        try:
            with target.begin_nested():
                target.execute(table.insert().inline(), _typed(table, values))
            found += 1
        except Exception:  # whatever a damaged row is: the others are to be saved
            refused += 1
    saved.rows[table.name] = found
    if skipped:
        saved.lost.append(Lost(table.name, len(skipped), say("they lie on pages that cannot be read")))
    if refused:
        saved.lost.append(Lost(table.name, refused, say("they have a damaged value")))


def _typed(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.encode() if isinstance(value, str) and isinstance(table.columns[name].type, LargeBinary) else value
        for name, value in values.items()
    }


def _rows(raw: sqlite3.Connection, table: str, names: list[str], skipped: list[int]) -> Iterator[tuple[Any, ...]]:
    """Rows by their number: upwards, and after a place that cannot be read from the next one that can."""
    columns = ", ".join(f'"{n}"' for n in names)
    query = f'SELECT rowid, {columns} FROM "{table}" NOT INDEXED WHERE rowid >= ? ORDER BY rowid'
    at, last = 1, _last(raw, table)
    while at <= last:
        try:
            for row in raw.execute(query, (at,)):
                at = row[0] + 1
                yield row[1:]
            return
        except sqlite3.DatabaseError:
            known = at
            at = _readable_after(raw, table, at, last)
            skipped += range(known, min(at, known + 100_000))


def _last(raw: sqlite3.Connection, table: str) -> int:
    """The highest row number, or the highest that can be reached."""
    with suppress(sqlite3.DatabaseError):
        return int(raw.execute(f'SELECT max(rowid) FROM "{table}"').fetchone()[0] or 0)
    high = 1
    while high < _FAR and _can(raw, table, high):
        high *= 2
    return max(high, 1 << 20)


def _readable_after(raw: sqlite3.Connection, table: str, at: int, last: int) -> int:
    """The next row number from which a row can be read; after the last where there is none."""
    step, low = 1, at
    while low + step <= last and not _can(raw, table, low + step):
        step *= 2
    low, high = low + step // 2, min(low + step, last + 1)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _can(raw, table, middle) else (middle, high)
    return high


def _can(raw: sqlite3.Connection, table: str, number: int) -> bool:
    try:
        raw.execute(
            f'SELECT * FROM "{table}" NOT INDEXED WHERE rowid >= ? ORDER BY rowid LIMIT 1', (number,)
        ).fetchall()
    except sqlite3.DatabaseError:
        return False
    return True


def _from_journal(target: Connection) -> int:
    """Labels that the journal has as they were left, and whose own rows could not be read."""
    last: dict[str, Any] = {}
    for _, thing, _, after in journal.states(target):
        last[thing] = after
    there = set(target.execute(select(metadata.tables["annotation"].c.id)).scalars())
    made = []
    for thing, after in last.items():
        if after is None or "/" in thing or thing in there:
            continue
        with suppress(Exception):  # no label, or a damaged step
            made.append(annotation_from_record(json.loads(after)))
    done = 0
    for a in sorted(made, key=lambda a: bool(a.roles)):
        with suppress(Exception), target.begin_nested():
            for table in ("filler", "fragment"):
                target.execute(text(f"DELETE FROM {table} WHERE annotation_id = :id"), {"id": a.id})
            annotation_rows.insert_many(target, [a])
            done += 1
    return done


def _drop_orphans(target: Connection, saved: Saved) -> None:
    """Rows that name others which could not be saved cannot stay: counted by table."""
    for _ in range(len(metadata.tables)):
        orphans = target.exec_driver_sql("PRAGMA foreign_key_check").all()
        if not orphans:
            return
        counts: dict[tuple[str, str], int] = {}
        for table, row, other, _key in {(o[0], o[1], o[2], 0) for o in orphans}:
            target.execute(text(f'DELETE FROM "{table}" WHERE rowid = :row'), {"row": row})
            counts[table, other] = counts.get((table, other), 0) + 1
        for (table, other), count in sorted(counts.items()):
            saved.rows[table] = target.execute(text(f'SELECT count(*) FROM "{table}"')).scalar() or 0
            saved.lost.append(
                Lost(table, count, say("they name rows of `{other}` that could not be saved", other=other))
            )


def _put_codebook(target: Connection, content: str) -> tuple[int, ...]:
    book, label = metadata.tables["codebook"], metadata.tables["annotation"]
    for version, there in versions_of(target):
        if not reads(there):
            target.execute(book.delete().where(book.c.version == version))
    have = {version for version, _ in versions_of(target)}
    wanted = set(target.execute(select(label.c.codebook_version).distinct()).scalars()) or ({1} - have)
    missing = tuple(sorted(v for v in wanted - have if isinstance(v, int) and 0 < v < _MOST_VERSIONS))
    key = str(json.loads(content).get("key", "codebook"))
    for version in missing:
        target.execute(book.insert().values(version=version, key=key, content=content, created=""))
    return missing


def reads(content: str) -> bool:
    """Whether this is a codebook."""
    try:
        Codebook.model_validate_json(content)
    except ValidationError:
        return False
    return True


def versions_of(target: Connection) -> list[tuple[int, str]]:
    """(version, content) of the codebooks that were saved."""
    book = metadata.tables["codebook"]
    return [(row[0], row[1]) for row in target.execute(select(book.c.version, book.c.content).order_by(book.c.version))]
