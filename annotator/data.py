"""The program's own data files, in a checkout and in an installed wheel alike; part of no floor."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def _root(kind: str) -> Path:
    package = Path(str(files("annotator")))
    installed = package / "_data" / kind
    return installed if installed.is_dir() else package.parent / kind


def resource_path(relative: str) -> Path:
    """The path of a file or folder under ``resources/``."""
    return _root("resources") / relative


def schema_path(name: str) -> Path:
    """The path of a file under ``schemas/``."""
    return _root("schemas") / name


def resource_text(relative: str) -> str:
    """A data file's text."""
    return resource_path(relative).read_text(encoding="utf-8")


def resource_bytes(relative: str) -> bytes:
    """A data file's bytes."""
    return resource_path(relative).read_bytes()


def manual_path(page: str) -> Path:
    """The path of a page or picture of the manual."""
    return _root("docs") / page


def manual_contents() -> str:
    """The file with the manual's table of contents (`mkdocs.yml`)."""
    installed = manual_path("mkdocs.yml")
    return (installed if installed.is_file() else _root("docs").parent / "mkdocs.yml").read_text(encoding="utf-8")
