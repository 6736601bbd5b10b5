"""A study in a PostgreSQL database: made, opened, written to in one round trip, and found again after a lost line."""

from __future__ import annotations

import select
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import psycopg
from psycopg import errors as told
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from annotator.domain.errors import BadInput, Interrupted, StudyFileError
from annotator.domain.words import by_door, say
from annotator.store import server_rules
from annotator.store.file_format import SCHEMA_VERSION
from annotator.store.places import CHECK_LOGIN, DatabaseUrl
from annotator.store.study_file import StudyFile
from annotator.store.tables import metadata

OLDEST = 140_000
"""PostgreSQL 14: the first that replaces triggers in place."""
_MAKING = 0x414E4D4B
"""The lock that whoever makes a study holds as long as the connection lives."""
_WAITS = (0.0, 0.3, 1.0)
"""Seconds before each attempt to reach the server again."""
_SETTINGS = (
    "SET lock_timeout = '15s'; SET idle_in_transaction_session_timeout = '5min'; SET search_path = public; "
    "SET client_encoding = 'UTF8'; SET timezone = 'UTC'; "
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
)
"""What was confirmed is on the server's disk, whatever the server does for others; a stricter setting stays."""
_BOOKS = ("annotator_format", "annotator_counter", "annotator_login", "annotator_receipt", "annotator_rules")
_DOOR = "annotator_door"


class Wire(psycopg.Connection[Any]):
    """A connection that keeps what is written back until something is asked or confirmed, and sends it as one."""

    def prepare(self) -> Wire:
        """Ready for use: nothing waits, nothing is open."""
        self.waiting: list[tuple[Any, Any]] = []
        self.gathering = False
        return self

    def open(self, *statements: tuple[str, Any], write: bool = False) -> None:
        """Begin a transaction with the first thing that is sent."""
        self.waiting = list(statements)
        self._opening = len(statements)
        self.gathering = write

    def send(self, last: Any = None, *call: Any) -> None:
        """Send all that waits, and ``last(*call)`` with it, in one round trip."""
        waiting, self.waiting = self.waiting, []
        self._opening = 0
        with self.pipeline():
            for statement, parameters in waiting:
                self.cursor().execute(statement, parameters)
            if last is not None:
                last(*call)

    def confirm(self) -> None:
        """Commit, with all that still waits; nothing is sent where nothing was."""
        self.gathering = False
        if len(self.waiting) > self._opening or not self._opening:
            self.waiting.append(("COMMIT", None))
            self.send()

    def forget(self) -> None:
        """Drop what waits."""
        self.waiting, self.gathering, self._opening = [], False, 0

    def lost(self) -> bool:
        """Whether the other side has hung up; asks it only where it has said something unasked."""
        if self.closed or self.broken:
            return True
        with suppress(psycopg.Error, OSError, ValueError):
            if select.select([self.fileno()], [], [], 0)[0]:
                self.execute("SELECT 1")
            return False
        return True


def connect(url: DatabaseUrl) -> Wire:
    """A new connection; transactions begin where we say."""
    wire = Wire.connect(
        url.url,
        autocommit=True,
        application_name="annotator",
        connect_timeout=5,
        keepalives_idle=30,
        keepalives_interval=10,
        keepalives_count=3,
        tcp_user_timeout=30_000,
    )
    wire.execute(_SETTINGS)
    return wire.prepare()


def _engine(url: DatabaseUrl) -> Engine:
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: connect(url), poolclass=NullPool, use_native_hstore=False
    )

    @event.listens_for(engine, "do_execute")
    def execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
        wire: Wire = cursor.connection
        if _kept_back(wire, context):
            wire.waiting.append((statement, parameters))
            return True
        if wire.waiting:
            wire.send(cursor.execute, statement, parameters)
            return True
        return None

    @event.listens_for(engine, "do_executemany")
    def execute_many(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
        wire: Wire = cursor.connection
        if _kept_back(wire, context):
            wire.waiting.extend((statement, row) for row in parameters)
            return True
        if wire.waiting:
            wire.send()
        return None

    return engine


def _kept_back(wire: Wire, context: Any) -> bool:
    """Whether nobody waits for the statement's answer: new rows, and what says so itself (`dialects.UNASKED`).

    Whoever reads `rowcount` of an update or a removal gets it: that one is sent at once.
    """
    compiled = context.compiled
    return bool(
        wire.gathering
        and compiled is not None
        and (context.isinsert or ((context.isupdate or context.isdelete) and context.execution_options.get("unasked")))
        and not compiled.effective_returning
    )


class StudyServer(StudyFile):
    """An open study in a database. Writes come one after the other, each whole; what is lost on the way is known."""

    shared = True

    def __init__(self, place: DatabaseUrl, engine: Engine) -> None:
        self._session = str(uuid.uuid4())
        self._epoch = 1
        self._unknown: str | None = None
        """The token of a write of which it isn't known whether it was confirmed."""
        super().__init__(place, engine)
        self._place = place

    def errors(self) -> AbstractContextManager[None]:
        """What the database says, in words a person can act on."""
        return friendly_errors(self.path)

    def who(self) -> None:
        """Learn what this login may see."""
        with self.reading() as connection:
            row = connection.execute(
                text(
                    "SELECT annotator_me(), annotator_supervises(), pg_has_role(current_user, "
                    "(SELECT relowner FROM pg_class WHERE oid = 'public.annotation'::regclass), 'member')"
                )
            ).one()
        self.login_coder = row[0]
        self.whole = bool(row[1] or row[2])

    # one connection, found again where it was lost

    def _wire(self) -> Wire:
        raw: Any = self.connection.connection.driver_connection
        return raw  # type: ignore[no-any-return]

    def _alive(self, writing: bool = False) -> tuple[Connection, Wire]:
        connection = self.connection
        if connection.invalidated or connection.closed or self._wire().lost():
            self._reconnect()
        if writing and self._unknown is not None:
            self._look_up()
        return self.connection, self._wire()

    def _reconnect(self) -> None:
        with suppress(Exception):
            self.connection.invalidate()
            self.connection.close()
        for number, wait in enumerate(_WAITS, 1):
            time.sleep(wait)
            try:
                with self.errors():
                    self._connection = self._engine.connect()
                return
            except StudyFileError:
                if number == len(_WAITS):
                    raise

    def _look_up(self) -> None:
        """Say once, before the next step, that the one before was saved after all."""
        if self._confirmed(self._unknown):
            raise StudyFileError(
                "your last step was saved before the connection was lost", str(self.path), "look at it, then go on"
            )

    def _confirmed(self, token: str | None) -> bool:
        """Whether the write with this token is in the database; whatever else of it is on its way is refused."""
        self._epoch += 1
        found = self._wire().execute("SELECT annotator_resume(%s, %s)", (self._session, self._epoch)).fetchone()
        self._unknown = None
        return found is not None and found[0] == token

    def declare_ready(self, connection: Connection) -> None:
        """From the end of this transaction on there is a study here."""
        connection.execute(text("INSERT INTO annotator_format VALUES (:v)"), {"v": SCHEMA_VERSION})

    def run(self, statement: psycopg.sql.Composable) -> None:
        """Run a statement that is no row's, inside the transaction that is open."""
        wire = self._wire()
        wire.send(wire.cursor().execute, statement)

    @property
    def url(self) -> DatabaseUrl:
        """Where it is."""
        return self._place

    # reading and writing

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write inside one transaction. Raises Interrupted where the line was lost and nothing was kept."""
        with self.errors():
            connection, wire = self._alive(writing=True)
            if connection.in_transaction():
                connection.rollback()
            token = str(uuid.uuid4())
            began = connection.begin()
            wire.open(
                ("BEGIN", None),
                ("SELECT annotator_begin(%s, %s, %s)", (self._session, self._epoch, token)),
                write=True,
            )
            confirming = False
            try:
                yield connection
                if connection.in_transaction():  # the body did not roll back
                    confirming = True
                    wire.confirm()
                    began.commit()
            except BaseException as error:
                wire.forget()
                if not _is_lost(error, wire):
                    if connection.in_transaction():
                        connection.rollback()
                    if _is_locked_out(error) and self._freed(wire):
                        what = say("another login blocked everybody from writing; it was disconnected")
                        raise Interrupted(what, str(self.path), "try again") from error
                    raise
                self._unknown = token if confirming else None
                try:
                    self._reconnect()
                except StudyFileError as gone:
                    if confirming:
                        gone.remedy = say(
                            "Annotator looks up whether your last step was saved as soon as the server is back"
                        )
                    raise
                if not self._confirmed(token):
                    raise Interrupted(
                        "the connection was lost; nothing of this step was kept", str(self.path), "try again"
                    ) from error
            finally:
                wire.forget()

    def _freed(self, wire: Wire) -> bool:
        """Whether connections were ended that kept others from writing."""
        with suppress(psycopg.Error):
            found = wire.execute("SELECT annotator_free()").fetchone()
            return bool(found and found[0])
        return False

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read from one unchanging state of the study."""
        if self.connection.in_transaction() and not self.connection.invalidated:
            with self.errors():
                yield self.connection
            return
        with self.errors():
            connection, wire = self._alive()
            began = connection.begin()
            wire.open(("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", None))
            try:
                yield connection
            except BaseException as error:
                wire.forget()
                if _is_lost(error, wire):
                    with suppress(Exception):
                        connection.invalidate()
                    raise Interrupted("the connection was lost", str(self.path), "try again") from error
                raise
            finally:
                wire.forget()
                if connection.in_transaction():
                    with suppress(DBAPIError):
                        began.rollback()

    def close(self) -> None:
        """Close; idempotent."""
        if self._connection is None:
            return
        connection, wire = self._connection, None
        with suppress(Exception):
            wire = self._wire()
            wire.forget()
            if connection.in_transaction():
                connection.rollback()
            if not wire.lost():
                wire.execute("SELECT annotator_leave(%s)", (self._session,))
        self._connection = None
        with suppress(Exception):
            connection.close()
        self._engine.dispose()


def _is_lost(error: BaseException, wire: Wire) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, psycopg.Error) and (wire.closed or wire.broken)


def _is_locked_out(error: BaseException) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, told.LockNotAvailable)


@contextmanager
def friendly_errors(path: Any) -> Iterator[None]:
    """What PostgreSQL says, in words a person can act on."""
    try:
        yield
    except (psycopg.Error, DBAPIError, UnicodeEncodeError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        found = _explained(cause, str(path))
        if found is None:
            raise
        raise found from error


def _explained(error: BaseException | None, where: str) -> BadInput | StudyFileError | None:  # noqa: C901 - a branch for each kind of error
    message = " ".join(str(error).split())
    if isinstance(error, UnicodeEncodeError):
        return BadInput(
            say("a database cannot hold half a surrogate pair ({reason})", reason=error.reason),
            where,
            "take the character out",
        )
    if isinstance(error, psycopg.DataError) and "NUL" in message:
        return BadInput("a database cannot hold the character NUL (U+0000)", where, "take it out of the text")
    if isinstance(error, told.InsufficientPrivilege):
        return StudyFileError(
            say("your login may not do this ({reason})", reason=_short(message)), where, "ask a supervisor"
        )
    if isinstance(error, told.LockNotAvailable):
        return StudyFileError("another person is writing to the study", where, "wait a moment and try again")
    if isinstance(error, told.DiskFull):
        return StudyFileError(
            "the server's disk is full; the change was not saved and everything before it is safe",
            where,
            "tell the person who runs the server",
        )
    if isinstance(error, told.ReadOnlySqlTransaction):
        return StudyFileError("the server accepts no changes now", where, "tell the person who runs it")
    if isinstance(error, psycopg.OperationalError):
        if "password" in message or "authentication" in message:
            return StudyFileError("the server does not accept this login", where, CHECK_LOGIN)
        if "does not exist" in message:
            what = say("there is no such login") if "role" in message else say("there is no such database")
            return StudyFileError(
                what,
                where,
                by_door("check the URL, or make it with `annotator database create`", say("check the address")),
            )
        if "permission denied for database" in message:
            return StudyFileError("your login is not invited to this study", where, "ask a supervisor")
        return StudyFileError(
            say("there is no connection to the database ({reason})", reason=_short(message)),
            where,
            "check the network and the server",
        )
    if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None and "URI" in message:
        return BadInput("the URL is not valid", where, "write postgresql://LOGIN@HOST/DATABASE")
    return None


def _short(message: str) -> str:
    return message.split(" DETAIL")[0][:200].rstrip(".")


# making and opening


def create_study_database(url: DatabaseUrl, ready: bool = True) -> StudyServer:
    """Tables, rights and rules in an empty database, which is made where the login may; refuses any other.

    Without ``ready`` it is no study to anybody else until `declare_ready`: a copy that is killed leaves nothing that
    opens, and the next one takes its place.
    """
    with friendly_errors(url):
        _ensure_database(url)
    study = StudyServer(url, _engine(url))
    try:
        with study.errors():
            connection = study.connection
            with connection.begin():
                study._wire().execute("BEGIN")
                if _server_version(connection) < OLDEST:
                    raise StudyFileError("the server is too old", str(url), "use PostgreSQL 14 or newer")
                strangers = _tables(connection)
                if not strangers or _left_behind(connection, strangers):
                    if not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _MAKING}).scalar():
                        raise StudyFileError(
                            "somebody is making a study in it just now", str(url), "wait, then look at it"
                        )
                    _drop_tables(study._wire())
                    strangers = set()
                if strangers:
                    what = (
                        say("it exists already")
                        if "annotator_format" in strangers
                        else say("the database is not empty")
                    )
                    raise StudyFileError(what, str(url), "name a new or an empty database")
                metadata.create_all(connection, checkfirst=False)
                server_rules.install(connection)
                if ready:
                    study.declare_ready(connection)
        study.who()
    except BaseException:
        study.close()
        raise
    return study


def _bring_rules(study: StudyServer) -> None:
    """The rules of this program in a study that an older one made, where the login owns it."""
    owner = "SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'annotator_format'"
    with study.reading() as connection:
        if not connection.execute(text(owner)).scalar():
            return
        known = 0
        if connection.execute(text("SELECT to_regclass('public.annotator_rules')::text")).scalar() is not None:
            known = int(connection.execute(text("SELECT max(version) FROM annotator_rules")).scalar() or 0)
    if known < server_rules.RULES:
        connection = study.connection
        with study.errors(), connection.begin():
            study._wire().execute("BEGIN")
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": server_rules.LOCK})
            server_rules.install(connection)


def _ensure_database(url: DatabaseUrl) -> None:
    try:
        connect(url).close()
        return
    except psycopg.OperationalError as error:
        if f'database "{url.name}" does not exist' not in str(error):
            raise
    with connect(url.with_database("postgres")) as server:
        name = psycopg.sql.Identifier(url.name)
        server.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(name))


def remove_study_database(url: DatabaseUrl) -> None:
    """Take the tables of a study away that could not be made whole; the database stays."""
    with friendly_errors(url), connect(url) as wire, wire.transaction():
        _drop_tables(wire)


def _drop_tables(wire: Wire) -> None:
    for name in (*_BOOKS, _DOOR):
        wire.execute(psycopg.sql.SQL("DROP TABLE IF EXISTS {}").format(psycopg.sql.Identifier(name)))
    for table in reversed(metadata.sorted_tables):
        wire.execute(psycopg.sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(psycopg.sql.Identifier(table.name)))


def _left_behind(connection: Connection, tables: set[str]) -> bool:
    """Whether all that is in the database is a study that was begun and never got ready."""
    if "annotator_format" not in tables or tables - {*_BOOKS, _DOOR} - {t.name for t in metadata.sorted_tables}:
        return False
    return connection.execute(text("SELECT count(*) FROM annotator_format")).scalar() == 0


def _server_version(connection: Connection) -> int:
    return int(connection.execute(text("SHOW server_version_num")).scalar() or 0)


def _tables(connection: Connection) -> set[str]:
    return set(connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars())


def open_study_database(url: DatabaseUrl) -> StudyServer:
    """Open a study that exists; brings an older one to the present form where the login owns it."""
    study = StudyServer(url, _engine(url))
    try:
        with study.reading() as connection:
            here = connection.execute(text("SELECT to_regclass('public.annotator_format')::text")).scalar()
            version = None
            if here is not None:
                version = connection.execute(text("SELECT version FROM annotator_format")).scalar()
        if version is None:
            raise StudyFileError(
                "there is no study in this database",
                str(url),
                by_door("make it: `annotator database create`", say("check the address")),
            )
        if version > SCHEMA_VERSION:
            raise StudyFileError(
                say(
                    "the study was written by a newer Annotator (format {version}, this program knows {known})",
                    version=version,
                    known=SCHEMA_VERSION,
                ),
                str(url),
                "install the newest Annotator",
            )
        if version < SCHEMA_VERSION:
            from annotator.store.migrating import migrate_database

            with study.errors():
                migrate_database(study.connection, version, str(url))
        _bring_rules(study)
        study.who()
    except BaseException:
        study.close()
        raise
    return study
