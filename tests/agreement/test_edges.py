"""Thresholds, ties and orders of the statistics, each at its very edge."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.agreement.estimate import estimate


@pytest.mark.parametrize(("defined", "known"), [(0, False), (49, False), (50, False), (51, True), (100, True)])
def test_an_interval_needs_more_than_half_of_the_resamples(defined: int, known: bool) -> None:
    resampled = np.array([0.5] * defined + [np.nan] * (100 - defined))
    found = estimate(0.5, resampled, "too little")
    assert (found.value, found.undefined) == (0.5, None)
    assert (found.low is not None, found.high is not None) == (known, known)
