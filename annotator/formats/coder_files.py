"""Files as INCEpTION lays them: a folder an article, in it a file a coder, or an archive with one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.formats.incoming import Incoming
from annotator.formats.untrusted import Tree, opened_zip

INITIAL = "INITIAL_CAS"
"""The name of the file of an article that nobody has labelled."""


class CoderFile:
    """Where one coder's labels of one article lie.

    document and coder: what folders and files call them; coder is None where a file lies alone. label: the whole path.
    initial: nobody's labels. inside: whether the file lies in a folder. apart: its folder is a part of a corpus, in
    which each file is an article of its own.
    """

    def __init__(self, tree: Tree, name: str, outside: str = "", apart: bool = False) -> None:
        self.tree = tree
        self.name = name
        self.label = f"{outside}/{name}" if outside else name
        path = (outside or name).split("/")
        stem = path[-1].rsplit(".", 1)[0]
        self.initial = stem == INITIAL
        self.inside = len(path) > 1
        self.document = path[-2] if len(path) > 1 and not apart else stem
        self.coder = None if self.initial or apart or (len(path) == 1 and not outside) else stem


def coder_files(tree: Tree, suffix: str | tuple[str, ...], only: str | None = None) -> Iterator[CoderFile]:
    """Every file of this suffix, also in archives within; only: the one with this path."""
    parts = _parts(tree, suffix)
    for name in tree.names:
        if only is not None and name != only:
            continue
        if name.endswith(suffix):
            yield CoderFile(tree, name, apart=str(PurePosixPath(name).parent) in parts)
        elif name.endswith(".zip"):
            with opened_zip(tree.read(name), f"{tree.name}: {name}") as inner:
                for inside in inner.names:
                    if inside.endswith(suffix):
                        yield CoderFile(inner, inside, name)


_TEXT = re.compile(rb'(?:sofaString=|"sofaString"\s*:\s*|(?<=\n)#Text=)"?([^"\r\n]{0,4000})')


def _parts(tree: Tree, suffix: str | tuple[str, ...]) -> set[str]:
    """Folders that are parts of a corpus: two files in them are about different texts, so they are no two coders."""
    inside: dict[str, list[str]] = {}
    for name in tree.names:
        if name.endswith(suffix) and "/" in name and PurePosixPath(name).stem != INITIAL:
            inside.setdefault(str(PurePosixPath(name).parent), []).append(name)
    return {
        folder
        for folder, names in inside.items()
        if len(names) > 1 and len({tuple(_TEXT.findall(tree.read(n))) for n in names[:3]}) == len(names[:3])
    }


def each_file(
    tree: Tree, suffix: str | tuple[str, ...], only: str | None, incoming: Incoming, take: Callable[[CoderFile], None]
) -> None:
    """Take every file of this suffix; one that cannot be read is told, and the others are taken.

    Raises BadInput where there is none, or none that can be read.
    """
    first: BadInput | None = None
    count = taken = 0
    for file in coder_files(tree, suffix, only):
        count += 1
        try:
            take(file)
            taken += 1
        except BadInput as error:
            first = first or error
            incoming.problem(tree.name, file.label, error.what)
    if not count:
        raise BadInput(
            say("there is no {suffix} file", suffix=suffix if isinstance(suffix, str) else suffix[0]),
            tree.name,
            say("name the folder with such files"),
        )
    if first is not None and not taken:
        raise first
