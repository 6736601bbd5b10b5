"""Standing phrases at the ends of pages: the patterns are data, in ``resources/boilerplate.yaml``."""

from __future__ import annotations

import re
from functools import lru_cache

from annotator.data import resource_text
from annotator.domain.words import worded


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    import yaml

    data = yaml.safe_load(resource_text("boilerplate.yaml"))
    return tuple((re.compile(entry["pattern"], re.I), worded(entry["why"])) for entry in data["lines"])


def boilerplate_reason(line: str) -> str | None:
    """Why the whole line is a standing phrase; None where it is not."""
    if len(line) > 300:
        return None
    for pattern, why in _patterns():
        if pattern.search(line):
            return why
    return None
