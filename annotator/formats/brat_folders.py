"""What sub-folders of a brat corpus are: coders where that is said or plain, parts of the corpus otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotator.formats.sidecar import NAME
from annotator.formats.untrusted import Tree, opened

UNLABELLED = "unlabelled"
"""The folder of articles that nobody labelled."""


@dataclass(frozen=True, slots=True)
class Place:
    """folder: the sub-folder that is a coder, None where none is. file: the path within, without its suffix."""

    folder: str | None
    file: str


def places(tree: Tree, stems: Iterable[str], by_folder: bool | None, ours: bool) -> dict[str, Place]:
    """Path without suffix -> what it says. by_folder: whether sub-folders are coders, None where nobody says.

    ours: a folder that this program wrote, with one sub-folder a coder.
    """
    known = list(stems)
    wrapper = _wrapper(tree, known)
    inside = {stem: stem.removeprefix(wrapper) for stem in known}
    coders = ours or (by_folder is not False and (by_folder or _plain(tree, inside)))
    result: dict[str, Place] = {}
    for stem, path in inside.items():
        folder, slash, file = path.partition("/")
        if coders and slash:
            result[stem] = Place(None if folder == UNLABELLED else folder, file)
        else:
            result[stem] = Place(None, path)
    return result


def folders_of(path: Path) -> bool | None:
    """Whether sub-folders of a folder or an archive are plainly coders; None where there are none to ask about."""
    if path.is_file() and path.suffix == ".ann":
        return None
    with opened(path) as tree:
        stems = [n[:-4] for n in tree.names if n.endswith(".txt")]
        wrapper = _wrapper(tree, stems)
        inside = {stem: stem.removeprefix(wrapper) for stem in stems}
        if NAME in tree or not any("/" in p for p in inside.values()):
            return None
        return _plain(tree, inside)


def _wrapper(tree: Tree, stems: list[str]) -> str:
    """The one folder that an archive often holds, called as the archive is; empty where there is none."""
    name = tree.name.rsplit(".", 1)[0]
    return f"{name}/" if tree.name.endswith(".zip") and all(s.startswith(f"{name}/") for s in stems) else ""


def _plain(tree: Tree, inside: Mapping[str, str]) -> bool:
    """Whether sub-folders must be coders: one alone, or several that hold the same article."""
    if not all("/" in path for path in inside.values()):
        return False
    folders = {path.split("/", 1)[0] for path in inside.values()} - {UNLABELLED}
    if len(folders) == 1:
        return all(path.count("/") == 1 for path in inside.values()) and not folders <= _PARTS
    same: dict[str, list[str]] = defaultdict(list)
    for stem, path in inside.items():
        same[path.split("/", 1)[1]].append(stem)
    return any(
        len(stems) > 1 and any(tree.read(f"{s}.txt") == tree.read(f"{stems[0]}.txt") for s in stems[1:])
        for stems in same.values()
    )


_PARTS = frozenset(("train", "training", "dev", "devel", "development", "test", "valid", "validation", "eval")) | {
    "data",
    "corpus",
    "text",
    "texts",
    "sample",
    "brat",
}
"""Names of parts of a corpus, which are nobody's."""
