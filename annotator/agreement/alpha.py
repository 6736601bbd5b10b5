"""Krippendorff's alpha.

Source: Krippendorff, Content Analysis (4th ed. 2019), ch. 12; "Computing Krippendorff's Alpha-Reliability" (2011).
alpha = 1 - D_o / D_e over the coincidences of units with two values or more.
"""

from __future__ import annotations

import numpy as np

from annotator.agreement.counts import Counts
from annotator.agreement.estimate import Floats
from annotator.domain.words import say

ALPHA_UNDEFINED = say("no disagreement can be expected: all values that can be paired are the same, or there are none")


def alpha(
    counts: Counts, weights: Floats, level: str, numbers: Floats | None, distance: Floats | None = None
) -> Floats:
    """Shape (B,), NaN where undefined. weights: (B, P), how often each pattern counts.

    level: nominal, ordinal, interval or ratio; numbers: the categories as numbers, for interval and ratio.
    distance: (q, q), symmetric, 0 on the diagonal: used as the difference function instead of the level's.
    """
    per = counts.per_category
    marginals = weights @ per
    n = marginals.sum(axis=1)
    if distance is None and level == "ordinal":
        observed, expected = _ordinal(counts, weights, marginals)
    elif distance is None and level == "interval":
        assert numbers is not None
        observed, expected = _interval(counts, weights, marginals, numbers)
    else:
        metric = _metric(level, counts.q, numbers) if distance is None else distance
        # sum over ordered pairs within a unit; the diagonal of the metric is 0, so no value pairs with itself
        within = ((per @ metric) * per).sum(axis=1) / np.maximum(counts.ratings - 1, 1)
        observed = weights @ within
        expected = ((marginals @ metric) * marginals).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        # D_o = observed / n, D_e = expected / (n (n - 1))
        return np.asarray(np.where(expected > 0, 1.0 - (n - 1) * observed / expected, np.nan))


def alpha_influence(
    counts: Counts, level: str, numbers: Floats | None, distance: Floats | None = None
) -> tuple[Floats, float]:
    """(derivative of 1 - alpha by the number of units of each pattern, (P,); how many disagreements of one coder with
    another chance alone would give). NaN where alpha is undefined."""
    per = counts.per_category
    marginals = counts.times @ per
    n = float(marginals.sum())
    ordinal = distance is None and level == "ordinal"
    metric = _ranked(marginals) if ordinal else _metric(level, counts.q, numbers) if distance is None else distance
    within = ((per @ metric) * per).sum(axis=1) / np.maximum(counts.ratings - 1, 1)
    observed = float(counts.times @ within)
    expected = float(marginals @ metric @ marginals)
    if n < 2 or not expected > 0:
        return np.full(len(per), np.nan), 0.0
    of_observed = within
    of_expected = 2.0 * (per @ (metric @ marginals))
    if ordinal:
        # the metric moves with the marginals
        pairs = (per * (counts.times / np.maximum(counts.ratings - 1, 1))[:, None]).T @ per
        pairs[np.diag_indices(counts.q)] -= (counts.times / np.maximum(counts.ratings - 1, 1)) @ per
        step = 1e-4
        moved = np.empty((2, counts.q))
        for k in range(counts.q):
            more, less = marginals.copy(), marginals.copy()
            more[k] += step
            less[k] -= step
            change = (_ranked(more) - _ranked(less)) / (2 * step)
            moved[0, k] = (pairs * change).sum()
            moved[1, k] = marginals @ change @ marginals
        of_observed = of_observed + per @ moved[0]
        of_expected = of_expected + per @ moved[1]
    d = (n - 1) * observed / expected
    share = of_observed / observed if observed > 0 else np.zeros(len(per))
    found = d * (share - of_expected / expected) + d * counts.ratings / (n - 1)
    used = marginals > 0
    greatest = float(metric[np.ix_(used, used)].max())
    return found, expected / (n - 1) / (2.0 * greatest)


def _ranked(marginals: Floats) -> Floats:
    below = np.cumsum(marginals) - marginals / 2.0
    return np.asarray((below[:, None] - below[None, :]) ** 2)


def _metric(level: str, q: int, numbers: Floats | None) -> Floats:
    if level == "nominal":
        return 1.0 - np.eye(q)
    assert numbers is not None
    if level == "interval":
        x = numbers - numbers.mean()
        return np.asarray((x[:, None] - x[None, :]) ** 2)
    total = numbers[:, None] + numbers[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = (numbers[:, None] - numbers[None, :]) / total
    return np.asarray(np.where(total != 0, shares, 0.0) ** 2)


def _interval(counts: Counts, weights: Floats, marginals: Floats, numbers: Floats) -> tuple[Floats, Floats]:
    """Sums of squared differences in closed form, on centred numbers so that values near 1e9 keep their digits."""
    used = counts.times @ counts.per_category
    x = numbers - np.average(numbers, weights=used) if used.sum() > 0 else numbers
    per = counts.per_category
    sums, squares = per @ x, per @ x**2
    within = 2.0 * (counts.ratings * squares - sums**2) / np.maximum(counts.ratings - 1, 1)
    n = marginals.sum(axis=1)
    expected = 2.0 * (n * (marginals @ x**2) - (marginals @ x) ** 2)
    scale = n * (marginals @ x**2)
    expected = np.where(expected > 1e-12 * scale, expected, 0.0)  # what rounding leaves of constant values
    return weights @ within, expected


def _ordinal(counts: Counts, weights: Floats, marginals: Floats) -> tuple[Floats, Floats]:
    """The metric depends on the marginals, so each resample has its own."""
    q = counts.q
    per = counts.per_category
    # coincidences of every unit, (P, q * q): N_c (N_k - [c = k]) / (m - 1)
    pairs = per[:, :, None] * per[:, None, :]
    pairs[:, np.arange(q), np.arange(q)] -= per
    pairs /= np.maximum(counts.ratings - 1, 1)[:, None, None]
    coincidences = (weights @ pairs.reshape(len(per), q * q)).reshape(-1, q, q)
    below = np.cumsum(marginals, axis=1) - marginals / 2.0  # mid-ranks
    metric = (below[:, :, None] - below[:, None, :]) ** 2
    observed = (coincidences * metric).sum(axis=(1, 2))
    expected = (marginals[:, :, None] * marginals[:, None, :] * metric).sum(axis=(1, 2))
    return observed, expected
