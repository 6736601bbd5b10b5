"""The one way to an SQLite file: by a URI in which every name is itself, and never by making what is not there."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from annotator.domain.errors import StudyFileError
from annotator.domain.words import say

LONGEST_NAME = 247
"""Bytes: a file system takes 255, and SQLite keeps `NAME-journal` beside the file."""
LONGEST_PATH = 504
"""Bytes that SQLite takes of a path, links in it resolved, with the same room for `-journal`; Windows has its own."""
LONGEST_OF_WINDOWS = 251
"""Characters of a path there, with room for `-journal` in the 259 that programs may count on."""

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


def expect_room(path: Path, beside: int = 0, windows: bool = os.name == "nt") -> None:
    """Raise StudyFileError where SQLite could not keep a study under this name; nothing is touched.

    beside: bytes that the path of a file in a working folder beside it has more than the folder. windows: whose limits
    hold.
    """
    name = len(os.fsencode(path.name)) if not windows else len(path.name.encode("utf-16-le", "surrogatepass")) // 2
    if name > LONGEST_NAME:
        raise StudyFileError(
            say("the name is too long for a study ({n} bytes, at most {most})", n=name, most=LONGEST_NAME),
            str(path),
            "give it a shorter name",
        )
    if windows:
        _expect_windows_room(path, max(name, beside))
        return
    folders = max(len(os.fsencode(f)) for f in (os.path.abspath(path.parent), os.path.realpath(path.parent)))
    whole = max(len(os.fsencode(os.path.realpath(path))), folders + 1 + max(name, beside))
    if whole > LONGEST_PATH:
        raise StudyFileError(
            say("the path is too long for a study ({n} bytes, at most {most})", n=whole, most=LONGEST_PATH),
            str(path),
            "choose a folder with a shorter path, or a shorter name",
        )


def _expect_windows_room(path: Path, within: int) -> None:
    """within: characters that are needed in its folder."""
    full = os.path.abspath(path)
    whole = max(len(full), len(os.path.dirname(full)) + 1 + within)
    if whole > LONGEST_OF_WINDOWS:
        raise StudyFileError(
            say(
                "the path is too long for a study ({n} characters, Windows takes {most})",
                n=whole,
                most=LONGEST_OF_WINDOWS,
            ),
            str(path),
            "choose a folder with a shorter path, or a shorter name",
        )
