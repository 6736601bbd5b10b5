"""Files of JSON as programs hand them out: one file, a folder or a zip of them, lines or one list."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.formats.incoming import Incoming
from annotator.formats.json_input import load_json
from annotator.formats.travelling import is_beside
from annotator.formats.untrusted import opened

OURS = frozenset(("codebook.json", "label_config.json", "annotator.json"))
"""What lies beside exports and holds no article."""


def json_files(path: Path, suffixes: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """(name without folders, content) of each file; raises BadInput where there is none."""
    if path.is_dir() or zipfile.is_zipfile(path):
        found = False
        with opened(path) as tree:
            for name in tree.names:
                last = PurePosixPath(name).name
                if PurePosixPath(name).suffix.casefold() in suffixes and last not in OURS and not is_beside(last):
                    found = True
                    yield last, tree.read(name)
        if not found:
            message = say("there is no file that ends with {suffix}", suffix=", ".join(suffixes))
            raise BadInput(message, str(path), "name the file that the other program exported")
        return
    yield path.name, path.read_bytes()


def json_items(data: bytes, name: str, incoming: Incoming) -> Iterator[tuple[str, Any]]:
    """(where, content) of each line, or of each element where the whole file is one list; faulty lines are told."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"[":
        try:
            whole = load_json(data, name)
        except BadInput:
            whole = None  # lines that are lists, which are told one by one
        if isinstance(whole, list):
            yield from ((say("element {number}", number=n), one) for n, one in enumerate(whole, start=1))
            return
    elif start == b"{":
        try:
            whole = load_json(data, name)
        except BadInput:
            whole = None  # one object a line
        if isinstance(whole, dict):
            yield say("line {number}", number=1), whole
            return
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            where = say("line {number}", number=number)
            try:
                yield where, load_json(line, say("{file}, line {number}", file=name, number=number))
            except BadInput as error:
                incoming.problem(name, where, error.what)
