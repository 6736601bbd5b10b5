"""Codings are known by what stands at their beginning, so that nobody's labels are taken for articles."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from annotator.domain.errors import BadInput
from annotator.formats.cas_json import is_cas
from annotator.formats.foreign_sqlite import foreign_tables
from annotator.formats.json_files import OURS
from annotator.formats.untrusted import opened, opened_zip

_HEAD = 1 << 16
_OWN_COLUMNS = {"id", "layer", "document_sha256", "starts", "ends"}
_LINES = frozenset({".jsonl", ".ndjson", ".json", ".jsonld", ".txt", ".csv", ".tsv", ".qdpx", ".xmi", ""})


def coding_form(path: Path) -> str | None:
    """The form of codings that a file holds; None for an article, a table of articles, and everything unknown.

    Raises OSError where the file cannot be read.
    """
    suffix = path.suffix.casefold()
    if suffix not in _LINES:
        return None
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return "qdpx" if suffix == ".qdpx" and _holds_project(path) else None
    text = head.decode("utf-8-sig", "replace")
    start = text.lstrip()[:1]
    if start == "{":
        return _of_object(text)
    if start == "[":
        return _of_list(text)
    if suffix in (".csv", ".tsv"):
        first = text.split("\n", 1)[0].strip("\r")
        delimiter = max(",;\t", key=first.count)
        row = next(csv.reader([first], delimiter=delimiter), [])
        return "spreadsheet" if set(row) >= _OWN_COLUMNS else None
    return None


def folder_form(path: Path) -> str | None:
    """The form of codings that a folder is as a whole; None where it is to be looked at file by file."""
    if (path / "data.qda").is_file():
        return "qualcoder"
    for note in path.rglob("*.ann"):
        if note.with_suffix(".txt").is_file():
            return "brat"
    if (path / "tasks.json").is_file() and (path / "config.xml").is_file():
        return "label-studio"
    if (path / "label_config.json").is_file() and any(coding_form(p) == "doccano" for p in path.glob("*.jsonl")):
        return "doccano"
    for file in path.rglob("*.xmi"):
        with file.open("rb") as opened:
            if b"http://www.omg.org/XMI" in opened.read(_HEAD):
                return "cas-xmi"
    for file in path.rglob("*.tsv"):
        with file.open("rb") as opened:
            if opened.read(_HEAD).startswith(b"#FORMAT=WebAnno TSV 3"):
                return "webanno-tsv"
    return None


def known_form(path: Path) -> str | None:
    """The form of codings that a file, a folder or an archive of any program is; None where that is not plain.

    Raises OSError and BadInput where it cannot be read.
    """
    if path.is_dir():
        return folder_form(path) or _of_files(path)
    if path.suffix.casefold() in _BY_NAME:
        return _BY_NAME[path.suffix.casefold()]
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"SQLite format 3\0"):
        return _of_tables(path)
    if head.startswith(b"PK\x03\x04"):
        return _of_archive(path)
    if head.startswith(b"#FORMAT=WebAnno TSV 3"):
        return "webanno-tsv"
    if head.lstrip()[:1] == b"{" and (b'"%TYPES"' in head or is_cas(head)):
        return "cas-xmi"
    return coding_form(path)


def other_codings(folder: Path, form: str) -> dict[str, list[str]]:
    """Form -> files in a folder that are codings of it, where the folder as a whole is read as another one."""
    found: dict[str, list[str]] = {}
    if not folder.is_dir():
        return found
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        hidden = any(part.startswith((".", "_")) for part in inside.parts)
        if hidden or file.name in OURS or file.suffix.casefold() in _PLAIN or not file.is_file():
            continue
        with suppress(OSError, BadInput):  # what cannot be read is nobody's codings
            other = known_form(file)
            if other not in (None, form, "annotations"):  # records in a folder of another form are what it lacks
                found.setdefault(other, []).append(inside.as_posix())
    return found


_PLAIN = frozenset({".txt", ".ann", ".conf", ".cfg"})
"""Parts of a corpus of brat, which are not looked into one by one."""
_BY_NAME = {".ann": "brat", ".xmi": "cas-xmi", ".qde": "qdpx", ".qdc": "qdpx", ".qdpx": "qdpx"}
_TABLES = (("code_text", "qualcoder"), ("highlights", "taguette"), ("STATEMENTS", "dna"))
"""A table that only one program has."""
_FOLDERS = ("doccano", "prodigy", "label-studio")
"""Forms of which a folder or an archive may hold several files."""


def _of_tables(path: Path) -> str | None:
    with foreign_tables(path) as tables:
        return next((form for table, form in _TABLES if tables.has(table)), None)


def _of_files(path: Path) -> str | None:
    """The form of every file of JSON in a folder, where that is one."""
    found = {coding_form(p) for p in sorted(path.rglob("*.json*")) if p.is_file() and p.name not in OURS}
    form = found.pop() if len(found) == 1 else None
    return form if form in _FOLDERS else None


def _of_archive(path: Path) -> str | None:  # noqa: C901 - a branch for each form in an archive
    with opened(path) as tree:
        names = [(n, PurePosixPath(n)) for n in tree.names]
        if any(n.suffix.casefold() == ".qde" for _, n in names):
            return "qdpx"
        for suffix, form in ((".ann", "brat"), (".xmi", "cas-xmi")):
            if any(n.suffix == suffix for _, n in names):
                return form
        for name, inside in names:
            if inside.suffix == ".tsv" and tree.read(name).startswith(b"#FORMAT=WebAnno TSV 3"):
                return "webanno-tsv"
            if inside.suffix == ".zip":
                with opened_zip(tree.read(name), f"{tree.name}: {name}") as inner:
                    if any(n.endswith(".xmi") for n in inner.names):
                        return "cas-xmi"
                    if any(n.endswith(".tsv") for n in inner.names):
                        return "webanno-tsv"
            if inside.suffix in (".json", ".jsonl") and inside.name not in OURS:
                text = tree.read(name)[:_HEAD].decode("utf-8-sig", "replace")
                found = _of_list(text) if text.lstrip()[:1] == "[" else _of_object(text)
                if found in _FOLDERS:
                    return found
    return None


def _holds_project(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(n.casefold().endswith(".qde") for n in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def _of_object(text: str) -> str | None:
    """By the first line where that is whole, else by the first object as far as it goes."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    for piece in (first, text):
        try:
            found, _ = json.JSONDecoder().raw_decode(piece.lstrip())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return _form_of(found)
    if '"http://www.w3.org/ns/anno.jsonld"' in text:
        return "w3c"
    return None


def _form_of(one: Mapping[str, Any]) -> str | None:
    if isinstance(one.get("layer"), str) and isinstance(one.get("document"), dict) and "id" in one:
        return "annotations"
    context = one.get("@context")
    if "http://www.w3.org/ns/anno.jsonld" in (context if isinstance(context, list) else [context]):
        return "w3c"
    if isinstance(one.get("data"), dict) and isinstance(one.get("annotations"), list):
        return "label-studio"
    if not isinstance(one.get("text"), str):
        return None
    spans = one.get("spans")
    if isinstance(spans, list) and ("answer" in one or "_task_hash" in one or "_input_hash" in one):
        return "prodigy"
    if any(_are_spans(one.get(key)) for key in ("label", "labels", "entities", "annotations")):
        return "doccano"
    return None


def _are_spans(value: Any) -> bool:
    """Whether these are places in a text: ``[start, end, label]``, or objects with ``start_offset`` or ``start``."""
    if not isinstance(value, list) or not value:
        return False
    first = value[0]
    if isinstance(first, dict):
        return any(a in first and b in first for a, b in (("start_offset", "end_offset"), ("start", "end")))
    return isinstance(first, list) and len(first) == 3 and all(type(n) is int for n in first[:2])


def _of_list(text: str) -> str | None:
    """A list of tasks or of web annotations, by its first element as far as that can be seen."""
    try:
        found, _ = json.JSONDecoder().raw_decode(text.lstrip()[1:].lstrip())
    except (ValueError, RecursionError):
        return "label-studio" if '"annotations"' in text and '"data"' in text and '"result"' in text else None
    if not isinstance(found, dict):
        return None
    form = _form_of(found)
    return form if form in ("label-studio", "w3c") else None
