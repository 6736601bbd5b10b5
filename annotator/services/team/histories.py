"""Two histories of one thing: whether one goes on from the other, or both went on apart."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.changes import BY_PROGRAM, Change
from annotator.domain.packages import PackedChange


def fresh_steps(here: Sequence[Change], there: Sequence[PackedChange]) -> list[PackedChange] | None:
    """The steps that come after everything that is here; empty where nothing is new, None where both went on apart.

    Only a coder's own steps decide: those of the program follow from what the coder did.
    """
    known = {s.id for s in here}
    new = [s for s in there if s.id not in known and s.command not in BY_PROGRAM]
    if not new:
        return []
    own = [s.id for s in here if s.command not in BY_PROGRAM]
    start = 0
    if own:
        places = {s.id: i for i, s in enumerate(there)}
        if own[-1] not in places:
            return None
        start = places[own[-1]] + 1
    after = [s for s in there[start:] if s.id not in known]
    kept = {s.id for s in after}
    return after if all(s.id in kept for s in new) else None
