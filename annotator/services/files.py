"""Files and folders that appear under their name only when they are whole."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from annotator.domain.errors import AnnotatorError
from annotator.domain.words import cause_of, say


def write_whole(path: Path, chunks: Iterable[bytes]) -> tuple[int, str]:
    """(bytes, SHA-256) of the file; it appears under its name only when it is whole."""
    digest = hashlib.sha256()
    size = 0
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise AnnotatorError(
            say("the file cannot be written ({reason})", reason=cause_of(error)), str(path), "choose another folder"
        ) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise AnnotatorError(
            say("the file could not be written ({reason}); an older one is unchanged", reason=cause_of(error)),
            str(path),
            "free some space and try again",
        ) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()


def files_of(path: Path) -> list[Path]:
    """The file, or every file of the folder in a stable order."""
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def synced(path: Path) -> None:
    """Everything of it is on the disk."""
    for file in files_of(path):
        with file.open("rb") as handle:
            os.fsync(handle.fileno())


def move_into_place(temporary: Path, path: Path) -> None:
    """Under its name at last; a file replaces an older one, a folder only an empty one."""
    for file in files_of(temporary):
        file.chmod(0o644)
    if temporary.is_dir():
        temporary.chmod(0o755)
        if path.is_dir():
            path.rmdir()
    os.replace(temporary, path)


def described(path: Path) -> dict[str, Any]:
    """``{"file": {"name", "bytes", "sha256"}}``, for a folder with ``files`` as well: each with its path inside."""
    if not path.is_dir():
        size, digest = _measured(path)
        return {"file": {"name": path.name, "bytes": size, "sha256": digest}}
    files = []
    for file in files_of(path):
        size, digest = _measured(file)
        files.append({"name": file.relative_to(path).as_posix(), "bytes": size, "sha256": digest})
    whole = hashlib.sha256("".join(f"{f['sha256']}  {f['name']}\n" for f in files).encode()).hexdigest()
    total = sum(int(str(f["bytes"])) for f in files)
    return {"file": {"name": path.name, "bytes": total, "sha256": whole}, "files": files}


def _measured(path: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return path.stat().st_size, digest.hexdigest()
