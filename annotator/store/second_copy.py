"""A second copy of a study that is being written to, in a private place: all that was confirmed, whatever happens to
the file.

It is a copy of the file as it was at the first write, and beside it the write-ahead log as it grows: together what
SQLite reads as one state. It is not flushed at each label; against power cuts the file itself is.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sys
from contextlib import closing, suppress
from pathlib import Path

from annotator.store.bytes_at import open_bytes, read_at, write_at
from annotator.store.logs import Log
from annotator.store.private_place import state_folder
from annotator.store.renaming import replace
from annotator.store.sqlite_files import beside, connect
from annotator.store.whole_files import Workplace, is_alive

_CHUNK = 1 << 20
_NAME = "study.annotator"
_ABOUT = "about.json"


class SecondCopy:
    """Made from an open file and its log, which must both rest meanwhile but for commits."""

    def __init__(self, path: Path, main: int) -> None:
        self._place = Workplace(open_studies() / f"{_key(path)}-{secrets.token_hex(4)}")
        try:
            found = os.fstat(main)
            self._about = {"path": os.fsencode(path).hex(), "device": found.st_dev, "inode": found.st_ino}
            base = self._place.folder / _NAME
            self._base = open_bytes(base, os.O_RDWR | os.O_CREAT)
            self._log = open_bytes(beside(base, "-wal"), os.O_RDWR | os.O_CREAT)
            copy_bytes(main, self._base)
        except BaseException:
            self._place.remove()
            raise

    def complete(self) -> None:
        """All that was in file and log is in it: from now on it counts. One that was never whole is of no use."""
        ready = self._place.folder / "about.part"
        ready.write_text(json.dumps(self._about), encoding="utf-8", newline="\n")
        replace(ready, self._place.folder / _ABOUT)

    def take(self, place: int, data: bytes) -> None:
        """Bytes of the log at their place."""
        write_at(self._log, data, place)

    def begin_anew(self, log: Log) -> None:
        """The log was folded into the file and is written from its beginning again: all of it goes into the base."""
        for page, places in log.places.items():
            data = read_at(self._log, log.page_size, places[-1])
            write_at(self._base, data, (page - 1) * log.page_size)
        os.ftruncate(self._log, 0)

    def explains(self, main: int, logs: list[tuple[int, Log]]) -> bool:
        """Whether each page of a file is as in the base, or as a log has or had it."""
        return explains(main, self._base, logs)

    def keep(self) -> Path:
        """Leave it for the next opening of the study; where it is."""
        for descriptor in (self._base, self._log):
            os.fsync(descriptor)
            os.close(descriptor)
        self._place.leave()
        return self._place.folder

    def remove(self) -> None:
        """All of it is in the file."""
        for descriptor in (self._base, self._log):
            with suppress(OSError):
                os.close(descriptor)
        self._place.remove()

    def flush(self) -> None:
        """Bring it to the disk."""
        os.fsync(self._base)
        os.fsync(self._log)

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self._place.folder


def open_studies() -> Path:
    """Where second copies are."""
    return state_folder() / "open studies"


def left_for(path: Path) -> list[Path]:
    """Folders with copies that killed programs left, of the study under this name, or of one that was moved to it."""
    found = []
    try:
        inode = (os.stat(path).st_dev, os.stat(path).st_ino)
    except OSError:
        inode = (-1, -1)
    for folder in sorted(open_studies().glob("*-*"), key=lambda f: f.name):
        try:
            about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
            was = Path(os.fsdecode(bytes.fromhex(about["path"])))
            moved = (about["device"], about["inode"]) == inode and not was.exists()
        except (OSError, ValueError, KeyError):
            if not is_alive(folder):  # killed before it was whole
                shutil.rmtree(folder, ignore_errors=True)
            continue
        if (was == path or moved) and not is_alive(folder) and (folder / _NAME).stat().st_size:
            found.append(folder)
    return found


def base_of(folder: Path) -> Path:
    """The copy of the file; its log lies beside it."""
    return folder / _NAME


def whole_of(folder: Path, to: Path, log: Path | None = None) -> None:
    """Make one plain file of a second copy. log: one that goes on from the copy's own. Raises sqlite3.Error."""
    base = base_of(folder)
    for source, target in ((base, to), (log or beside(base, "-wal"), beside(to, "-wal"))):
        with (
            suppress(FileNotFoundError),
            opened(source, os.O_RDONLY) as one,
            opened(target, os.O_RDWR | os.O_CREAT) as two,
        ):
            copy_bytes(one, two)
    with closing(connect(to)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE").fetchall()
        raw.execute("SELECT count(*) FROM sqlite_master").fetchall()


def explains(main: int, base: int, logs: list[tuple[int, Log]]) -> bool:
    """Whether each page of a file is as in another one, or as one of these logs has it."""
    first = read_at(main, 100, 0)
    size = int.from_bytes(first[16:18], "big")
    size = 65536 if size == 1 else size
    if size < 512 or _CHUNK % size or os.fstat(main).st_size % size:
        return False
    at, end = 0, os.fstat(main).st_size
    while at < end or at < os.fstat(base).st_size:
        here, there = read_at(main, _CHUNK, at), read_at(base, _CHUNK, at)
        if here != there:
            for place in range(0, max(len(here), len(there)), size):
                page = here[place : place + size]
                if page != there[place : place + size] and not _has_version(logs, (at + place) // size + 1, page):
                    return False
        at += _CHUNK
    return True


def _has_version(logs: list[tuple[int, Log]], number: int, page: bytes) -> bool:
    return any(
        read_at(descriptor, log.page_size, place) == page
        for descriptor, log in logs
        for place in log.places.get(number, ())
    )


def copy_bytes(source: int, target: int) -> None:
    """All bytes of one file to another, which becomes as long; shared between the two where the disk can do that."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.ioctl(target, 0x40049409, source)  # FICLONE
            return
    at = 0
    while data := read_at(source, _CHUNK, at):
        write_at(target, data, at)
        at += len(data)
    os.ftruncate(target, at)


class opened:
    """A descriptor for a while."""

    def __init__(self, path: Path, flags: int) -> None:
        self._descriptor = open_bytes(path, flags)

    def __enter__(self) -> int:
        return self._descriptor

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


def _key(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
