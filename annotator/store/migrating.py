"""Bringing an older study file to the present form, with a backup copy made first."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from annotator.domain.errors import StudyFileError
from annotator.domain.words import by_door, cause_of, say
from annotator.store import checksums, views
from annotator.store.file_errors import friendly_errors
from annotator.store.file_format import SCHEMA_VERSION
from annotator.store.sqlite_files import connect, expect_room
from annotator.store.whole_files import ROOM, free_name, put_in_place, with_ending, workplace_beside

REVISIONS = {0: "base", **{number: f"{number:04}" for number in range(1, SCHEMA_VERSION + 1)}}
"""Format number (``user_version``) to Alembic revision."""


def migrate(path: Path, version: int) -> Path:
    """Upgrade the file from ``version``; returns the backup copy's path. The file is untouched on failure.

    All of it is done on a copy of the whole state, a log that a killed program left included. The copy takes the
    file's place when it is whole, and while nobody else can write to the file.
    """
    if version not in REVISIONS:
        raise StudyFileError(
            say("its format {version} is unknown", version=version), str(path), "ask for help with this file"
        )
    target = Path(os.path.realpath(path))
    expect_room(target, ROOM)
    try:
        with friendly_errors(path), workplace_beside(target) as folder, _alone(target) as raw:
            before, after = folder / "before", folder / "after"
            _copy(raw, before)
            shutil.copyfile(before, after)
            upgrade(after)
            _expect_all(before, after, path)
            backup = _keep(before, target, version)
            _let_go(raw, target)
            put_in_place(after, target, over=True)
    except OSError as error:
        raise StudyFileError(
            say("the study could not be converted to this program's format ({reason})", reason=cause_of(error)),
            str(path),
            "it was not changed; free some space in its folder, check your rights, and try again",
        ) from error
    return backup


@contextmanager
def _alone(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, its log folded in, with nobody else writing to it."""
    raw = connect(path)
    try:
        raw.execute("PRAGMA journal_mode=DELETE").fetchall()
        raw.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
        raw.execute("BEGIN EXCLUSIVE")
        raw.execute("COMMIT")  # the lock stays; a copy cannot be made within a transaction
        yield raw
    finally:
        raw.close()


def _let_go(raw: sqlite3.Connection, path: Path) -> None:
    """On Windows, where no file is replaced that somebody has open: close it, and expect that nobody wrote to it since.

    Whoever opens it from now on makes the replacing fail.
    """
    if os.name != "nt":
        return
    before = _stamp(path)
    raw.close()
    if _stamp(path) != before:
        raise OSError(0, "another program wrote to it", str(path))


def _stamp(path: Path) -> tuple[int, int, bytes]:
    found = os.stat(path)
    with path.open("rb") as file:
        return found.st_size, found.st_mtime_ns, file.read(100)


def _copy(raw: sqlite3.Connection, to: Path) -> None:
    copy = connect(to, "rwc")
    try:
        raw.backup(copy)
    finally:
        copy.close()


def _expect_all(before: Path, after: Path, path: Path) -> None:
    """The new file is sound, and no table has lost a row."""
    old, new = connect(before, "ro"), connect(after, "ro")
    try:
        sound = [row[0] for row in new.execute("PRAGMA quick_check").fetchall()] == ["ok"]
        missing = [t for t, n in _counts(old).items() if _counts(new).get(t, n) < n]
    finally:
        old.close()
        new.close()
    if missing or not sound:
        reason = ", ".join(missing) or say("the new file has errors")
        raise StudyFileError(
            say("the study could not be converted to this program's format ({reason})", reason=reason),
            str(path),
            by_door(
                "it was not changed; `annotator rescue` saves what can still be read",
                say("it was not changed; have what can still be read rescued"),
            ),
        )


def _counts(raw: sqlite3.Connection) -> dict[str, int]:
    names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {n: raw.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names if not n.startswith("sqlite_")}


def _keep(before: Path, path: Path, version: int) -> Path:
    """The study as it was, beside it: under a new name where another backup has the usual one."""
    ending = f".format-{version}.backup"
    usual = with_ending(path, ending)
    if usual.is_file() and _same(usual, before):
        return usual
    backup = free_name(path, ending)
    put_in_place(before, backup)
    return backup


def _same(one: Path, other: Path) -> bool:
    """Whether two files hold the same; what cannot be read is not the same."""
    try:
        return _digest(one) == _digest(other)
    except sqlite3.Error:
        return False


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    raw = connect(path, "ro")
    try:
        for name in sorted(_counts(raw)):
            digest.update(name.encode())
            for row in raw.execute(f'SELECT * FROM "{name}"'):  # by row number, so in the same order
                digest.update(repr(row).encode("utf-8", "surrogatepass"))
    finally:
        raw.close()
    return digest.hexdigest()


def upgrade(path: Path) -> None:
    """Run the migrations that the file has not seen; on a copy, for it is no single transaction."""
    raw = connect(path)
    try:
        version = int(raw.execute("PRAGMA user_version").fetchone()[0])
        unsound = checksums.faults(raw) if checksums.has_checksums(raw) else []
    finally:
        raw.close()
    engine = create_engine("sqlite://", creator=lambda: connect(path), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            views.drop(connection)  # no table can be changed under a view
            _run(connection, version, SCHEMA_VERSION)
            views.refresh(connection)
            file: Any = connection.connection.driver_connection
            checksums.renew(file, unsound)
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
            connection.commit()
    finally:
        engine.dispose()


def migrate_database(connection: Connection, version: int, where: str) -> None:
    """Upgrade a study on a server in one transaction, rights and rules too: all of it or nothing."""
    from annotator.store import server_rules

    with connection.begin():
        connection.exec_driver_sql("BEGIN")
        owner = "SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'annotator_format'"
        if not connection.exec_driver_sql(owner).scalar():
            raise StudyFileError(
                say("the study has the older format {version}", version=version),
                where,
                "ask the person who runs the database to open it",
            )
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({server_rules.LOCK})")
        server_rules.prepare(connection)
        _run(connection, version, SCHEMA_VERSION)
        server_rules.install(connection)
        connection.execute(text("UPDATE annotator_format SET version = :v"), {"v": SCHEMA_VERSION})


def _run(connection: Connection, version: int, to: int) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    if version:
        command.stamp(config, REVISIONS[version])
    command.upgrade(config, REVISIONS[to])
    connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
