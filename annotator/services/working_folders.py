"""Hidden folders in which something is made; those that a killed program left behind are found and removed.

A folder is somebody's as long as a lock on a file in it is held, which ends with the program that holds it, however it
ends. So a folder of a program that still runs, here or on another computer that shares the disk, is never touched.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PREFIX, SUFFIX = ".annotator-", ".part"
_OWNER = "owner"
_MADE_JUST_NOW = 3600.0
"""Seconds for which a folder may have no lock yet; on disks without locks, how long it is left alone at least."""


@contextmanager
def working_folder(parent: Path | None = None, left: Callable[[Path], None] = lambda _: None) -> Iterator[Path]:
    """A hidden folder of one's own in ``parent`` (where the system keeps temporary files if None), gone afterwards.

    First those that dead programs left there are removed, each shown to ``left`` before.
    """
    within = Path(tempfile.gettempdir()) if parent is None else parent
    clear_left_behind(within, left)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, suffix=SUFFIX, dir=within))
    owner = _locked(folder / _OWNER, new=True)
    try:
        yield folder
    finally:
        if owner is not None:
            owner.close()  # Windows removes no file that is open
        remove_tree(folder)


def clear_left_behind(within: Path, left: Callable[[Path], None] = lambda _: None) -> int:
    """Remove the folders in it whose owners are gone; how many. What cannot be removed stays for the next time."""
    try:
        found = [p for p in within.iterdir() if p.name.startswith(PREFIX) and p.name.endswith(SUFFIX)]
    except OSError:
        return 0
    cleared = 0
    for folder in found:
        if not _ours(folder):
            continue
        if (folder / _OWNER).exists():
            owner = _locked(folder / _OWNER)
            if owner is None:
                continue
            try:
                with suppress(OSError):
                    left(folder)
            finally:
                owner.close()
        elif _age(folder) < _MADE_JUST_NOW:
            continue
        remove_tree(folder)
        cleared += not folder.exists()
    return cleared


def remove_tree(folder: Path) -> None:
    """Take a folder away with all that is in it, as far as the system lets us."""
    shutil.rmtree(folder, ignore_errors=True)


def _ours(folder: Path) -> bool:
    """A real folder of this user: links and what others planted are not followed."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    mine = sys.platform == "win32" or found.st_uid == os.geteuid()
    return stat.S_ISDIR(found.st_mode) and mine


def _locked(path: Path, new: bool = False) -> IO[bytes] | None:
    """The open file with the lock on it; None where another program holds it, or may just be about to."""
    try:
        file = path.open("x+b" if new else "r+b")
    except OSError:
        return None
    try:
        locked = _lock(file)
        if new:
            file.write(b"held\n")  # a file that says nothing yet is not locked yet
            file.flush()
            return file
        if locked and (path.stat().st_size or _age(path) >= _MADE_JUST_NOW):
            return file
    except OSError:
        if new:
            return file  # a disk that knows no locks, or is full: the folder is left alone for a while
    file.close()
    return None


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _lock(file: IO[bytes]) -> bool:
    """Whether the lock is ours now; raises OSError where the disk knows no locks."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(1024)  # beyond what is written: a locked part cannot be read by others
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
