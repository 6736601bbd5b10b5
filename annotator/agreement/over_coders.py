"""How sure a figure is where coders are taken as drawn from all who might have coded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from annotator.agreement.estimate import steady

LEAST = 3
"""Coders that an interval takes: with two it says nothing, wide as it is."""


def interval(values: Sequence[float | None], level: float = 0.95) -> tuple[float, float] | None:
    """Interval of the mean of coders' figures (Student 1908, The probable error of a mean); None with few coders."""
    there = np.array(sorted(v for v in values if v is not None), dtype=np.float64)
    if len(there) < LEAST:
        return None
    half = float(stdtrit(len(there) - 1, (1 + level) / 2)) * float(there.std(ddof=1)) / np.sqrt(len(there))
    middle = float(there.mean())
    return steady(middle - half), steady(middle + half)
