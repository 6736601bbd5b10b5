"""What imports share: the answer, its progress, and the stamp of a label that came in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from annotator.domain.annotations import Annotation

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


@dataclass(slots=True)
class Makers:
    """Who made the labels that came, and who says so: name -> how many.

    named: the source says it. given: it says nothing, a coder was named for them. overridden: the source says this
    name, another one was wanted.
    """

    named: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    overridden: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, dict[str, int]]:
        """As `annotator import` tells it."""
        found = {"named": self.named, "given": self.given, "overridden": self.overridden}
        return {how: dict(sorted(names.items())) for how, names in found.items() if names.total()}


def empty_result() -> dict[str, Any]:
    """The answer of an import to which nothing came yet."""
    return {
        "documents": {"added": 0, "already": 0, "refused": 0},
        "annotations": {"added": 0, "already": 0, "refused": 0},
        "problems": [],
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
