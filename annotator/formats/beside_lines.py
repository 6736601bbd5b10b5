"""``extras.jsonl``: what forms with types and features have no place for, beside the files and never in them.

A line is about one label of one file, which it finds again by its layer, its place and its values: other programs give
numbers anew whenever they write.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.domain.fragments import Fragment
from annotator.domain.words import say
from annotator.formats.drafts import Extra
from annotator.formats.untrusted import Tree

EXTRAS = "extras.jsonl"


@dataclass(frozen=True, slots=True)
class Sign:
    """What a label is known by. at: its first and last place in the file's text. says: of its values."""

    layer: str
    at: Fragment | None
    says: str


def said(texts: Mapping[str, Sequence[str]]) -> str:
    """A short sum of a label's values as they stand in a file."""
    told = {key: list(found) for key, found in sorted(texts.items()) if any(found)}
    return f"{zlib.crc32(json.dumps(told).encode()):08x}"


def beside_line(file: str, sign: Sign, line: str) -> str:
    """The line for `extras.jsonl`. line: what `extra_line` gives."""
    about = {"file": file, "layer": sign.layer, "at": list(sign.at) if sign.at else None, "is": sign.says}
    return f"{json.dumps(about)[:-1]}, {line[1:]}\n"


class BesideLines:
    """The lines of a folder, by the file that they are about."""

    def __init__(self, tree: Tree | None) -> None:
        self._files: dict[str, list[tuple[Sign, Extra]]] = defaultdict(list)
        self.by_id: dict[str, Extra] = {}
        """Lines as they were written when labels had their id in the file."""
        if tree is None or EXTRAS not in tree:
            return
        for number, line in enumerate(tree.text(EXTRAS).split("\n"), start=1):
            if not line.strip():
                continue
            where = say("{folder}: {extras} line {number}", folder=tree.name, extras=EXTRAS, number=number)
            extra = Extra(line, where)
            if (file := extra.text("file")) is not None:
                self._files[file].append((_sign(extra), extra))
            elif (key := extra.text("id")) is not None:
                self.by_id[key] = extra

    def places(self, file: str, layers: Collection[str]) -> set[Fragment | None]:
        """Where the labels of some layers stand that lines are about."""
        return {sign.at for sign, _ in self._files.get(file, ()) if sign.layer in layers}

    def of(self, file: str, signs: Sequence[Sign]) -> list[Extra | None]:
        """What stands beside each label of a file: those that are wholly as they were first, then by their places."""
        found: list[Extra | None] = [None] * len(signs)
        lines = self._files.get(file, [])
        left = list(range(len(lines)))
        for exact in (True, False):
            places: dict[Any, list[int]] = defaultdict(list)
            for i in left:
                sign = lines[i][0]
                places[sign if exact else (sign.layer, sign.at)].append(i)
            for n, sign in enumerate(signs):
                among = places.get(sign if exact else (sign.layer, sign.at))
                if found[n] is None and among:
                    taken = among.pop(0)
                    left.remove(taken)
                    found[n] = lines[taken][1]
        return found


def _sign(extra: Extra) -> Sign:
    at: list[Any] = extra.list("at")
    whole = len(at) == 2 and all(type(n) is int for n in at)
    return Sign(extra.text("layer") or "", (at[0], at[1]) if whole else None, extra.text("is") or "")


def unsaid(values: Mapping[str, Any], shown: Collection[str]) -> dict[str, Any]:
    """The values that the file has no feature for."""
    return {key: value for key, value in values.items() if key not in shown}


def named_files(sources: Mapping[str, str], usual: Mapping[str, str]) -> dict[str, str]:
    """Names of folders: what an article of such a folder was called, else the usual one; no two alike.

    sources: of articles that came in this form, by id. usual: of every article.
    """
    taken: set[str] = set()
    result: dict[str, str] = {}
    for key, other in usual.items():
        name = sources.get(key, other)
        name = name if _plain(name) and name.casefold() not in taken else other
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        result[key] = name
    return result


def _plain(name: str) -> bool:
    """Whether every system can hold a folder of this name."""
    return (
        0 < len(name) < 120
        and name == name.strip(" .")
        and not any(c in '<>:"/|?*\\' or ord(c) < 0x20 for c in name)
        and name.casefold() not in ("extras.jsonl", "labels.jsonl", "annotator.json", "typesystem.xml")
    )
