"""Files as INCEpTION lays them: a folder an article, in it a file a coder, or an archive with one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.formats.incoming import Incoming
from annotator.formats.untrusted import Tree, opened_zip

INITIAL = "INITIAL_CAS"
"""The name of the file of an article that nobody has labelled."""


class CoderFile:
    """Where one coder's labels of one article lie.

    document and coder: what folders and files call them; coder is None where a file lies alone. label: the whole path.
    initial: nobody's labels. inside: whether the file lies in a folder.
    """

    def __init__(self, tree: Tree, name: str, outside: str = "") -> None:
        self.tree = tree
        self.name = name
        self.label = f"{outside}/{name}" if outside else name
        path = (outside or name).split("/")
        stem = path[-1].rsplit(".", 1)[0]
        self.initial = stem == INITIAL
        self.inside = len(path) > 1
        self.document = path[-2] if len(path) > 1 else stem
        self.coder = None if self.initial or (len(path) == 1 and not outside) else stem


def coder_files(tree: Tree, suffix: str | tuple[str, ...], only: str | None = None) -> Iterator[CoderFile]:
    """Every file of this suffix, also in archives within; only: the one with this path."""
    for name in tree.names:
        if only is not None and name != only:
            continue
        if name.endswith(suffix):
            yield CoderFile(tree, name)
        elif name.endswith(".zip"):
            with opened_zip(tree.read(name), f"{tree.name}: {name}") as inner:
                for inside in inner.names:
                    if inside.endswith(suffix):
                        yield CoderFile(inner, inside, name)


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
