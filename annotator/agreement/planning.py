"""How many articles and coders an interval of a given width takes, from the variance that a pilot had.

The variance of 1 - alpha over articles is that of the infinitesimal jackknife (`intervals`), and goes down as articles
go up. For other numbers of coders it is multiplied by how the variance of one unit's influence changes with the number
of coders in a model of coding that has the pilot's alpha and the pilot's shares of codes: a coder knows a unit's truth
with probability sqrt(alpha) and else draws a code. Both bounds are made as the intervals of the report are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, stdtrit

from annotator.agreement.alpha import alpha, alpha_influence
from annotator.agreement.counts import Counts
from annotator.agreement.estimate import Floats
from annotator.agreement.intervals import NOTHING_SEEN, gathered
from annotator.agreement.ratings import RatingsTable

MOST_ARTICLES = 5000
_SIMULATED = 6000


@dataclass(frozen=True, slots=True)
class Pilot:
    """What a pilot tells. variance: of 1 - alpha over its articles. freedom: of that variance. exposure: how many
    disagreements an article would have had by chance alone, divided by the design effect. ratios: number of coders ->
    variance in comparison with the pilot's."""

    value: float
    articles: int
    units: int
    coders: int
    variance: float
    freedom: float
    exposure: float
    ratios: dict[int, float]


@dataclass(frozen=True, slots=True)
class Need:
    """articles: None where more than MOST_ARTICLES would be needed. readings: articles times coders."""

    coders: int
    articles: int | None
    readings: int | None


def pilot(
    table: RatingsTable, level: str, clusters: Sequence[str], coders: Sequence[int], distance: Floats | None = None
) -> Pilot | None:
    """None where alpha is undefined, or where there are fewer than two articles. coders: numbers to plan for."""
    counts = Counts(table, clusters)
    numbers = table.numbers() if level in ("interval", "ratio") else None
    if not counts.units or counts.clusters < 2:
        return None
    value = float(alpha(counts, counts.times[None, :], level, numbers, distance)[0])
    if not np.isfinite(value):
        return None
    of_pattern, exposure = alpha_influence(counts, level, numbers, distance)
    of_unit = of_pattern[counts.pattern_of]
    of_article = gathered(of_unit, counts.cluster_of, counts.clusters)
    m, n = counts.clusters, counts.units
    variance, freedom = 0.0, float(m - 1)
    if 1 - value > NOTHING_SEEN:
        away = of_article - of_article.mean()
        variance = float((away**2).sum()) * m / (m - 1)
        if variance > 0:
            spread = m * float((away**4).sum()) / float((away**2).sum()) ** 2
            freedom = float(np.clip(2 * m / max(spread - 1.0, 1e-9), 1.0, m - 1))
        own = of_unit - of_unit.mean()
        alone = float((own**2).sum()) * n / max(n - 1, 1)
        exposure /= max(variance / alone, 1.0) if alone > 0 else 1.0
    else:
        exposure *= m / max(n, m)  # as intervals have it where nobody disagreed
    mean = round(float(counts.ratings @ counts.times) / n)
    base = max(2, mean)
    ratios = _ratios(counts, level, numbers, distance, value, base, coders)
    return Pilot(value, m, n, base, variance, freedom, exposure / m, ratios)


def width(p: Pilot, articles: int, coders: int) -> float:
    """Of the 95 % interval with so many articles and coders, at the pilot's alpha."""
    d = 1.0 - p.value
    ratio = p.ratios[coders]
    more = articles / p.articles / ratio
    n = max(p.exposure * articles / ratio, 1e-6)
    if d <= NOTHING_SEEN:
        return min(2.0, float(betaincinv(1.0, n, 0.95)))
    low = high = d
    if p.variance > 0:
        free = max(p.freedom * articles / p.articles, 1.0)
        half = float(stdtrit(free, 0.975)) * float(np.sqrt(p.variance / more)) / d
        low, high = d * float(np.exp(-half)), d * float(np.exp(min(half, 50.0)))
    share = min(d, 1.0)
    x = n * share
    low = min(low, d / share * float(betaincinv(x + 0.5, n - x + 0.5, 0.025)))
    high = max(high, d / share * float(betaincinv(x + 0.5, n - x + 0.5, 0.975)))
    return min(high, 2.0) - low


def needed(p: Pilot, wanted: float, coders: int) -> Need:
    """The fewest articles, from five, whose interval is no wider than wanted."""
    if width(p, MOST_ARTICLES, coders) > wanted:
        return Need(coders, None, None)
    few, many = 5, MOST_ARTICLES
    while few < many:
        middle = (few + many) // 2
        if width(p, middle, coders) <= wanted:
            many = middle
        else:
            few = middle + 1
    return Need(coders, few, few * coders)


def curve(p: Pilot, coders: int, most: int) -> tuple[tuple[int, float], ...]:
    """(articles, width) at some twenty numbers of articles up to the most."""
    steps = sorted({max(5, round(x)) for x in np.geomspace(5, max(most, 6), 20)})
    return tuple((m, round(width(p, m, coders), 6)) for m in steps)


def _ratios(
    counts: Counts,
    level: str,
    numbers: Floats | None,
    distance: Floats | None,
    value: float,
    base: int,
    coders: Sequence[int],
) -> dict[int, float]:
    given = counts.times @ counts.per_category
    shares = given / given.sum()
    # at full or no agreement the model has no variance of its own: its neighbourhood stands for it
    knows = float(np.sqrt(np.clip(value, 0.02, 0.98)))
    found: dict[int, float] = {}
    for c in sorted({base, *coders}):
        generator = np.random.default_rng(20310602)
        truth = generator.choice(counts.q, size=_SIMULATED, p=shares)
        drawn = generator.choice(counts.q, size=(_SIMULATED, c), p=shares)
        known = generator.random((_SIMULATED, c)) < knows
        codes = np.where(known, truth[:, None], drawn).astype(np.int32)
        made = RatingsTable(codes, tuple(f"c{k}" for k in range(c)), tuple(str(k) for k in range(counts.q)))
        simulated = Counts(made)
        influence, _ = alpha_influence(simulated, level, numbers, distance)
        away = influence - float(influence @ simulated.times) / simulated.units
        found[c] = float(simulated.times @ away**2)
    return {c: found[c] / found[base] if found[base] > 0 else 1.0 for c in coders}
