"""What imports share: the answer, its progress, and the stamp of a label that came in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from annotator.domain.annotations import Annotation

Progress = Callable[[int, int], bool]
"""(done, all) -> whether to go on."""


@dataclass(frozen=True, slots=True)
class Taking:
    """How a source is to be taken. folders: its sub-folders are coders. rest: without the lines that are faulty.

    suggested: as suggestions, so that what models predicted is read, too.
    """

    folders: bool = False
    rest: bool = False
    suggested: bool = False


AS_A_WHOLE = Taking()
"""Whole or not at all, sub-folders as they plainly are."""


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
