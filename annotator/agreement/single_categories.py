"""How reliably each single category was distinguished from the others, over coincidences of units with two values.

Sources: specific agreement: Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions (3rd ed. 2003), 18.1;
Cicchetti and Feinstein (1990), J. Clin. Epidemiol. 43, 551-558. Alpha of one category against the others: Krippendorff,
Content Analysis (4th ed. 2019), ch. 12, with the other categories taken together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotator.agreement.counts import Counts
from annotator.agreement.estimate import steady
from annotator.agreement.ratings import RatingsTable


@dataclass(frozen=True, slots=True)
class SingleCategory:
    """category: place in the table's categories. values: how often it was given in units of two values or more.

    specific: of the values beside it in the same unit, the share that are the same. alpha: None where undefined.
    other: the category found most often beside it instead, with its share; None where there was none.
    """

    category: int
    values: int
    specific: float | None
    alpha: float | None
    other: int | None
    share: float | None


def single_categories(table: RatingsTable) -> list[SingleCategory]:
    """One for each category of the table, in order."""
    counts = Counts(table)
    q = counts.q
    if not counts.units:
        return [SingleCategory(k, 0, None, None, None, None) for k in range(q)]
    per = counts.per_category
    shared = per * (counts.times / np.maximum(counts.ratings - 1, 1))[:, None]
    # coincidences, (q, q): the ordered pairs of values within units, each unit weighing as its number of values
    coincidences = shared.T @ per
    coincidences[np.arange(q), np.arange(q)] -= shared.sum(axis=0)
    marginals = counts.times @ per
    n = float(marginals.sum())
    result = []
    for k in range(q):
        n_k, same = float(marginals[k]), float(coincidences[k, k])
        if n_k == 0:
            result.append(SingleCategory(k, 0, None, None, None, None))
            continue
        expected = n_k * (n - n_k)
        alpha = steady(1.0 - (n - 1) * (n_k - same) / expected) if expected > 0 else None
        beside = coincidences[k].copy()
        beside[k] = 0.0
        other = int(beside.argmax())
        share = steady(float(beside[other]) / n_k)
        found = (other, share) if share > 1e-12 else (None, None)
        result.append(SingleCategory(k, round(n_k), steady(same / n_k), alpha, *found))
    return result
