"""Zip archives that are the same bytes for the same content."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_DATE = (1980, 1, 1, 0, 0, 0)


class SteadyZip:
    """Files are added one after the other, each compressed, without the time of day and the machine in it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, name: str, data: bytes) -> None:
        """One file, whole."""
        self._archive.writestr(_info(name), data)

    @contextmanager
    def adding(self, name: str) -> Iterator[IO[bytes]]:
        """One file that is written piece by piece; no other may be added meanwhile."""
        with self._archive.open(_info(name), "w", force_zip64=True) as file:
            yield file


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


@contextmanager
def steady_zip(path: Path | IO[bytes]) -> Iterator[SteadyZip]:
    """A new archive at this path, or in this open file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        yield SteadyZip(archive)
