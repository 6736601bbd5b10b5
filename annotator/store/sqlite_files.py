"""The one way to an SQLite file: by a URI in which every name is itself, and never by making what is not there."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Literal
from urllib.parse import quote

Mode = Literal["ro", "rw", "rwc"]
"""Read; read and write what is there; make it too."""


def uri_of(path: str | os.PathLike[str], mode: Mode = "rw", windows: bool | None = None) -> str:
    """``file:`` URI of a path, every byte of the name kept: ``%``, ``?``, ``#``, what is no UTF-8, a share, a drive.

    windows: whose paths these are; this system's if None.
    """
    name = _windows(os.fspath(path)) if (os.name == "nt" if windows is None else windows) else _posix(path)
    return f"file://{name}?mode={mode}"


def _posix(path: str | os.PathLike[str]) -> str:
    return quote(os.fsencode(os.path.abspath(path)), safe="/")


def _windows(path: str) -> str:
    import ntpath

    text = path.replace("/", "\\")
    if text.upper().startswith("\\\\?\\UNC\\"):
        text = "\\\\" + text[8:]
    elif text.startswith("\\\\?\\"):
        text = text[4:]
    if not ntpath.isabs(text):
        text = ntpath.join(os.getcwd(), text)
    text = ntpath.normpath(text).replace("\\", "/")
    # a share keeps its two slashes after the empty authority: SQLite takes no other authority than none
    return quote(text if text.startswith("/") else f"/{text}", safe="/:", errors="surrogatepass")


def connect(path: str | os.PathLike[str], mode: Mode = "rw", timeout: float = 3.0) -> sqlite3.Connection:
    """A connection to this file and no other; transactions begin where the caller says. Raises sqlite3.Error."""
    return sqlite3.connect(uri_of(path, mode), timeout=timeout, uri=True, isolation_level=None, check_same_thread=False)


def beside(path: Path, ending: str) -> Path:
    """What SQLite keeps next to the file: ``-wal``, ``-shm``, ``-journal``."""
    return path.with_name(path.name + ending)
