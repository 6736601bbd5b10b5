"""Systematic differences between two coders: whether they use codes equally often, and which of them which way.

Agreement says how often two coders differ, these say whether the differences go one way. Sources: Stuart (1955),
Biometrika 42, 412-416; Maxwell (1970), British Journal of Psychiatry 116, 651-655; Bhapkar (1966), Journal of the
American Statistical Association 61, 228-235. Units are taken as independent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from annotator.agreement.estimate import Floats, steady
from annotator.agreement.ratings import RatingsTable
from annotator.domain.words import Message, say


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """A test of whether both coders give every code equally often. p: None where `undefined` says why."""

    statistic: float | None
    df: int
    p: float | None
    undefined: Message | None = None


@dataclass(frozen=True, slots=True)
class Bias:
    """How much more often, in shares of the units, the first coder gave a code than the second. low, high: 95 %."""

    category: int
    first: int
    second: int
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Systematic:
    """Two coders, over the units that both gave a value. biases: of each code that either gave."""

    units: int
    stuart_maxwell: Homogeneity
    bhapkar: Homogeneity
    biases: tuple[Bias, ...]


NOTHING = say("no unit has values of both coders")
SAME = say("the coders never differ")


def systematic(table: RatingsTable, first: int, second: int) -> Systematic:
    """Of two columns of the table."""
    a, b = table.codes[:, first], table.codes[:, second]
    both = (a >= 0) & (b >= 0)
    q = len(table.categories)
    joint = np.zeros((q, q))
    np.add.at(joint, (a[both], b[both]), 1.0)
    return of_joint(joint)


def of_joint(joint: Floats) -> Systematic:
    """Of a table of how often the first coder gave the row's code where the second gave the column's."""
    n = float(joint.sum())
    if n == 0:
        nothing = Homogeneity(None, 0, None, NOTHING)
        return Systematic(0, nothing, nothing, ())
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    stuart = _stuart_maxwell(joint)
    bhapkar = stuart
    if stuart.statistic is not None:
        # Bhapkar's Wald statistic follows from Stuart's (Ireland, Ku and Kullback 1969)
        share = stuart.statistic / n
        value = float("inf") if share >= 1 else stuart.statistic / (1 - share)
        bhapkar = (
            Homogeneity(None, stuart.df, 0.0, say("all units differ in the same direction: the statistic is unbounded"))
            if not np.isfinite(value)
            else Homogeneity(steady(value), stuart.df, float(chdtrc(stuart.df, value)))
        )
    biases = []
    for k in np.flatnonzero(rows + columns):
        away = rows[k] + columns[k] - 2 * joint[k, k]
        difference = (rows[k] - columns[k]) / n
        # Agresti and Min's interval of a paired difference: half a unit more in each of the four cells
        m = n + 2.0
        shifted = (rows[k] - columns[k]) / m
        spread = np.sqrt(max((away + 1.0) / m - shifted**2, 0.0) / m)
        half = 1.959963984540054 * float(spread)
        biases.append(
            Bias(
                int(k),
                int(rows[k]),
                int(columns[k]),
                steady(difference),
                steady(max(-1.0, min(shifted - half, difference))),
                steady(min(1.0, max(shifted + half, difference))),
            )
        )
    return Systematic(int(n), stuart, bhapkar, tuple(biases))


def _stuart_maxwell(joint: Floats) -> Homogeneity:
    """Codes on which the coders never differ have no part in it; one degree of freedom less than those left, and less
    again where the differences fall apart in groups that never meet."""
    off = joint - np.diag(np.diag(joint))
    used = np.flatnonzero(off.sum(axis=0) + off.sum(axis=1))
    if not len(used):
        return Homogeneity(None, 0, None, SAME)
    off = off[np.ix_(used, used)]
    d = off.sum(axis=1) - off.sum(axis=0)
    variance = np.diag(off.sum(axis=1) + off.sum(axis=0)) - off - off.T
    values, vectors = np.linalg.eigh(variance)
    kept = values > 1e-9 * max(float(values.max()), 1.0)
    df = int(kept.sum())
    along = vectors[:, kept].T @ d
    statistic = float((along**2 / values[kept]).sum())
    return Homogeneity(steady(statistic), df, float(chdtrc(df, statistic)))
