"""Packages that lie beside the studies of this computer: what each is, and what can be done with it."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from annotator.domain.packages import Manifest
from annotator.services.study.package_origin import CODER
from annotator.services.team.package_file import MANIFEST, MOST_MANIFEST, is_encrypted, is_package
from annotator.services.team.packed_before import written_ids
from annotator.services.team.packing import SUFFIX
from annotator.store.study_file import facts_of

MOST_FILES, MOST_SHOWN = 2000, 20
"""So many entries of a folder are looked at, so many packages are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPackage:
    """A package that was not written on this computer. study: the study that it comes back to, where `collect`.

    title, coder, made: as its manifest says; empty where it is encrypted.
    """

    path: Path
    do: Literal["open", "collect"]
    study: Path | None
    title: str
    coder: str
    made: str
    encrypted: bool


def packages_found(studies: Sequence[Path], folders: Iterable[Path] = ()) -> tuple[FoundPackage, ...]:
    """Packages in the folders of these studies and in these folders, the newest first; what is none is passed over."""
    facts = {path: facts_of(path) for path in studies if path.is_file()}
    own = {key for told in facts.values() for key in written_ids(told)}
    homes = {told.get("id", ""): path for path, told in facts.items() if CODER not in told}
    found: list[tuple[float, FoundPackage]] = []
    for folder in dict.fromkeys([*(p.parent for p in studies), *folders]):
        for path, when in _files(folder):
            one = _told(path, own, homes)
            if one is not None:
                found.append((when, one))
    found.sort(key=lambda x: (-x[0], str(x[1].path)))
    return tuple(one for _, one in found[:MOST_SHOWN])


def _files(folder: Path) -> list[tuple[Path, float]]:
    found = []
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if number >= MOST_FILES:
                    break
                if entry.name.endswith(SUFFIX) and entry.is_file():
                    found.append((Path(entry.path), entry.stat().st_mtime))
    except OSError:  # a folder that is gone, or a drive that is not there now
        return found
    return found


def _told(path: Path, own: set[str], homes: dict[str, Path]) -> FoundPackage | None:
    if not is_package(path):
        return None
    if is_encrypted(path):
        return FoundPackage(path=path, do="open", study=None, title="", coder="", made="", encrypted=True)
    head = _head(path)
    if head is None or head.id in own:
        return None
    home = homes.get(head.study.id)
    return FoundPackage(
        path=path,
        do="collect" if home is not None else "open",
        study=home,
        title=head.study.title,
        coder=head.coder.name,
        made=head.made,
        encrypted=False,
    )


def _head(path: Path) -> Manifest | None:
    """The manifest, read by itself; the rest of the package is looked at when it is opened."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(MANIFEST) as file:
            data = file.read(MOST_MANIFEST + 1)
        return Manifest.model_validate_json(data) if len(data) <= MOST_MANIFEST else None
    except (
        OSError, KeyError, ValueError, ValidationError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError,
        NotImplementedError, struct.error,
    ):  # fmt: skip
        return None
