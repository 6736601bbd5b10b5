"""Opening, making and closing a study file; every way in which that can fail gets a sentence."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as Connection  # handed on to services, which know no SQL
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from annotator.domain.errors import StudyFileError
from annotator.domain.words import Message, by_door, cause_of, say
from annotator.store import checksums, sealing, views
from annotator.store.dialects import structure_faults as structure_faults
from annotator.store.dialects import unlike_written as unlike_written
from annotator.store.guarding import Guard, door_of, guard_of
from annotator.store.places import DatabaseUrl, Place
from annotator.store.sqlite_files import connect, expect_room
from annotator.store.tables import metadata
from annotator.store.whole_files import ROOM, put_in_place, workplace_beside

APPLICATION_ID = 0x414E4E54  # "ANNT"
SCHEMA_VERSION = 8
LONGEST_LOG = 8000
"""Pages of the write-ahead log after which a commit folds it into the file; `fold` does so before, in a pause."""
_HEADER = b"SQLite format 3\x00"

RESCUE = by_door(
    "restore a backup copy, or save what can be read: `annotator rescue FILE -o NEW`",
    say("go back to a copy of it, or ask for what can be read of it to be rescued"),
)
"""What to do with a damaged file."""

DatabaseFault = SQLAlchemyError
"""What the database raises; handed on to services, which know no SQL."""


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
                self._keep_checksums()
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

    def _keep_checksums(self) -> None:
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
            raise StudyFileError("the study is not in a file of its own", str(self.path), "move it to a file")
        self._guard.save_beside(target)

    def expect_there(self) -> None:
        """Raise StudyDisturbed where another program did something to the study's file."""
        if self._guard is not None:
            self._guard.expect()

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


@contextmanager
def friendly_errors(path: Place) -> Iterator[None]:
    """What the database says, in words a person can act on."""
    try:
        yield
    except (JSONDecodeError, UnicodeDecodeError) as error:  # a damaged record
        raise StudyFileError(
            say("a record in the file is damaged ({reason})", reason=str(error)),
            str(path),
            by_door(
                "`annotator check` names it, `annotator rescue` saves the rest",
                say("go back to a copy of it, or ask for what can be read of it to be rescued"),
            ),
        ) from error
    except OperationalError as error:
        raise _explained(str(error.orig), path) from error
    except sqlite3.OperationalError as error:
        raise _explained(str(error), path) from error
    except (DBAPIError, sqlite3.DatabaseError) as error:
        if isinstance(error, DBAPIError) and not isinstance(error.orig, sqlite3.DatabaseError):
            raise
        message = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        if "malformed" in message or "not a database" in message:
            raise StudyFileError("the file is damaged", str(path), RESCUE) from error
        raise


def _explained(message: str, path: Place) -> StudyFileError:
    where = str(path)
    if "full" in message:
        return StudyFileError(
            "the disk is full; the change was not saved and everything before it is safe",
            where,
            "free some space and try again",
        )
    if "locked" in message or "busy" in message:
        return StudyFileError("another program is writing to the study", where, "wait a moment and try again")
    if "readonly" in message or "read-only" in message:
        return StudyFileError("the file is read-only", where, "copy it to a folder you can write to")
    if "disk I/O error" in message:
        return StudyFileError(
            "the drive does not answer; the change was not saved and everything before it is safe",
            where,
            "connect the drive again and try once more",
        )
    if "unable to open" in message:
        return StudyFileError("the file cannot be opened", where, "check the folder and your rights to it")
    return StudyFileError(
        say("the file could not be used ({reason})", reason=message),
        where,
        by_door("run `annotator check` on it", say("check this study")),
    )


def create_study_file(path: Place, fill: Callable[[Connection], object] = lambda _connection: None) -> StudyFile:
    """Make a new study; refuses to write over anything. fill: writes what it begins with.

    A file gets its name when it is whole: a program that is killed meanwhile leaves nothing under it.
    """
    if isinstance(path, DatabaseUrl):
        return _new_database(path, fill)
    expect_free(path)
    try:
        with friendly_errors(path), workplace_beside(path) as folder:
            made = folder / "study"
            raw = connect(made, "rwc")
            try:
                raw.execute(f"PRAGMA application_id={APPLICATION_ID}")
                raw.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            finally:
                raw.close()
            study_file = StudyFile(made, file_engine(made), guarded=False)
            try:
                with study_file.transaction() as connection:
                    metadata.create_all(connection, checkfirst=False)
                    checksums.file_metadata.create_all(connection, checkfirst=False)
                    connection.exec_driver_sql(sealing.FIRST)
                    study_file._keep_checksums()
                    fill(connection)
                    views.refresh(connection)
            finally:
                study_file.close()
            put_in_place(made, path)
    except FileExistsError as error:
        raise StudyFileError("it exists already", str(path), "choose another name or open it") from error
    except OSError as error:
        raise StudyFileError(
            say("the file cannot be made ({reason})", reason=cause_of(error)), str(path), "choose another name"
        ) from error
    except StudyFileError as error:  # of the file in the making
        raise StudyFileError(error.what, str(path), error.remedy) from error
    with door_of(path):
        return StudyFile(path, file_engine(path))


def expect_free(path: Path) -> None:
    """Raise StudyFileError where no study can be made under this name; nothing is touched."""
    expect_room(path, ROOM)
    if os.path.lexists(path):
        raise StudyFileError("it exists already", str(path), "choose another name or open it")
    if not path.parent.is_dir():
        raise StudyFileError("the folder does not exist", str(path.parent), "make it first")
    if not os.access(path.parent, os.W_OK):
        raise StudyFileError("the folder is read-only", str(path.parent), "choose another folder")


def _new_database(url: DatabaseUrl, fill: Callable[[Connection], object]) -> StudyFile:
    made: StudyFile = server().create_study_database(url)
    try:
        with made.transaction() as connection:
            fill(connection)
    except BaseException:
        made.close()
        remove_study(url)
        raise
    return made


def remove_study(path: Place) -> None:
    """Take away a study that could not be made whole."""
    if isinstance(path, DatabaseUrl):
        server().remove_study_database(path)
    else:
        path.unlink(missing_ok=True)


def server() -> Any:
    """The module that knows PostgreSQL; raises StudyFileError where its driver is not installed."""
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise StudyFileError(
            "studies in a database need the driver for PostgreSQL", "psycopg", "pip install 'annotator[database]'"
        ) from error
    from annotator.store import server as found

    return found


def open_study_file(path: Place) -> StudyFile:
    """Open a study that exists; brings an older one to the present form, with a backup copy beside it."""
    if isinstance(path, DatabaseUrl):
        found: StudyFile = server().open_study_database(path)
        return found
    with door_of(path):
        return _opened(path)


def _opened(path: Path) -> StudyFile:
    from annotator.store.putting_back import put_right, told_of

    expect_room(path)

    put_right(path)
    notices = told_of(path)
    version = examine(path)
    if version < SCHEMA_VERSION:
        from annotator.store.migrating import migrate

        backup = migrate(path, version)
        notices.append(
            say(
                "the study was brought from format {old} to {new}; as it was, it is kept as {backup}",
                old=version,
                new=SCHEMA_VERSION,
                backup=backup,
            )
        )
    header = _header(path) if guard_of(path) is None else b""
    study_file = StudyFile(path, file_engine(path), header=header)
    study_file.notices.extend(notices)
    return study_file


def examine(path: Path) -> int:
    """The file's format version, after every check that needs no writing."""
    version = format_of(path)
    if not os.access(path, os.W_OK):
        raise StudyFileError("the file is read-only", str(path), "make it writable, or copy it elsewhere")
    if not os.access(path.parent, os.W_OK):
        raise StudyFileError("its folder is read-only", str(path), "copy the file to a folder you can write to")
    _read_once(path)
    return version


def format_of(path: Path) -> int:
    """The file's format version; raises StudyFileError where it is no study that this program knows."""
    where = str(path)
    expect_room(path)
    if not path.exists():
        raise StudyFileError(
            "there is no such file",
            where,
            by_door("check the path, or make it with `annotator new`", say("check the path, or make a new study")),
        )
    if path.is_dir():
        raise StudyFileError("this is a folder, not a study", where, "give the path of a .annotator file")
    if not path.is_file():  # to open a pipe would wait for ever
        raise StudyFileError("this is a pipe or a device, not a study", where, "give the path of a .annotator file")
    try:
        header = _header(path)
    except OSError as error:
        raise StudyFileError(
            say("the file cannot be read ({reason})", reason=cause_of(error)), where, "check your rights"
        ) from error
    if len(header) < 100 or not header.startswith(_HEADER):
        raise StudyFileError("this is not a study", where, "give the path of a .annotator file")
    user_version = int.from_bytes(header[60:64], "big")
    application_id = int.from_bytes(header[68:72], "big")
    if application_id != APPLICATION_ID:
        raise StudyFileError("this SQLite file belongs to another program", where, "open a .annotator file")
    if user_version > SCHEMA_VERSION:
        raise StudyFileError(
            say(
                "the study was written by a newer Annotator (format {version}, this program knows {known})",
                version=user_version,
                known=SCHEMA_VERSION,
            ),
            where,
            "install the newest Annotator",
        )
    if sealing.header_fault(header):
        raise StudyFileError("the file is damaged (its header)", where, RESCUE)
    return user_version


def first_bytes(path: Path, many: int = 100) -> bytes:
    """The first bytes of a file that may be a study; raises OSError.

    Where this program has the file open, by that: closing any descriptor of a file frees all locks that the program
    has on it, and another program could write to the study meanwhile.
    """
    with door_of(path):
        guard = guard_of(path)
        if guard is not None:
            return guard.header()[:many]
        with path.open("rb") as file:
            return file.read(many)


def _header(path: Path) -> bytes:
    """The header of a study's file."""
    guard = guard_of(path)
    if guard is not None:
        guard.expect()
    return first_bytes(path)


def _read_once(path: Path) -> None:
    """Read the first tables, so that a damaged file is told before anything in it changes.

    What a killed program left behind, a log or a journal, is played back by SQLite here: so the file is opened for
    writing, though nothing else is written.
    """
    with friendly_errors(path):
        raw = connect(path)
        try:
            names = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            for table in sorted(names & {"study", "codebook", "coder"}):
                raw.execute(f'SELECT * FROM "{table}"').fetchall()
        finally:
            raw.close()
