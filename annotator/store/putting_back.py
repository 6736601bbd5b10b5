"""Before a study is opened: what a killed program, and another one after it, left of it is put right.

SQLite plays back whatever log or journal lies beside a file, also where the file is another one by now: both would be
spoilt. So what is beside it is looked at first. Where a second copy was left, and the file is not as that program left
it, all that was confirmed is put back, or kept beside where the file holds work of its own.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from annotator.domain.errors import StudyFileError
from annotator.domain.words import Message, cause_of, say
from annotator.store.bytes_at import read_at
from annotator.store.guarding import guard_of
from annotator.store.logs import Log, head_of, journal_belongs, log_belongs, read_on, still_there
from annotator.store.renaming import rename
from annotator.store.second_copy import base_of, explains, left_for, opened, whole_of
from annotator.store.sqlite_files import beside, connect
from annotator.store.whole_files import free_name, put_in_place, workplace_beside

_KEPT = {"study": "key = 'id'", "codebook": "1", "document": "1", "change": "1"}
_COLUMNS = {"codebook": ("version", "content"), "document": ("id",)}
"""What is written once and never changed: a study that has all of another's rows of these is a later state of it."""


_told: dict[Path, list[Message]] = {}
"""What was put right and is not told yet."""


def told_of(path: Path) -> list[Message]:
    """What `put_right` did to the file since this was last asked."""
    return _told.pop(Path(os.path.realpath(path)), [])


def put_right(path: Path) -> None:
    """Do what has to be done; `told_of` has it in words. Raises StudyFileError where it could not be."""
    path = Path(os.path.realpath(path))
    if guard_of(path) is not None or (os.path.lexists(path) and not path.is_file()):
        return
    left = left_for(path)
    if (not left and not _leftovers(path)) or (path.exists() and held_by_others(path)):
        return
    told = _told.setdefault(path, [])
    try:
        for folder in left:
            told += _settled(path, folder)
            shutil.rmtree(folder, ignore_errors=True)
        if path.exists():
            told += _set_aside(path)
    except (OSError, sqlite3.Error) as error:
        reason = cause_of(error) if isinstance(error, OSError) else str(error)
        raise StudyFileError(
            say("the study could not be restored after a program was killed ({reason})", reason=reason),
            str(path),
            "nothing was changed; free some space in its folder, check your rights, and try again",
        ) from error


def _leftovers(path: Path) -> bool:
    return beside(path, "-wal").exists() or beside(path, "-journal").exists()


def held_by_others(path: Path) -> bool:
    """Whether another program has the file open by SQLite now: then what lies beside it is in use."""
    if os.name == "nt":
        return False  # there nobody can replace an open file
    import fcntl

    try:
        with opened(path, os.O_RDWR) as descriptor:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except PermissionError:
        return False
    except OSError:
        return True
    return False


def _settled(path: Path, folder: Path) -> list[Message]:
    """Bring the file and a second copy that was left of it together."""
    wal = beside(path, "-wal")
    if path.exists() and _as_it_was_left(path, wal, folder):
        return []
    with workplace_beside(path) as place:
        whole, other = place / "whole", place / "other"
        ours = _goes_on(wal, folder)
        if not _made_whole(folder, whole, wal if ours else None):
            return []  # killed while the copy was made: nothing was confirmed by then
        if ours:
            for ending in ("-wal", "-shm"):
                beside(path, ending).unlink(missing_ok=True)
        if not path.exists():
            put_in_place(whole, path)
            return [say("the study's file was gone; it was put back with everything that was confirmed")]
        for ending in ("", "-wal", "-journal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(beside(path, ending), beside(other, ending))
        more = _more(other, whole)
        if more is True:
            kept = free_name(path, ".confirmed.annotator")
            put_in_place(whole, kept)
            return [
                say(
                    "another program replaced this study with other work while it was open; that file was "
                    "left as it is, and the study with everything that was confirmed here is kept as {kept}",
                    kept=kept,
                )
            ]
        if more is None and _same(other, whole):
            kept_old = None
        else:
            kept_old = free_name(path, ".replaced" if more is None else ".damaged")
            _link(path, kept_old)
        for ending in ("-wal", "-shm", "-journal"):
            beside(path, ending).unlink(missing_ok=True)
        put_in_place(whole, path, over=True)
    return [_put_back(kept_old, damaged=more is not None)]


def _made_whole(folder: Path, whole: Path, wal: Path | None) -> bool:
    """Whether the second copy, with the log that goes on from it, makes a sound study in `whole`."""
    try:
        whole_of(folder, whole, wal)
        return _sound(whole)
    except sqlite3.Error:
        return False


def _put_back(kept: Path | None, damaged: bool) -> Message:
    """What was found in the study's place; kept: where that is now, None where it held all that was confirmed."""
    if kept is None:
        return say("another program wrote to the study while it was open; everything confirmed is in it")
    if damaged:
        return say(
            "another program damaged the study while it was open; everything confirmed was put back, and the damaged "
            "file is kept as {kept}",
            kept=kept,
        )
    return say(
        "another program replaced this study with an older copy while it was open; everything "
        "confirmed was put back, and the older copy is kept as {kept}",
        kept=kept,
    )


def _as_it_was_left(path: Path, wal: Path, folder: Path) -> bool:
    """Whether the file and its log are what the killed program left, so that SQLite may bring them together."""
    base = base_of(folder)
    mine, theirs = Log(), Log()
    with opened(base, os.O_RDONLY) as copy, opened(beside(base, "-wal"), os.O_RDONLY) as copied:
        read_on(copied, mine)
        with opened(path, os.O_RDONLY) as main:
            logs = [(copied, mine)]
            if not wal.is_file():
                return mine.count == 0 and not beside(path, "-journal").exists() and explains(main, copy, [])
            with opened(wal, os.O_RDONLY) as log:
                read_on(log, theirs)
                if mine.count and not (theirs.head == mine.head and still_there(log, mine)):
                    begun_anew = theirs.count > 0 and theirs.head != mine.head
                    if not begun_anew or not _folded(main, copied, mine, log, theirs):
                        return False
                return explains(main, copy, [*logs, (log, theirs)])


def _folded(main: int, copied: int, mine: Log, log: int, theirs: Log) -> bool:
    """Whether all of a log is in the file, but for pages that a later beginning of it has."""
    for page, places in mine.places.items():
        here = read_at(main, mine.page_size, (page - 1) * mine.page_size)
        newer = [read_at(log, theirs.page_size, place) for place in theirs.places.get(page, ())]
        if here != read_at(copied, mine.page_size, places[-1]) and here not in newer:
            return False
    return True


def _goes_on(wal: Path, folder: Path) -> bool:
    """Whether the log beside the file is the one of the copy, with all that the copy has of it."""
    mine = Log()
    with opened(beside(base_of(folder), "-wal"), os.O_RDONLY) as copied:
        read_on(copied, mine)
    if not wal.is_file() or not mine.count:
        return False
    with opened(wal, os.O_RDONLY) as log:
        return head_of(log) == mine.head and still_there(log, mine)


def _sound(path: Path) -> bool:
    with closing(connect(path)) as raw:
        return [row[0] for row in raw.execute("PRAGMA quick_check").fetchall()] == ["ok"] and bool(
            raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'change'").fetchone()[0]
        )


def _more(other: Path, whole: Path) -> bool | None:
    """Whether a file holds what the other does not: True, None if not, False where it cannot be read."""
    try:
        if not _sound(other):
            return False
        with closing(connect(other)) as raw:
            raw.execute("PRAGMA journal_mode=DELETE").fetchall()
            raw.execute("ATTACH ? AS whole", (str(whole),))
            here = {row[0] for row in raw.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
            there = {row[0] for row in raw.execute("SELECT name FROM whole.sqlite_master WHERE type = 'table'")}
            for table, which in _KEPT.items():
                if table not in here:
                    continue
                if table not in there:
                    return True
                names = [row[1] for row in raw.execute(f'PRAGMA main.table_info("{table}")')]
                known = {row[1] for row in raw.execute(f'PRAGMA whole.table_info("{table}")')}
                chosen = [n for n in _COLUMNS.get(table, names) if n in known]
                columns = ", ".join(f'"{n}"' for n in chosen)
                rows = f"SELECT {columns} FROM main.{table} WHERE {which}"
                query = f"{rows} EXCEPT SELECT {columns} FROM whole.{table} LIMIT 1"
                if raw.execute(query).fetchone() is not None:
                    return True
    except sqlite3.Error:
        return False
    return None


def _same(one: Path, other: Path) -> bool:
    """Whether two sound files hold the same rows."""
    with closing(connect(one)) as raw:
        raw.execute("ATTACH ? AS other", (str(other),))
        tables = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name <> 'seal'"
        names = [row[0] for row in raw.execute(tables)]
        return not any(
            raw.execute(f'SELECT * FROM {a}."{n}" EXCEPT SELECT * FROM {b}."{n}" LIMIT 1').fetchone()
            for n in names
            for a, b in (("main", "other"), ("other", "main"))
        )


def _set_aside(path: Path) -> list[Message]:
    """A log or journal that belongs to another file gets another name: SQLite would play it back into this one."""
    messages = []
    for ending, belongs in (("-wal", log_belongs), ("-journal", journal_belongs)):
        lying = beside(path, ending)
        if not lying.is_file():
            continue
        with opened(path, os.O_RDONLY) as main, opened(lying, os.O_RDONLY) as descriptor:
            fits = belongs(read_at(main, 100, 0), descriptor)
        if not fits:
            kept = free_name(path, f"{ending}.of-another-file")
            rename(lying, kept)
            beside(path, "-shm").unlink(missing_ok=True)
            messages.append(
                say(
                    "a log beside the study belonged to another file of the same name; it was not used, and "
                    "is kept as {kept}",
                    kept=kept,
                )
            )
    return messages


def _link(path: Path, kept: Path) -> None:
    """Give a file another name too, or copy it where the disk has no links."""
    try:
        os.link(path, kept)
    except FileExistsError:
        raise
    except OSError:
        shutil.copyfile(path, kept)
