"""What imports share: the answer, its progress, and the stamp of a label that came in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from annotator.domain.accounts import Account
from annotator.domain.annotations import Annotation
from annotator.domain.json_forms import JsonObject, as_json
from annotator.formats.dataset import Loss
from annotator.services.articles.identity import SameText

Progress = Callable[[int, int], bool]
"""(done, all) -> whether to go on."""


@dataclass(frozen=True, slots=True)
class Taking:
    """How a source is to be taken. folders: whether its sub-folders are coders, None for as they plainly are.

    rest: without the lines that are faulty. suggested: as suggestions, so that what models predicted is read, too.
    override: the coder who is named made everything, whomever the source names.
    """

    folders: bool | None = None
    rest: bool = False
    suggested: bool = False
    override: bool = False


AS_A_WHOLE = Taking()
"""Whole or not at all, sub-folders as they plainly are."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of what came in. count, first: of faults that are told once, how many there are and the first places."""

    source: str
    where: str
    what: str
    count: int | None = None
    first: tuple[str, ...] | None = None

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        told: JsonObject = {"source": self.source, "where": self.where, "what": self.what}
        if self.count is not None:
            told["count"] = self.count
        return told if self.first is None else told | {"first": list(self.first)}


def problems_of(found: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Faults as readers tell them."""
    return tuple(
        Problem(f["source"], f["where"], f["what"], f.get("count"), tuple(f["first"]) if "first" in f else None)
        for f in found
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many came in, were here already, and were refused."""

    added: int = 0
    already: int = 0
    refused: int = 0

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(self.added + other.added, self.already + other.already, self.refused + other.refused)


@dataclass(frozen=True, slots=True)
class MadeBy:
    """Who made the labels that came, and who says so: name -> how many.

    named: the source says it. given: it says nothing, a coder was named for them. overridden: the source says this
    name, another one was wanted.
    """

    named: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=dict)
    overridden: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.named or self.given or self.overridden)

    def plus(self, other: MadeBy) -> MadeBy:
        """Both together."""
        return MadeBy(
            together(self.named, other.named),
            together(self.given, other.given),
            together(self.overridden, other.overridden),
        )

    def as_json(self) -> JsonObject:
        """In the public JSON form: what nobody is in is not told."""
        told = {"named": self.named, "given": self.given, "overridden": self.overridden}
        return {how: dict(names) for how, names in told.items() if names}


def together(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """The sums by name."""
    return {name: one.get(name, 0) + other.get(name, 0) for name in (*one, *other)}


@dataclass(slots=True)
class Makers:
    """Counts who made labels as they are read; as in `MadeBy`."""

    named: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    overridden: Counter[str] = field(default_factory=Counter)

    def counted(self) -> MadeBy:
        """What was counted, by name."""
        return MadeBy(_by_name(self.named), _by_name(self.given), _by_name(self.overridden))


def _by_name(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items())) if counted.total() else {}


@dataclass(frozen=True, slots=True)
class Recognised:
    """A source that was known as codings, and their form."""

    source: str
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, or would do.

    left: how many faulty lines were left out. read: coder's name -> articles newly marked as read. codes: of a codebook
    from which a study was made. left_list: the file that lists what was left out.
    """

    documents: Counts = Counts()
    annotations: Counts = Counts()
    problems: tuple[Problem, ...] = ()
    left: int = 0
    made_by: MadeBy = MadeBy()
    read: Mapping[str, int] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()
    same_text: tuple[SameText, ...] = ()
    recognised: tuple[Recognised, ...] = ()
    account: Account | None = None
    codes: int = 0
    left_list: str | None = None

    @property
    def anything(self) -> bool:
        """Whether an article or a label came in."""
        return bool(self.documents.added or self.annotations.added)

    def plus(self, part: Imported) -> Imported:
        """With what came of one source more; each fault by its place."""
        return replace(
            self,
            documents=self.documents.plus(part.documents),
            annotations=self.annotations.plus(part.annotations),
            problems=(*self.problems, *part.problems),
            left=self.left + part.left,
            made_by=self.made_by.plus(part.made_by),
            read=together(self.read, part.read),
            losses=(*self.losses, *part.losses),
            same_text=(*self.same_text, *part.same_text),
            recognised=(*self.recognised, *part.recognised),
        )

    def as_json(self) -> JsonObject:
        """In the public JSON form: beside the counts and faults, what there is to tell."""
        more = {
            "left": self.left,
            "coders": self.made_by,
            "documents_read": self.read,
            "losses": self.losses,
            "same_text": self.same_text,
            "recognised": self.recognised,
            "account": self.account,
            "codes": self.codes,
            "left_list": self.left_list,
        }
        return {
            "documents": as_json(self.documents),
            "annotations": as_json(self.annotations),
            "problems": as_json(self.problems),
            **{name: as_json(what) for name, what in more.items() if what},
        }


def stamped(a: Annotation, coder_id: str, at: str, version: int) -> Annotation:
    """The label as it is written: by whom, when, under which version of the codebook."""
    return replace(
        a,
        coder_id=coder_id,
        created=a.created or at,
        updated=a.updated or a.created or at,
        codebook_version=version,
    )
