"""What other programs' JSON has no place for, in a file of its own beside it: their lines hold nothing of ours.

Each line here belongs to one line or task there: by its file, its text and the order in which equal ones stand. So it
is found again after the other program gave everything new numbers.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from annotator.domain.words import say
from annotator.formats.json_input import Shape, load_json
from annotator.formats.untrusted import opened

BESIDE = "annotator.jsonl"
"""Its name in a folder; beside a single file it is the file's name with this behind it."""
FORM = "annotator-beside/1"


def beside_of(file: Path) -> Path:
    """Where it lies for a form that is one file."""
    return file.with_name(f"{file.name}.{BESIDE}")


def is_beside(name: str) -> bool:
    """Whether a file of this name is one of these."""
    return name == BESIDE or name.endswith(f".{BESIDE}")


def text_mark(text: str) -> str:
    """By which a line is known."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Beside:
    """Writes it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._line({"format": FORM})

    def put(self, file: str, text: str, content: Mapping[str, Any]) -> None:
        """What belongs to the next line of a file with this text."""
        self._line({"file": PurePosixPath(file).stem, "text": text_mark(text), **content})

    def _line(self, content: Mapping[str, Any]) -> None:
        self._file.write((json.dumps(content, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass"))

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()


class Travelled:
    """What was found beside a source; nothing where no such file is."""

    def __init__(self, path: Path) -> None:
        self._by_file: dict[tuple[str, str], list[Shape]] = defaultdict(list)
        self._by_text: dict[str, list[Shape]] = defaultdict(list)
        for one in _lines(path):
            record = one.mapping()
            if "text" not in record:
                continue
            self._by_file[str(record.get("file")), str(record["text"])].append(one)
            self._by_text[str(record["text"])].append(one)

    def take(self, file: str, text: str) -> Shape | None:
        """What belongs to this line; under a new name of the file where one file alone can be meant."""
        mark = text_mark(text)
        waiting = self._by_file.get((PurePosixPath(file).stem, mark))
        if waiting:
            return self._taken(waiting[0], mark)
        same = self._by_text.get(mark, [])
        if len({str(x.mapping().get("file")) for x in same}) == 1:
            return self._taken(same[0], mark)
        return None

    def _taken(self, one: Shape, mark: str) -> Shape:
        self._by_text[mark] = [x for x in self._by_text[mark] if x is not one]
        of_file = self._by_file[str(one.mapping().get("file")), mark]
        of_file[:] = [x for x in of_file if x is not one]
        return one


def _lines(path: Path) -> Iterator[Shape]:
    if path.is_dir() or zipfile.is_zipfile(path):
        with opened(path) as tree:
            data = [(n, tree.read(n)) for n in tree.names if is_beside(PurePosixPath(n).name)]
    else:
        found = (beside_of(path), path.with_name(BESIDE))
        data = [(p.name, p.read_bytes()) for p in found if p.is_file()][:1]
    for name, content in data:
        for number, line in enumerate(content.split(b"\n"), start=1):
            if line.strip():
                where = say("{file}, line {number}", file=name, number=number)
                yield Shape(load_json(line, where), where)
