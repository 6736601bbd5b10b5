"""Two windows or programs on one study file: whether another one holds it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from annotator.store.sqlite_files import connect


def held_elsewhere(path: Path) -> bool:
    """Whether a connection, of this program or another, has the study open now. Ask before opening it.

    Whoever has a file with a write-ahead log open holds a shared lock on it all the time, so that the lock of one who
    wants it alone is refused.
    """
    if not path.is_file() or not path.with_name(path.name + "-wal").exists():
        return False
    from annotator.store.putting_back import put_right

    put_right(path)
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
