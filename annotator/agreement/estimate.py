"""A figure with its interval, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """value: the coefficient; None where the data do not define it, `undefined` says why.

    low, high: 95 % interval; None where it was not asked for or cannot be had. n: the units that the value rests on.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    undefined: str | None = None
    n: int | None = None


def steady(value: float) -> float:
    """To twelve places: what sums differ by when their parts come in another order is no part of a figure."""
    return round(float(value), 12) + 0.0


def estimate(value: float, resampled: Floats | None, reason: str, n: int | None = None) -> Estimate:
    """An estimate from a value that is NaN where undefined (then for `reason`), with its resamples.

    Resamples on which the coefficient is undefined are left out of the interval; where they are half or more,
    there is no interval.
    """
    if not np.isfinite(value):
        return Estimate(None, undefined=reason, n=n)
    if resampled is None:
        return Estimate(steady(value), n=n)
    good = resampled[np.isfinite(resampled)]
    if good.size * 2 <= resampled.size:
        return Estimate(steady(value), n=n)
    low, high = np.percentile(good, (2.5, 97.5))
    return Estimate(steady(value), steady(low), steady(high), n=n)
