"""Where an article comes from: what tells two articles with the same words apart.

An article is its source's own: address, outlet, id, file. The facts that a person corrects later are not meant here:
an origin says what the source said when it came in, so that the same source is known again whatever was corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, Literal, TypeVar

from annotator.domain.annotations import Document

Likeness = Literal["same", "perhaps", "other"]
_ROW = re.compile(r"#\d+$")
BY_CODER = "coders"
"""Where that which an article's source keeps for the way back has something for each coder, by name."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Origin:
    """file: the file's name behind its folder's, where that is known. id: the source's own, among those of its form.

    form: the form of codings that the article came in, "" for articles. raw: a hash of what was read.
    """

    file: str = ""
    id: str = ""
    form: str = ""
    url: str = ""
    publisher: str = ""
    published: str = ""
    raw: str = ""

    def record(self) -> dict[str, str]:
        """What is known, as plain JSON values."""
        return {key: value for key, value in asdict(self).items() if value}


def origin_of(document: Document) -> Origin:
    """Where an article of a study came from; for one of an older format what its facts say."""
    if document.origin:
        known = {key: str(document.origin[key]) for key in Origin.__dataclass_fields__ if key in document.origin}
        return Origin(**known)
    return Origin(
        file=_ROW.sub("", document.source),
        url=document.url or "",
        publisher=document.publisher or "",
        published=document.published or "",
    )


def file_of(path: str, source: str) -> str:
    """A file as an origin names it: the same file in a folder that was moved as a whole is the same."""
    if not path:
        return _ROW.sub("", source)
    parts = [p for p in path.replace("\\", "/").split("/") if p not in ("", ".", "..")]
    return "/".join(parts[-2:])


def likeness(one: Origin, other: Origin) -> Likeness:
    """What two origins of the same words say: the same source, another one, or neither for certain."""
    file = _same_file(one.file, other.file)
    if file and one.raw and one.raw == other.raw:
        return "same"
    for a, b in ((one.url, other.url), (one.publisher, other.publisher), (one.published, other.published)):
        if a and b and _folded(a) != _folded(b):
            return "other"
    if one.id and other.id and one.form == other.form:
        return "same" if one.id == other.id else "other"
    if file:
        return "same"
    if one.file and other.file and one.form == other.form:
        return "other"
    return "perhaps"


@dataclass(slots=True)
class Known(Generic[T]):
    """An article that is there. taken: that one of those which come in was found to be this one."""

    what: T
    origin: Origin
    taken: bool = False


class Ambiguous(Exception):
    """Several articles with the same words could be the one that came in: `among` are these."""

    def __init__(self, among: Sequence[Any]) -> None:
        super().__init__()
        self.among = tuple(among)


class Acquaintance(Generic[T]):
    """Finds for each article that comes in the one that it is, if it is there: each one once.

    Articles are asked for by the hash of their words. Asking with all that come in at once tells a source that is
    there for certain from one that only might be.
    """

    def __init__(self, known: Iterable[tuple[str, T, Origin]]) -> None:
        self._known: dict[str, list[Known[T]]] = {}
        for sha256, what, origin in known:
            self._known.setdefault(sha256, []).append(Known(what, origin))

    def of(self, sha256: str) -> list[T]:
        """Every article with these words."""
        return [k.what for k in self._known.get(sha256, ())]

    def take(self, sha256: str, what: T) -> None:
        """This one was met by other means, and is no other."""
        for k in self._known.get(sha256, ()):
            k.taken = k.taken or k.what is what

    def match(self, sha256: str, coming: Sequence[Origin]) -> list[T | Ambiguous | None]:
        """For each of these, which all have the same words: which it is, None where it is new, or which it might be."""
        found: list[T | Ambiguous | None] = [None] * len(coming)
        free = [k for k in self._known.get(sha256, ()) if not k.taken]
        open_ = list(range(len(coming)))
        for exact in (True, False):
            for i in list(open_):
                hit = next(
                    (
                        k
                        for k in free
                        if likeness(coming[i], k.origin) == "same"
                        and (not exact or ((coming[i].raw or coming[i].id) and _closest(coming[i], k.origin)))
                    ),
                    None,
                )
                if hit is not None:
                    hit.taken, found[i] = True, hit.what
                    free.remove(hit)
                    open_.remove(i)
        for i in open_:
            might = [k for k in free if likeness(coming[i], k.origin) == "perhaps"]
            rivals = [j for j in open_ if any(likeness(coming[j], k.origin) == "perhaps" for k in might)]
            if len(might) == 1 and len(rivals) == 1:
                might[0].taken, found[i] = True, might[0].what
            elif len(might) > 1 and len(rivals) == 1:
                found[i] = Ambiguous([k.what for k in might])
        return found


def _closest(one: Origin, other: Origin) -> bool:
    same_id = bool(one.id) and one.form == other.form and one.id == other.id
    return same_id or (bool(one.raw) and one.raw == other.raw and one.file == other.file)


def _same_file(one: str, other: str) -> bool:
    """Whether two files may be one: where either has no folder, the names alone tell."""
    if not (one and other):
        return False
    if "/" in one and "/" in other:
        return one == other
    return one.rsplit("/", 1)[-1] == other.rsplit("/", 1)[-1]


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def same_words(documents: Sequence[Document], copies: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Document id -> numbers of the other articles with the same words; copies: second readings, which are none."""
    groups: dict[str, list[Document]] = {}
    for d in documents:
        if d.id not in copies:
            groups.setdefault(d.sha256, []).append(d)
    return {
        d.id: tuple(o.number for o in group if o is not d) for group in groups.values() if len(group) > 1 for d in group
    }
