"""Gwet's variances over units, and the intervals that follow from them by Student's t.

Source: Gwet, Handbook of Inter-Rater Reliability (4th ed. 2014), ch. 5 and appendix; units are taken as a sample from a
large number of units, coders as fixed.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from annotator.agreement.counts import Counts
from annotator.agreement.estimate import Floats


def interval(counts: Counts, w: Floats, kind: str) -> tuple[float, float] | None:
    """95 %: value - t s to value + t s, at most 1; None where the data do not define it.

    kind: percent, gwet, brennan_prediger or fleiss. w: agreement weights (q, q), the identity for unweighted.
    """
    per = np.vstack([counts.per_category, np.eye(counts.q)[counts.singles > 0]])
    times = np.concatenate([counts.times, counts.singles[counts.singles > 0]])
    n, pairable = float(times.sum()), float(counts.units)
    q = counts.q
    if n < 2 or pairable < 1 or (q < 2 and kind != "percent"):
        return None
    ratings = per.sum(axis=1)
    agreeing = (per * (per @ w.T - 1.0)).sum(axis=1) / np.maximum(ratings * (ratings - 1), 1.0)
    observed = float(times @ agreeing) / pairable
    shares = per / ratings[:, None]
    pi = times @ shares / n
    chance_of_unit = np.zeros(len(per))
    if kind == "gwet":
        scale = w.sum() / (q * (q - 1))
        expected = float(scale * (pi * (1 - pi)).sum())
        chance_of_unit = scale * (shares @ (1 - pi)) - expected
    elif kind == "fleiss":
        expected = float(pi @ w @ pi)
        chance_of_unit = shares @ ((w + w.T) @ pi / 2) - expected
    elif kind == "brennan_prediger":
        expected = float(w.sum() / q**2)
    else:
        expected = 0.0
    if 1.0 - expected <= 1e-12:
        return None
    value = (observed - expected) / (1.0 - expected)
    of_unit = n / pairable * (agreeing - expected * (ratings >= 2)) / (1.0 - expected)
    of_unit = of_unit - 2.0 * (1.0 - value) * chance_of_unit / (1.0 - expected)
    variance = float(times @ (of_unit - value) ** 2) / (n * (n - 1))
    half = float(stdtrit(n - 1, 0.975)) * np.sqrt(variance)
    return float(value - half), float(min(1.0, value + half))
