"""Making, opening and removing a study, in a file or on a server; every way in which that can fail gets a sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from annotator.domain.errors import StudyFileError
from annotator.domain.words import cause_of, say
from annotator.store import checksums, sealing, views
from annotator.store.examining import examine, header_of
from annotator.store.file_errors import friendly_errors
from annotator.store.file_format import APPLICATION_ID, SCHEMA_VERSION
from annotator.store.guarding import door_of, guard_of
from annotator.store.places import DatabaseUrl, Place
from annotator.store.sqlite_files import connect, expect_room
from annotator.store.study_file import Connection, StudyFile, file_engine
from annotator.store.tables import metadata
from annotator.store.whole_files import ROOM, put_in_place, workplace_beside


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
                    study_file.keep_checksums()
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
    expect_driver()
    from annotator.store.server import create_study_database

    made = create_study_database(url)
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
        expect_driver()
        from annotator.store.server import remove_study_database

        remove_study_database(path)
    else:
        path.unlink(missing_ok=True)


def expect_driver() -> None:
    """Raise StudyFileError where the driver for PostgreSQL is not installed, which `server` imports."""
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise StudyFileError(
            "studies in a database need the driver for PostgreSQL", "psycopg", "pip install 'annotator[database]'"
        ) from error


def open_study_file(path: Place) -> StudyFile:
    """Open a study that exists; brings an older one to the present form, with a backup copy beside it."""
    if isinstance(path, DatabaseUrl):
        expect_driver()
        from annotator.store.server import open_study_database

        return open_study_database(path)
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
                "the study was converted from format {old} to {new}; the file as it was is kept as {backup}",
                old=version,
                new=SCHEMA_VERSION,
                backup=backup,
            )
        )
    header = header_of(path) if guard_of(path) is None else b""
    study_file = StudyFile(path, file_engine(path), header=header)
    study_file.notices.extend(notices)
    return study_file
