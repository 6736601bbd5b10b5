"""What a person is asked for when the program does not work: system, versions, places, disk, a study's folder."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sys
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from annotator import __version__
from annotator.data import resource_path
from annotator.domain.errors import AnnotatorError
from annotator.domain.words import Message, say
from annotator.formats.declared import not_loaded
from annotator.services.computer.display import missing_libraries
from annotator.services.computer.log import log_file
from annotator.services.study import Study
from annotator.services.study.synced_folders import sync_warning, synced_by
from annotator.store.examining import format_of
from annotator.store.file_format import SCHEMA_VERSION
from annotator.store.places import Place
from annotator.store.private_place import state_folder

LITTLE_SPACE = 500_000_000
"""Bytes free below which one is warned: a study is copied whole before its form changes."""


@dataclass(frozen=True, slots=True)
class Examination:
    """Parts, each a mapping of names to values; problems: what a person should look at, in words."""

    parts: Mapping[str, Mapping[str, Any]]
    problems: tuple[Message, ...]

    def as_json(self) -> dict[str, Any]:
        """As the command prints it."""
        return {**{name: dict(part) for name, part in self.parts.items()}, "problems": [str(p) for p in self.problems]}


def examine(place: Place | None, looks: Mapping[str, Any]) -> Examination:
    """Look at this computer, and at the folder of a study. looks: screens and fonts, as the window sees them."""
    problems: list[Message] = []
    parts: dict[str, Mapping[str, Any]] = {
        "system": _system(),
        "versions": _versions(),
        "paths": _paths(problems),
        "time": _time(),
        "display": _display(looks, problems),
    }
    if failed := not_loaded():
        parts["forms_not_loaded"] = dict(failed)
        problems += [say("the form of files `{name}` of another package cannot be loaded", name=n) for n in failed]
    if place is not None:
        parts["study"] = _study(place, problems)
    return Examination(parts, tuple(problems))


def _system() -> dict[str, Any]:
    return {
        "name": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "packaged": bool(getattr(sys, "frozen", False)),
        "language": locale.getlocale()[0] or "",
        "encoding": locale.getencoding(),
        "file_names": sys.getfilesystemencoding(),
        "console": getattr(sys.__stdout__, "encoding", None) or "",
    }


def _versions() -> dict[str, str]:
    """The program's and those of all that it is made with; what is not there is told as such."""
    try:
        wanted = [r for r in requires("annotator") or () if "extra ==" not in r]
    except PackageNotFoundError:
        wanted = []
    found = {"annotator": __version__}
    for line in wanted:
        name = "".join(c if c.isalnum() or c in "-_." else " " for c in line).split()[0]
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not here"
    return found


def _paths(problems: list[Message]) -> dict[str, Any]:
    state, home = state_folder(), Path.home()
    if not os.access(_nearest(state), os.W_OK):
        problems.append(say("the program may not write into its own folder {path}", path=state))
    return {
        "program": sys.executable,
        "data": str(resource_path("")),
        "state": str(state),
        "log": str(log_file()),
        "home": str(home),
        "free": _free(state, problems),
    }


def _free(folder: Path, problems: list[Message]) -> int | None:
    try:
        free = shutil.disk_usage(_nearest(folder)).free
    except OSError:
        return None
    if free < LITTLE_SPACE:
        problems.append(say("there are {n} MB free on the disk of {path}", n=free // 1_000_000, path=folder))
    return free


def _nearest(folder: Path) -> Path:
    """The folder itself, or the next above it that is there."""
    return next((p for p in (folder, *folder.parents) if p.is_dir()), Path(folder.anchor or "."))


def _time() -> dict[str, Any]:
    now = datetime.now().astimezone()
    # 0 where the system has no database of zones; the program needs none
    zones = len(zoneinfo.available_timezones())
    return {
        "zone": now.tzname(),
        "offset_minutes": int((now.utcoffset() or now - now).total_seconds() // 60),
        "zones": zones,
    }


def _display(looks: Mapping[str, Any], problems: list[Message]) -> dict[str, Any]:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR", "SESSIONNAME")
    missing = missing_libraries(x11=True)
    if missing:
        libraries, packages = ", ".join(missing), " ".join(missing.values())
        problems.append(
            say("missing for the window: {names}; apt-get install {packages}", names=libraries, packages=packages)
        )
    if fault := looks.get("fault"):
        problems.append(say("the window cannot be shown: {reason}", reason=fault))
    if without := looks.get("scripts_without_a_font"):
        problems.append(say("no font has the letters of {names}", names=", ".join(without)))
    return {
        **{name: os.environ[name] for name in names if name in os.environ},
        "missing_libraries": list(missing),
        **looks,
    }


def _study(place: Place, problems: list[Message]) -> dict[str, Any]:
    told: dict[str, Any] = {"place": str(place)}
    if isinstance(place, Path):
        if warning := sync_warning(place):
            problems.append(warning)
        told |= {"synced_by": synced_by(place), "free": _free(place.resolve().parent, problems)}
        told["writable"] = os.access(place, os.W_OK)
        told["characters_of_path"] = len(str(place.resolve()))
        if sys.platform == "win32" and len(str(place.resolve())) > 240:
            problems.append(say("the study's path is too long for some programs of Windows; use a nearer folder"))
    try:
        if isinstance(place, Path):
            told["format"] = version = format_of(place)
            if version < SCHEMA_VERSION:  # to look at a study changes nothing in it
                told["opens"] = None
                problems.append(
                    say(
                        "the study has format {old}; opening it converts it to {new} and keeps the file as it was",
                        old=version,
                        new=SCHEMA_VERSION,
                    )
                )
                return told
        with Study.open(place) as study:
            told |= {"opens": True, "articles": len(study.documents()), "coders": len(study.coders())}
            problems += [n if isinstance(n, Message) else say("{told}", told=n) for n in study.file.notices]
    except AnnotatorError as error:
        told["opens"] = False
        problems.append(error.told)
    return told
