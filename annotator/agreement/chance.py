"""Percent agreement and the coefficients of the form (p_a - p_e) / (1 - p_e).

Every function takes resample weights (B, P) over patterns and gives shape (B,), NaN where undefined.
Agreement weights W are (q, q); the unweighted coefficient is the one with the identity.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from annotator.agreement.counts import Counts
from annotator.agreement.estimate import Floats
from annotator.domain.words import say

CONSTANT = say("chance alone would give full agreement: all values are the same, or there are none")
NO_PAIRS = say("no unit has two values")
EMPTY_CODER = say("a coder has no values, and so no marginal distribution")
ONE_CATEGORY = say("there is only one category")


def _ratio(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(np.abs(below) > 1e-12, above / below, np.nan))


def _beyond_chance(observed: Floats, expected: Floats) -> Floats:
    return _ratio(observed - expected, 1.0 - expected)


def percent_agreement(counts: Counts, weights: Floats, w: Floats) -> Floats:
    """Mean over units with two values or more of the (weighted) share of agreeing pairs.

    Source: Gwet, Handbook of Inter-Rater Reliability (2014), eq. 2.6 and 3.5.
    """
    per = counts.per_category
    agreeing = (per * (per @ w.T - 1.0)).sum(axis=1) / (counts.ratings * np.maximum(counts.ratings - 1, 1))
    return _ratio(weights @ agreeing, weights.sum(axis=1))


def pooled_pairs(counts: Counts, weights: Floats) -> Floats:
    """All pairs of all units in one pool: the share that agree."""
    per = counts.per_category
    agreeing = (per * (per - 1.0)).sum(axis=1)
    pairs = counts.ratings * (counts.ratings - 1)
    return _ratio(weights @ agreeing, weights @ pairs)


def _shares(counts: Counts, weights: Floats) -> Floats:
    """(B, q): mean over all units with a value of the share of its values in each category (Gwet's pi_k)."""
    per = counts.per_category / np.maximum(counts.ratings, 1)[:, None]
    units = np.maximum(weights.sum(axis=1) + counts.single_units, 1)
    return np.asarray((weights @ per + counts.singles) / units[:, None])


def gwet_ac(counts: Counts, weights: Floats, w: Floats) -> Floats:
    """Gwet's AC1 (identity weights) and AC2: p_e = T_w / (q (q - 1)) * sum_k pi_k (1 - pi_k).

    Source: Gwet (2008), Br. J. Math. Stat. Psychol. 61, 29-48; Handbook (2014), eq. 5.5.
    """
    q = counts.q
    if q < 2:
        return np.full(len(weights), np.nan)
    pi = _shares(counts, weights)
    expected = w.sum() / (q * (q - 1)) * (pi * (1.0 - pi)).sum(axis=1)
    return _beyond_chance(percent_agreement(counts, weights, w), expected)


def brennan_prediger(counts: Counts, weights: Floats, w: Floats) -> Floats:
    """p_e = T_w / q^2. Source: Brennan and Prediger (1981), Educ. Psychol. Meas. 41, 687-699; Gwet (2014), eq. 5.12."""
    q = counts.q
    if q < 2:
        return np.full(len(weights), np.nan)
    expected = np.full(len(weights), w.sum() / q**2)
    return _beyond_chance(percent_agreement(counts, weights, w), expected)


def fleiss_kappa(counts: Counts, weights: Floats, w: Floats) -> Floats:
    """p_e = sum_kl w_kl pi_k pi_l. Source: Fleiss (1971), Psychol. Bull. 76, 378-382; with missing values
    Gwet (2014), eq. 2.15."""
    pi = _shares(counts, weights)
    expected = ((pi @ w) * pi).sum(axis=1)
    return _beyond_chance(percent_agreement(counts, weights, w), expected)


def conger_kappa(counts: Counts, weights: Floats, w: Floats) -> Floats:
    """p_e = sum over pairs of coders of sum_kl w_kl p_gk p_hl, divided by their number; each coder's marginals over
    the units that coder rated.

    Source: Conger (1980), Psychol. Bull. 88, 322-328; with missing values Gwet (2014), eq. 2.12.
    """
    marginals = []
    for coder in range(counts.coders):
        given = weights @ counts.coder_marginals(coder) + counts.single_by_coder[coder]
        total = given.sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            marginals.append(np.where(total > 0, given / total, np.nan))
    everyone = np.sum(marginals, axis=0)
    both = ((everyone @ w) * everyone).sum(axis=1)
    self_pairs = np.sum([((m @ w) * m).sum(axis=1) for m in marginals], axis=0)
    expected = (both - self_pairs) / (counts.coders * (counts.coders - 1))
    return _beyond_chance(percent_agreement(counts, weights, w), expected)


def cohen_kappa(counts: Counts, weights: Floats, w: Floats, pair: tuple[int, int] = (0, 1)) -> Floats:
    """Two coders, units that both rated: p_e from each coder's own marginals.

    Source: Cohen (1960), Educ. Psychol. Meas. 20, 37-46; weighted: Cohen (1968), Psychol. Bull. 70, 213-220.
    """
    observed, first, second = _joint(counts, weights, w, pair)
    return _beyond_chance(observed, ((first @ w) * second).sum(axis=1))


def scott_pi(counts: Counts, weights: Floats, w: Floats) -> Floats:
    """Two coders, units that both rated: p_e from their pooled marginals.

    Source: Scott (1955), Public Opin. Q. 19, 321-325.
    """
    observed, first, second = _joint(counts, weights, w, (0, 1))
    pooled = (first + second) / 2.0
    return _beyond_chance(observed, ((pooled @ w) * pooled).sum(axis=1))


def light_kappa(counts: Counts, weights: Floats, w: Floats) -> Floats:
    """The mean of Cohen's kappa over pairs of coders. Source: Light (1971), Psychol. Bull. 76, 365-377."""
    pairs = [cohen_kappa(counts, weights, w, pair) for pair in combinations(range(counts.coders), 2)]
    return np.asarray(np.mean(pairs, axis=0))


def _joint(counts: Counts, weights: Floats, w: Floats, pair: tuple[int, int]) -> tuple[Floats, Floats, Floats]:
    """Observed agreement (B,) and both marginals (B, q) over the units that both coders rated."""
    a, b = counts.patterns[:, pair[0]], counts.patterns[:, pair[1]]
    both = (a >= 0) & (b >= 0)
    here = weights[:, both]
    total = here.sum(axis=1)
    agreeing = w[a[both], b[both]]
    first = here @ counts.coder_marginals(pair[0])[both]
    second = here @ counts.coder_marginals(pair[1])[both]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(total > 0, 1.0 / total, np.nan)
    return here @ agreeing * share, first * share[:, None], second * share[:, None]
