"""How far figures differ that were computed from several coders' codings of the same texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotator.agreement.estimate import Floats, steady


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Two coders' values of the same figures.

    compared: figures that both have. mean, greatest: of the absolute differences. correlation: Pearson's; None where
    fewer than three figures are compared or either coder's values are all the same.
    """

    compared: int
    mean: float | None
    greatest: float | None
    correlation: float | None


def apart(first: Sequence[float | None], second: Sequence[float | None]) -> Apart:
    """Compare two coders' values, figure by figure."""
    both = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    if not both:
        return Apart(compared=0, mean=None, greatest=None, correlation=None)
    values = np.array(sorted(both), dtype=np.float64)  # in an order of their own, so that sums come out the same
    away = np.sort(np.abs(values[:, 0] - values[:, 1]))
    return Apart(
        compared=len(both),
        mean=steady(float(away.mean())),
        greatest=steady(float(away.max())),
        correlation=_correlation(values),
    )


def _correlation(values: Floats) -> float | None:
    if len(values) < 3:
        return None
    one, two = (np.sort(values[:, k]) for k in (0, 1))
    if one[0] == one[-1] or two[0] == two[-1]:
        return None
    x, y = values[:, 0] - one.mean(), values[:, 1] - two.mean()
    # whose the first column is has no part in the sum
    products = np.sort(x * y)
    below = np.sqrt(np.sort(x * x).sum() * np.sort(y * y).sum())
    return steady(float(np.clip(products.sum() / below, -1.0, 1.0)))


def mean_of(values: Sequence[float | None]) -> float | None:
    """The mean of the values that are not None."""
    there = sorted(v for v in values if v is not None)
    return steady(float(np.mean(there))) if there else None


def middle_difference(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The mean of the absolute differences; None for none."""
    return steady(float(np.mean(sorted(abs(a - b) for a, b in pairs)))) if pairs else None
