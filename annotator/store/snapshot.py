"""A study as it is at this moment, in a copy: to be read by scripts while the file itself stays as it is.

A file that somebody has open is read by SQLite, which knows the log beside it. What a killed program left, a log or a
journal, would be played back into the file by reading it: there the files are copied, and it is played back in the
copy. An older form is brought to the present one in the copy too.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from annotator.domain.errors import StudyFileError
from annotator.domain.words import cause_of, say
from annotator.store.examining import format_of
from annotator.store.file_errors import friendly_errors
from annotator.store.file_format import SCHEMA_VERSION
from annotator.store.guarding import guard_of
from annotator.store.putting_back import held_by_others
from annotator.store.second_copy import left_for, whole_of
from annotator.store.sqlite_files import beside, connect
from annotator.store.study_file import StudyFile, file_engine

_BESIDE = ("-wal", "-journal")


def snapshot(path: Path, folder: Path) -> StudyFile:
    """The study at this moment, as a copy in an empty folder; raises StudyFileError. The file is not written to."""
    format_of(path)
    real = Path(os.path.realpath(path))
    copy = folder / path.name
    try:
        with friendly_errors(path):
            _copied(real, copy)
            with closing(connect(copy)) as raw:
                raw.execute("PRAGMA journal_mode=DELETE").fetchall()
                version = int(raw.execute("PRAGMA user_version").fetchone()[0])
                steps = _steps(raw)
            _expect_nothing_more(real, folder, steps)
            if version < SCHEMA_VERSION:
                from annotator.store.migrating import upgrade

                upgrade(copy)
    except OSError as error:
        raise StudyFileError(
            say("the study cannot be read ({reason})", reason=cause_of(error)),
            str(path),
            "check your rights, and the free space where the system keeps temporary files",
        ) from error
    return StudyFile(copy, file_engine(copy), guarded=False)


def _copied(path: Path, copy: Path) -> None:
    alone = guard_of(path) is None and not held_by_others(path)
    if alone and any(beside(path, ending).exists() for ending in _BESIDE):
        _copy_files(path, copy)
        return
    try:
        with closing(connect(path, "ro")) as raw, closing(connect(copy, "rwc")) as into:
            raw.backup(into)
    except sqlite3.OperationalError:
        if not alone:
            raise
        _copy_files(path, copy)  # it says of itself that it has a log, and this folder lets nobody make one


def _copy_files(path: Path, copy: Path) -> None:
    for ending in ("", *_BESIDE):
        with suppress(FileNotFoundError):
            shutil.copyfile(beside(path, ending), beside(copy, ending))


def _steps(raw: sqlite3.Connection) -> int:
    return int(raw.execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()[0])


def _expect_nothing_more(path: Path, folder: Path, steps: int) -> None:
    """Whether a second copy that a killed program left has steps which the file lacks."""
    if guard_of(path) is not None:
        return
    for number, left in enumerate(left_for(path)):
        second = folder / f"second-{number}"
        with suppress(OSError, sqlite3.Error):
            whole_of(left, second)
            with closing(connect(second, "ro")) as raw:
                more = _steps(raw) - steps
            second.unlink()
            if more > 0:
                raise StudyFileError(
                    say("a program that was killed left {n} steps that are not in the file yet", n=more),
                    str(path),
                    "open the study in Annotator once, which puts them back, and try again",
                )
