"""Intraclass correlations of single ratings, for numbers.

Source: McGraw and Wong (1996), Psychological Methods 1, 30-46; Shrout and Fleiss (1979), Psychol. Bull. 86, 420-428.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

from annotator.agreement.counts import Counts
from annotator.agreement.estimate import Floats
from annotator.domain.words import say

ICC_ONE = say("there are fewer than two units with two values, or the values do not differ at all")
ICC_TWO = say("fewer than two units have a value of every coder, or these values do not differ at all")


def one_way(counts: Counts, weights: Floats, numbers: Floats) -> Floats:
    """ICC(1): shape (B,), NaN where undefined. Units with two values or more; they may differ in how many.

    With unequal numbers of values k is n0 = (N - sum n_i^2 / N) / (units - 1): Donner (1986), Int. Stat. Rev. 54, 67.
    """
    x = _centred(counts, numbers)
    n = counts.ratings
    sums, squares = np.nansum(x, axis=1), np.nansum(x**2, axis=1)
    units, total = weights.sum(axis=1), weights @ n
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sums**2 / n
        between = (weights @ means - (weights @ sums) ** 2 / total) / (units - 1)
        within = weights @ np.maximum(squares - means, 0.0) / (total - units)
        k = (total - weights @ n**2 / total) / (units - 1)
        return _share(between - within, between + (k - 1) * within, weights @ squares / total)


def two_way(counts: Counts, weights: Floats, numbers: Floats, absolute: bool) -> Floats:
    """ICC(A,1), absolute agreement, or ICC(C,1), consistency: shape (B,). Only units that every coder rated."""
    whole, x = _complete(counts, numbers)
    here = weights[:, whole]
    rows, columns, error, n = _mean_squares(here, x)
    k = counts.coders
    with np.errstate(divide="ignore", invalid="ignore"):
        below = rows + (k - 1) * error
        if absolute:
            below = below + k / n * (columns - error)
        size = here @ (x**2).sum(axis=1) / (n * k) if x.size else np.zeros(len(here))
        return _share(rows - error, below, size)


def interval(counts: Counts, numbers: Floats, kind: str) -> tuple[float, float] | None:
    """The analytic 95 % interval by F of `icc_1` (where no value is missing), `icc_a1` or `icc_c1`; None for none.

    Source: McGraw and Wong (1996), table 7 and the errata.
    """
    whole, x = _complete(counts, numbers)
    if kind == "icc_1" and not whole.all():
        return None
    rows_, columns_, error_, n_ = _mean_squares(counts.times[None, whole], x)
    rows, columns, error, n = (float(v[0]) for v in (rows_, columns_, error_, n_))
    k = counts.coders
    if n < 2:
        return None
    if kind == "icc_a1":
        return _absolute(rows, columns, error, n, k)
    if kind == "icc_1":
        error = ((k - 1) * columns + (n - 1) * (k - 1) * error) / (n * (k - 1))
        free = n * (k - 1)
    else:
        free = (n - 1) * (k - 1)
    if not error > 0:
        return None
    ratio = rows / error
    low, high = ratio / fdtri(n - 1, free, 0.975), ratio * fdtri(free, n - 1, 0.975)
    return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))


def _absolute(rows: float, columns: float, error: float, n: float, k: int) -> tuple[float, float] | None:
    below = rows + (k - 1) * error + k / n * (columns - error)
    if not (error > 0 and below > 0):
        return None
    icc = (rows - error) / below
    if icc >= 1:
        return None
    a = k * icc / (n * (1 - icc))
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    parts = (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    if not parts > 0:
        return None
    v = (a * columns + b * error) ** 2 / parts
    rest = k * columns + (k * n - k - n) * error
    upper, lower = fdtri(n - 1, v, 0.975), fdtri(v, n - 1, 0.975)
    with np.errstate(divide="ignore", invalid="ignore"):  # an interval that is none is not told
        found = (
            float(n * (rows - upper * error) / (upper * rest + n * rows)),
            float(n * (lower * rows - error) / (rest + n * lower * rows)),
        )
    return found if np.isfinite(found).all() else None


def _centred(counts: Counts, numbers: Floats) -> Floats:
    """(P, coders), NaN where missing, around the mean of all so that values near 1e9 keep their digits."""
    x = np.where(counts.patterns >= 0, numbers[np.maximum(counts.patterns, 0)], np.nan)
    return np.asarray(x - np.nanmean(x)) if x.size else x


def _complete(counts: Counts, numbers: Floats) -> tuple[NDArray[np.bool_], Floats]:
    whole = np.asarray((counts.patterns >= 0).all(axis=1))
    return whole, _centred(counts, numbers)[whole]


def _mean_squares(weights: Floats, x: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Of units, of coders, of the rest, each (B,); and the number of units."""
    k = x.shape[1]
    n = weights.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        everything = weights @ x.sum(axis=1)
        correction = everything**2 / (n * k)
        total = weights @ (x**2).sum(axis=1) - correction
        units = weights @ (x.sum(axis=1) ** 2) / k - correction
        coders = ((weights @ x) ** 2).sum(axis=1) / n - correction
        rest = np.maximum(total - units - coders, 0.0)
        rest = np.where(rest > 1e-12 * total, rest, 0.0)  # what rounding leaves of parallel values
        return units / (n - 1), coders / (k - 1), rest / ((n - 1) * (k - 1)), n


def _share(above: Floats, below: Floats, size: Floats) -> Floats:
    return np.asarray(np.where(np.isfinite(below) & (below > 1e-12 * size) & (size > 0), above / below, np.nan))
