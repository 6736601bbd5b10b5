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

    kind: percent, gwet, brennan_prediger, fleiss or conger. w: agreement weights (q, q), the identity for unweighted.
    """
    # units with one value by who gave it and what: whose it is matters to Conger's coefficient
    who, what = np.nonzero(counts.single_by_coder)
    per = np.vstack([counts.per_category, np.eye(counts.q)[what]])
    times = np.concatenate([counts.times, counts.single_by_coder[who, what]])
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
    elif kind == "conger":
        found = _conger(counts, w)
        if found is None:
            return None
        expected, chance_of_unit = found
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


def _conger(counts: Counts, w: Floats) -> tuple[float, Floats] | None:
    """(chance agreement; half of what each unit moves it by, in the order of patterns and then of single values).

    Chance is quadratic in the shares of the coders, so that its derivative by them is linear in the shares of the
    others; a unit moves a coder's shares by its value less the share, times all units over those of the coder.
    """
    who, what = np.nonzero(counts.single_by_coder)
    units = float(counts.times.sum() + counts.single_by_coder.sum())
    given = []
    for coder in range(counts.coders):
        alone = np.eye(counts.q)[what] * (who == coder)[:, None]
        given.append(np.vstack([counts.coder_marginals(coder), alone]))
    times = np.concatenate([counts.times, counts.single_by_coder[who, what]])
    totals = np.array([times @ mine for mine in given])
    rated = totals.sum(axis=1)
    if not rated.all():
        return None
    shares = totals / rated[:, None]
    everyone = shares.sum(axis=0)
    pairs = counts.coders * (counts.coders - 1)
    both = (w + w.T) / 2
    expected = float((everyone @ both @ everyone - np.einsum("gk,kl,gl->", shares, both, shares)) / pairs)
    moved = np.zeros(len(times))
    for coder, mine in enumerate(given):
        slope = both @ (everyone - shares[coder]) / pairs
        moved += units / rated[coder] * (mine @ slope - mine.sum(axis=1) * float(shares[coder] @ slope))
    return expected, moved
