"""A file that lands under its name whole or not at all, and folders of work that a killed program leaves behind."""

from __future__ import annotations

import hashlib
import importlib
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

from annotator.store.renaming import rename, replace

_LOCK = "lock"
_PREFIX = ".annotator-unready-"
ROOM = len(_PREFIX) + 12 + 1 + 8 + len("/before")
"""Bytes that the path of a file in a working folder has more than the folder beside which it is made."""
_NEW = 60
"""Seconds after which a working folder without a lock was left by a killed program."""
_LONGEST = 255
"""Bytes that a name may have on nearly every file system."""


class Workplace:
    """A folder of one running program: others see by its lock whether the program still lives."""

    _mine: ClassVar[dict[str, int]] = {}

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, mode=0o700)
        self.folder = folder
        self._lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        _lock(self._lock)
        Workplace._mine[str(folder)] = os.getpid()

    def leave(self) -> None:
        """Let the folder be taken up by another program, or by this one later; idempotent."""
        if self._lock >= 0:
            with suppress(OSError):
                os.close(self._lock)
            self._lock = -1
            Workplace._mine.pop(str(self.folder), None)

    def remove(self) -> None:
        """Leave, and take the folder away."""
        self.leave()
        shutil.rmtree(self.folder, ignore_errors=True)


def is_alive(folder: Path) -> bool:
    """Whether the program that works in this folder still runs."""
    if Workplace._mine.get(str(folder)) == os.getpid():
        return True  # asking by the lock would lose it
    try:
        descriptor = os.open(folder / _LOCK, os.O_RDWR)
    except FileNotFoundError:
        return _is_new(folder)  # it may be about to make its lock
    except OSError:
        return False
    try:
        _lock(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _is_new(folder: Path) -> bool:
    try:
        return time.time() - os.stat(folder).st_mtime < _NEW
    except OSError:
        return False


def _lock(descriptor: int) -> None:
    """Raises OSError where another program holds it; a child of this program does not inherit it."""
    if os.name == "nt":
        msvcrt: Any = importlib.import_module("msvcrt")
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def workplace_beside(path: Path) -> Iterator[Path]:
    """A folder for making what will land under this name; gone afterwards, and those of killed programs too."""
    start = _PREFIX + hashlib.sha256(os.fsencode(path.name)).hexdigest()[:12] + "-"
    for left in path.parent.glob(f"{_PREFIX}*"):
        if not is_alive(left):
            shutil.rmtree(left, ignore_errors=True)
    place = Workplace(path.parent / f"{start}{secrets.token_hex(4)}")
    try:
        yield place.folder
    finally:
        place.remove()


def put_in_place(made: Path, path: Path, over: bool = False) -> None:
    """Let a finished file have its name, on the disk too; raises FileExistsError unless it may be over another one.

    What is replaced lends its mode.
    """
    with suppress(OSError):
        if over:
            os.chmod(made, stat.S_IMODE(os.stat(path).st_mode))
    flush(made)
    if over:
        replace(made, path)
    else:
        _name_once(made, path)
    flush(path.parent)


def _name_once(made: Path, path: Path) -> None:
    try:
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: between look and name another program may come
        if os.path.lexists(path):
            raise FileExistsError(str(path)) from None
        rename(made, path)
    else:
        os.unlink(made)


def flush(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows has no such call for folders, and keeps names by itself
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def with_ending(path: Path, ending: str) -> Path:
    """``NAME`` and the ending, the name shortened where the two are too long for a file system."""
    name = os.fsencode(path.name)
    room = _LONGEST - len(os.fsencode(ending))
    if len(name) > room:
        mark = hashlib.sha256(name).hexdigest()[:8].encode()
        whole = name[: room - 9].decode("utf-8", "ignore")  # no half letter at the cut
        name = whole.encode() + b"-" + mark
    return path.with_name(os.fsdecode(name) + ending)


def free_name(path: Path, ending: str) -> Path:
    """``NAME`` and the ending, with a number before its last part where that is taken."""
    found, number = with_ending(path, ending), 1
    while os.path.lexists(found):
        number += 1
        first, dot, last = ending.rpartition(".")
        found = with_ending(path, f"{first}-{number}{dot}{last}")
    return found
