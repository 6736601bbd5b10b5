"""95 % intervals of coefficients of the form 1 - D, over articles or over units.

D is what coders differ beyond what the coefficient allows for (1 - alpha, 1 - kappa, 1 - percent agreement). Two
intervals of D are made, and the wider bound of either is taken on each side:

1. An infinitesimal jackknife over articles (Jaeckel 1972; Efron 1982, The Jackknife, the Bootstrap and Other Resampling
   Plans, ch. 6): the derivative of D by the weight of each article gives a variance of log D, and Student's t the
   interval. Its degrees of freedom are those that the spread of the articles' influences leaves (Satterthwaite 1946,
   Biometrics Bulletin 2, 110-114): few where all disagreement comes from few articles.
2. Jeffreys' interval of a share (Brown, Cai and DasGupta 2001, Statistical Science 16, 101-133) with D as the share and
   as its number of trials the disagreements that chance alone would have given, divided by the design effect of the
   articles (Korn and Graubard 1998, Survey Methodology 24, 193-201). It holds where one category is rare, so that few
   disagreements could be seen at all. Where no disagreement was seen it is the exact bound of Clopper and Pearson
   (1934): such an interval is one-sided and never without width.

How often these intervals hold is told by `python -m tests.bench.coverage`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, stdtrit

from annotator.agreement.estimate import Floats

NOTHING_SEEN = 1e-12
FEW_CLUSTERS = 5
"""With fewer articles there is a lower bound alone."""

_STEP = 1e-3

METHOD = (
    "infinitesimal jackknife of log(1 - coefficient) with t, widened by the interval of a share where little was seen"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """low, high: of the coefficient. clusters: how many articles, or units, it is over.

    one_sided: only `low` is a statement, with 95 % confidence; there is no disagreement, or there are too few articles.
    """

    low: float
    high: float
    clusters: int
    one_sided: bool = False


def influences(compute: Callable[[Floats], Floats], times: Floats, directions: Floats) -> Floats:
    """The derivative of 1 - coefficient in each direction, (m,), NaN where undefined. directions: (m, P)."""
    found = np.empty(len(directions))
    for start in range(0, len(directions), 256):
        part = directions[start : start + 256] * _STEP
        found[start : start + 256] = (compute(times - part) - compute(times + part)) / (2 * _STEP)
    return found


def interval(
    value: float,
    of_units: Floats | None,
    of_clusters: Floats,
    exposure: float | None,
    sizes: Floats | None = None,
    least: float = -1.0,
) -> Interval | None:
    """The interval of a coefficient; None where it cannot be had.

    of_clusters: the influence of each article (or unit) on 1 - value. of_units: that of each unit, for the design
    effect; None where clusters are the units. exposure: how many disagreements chance alone would have given, counted
    as a single coder differing from another; None where that is not known.
    sizes: how often each of `of_clusters` occurs, 1 where None. least: no lower bound is below it.
    """
    d = 1.0 - value
    least = min(least, value)
    m = int(len(of_clusters) if sizes is None else sizes.sum())
    if m < 2:
        return None
    if d <= NOTHING_SEEN:
        # nothing is known of how disagreement clusters, so that each article counts as one unit of its length
        n = (exposure if exposure is not None else float(m)) * (1.0 if of_units is None else m / max(len(of_units), m))
        up = float(betaincinv(1.0, max(n, 1e-6), 0.95))
        return Interval(_bound(1.0 - up, least, value), 1.0, m, True)
    squares, fourths = _moments(of_clusters, sizes)
    if not np.isfinite(squares):
        return None
    variance = squares * m / (m - 1)
    low, high = d, d
    few = m < FEW_CLUSTERS
    level = 0.95 if few else 0.975
    if squares > 0:
        spread = m * fourths / squares**2
        free = float(np.clip(2 * m / max(spread - 1.0, 1e-9), 1.0, m - 1))
        half = float(stdtrit(free, level)) * np.sqrt(variance) / d
        low, high = d * np.exp(-half), d * np.exp(min(half, 700.0))
    if exposure is not None and exposure > 0:
        effect = 1.0
        if of_units is not None:
            of_one, _ = _moments(of_units, None)
            units = len(of_units)
            if units > 1 and of_one > 0:
                effect = max(variance / (of_one * units / (units - 1)), 1.0)
        n = exposure / effect
        share = min(d, 1.0)
        x = n * share
        low = min(low, d / share * float(betaincinv(x + 0.5, n - x + 0.5, 1 - level)))
        high = max(high, d / share * float(betaincinv(x + 0.5, n - x + 0.5, level)))
    return Interval(_bound(1.0 - high, least, value), 1.0 if few else _bound(1.0 - low, value, 1.0), m, few)


def _bound(found: float, least: float, most: float) -> float:
    """Within what is possible, to six places: beyond them stands what a numerical derivative leaves."""
    return round(min(max(found, least), max(most, least)), 6) + 0.0


def _moments(influence: Floats, sizes: Floats | None) -> tuple[float, float]:
    """Sums of squares and of fourth powers around the mean."""
    if sizes is None:
        away = influence - influence.mean()
        return float((away**2).sum()), float((away**4).sum())
    away = influence - float(influence @ sizes) / float(sizes.sum())
    return float(sizes @ away**2), float(sizes @ away**4)


def gathered(influence: Floats, clusters: NDArray[np.intp], number: int) -> Floats:
    """Sums within clusters."""
    return np.bincount(clusters, weights=influence, minlength=number).astype(np.float64)
