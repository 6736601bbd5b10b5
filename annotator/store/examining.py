"""What can be told of a study file before it is opened: its form, and whether it can be read and written."""

from __future__ import annotations

import os
from pathlib import Path

from annotator.domain.errors import StudyFileError
from annotator.domain.words import by_door, cause_of, say
from annotator.store import sealing
from annotator.store.file_errors import RESCUE, friendly_errors
from annotator.store.file_format import APPLICATION_ID, HEADER, SCHEMA_VERSION
from annotator.store.guarding import door_of, guard_of
from annotator.store.sqlite_files import connect, expect_room


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
        header = header_of(path)
    except OSError as error:
        raise StudyFileError(
            say("the file cannot be read ({reason})", reason=cause_of(error)), where, "check your rights"
        ) from error
    if len(header) < 100 or not header.startswith(HEADER):
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


def header_of(path: Path) -> bytes:
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
