"""Reading and writing bytes at a place of a file; Windows has no calls of its own for it."""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":

    def read_at(descriptor: int, many: int, place: int) -> bytes:
        """Up to so many bytes."""
        os.lseek(descriptor, place, os.SEEK_SET)
        return os.read(descriptor, many)

    def write_at(descriptor: int, data: bytes, place: int) -> None:
        """All of these bytes."""
        os.lseek(descriptor, place, os.SEEK_SET)
        while data:
            data = data[os.write(descriptor, data) :]

else:
    read_at = os.pread

    def write_at(descriptor: int, data: bytes, place: int) -> None:
        """All of these bytes."""
        while data:
            written = os.pwrite(descriptor, data, place)
            data, place = data[written:], place + written


def open_bytes(path: str | os.PathLike[str], flags: int) -> int:
    """A descriptor for bytes as they are; a pipe is not waited for."""
    return os.open(path, flags | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0), 0o600)
