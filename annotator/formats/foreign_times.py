"""Times of other programs as ours, in UTC; what says no zone is told."""

from __future__ import annotations

import re

from annotator.domain.bounds import utc_time
from annotator.domain.words import say
from annotator.formats.dataset import Losses

_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)$", re.IGNORECASE)


def told_time(said: str | None, losses: Losses) -> str | None:
    """The time in UTC; None where none is said. One without a zone is taken as UTC, for no source says where it was."""
    text = (said or "").strip()
    if not text:
        return None
    found = utc_time(text)
    if found is None:
        losses.lose(say("times of labels that are not times"), 1, text[:40])
    elif not _ZONE.search(text[10:]):
        losses.lose(say("times without a zone, taken as UTC"), 1, text[:40])
    return found
