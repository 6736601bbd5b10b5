"""Whose labels leave the study: gold and coders never come together."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.annotations import Coder
from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput
from annotator.domain.words import by_door, say
from annotator.services.study import Study


def authors(study: Study, names: Sequence[str] | None, gold: bool = False) -> list[Coder]:
    """The coders named, all coders where none is, or gold alone; raises BadInput."""
    if gold:
        if names is not None:
            raise BadInput(
                "gold labels belong to no coder",
                ", ".join(names),
                by_door("leave --coders or --gold out", say("choose coders or gold")),
            )
        found = [c for c in study.coders() if c.role == GOLD]
        if not found:
            raise BadInput("nothing is settled yet", str(study.file.path), "settle cases first")
        return found
    if names is None:
        return [c for c in study.coders() if c.role != GOLD]
    chosen = [study.coder(name) for name in names]
    if any(c.role == GOLD for c in chosen):
        raise BadInput(
            "gold is not a coder", ", ".join(names), by_door("give --gold instead", say("choose gold alone"))
        )
    return chosen
