"""Every coefficient that applies to a table, by its public name, with its interval."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.agreement import analytic, chance, icc
from annotator.agreement import weights as w
from annotator.agreement.alpha import ALPHA_UNDEFINED, alpha, alpha_influence
from annotator.agreement.counts import Counts
from annotator.agreement.estimate import Estimate, Floats, estimate
from annotator.agreement.intervals import Interval, gathered, influences, interval
from annotator.agreement.ratings import RatingsTable
from annotator.domain.errors import BadInput
from annotator.domain.words import say

LEVELS = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True, slots=True)
class _Coefficient:
    """compute: resample weights (B, P) -> (B,). why: the reason where it comes out undefined.

    influence: where it is known in closed form, as `alpha_influence` gives it. flat: chance has no part in it.
    """

    name: str
    compute: Callable[[Floats], Floats]
    why: str
    analytic: Callable[[], tuple[float, float] | None] | None = None
    influence: Callable[[], tuple[Floats, float]] | None = None
    flat: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """A coefficient with its intervals; None where there is none.

    articles, units: as `annotator.agreement.intervals` has them. analytic: from a published variance.
    """

    estimate: Estimate
    articles: Interval | None = None
    units: Interval | None = None
    analytic: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Intervals:
    """Further 95 % intervals of one coefficient, (low, high); None where there is none.

    clusters: by bootstrap over clusters. analytic: from a published variance.
    """

    clusters: tuple[float, float] | None = None
    analytic: tuple[float, float] | None = None


def coefficients(
    table: RatingsTable,
    level: str,
    bootstrap: int = 0,
    seed: int = 1,
    names: Collection[str] | None = None,
    distances: Mapping[str, Floats] | None = None,
) -> dict[str, Estimate]:
    """All that apply, or those named; those that do not apply (Cohen's with three coders) are absent.

    level: nominal, ordinal, interval or ratio. bootstrap: resamples of units with two values or more; 0 for no
    interval. distances: name -> (q, q); each gives an alpha of its own, `krippendorff_alpha_NAME`.
    Raises BadInput where the level needs numbers and a category is none.
    """
    counts = Counts(table)
    once = counts.times[None, :]
    drawn = counts.resampled(bootstrap, seed) if bootstrap and counts.units else None
    result = {}
    for c in _applying(table, counts, level, distances or {}):
        if names is not None and c.name not in names:
            continue
        value = float(c.compute(once)[0])
        resampled = c.compute(drawn) if drawn is not None and np.isfinite(value) else None
        result[c.name] = estimate(value, resampled, c.why if counts.units else chance.NO_PAIRS, _n(c, counts))
    return result


MOST_DIRECTIONS = 400
"""With more different units than this, the interval over units of a coefficient without closed form is not made."""


def measured(
    table: RatingsTable,
    level: str,
    clusters: Sequence[str] | None = None,
    names: Collection[str] | None = None,
    distances: Mapping[str, Floats] | None = None,
) -> dict[str, Measured]:
    """All that apply, or those named, with intervals over clusters of units (one name a row, like its article), over
    units and from published variances. Without clusters there are those over units alone."""
    counts = Counts(table, clusters)
    once = counts.times[None, :]
    result = {}
    for c in _applying(table, counts, level, distances or {}):
        if names is not None and c.name not in names:
            continue
        value = float(c.compute(once)[0])
        e = estimate(value, None, c.why if counts.units else chance.NO_PAIRS, _n(c, counts))
        if e.value is None:
            result[c.name] = Measured(e)
            continue
        articles, units = _over(c, counts, e.value, clusters is not None)
        result[c.name] = Measured(e, articles, units, c.analytic() if c.analytic is not None else None)
    return result


def _n(c: _Coefficient, counts: Counts) -> int:
    """The units that a coefficient rests on: those with two values, for two-way correlations those of every coder."""
    if c.name in ("icc_a1", "icc_c1"):
        return int(counts.times[(counts.patterns >= 0).all(axis=1)].sum())
    return counts.units


def _over(c: _Coefficient, counts: Counts, value: float, clustered: bool) -> tuple[Interval | None, Interval | None]:
    """(over clusters, over units)."""
    times, patterns, least = counts.times, len(counts.patterns), 0.0 if c.flat else -1.0
    of_pattern: Floats | None = None
    if c.influence is not None:
        of_pattern, exposure = c.influence()
    else:
        exposure = _exposure(c, counts, value)
        few = (
            MOST_DIRECTIONS if not clustered or counts.clusters < 2 else max(64, min(MOST_DIRECTIONS, counts.clusters))
        )
        if patterns <= few:
            of_pattern = influences(c.compute, times, np.eye(patterns))
    units = None if of_pattern is None else interval(value, None, of_pattern, exposure, times, least)
    if not clustered:
        return None, units
    of_unit = None if of_pattern is None else of_pattern[counts.pattern_of]
    if of_unit is not None:
        of_cluster = gathered(of_unit, counts.cluster_of, counts.clusters)
    else:
        of_cluster = influences(c.compute, times, counts.held())
        # what is not worked out unit by unit is taken as if it clustered as its articles are long
        exposure *= counts.clusters / max(counts.units, 1)
    return interval(value, of_unit, of_cluster, exposure, least=least), units


def _exposure(c: _Coefficient, counts: Counts, value: float) -> float:
    """How many disagreements chance alone would have given, as far as the coefficient tells."""
    if c.flat:
        return float(counts.units)
    _, by_alpha = alpha_influence(counts, "nominal", None)
    return by_alpha or float(counts.units)


def percentile_intervals(
    table: RatingsTable,
    level: str,
    clusters: Sequence[str],
    bootstrap: int,
    seed: int,
    distances: Mapping[str, Floats] | None = None,
) -> dict[str, tuple[float, float]]:
    """95 % percentile intervals by bootstrap over clusters, for those who must compare with other programs: they are
    too narrow with few clusters, and without width where nobody disagreed."""
    found = intervals(table, level, clusters, bootstrap, seed, distances)
    return {name: i.clusters for name, i in found.items() if i.clusters is not None}


def intervals(
    table: RatingsTable,
    level: str,
    clusters: Sequence[str],
    bootstrap: int,
    seed: int = 1,
    distances: Mapping[str, Floats] | None = None,
) -> dict[str, Intervals]:
    """Intervals over clusters of units (one name a row, like its document) and analytic ones, by coefficient.

    With fewer than two clusters there is none over clusters; coefficients that have neither are absent.
    """
    counts = Counts(table, clusters)
    once = counts.times[None, :]
    drawn = counts.resampled_clusters(bootstrap, seed) if bootstrap and counts.clusters > 1 else None
    result = {}
    for c in _applying(table, counts, level, distances or {}):
        value = float(c.compute(once)[0]) if counts.units else np.nan
        if not np.isfinite(value):
            continue
        e = estimate(value, None if drawn is None else c.compute(drawn), c.why)
        over = None if e.low is None or e.high is None else (e.low, e.high)
        published = c.analytic() if c.analytic is not None else None
        if over is not None or published is not None:
            result[c.name] = Intervals(over, published)
    return result


def _applying(table: RatingsTable, counts: Counts, level: str, distances: Mapping[str, Floats]) -> list[_Coefficient]:
    if level not in LEVELS:
        raise BadInput(
            say("`{level}` is not a level of measurement", level=level),
            remedy=say("use one of {names}", names=", ".join(LEVELS)),
        )
    numbers = table.numbers() if level in ("interval", "ratio") else None
    if level in ("interval", "ratio") and numbers is None:
        from annotator.agreement.ratings import number

        strange = next(c for c in table.categories if number(c) is None)
        raise BadInput(
            say("the level {level} needs numbers", level=level),
            say("category `{strange}`", strange=strange),
            "use nominal or ordinal",
        )
    found = _all(counts, level, numbers)
    for name, distance in distances.items():
        found.append(_with_distance(counts, name, distance))
    if numbers is not None and counts.coders > 1:
        found += _intraclass(counts, numbers)
    return found


def _with_distance(counts: Counts, name: str, distance: Floats) -> _Coefficient:
    return _Coefficient(
        f"krippendorff_alpha_{name}",
        lambda s: alpha(counts, s, "nominal", None, distance),
        ALPHA_UNDEFINED,
        influence=lambda: alpha_influence(counts, "nominal", None, distance),
    )


def _intraclass(counts: Counts, numbers: Floats) -> list[_Coefficient]:
    return [
        _Coefficient(
            "icc_1",
            lambda s: icc.one_way(counts, s, numbers),
            icc.ICC_ONE,
            lambda: icc.interval(counts, numbers, "icc_1"),
        ),
        _Coefficient(
            "icc_a1",
            lambda s: icc.two_way(counts, s, numbers, True),
            icc.ICC_TWO,
            lambda: icc.interval(counts, numbers, "icc_a1"),
        ),
        _Coefficient(
            "icc_c1",
            lambda s: icc.two_way(counts, s, numbers, False),
            icc.ICC_TWO,
            lambda: icc.interval(counts, numbers, "icc_c1"),
        ),
    ]


def cohen_kappa_custom(table: RatingsTable, disagreement: Floats) -> Estimate:
    """Cohen's weighted kappa with any (q, q) matrix of disagreement weights, 0 on the diagonal (Cohen 1968)."""
    counts = Counts(table)
    agreement = 1.0 - disagreement / disagreement.max()
    value = float(chance.cohen_kappa(counts, counts.times[None, :], agreement)[0])
    return estimate(value, None, chance.CONSTANT)


def _gwet(counts: Counts, kind: str, matrix: Floats) -> Callable[[], tuple[float, float] | None]:
    return lambda: analytic.interval(counts, matrix, kind)


def _all(counts: Counts, level: str, numbers: Floats | None) -> list[_Coefficient]:
    q = counts.q
    one = w.identity(q)
    empty_coder = any(
        not (counts.patterns[:, c] >= 0).any() and not counts.single_by_coder[c].any() for c in range(counts.coders)
    )
    few = chance.ONE_CATEGORY if q < 2 else chance.CONSTANT
    conger_why = chance.EMPTY_CODER if empty_coder else chance.CONSTANT

    found = [
        _Coefficient(
            "percent_agreement",
            lambda s: chance.percent_agreement(counts, s, one),
            chance.NO_PAIRS,
            _gwet(counts, "percent", one),
            flat=True,
        ),
        _Coefficient(
            "percent_agreement_pooled_pairs", lambda s: chance.pooled_pairs(counts, s), chance.NO_PAIRS, flat=True
        ),
        _Coefficient(
            "krippendorff_alpha",
            lambda s: alpha(counts, s, level, numbers),
            ALPHA_UNDEFINED,
            influence=lambda: alpha_influence(counts, level, numbers),
        ),
        _Coefficient(
            "fleiss_kappa", lambda s: chance.fleiss_kappa(counts, s, one), chance.CONSTANT, _gwet(counts, "fleiss", one)
        ),
        _Coefficient(
            "conger_kappa", lambda s: chance.conger_kappa(counts, s, one), conger_why, _gwet(counts, "conger", one)
        ),
        _Coefficient(
            "brennan_prediger",
            lambda s: chance.brennan_prediger(counts, s, one),
            few,
            _gwet(counts, "brennan_prediger", one),
        ),
        _Coefficient("gwet_ac1", lambda s: chance.gwet_ac(counts, s, one), few, _gwet(counts, "gwet", one)),
    ]
    if level != "nominal":
        found.append(
            _Coefficient(
                "krippendorff_alpha_nominal",
                lambda s: alpha(counts, s, "nominal", None),
                ALPHA_UNDEFINED,
                influence=lambda: alpha_influence(counts, "nominal", None),
            )
        )
    if counts.coders == 2:
        found += [
            _Coefficient("cohen_kappa", lambda s: chance.cohen_kappa(counts, s, one), chance.CONSTANT),
            _Coefficient("scott_pi", lambda s: chance.scott_pi(counts, s, one), chance.CONSTANT),
        ]
    elif counts.coders > 2:
        found.append(_Coefficient("light_kappa", lambda s: chance.light_kappa(counts, s, one), chance.CONSTANT))
    if level != "nominal" and q > 1:
        found += _weighted(counts, level, numbers, few, conger_why)
    return found


def _weighted(counts: Counts, level: str, numbers: Floats | None, few: str, conger_why: str) -> list[_Coefficient]:
    """Weights by the categories' ranks for ordinal data, by their numbers for interval and ratio data; Cohen's by
    rank always, and once more by number under a name of its own."""
    ranks = w.ranks(counts.q)
    x = ranks if numbers is None else numbers
    found: list[_Coefficient] = []

    def family(suffix: str, matrix: Floats) -> None:
        found.extend(
            [
                _Coefficient(
                    f"percent_agreement_weighted_{suffix}",
                    lambda s: chance.percent_agreement(counts, s, matrix),
                    chance.NO_PAIRS,
                    _gwet(counts, "percent", matrix),
                    flat=True,
                ),
                _Coefficient(
                    f"gwet_ac2_{suffix}",
                    lambda s: chance.gwet_ac(counts, s, matrix),
                    few,
                    _gwet(counts, "gwet", matrix),
                ),
                _Coefficient(
                    f"fleiss_kappa_weighted_{suffix}",
                    lambda s: chance.fleiss_kappa(counts, s, matrix),
                    chance.CONSTANT,
                    _gwet(counts, "fleiss", matrix),
                ),
                _Coefficient(
                    f"conger_kappa_weighted_{suffix}",
                    lambda s: chance.conger_kappa(counts, s, matrix),
                    conger_why,
                    _gwet(counts, "conger", matrix),
                ),
                _Coefficient(
                    f"brennan_prediger_weighted_{suffix}",
                    lambda s: chance.brennan_prediger(counts, s, matrix),
                    few,
                    _gwet(counts, "brennan_prediger", matrix),
                ),
            ]
        )

    def cohen(name: str, matrix: Floats) -> None:
        found.append(_Coefficient(name, lambda s: chance.cohen_kappa(counts, s, matrix), chance.CONSTANT))

    family("linear", w.linear(x))
    family("quadratic", w.quadratic(x))
    if level == "ordinal":
        family("ordinal", w.ordinal(counts.q))
    if counts.coders == 2:
        cohen("cohen_kappa_weighted_linear", w.linear(ranks))
        cohen("cohen_kappa_weighted_quadratic", w.quadratic(ranks))
        if numbers is not None:
            cohen("cohen_kappa_weighted_linear_value", w.linear(numbers))
            cohen("cohen_kappa_weighted_quadratic_value", w.quadratic(numbers))
    return found
