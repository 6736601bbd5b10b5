"""The one place from which results come to lie under their names: whole, all files of one result together, or not.

A result (data, manifest, list of texts to fill in…) is made in a hidden folder beside its place and is put there when
every byte of it is on the disk. A kill at any moment leaves the older result or the new one: what was decided and not
finished is finished by the next result in that folder, and until then no manifest lies beside data of which it is not.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.file_names import refused_by_windows
from annotator.domain.json_forms import JsonObject, as_json
from annotator.domain.words import cause_of, say
from annotator.services.working_folders import working_folder
from annotator.store.renaming import replace

_READY = "ready.json"
"""Says that the result is whole, and what is to be done with it."""
_NEW, _OLD = "new", "old"

Mark = list[int] | None
"""Size and time of a file, to know it again; None where there is none."""


class Publication:
    """One result of one or several files in one folder; made by `publishing`."""

    def __init__(self, out: Path, folder: Path, over: bool) -> None:
        self._out, self._folder, self._over = out, folder, over
        self._names: list[str] = []
        self._dropped: list[str] = []
        (folder / _NEW).mkdir()

    def path(self, name: str | None = None) -> Path:
        """Where to write what is to lie beside ``out`` under this name, or as ``out`` itself."""
        chosen = self._out.name if name is None else name
        if chosen not in self._names:
            self._names.append(chosen)
        return self._folder / _NEW / chosen

    def write(self, chunks: Iterable[bytes], name: str | None = None) -> tuple[int, str]:
        """Write a file of the result; (bytes, SHA-256)."""
        digest, size = hashlib.sha256(), 0
        with self.path(name).open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        return size, digest.hexdigest()

    def drop(self, name: str) -> None:
        """An older result's file of this name goes with it: the new one has none."""
        self._dropped.append(name)

    def put_in_place(self) -> None:
        """All of it under its names, or, where anything fails, everything as it was."""
        target, new, old = self._out.parent, self._folder / _NEW, self._folder / _OLD
        names = [n for n in self._names if (new / n).exists()]
        for name in names:
            _as_narrow(new / name, target / name)
            synced(new / name)
        old.mkdir()
        gone = [n for n in self._dropped if n not in names]
        plan = {"names": names, "gone": gone, "marks": {n: _mark(target / n) for n in (*names, *gone)}}
        (self._folder / _READY).write_text(json.dumps(plan), encoding="utf-8", newline="\n")
        synced(self._folder / _READY)
        sync_folder(self._folder)
        moved: list[str] = []
        try:
            if not self._over:
                self._refuse_taken(names)
            for name in (*names[1:], *gone):  # first what speaks of the data, so that none of it ever lies
                if (target / name).exists():
                    replace(target / name, old / name)
            for name in names:
                _keep(target / name, old / name)
                replace(new / name, target / name)
                moved.append(name)
        except BaseException:
            (self._folder / _READY).unlink(missing_ok=True)
            self._as_it_was(moved)
            raise
        sync_folder(target)
        (self._folder / _READY).unlink(missing_ok=True)

    def _refuse_taken(self, names: list[str]) -> None:
        for name in names:
            if (self._out.parent / name).exists():
                raise BadInput("it exists already", str(self._out.parent / name), "choose another name")

    def _as_it_was(self, moved: list[str]) -> None:
        target, old = self._out.parent, self._folder / _OLD
        for name in moved:
            if not (old / name).exists():
                with suppress(OSError):
                    _removed(target / name)
        for path in old.iterdir():
            with suppress(OSError):
                replace(path, target / path.name)


@contextmanager
def publishing(out: Path, over: bool = True) -> Iterator[Publication]:
    """A result under the name ``out``, with what lies beside it; put in place when the block ends without an error.

    over: an older result is replaced as a whole; otherwise nothing may be there. Raises BadInput, AnnotatorError.
    """
    if sys.platform == "win32" and refused_by_windows(out.name):
        raise BadInput("Windows does not allow this file name", str(out), "choose another name")
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    try:
        with working_folder(out.parent, _finish) as folder:
            result = Publication(out, folder, over)
            yield result
            result.put_in_place()
    except OSError as error:
        raise AnnotatorError(
            say("the file could not be written ({reason}); an older one is unchanged", reason=cause_of(error)),
            str(out),
            say("give it a shorter name")  # or what lies beside it, whose names are longer
            if error.errno == errno.ENAMETOOLONG
            else say("choose another folder, or free some space, and try again"),
        ) from error


def write_whole(path: Path, chunks: Iterable[bytes]) -> tuple[int, str]:
    """(bytes, SHA-256) of a result of one file; it appears under its name only when it is whole."""
    with publishing(path) as result:
        return result.write(chunks)


def _finish(left: Path) -> None:
    """Do what a killed program had decided: nobody else has touched the places since, or they stay as they are."""
    try:
        plan = json.loads((left / _READY).read_text(encoding="utf-8"))
        marks: dict[str, Mark] = plan["marks"]
        names, gone = list(plan["names"]), list(plan["gone"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    if any(Path(n).name != n for n in (*names, *gone)):
        return
    target = left.parent
    waiting = [n for n in names if (left / _NEW / n).exists()]
    if any(_mark(target / n) not in (None, marks.get(n)) for n in (*waiting, *gone)):
        return
    for name in gone:
        _removed(target / name)
    for name in waiting:
        if name != names[0]:
            _removed(target / name)
    for name in waiting:
        replace(left / _NEW / name, target / name)
    sync_folder(target)


def _mark(path: Path) -> Mark:
    try:
        found = path.lstat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns]


def _keep(path: Path, copy: Path) -> None:
    """The older file under a second name until the new one is in place; an empty folder goes at once."""
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    elif path.exists() and not copy.exists():
        try:
            os.link(path, copy)
        except OSError:  # a disk that knows no second names
            shutil.copy2(path, copy)


def _removed(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _as_narrow(new: Path, old: Path) -> None:
    """What somebody kept from others stays so: no more rights than the umask gives, nor than the older file had."""
    with suppress(OSError):
        if new.is_file() and old.is_file():
            new.chmod((new.stat().st_mode & old.stat().st_mode & 0o777) | 0o600)


def files_of(path: Path) -> list[Path]:
    """The file, or every file of the folder in a stable order."""
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def synced(path: Path) -> None:
    """Everything of it is on the disk."""
    for file in files_of(path):
        with file.open("r+b") as handle:  # Windows syncs no file that was opened for reading
            os.fsync(handle.fileno())


def sync_folder(path: Path) -> None:
    """The names in it are on the disk, where the system can say so."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@dataclass(frozen=True, slots=True)
class FileDescribed:
    """A file as a manifest names it."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FilesDescribed:
    """A file that was written, or a folder. files: of a folder, each with its path inside; None of a file."""

    file: FileDescribed
    files: tuple[FileDescribed, ...] | None = None

    def as_json(self) -> JsonObject:
        """As a manifest has it."""
        told = {"file": as_json(self.file)}
        return told if self.files is None else told | {"files": as_json(self.files)}


def described(path: Path) -> FilesDescribed:
    """What a manifest says of what lies there."""
    if not path.is_dir():
        return FilesDescribed(FileDescribed(path.name, *_measured(path)))
    files = tuple(FileDescribed(f.relative_to(path).as_posix(), *_measured(f)) for f in files_of(path))
    whole = hashlib.sha256("".join(f"{f.sha256}  {f.name}\n" for f in files).encode()).hexdigest()
    return FilesDescribed(FileDescribed(path.name, sum(f.bytes for f in files), whole), files)


def _measured(path: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return path.stat().st_size, digest.hexdigest()
