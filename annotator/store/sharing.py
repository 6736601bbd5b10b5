"""Two windows or programs on one study file: whether another one holds it, and whether the file is still there."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from annotator.domain.errors import StudyFileError
from annotator.store.sqlite_files import connect

Mark = tuple[int, int]
"""Device and inode of a file."""


def held_elsewhere(path: Path) -> bool:
    """Whether a connection, of this program or another, has the study open now. Ask before opening it.

    Whoever has a file with a write-ahead log open holds a shared lock on it all the time, so that the lock of one who
    wants it alone is refused.
    """
    if not path.is_file() or not path.with_name(path.name + "-wal").exists():
        return False
    raw = connect(path, timeout=0)
    try:
        raw.execute("PRAGMA locking_mode=EXCLUSIVE")
        raw.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.OperationalError as error:
        return "locked" in str(error) or "busy" in str(error)
    except sqlite3.DatabaseError:
        return False  # no study: opening it says so in better words
    finally:
        raw.close()
    return False


def mark_of(path: Path) -> Mark | None:
    """What tells a file from another one of the same name; None where it is not there."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def expect_there(path: Path, mark: Mark | None) -> None:
    """Raise StudyFileError where the open file was moved, removed or replaced.

    SQLite would go on writing to what has no name any more, and all of it would be lost on closing.
    """
    if mark is not None and mark_of(path) != mark:
        raise StudyFileError(
            "the study's file is not where it was: it was moved, removed or replaced, or its drive is gone",
            str(path),
            "nothing was changed; put it back and try again",
        )
