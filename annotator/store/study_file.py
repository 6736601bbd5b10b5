"""An open study file: reading, writing in whole transactions, closing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as Connection  # handed on to services, which know no SQL
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

from annotator.domain.errors import StudyFileError
from annotator.domain.words import Message
from annotator.store import checksums
from annotator.store.dialects import structure_faults as structure_faults
from annotator.store.dialects import unlike_written as unlike_written
from annotator.store.file_errors import friendly_errors
from annotator.store.guarding import Guard, door_of
from annotator.store.places import Place
from annotator.store.sqlite_files import connect

LONGEST_LOG = 8000
"""Pages of the write-ahead log after which a commit folds it into the file; `fold` does so before, in a pause."""


class StudyFile:
    """An open study: one connection for its thread; `close` is idempotent and leaves one plain file.

    `annotator.store.server` has the same for a database on a server.
    """

    shared = False
    """Whether others may write to it while it is open."""
    whole = True
    """Whether this login sees every coder's rows."""
    login_coder: str | None = None
    """The id of the coder whom the login is; None where anybody may be anyone."""

    def __init__(self, path: Place, engine: Engine, guarded: bool = True, header: bytes = b"") -> None:
        self.path = path
        self.notices: list[Message] = []
        """What happened on opening, and since, that whoever opened it should know."""
        self._engine = engine
        self._checksums = False
        with self.errors():
            self._connection: Connection | None = engine.connect()
        self._guard: Guard | None = None
        if isinstance(path, Path) and guarded:
            with self.errors():
                self._raw().execute("SELECT count(*) FROM sqlite_master").fetchall()  # the log is there from now on
            self._guard = Guard.enter(path, header)

    def errors(self) -> AbstractContextManager[None]:
        """What the database says, in words a person can act on."""
        return friendly_errors(self.path)

    @property
    def connection(self) -> Connection:
        """The connection; raises StudyFileError after `close`."""
        if self._connection is None:
            raise StudyFileError("the study is closed", str(self.path), "open it again")
        return self._connection

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._connection is None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write inside one transaction: all of it is on the disk on leaving, or none of it."""
        connection = self.connection
        if connection.in_transaction():
            connection.rollback()  # ends a read, so that the write starts from the newest state
        if self._guard is not None:
            self._guard.expect()
            self._guard.prepare()
        with self.errors():
            if not self._checksums:
                self.keep_checksums()
            try:
                connection.info["writes"] = True
                with ExitStack() as after, connection.begin():
                    yield connection
                    if self._guard is not None:
                        after.enter_context(self._guard.confirming())
                if self._guard is not None:
                    if (missing := self._guard.without_copy) is not None and missing not in self.notices:
                        self.notices.append(missing)
                    if self._guard.pages > LONGEST_LOG:
                        self.fold()
            finally:
                if not connection.invalidated:
                    connection.info["writes"] = False

    def keep_checksums(self) -> None:
        """From now on checksums go along with whatever is written, where the file has them."""
        raw = self._raw()
        if checksums.has_checksums(raw):  # not yet in one that is being made
            checksums.keep(raw)
            self._checksums = True

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read from one unchanging state of the study."""
        connection = self.connection
        with self.errors():
            if connection.in_transaction():
                yield connection
                return
            with connection.begin():
                yield connection

    def version_seen(self) -> int:
        """A number that is another one when another connection has written since this one last looked.

        A server tells by itself what others write: there it is always the same.
        """
        if self.shared:
            return 0
        raw: Any = self.connection.connection.driver_connection
        with self.errors():
            return int(raw.execute("PRAGMA data_version").fetchone()[0])

    def fold(self) -> None:
        """Bring the write-ahead log into the file, as far as nobody reads it; for moments in which nobody waits."""
        if not self.shared and self._connection is not None and not self._connection.in_transaction():
            with suppress(sqlite3.Error):  # the log stays and holds everything
                if self._guard is not None:
                    self._guard.fold(self._raw())

    def close(self) -> None:
        """Close; the write-ahead log is folded in where no other program holds the file."""
        if self._connection is None:
            return
        with door_of(self.path) if isinstance(self.path, Path) else nullcontext():
            self._close()

    def _close(self) -> None:
        connection, self._connection = self.connection, None
        if connection.in_transaction():
            connection.rollback()
        raw: Any = connection.connection.driver_connection
        if self._guard is not None:
            self._guard.leave(raw)
        else:
            with suppress(sqlite3.Error):
                raw.execute("PRAGMA journal_mode=DELETE").fetchall()
        connection.close()
        self._engine.dispose()
        if self._guard is not None:
            self._guard.left()

    def is_unsealed_by_others(self) -> bool:
        """Whether a byte of the file is another one than when it was closed; no, where it was written to since."""
        return self._guard is not None and self._guard.seal_is_broken(self._raw())

    def save_beside(self, target: Path) -> None:
        """Write the study as it was at the last confirmed step to a new file, whatever became of its own."""
        if self._guard is None:
            raise StudyFileError("the study is not in a file", str(self.path), "move it to a file")
        self._guard.save_beside(target)

    def _raw(self) -> Any:
        return self.connection.connection.driver_connection


def facts_of(path: Path) -> dict[str, str]:
    """The facts of a study file, read without changing or migrating it; empty where they cannot be read."""
    try:
        raw = connect(path, "ro")
        try:
            return {str(key): str(value) for key, value in raw.execute("SELECT key, value FROM study")}
        finally:
            raw.close()
    except (OSError, sqlite3.Error):
        return {}


def file_engine(path: Path) -> Engine:
    """How a study file is spoken to; nothing is opened yet."""
    engine = create_engine("sqlite://", creator=lambda: connect(path), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def configure(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # transactions begin where we say, not where the driver guesses
        raw.execute("PRAGMA busy_timeout=3000")
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA wal_autocheckpoint=0")  # `transaction` sees to it

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        raw.execute("BEGIN IMMEDIATE" if connection.info.get("writes") else "BEGIN")

    return engine
