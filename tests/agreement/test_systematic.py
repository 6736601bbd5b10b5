"""Systematic differences, planning and Conger's analytic interval, against published figures and other programs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from irrCAC.raw import CAC
from statsmodels.stats.contingency_tables import SquareTable

from annotator.agreement.coefficients import measured
from annotator.agreement.planning import MOST_ARTICLES, needed, pilot, width
from annotator.agreement.ratings import RatingsTable
from annotator.agreement.systematic import of_joint, systematic

VISION = np.array([[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]], dtype=float)
"""The unaided vision of 7,477 women, left and right (Stuart 1955)."""


def test_published_figures_of_stuart_and_bhapkar() -> None:
    found = of_joint(VISION)
    assert found.units == 7477
    assert found.stuart_maxwell.statistic == pytest.approx(11.96, abs=0.005)
    assert found.bhapkar.statistic == pytest.approx(11.98, abs=0.005)
    assert found.stuart_maxwell.df == 3


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(1, 20), min_size=3, max_size=3), min_size=3, max_size=3))
def test_the_same_as_statsmodels(cells: list[list[int]]) -> None:
    joint = np.array(cells, dtype=float)
    found, table = of_joint(joint), SquareTable(joint, shift_zeros=False)
    for mine, name in ((found.stuart_maxwell, "stuart_maxwell"), (found.bhapkar, "bhapkar")):
        theirs = table.homogeneity(method=name)
        assert mine.statistic == pytest.approx(theirs.statistic, abs=1e-8)
        assert mine.p == pytest.approx(theirs.pvalue, abs=1e-8)
    turned = of_joint(joint.T)
    assert turned.stuart_maxwell.statistic == pytest.approx(found.stuart_maxwell.statistic, abs=1e-9)
    for one, other in zip(found.biases, turned.biases, strict=True):
        assert one.difference == pytest.approx(-other.difference)
        assert one.low <= one.difference <= one.high


def test_what_is_not_defined_says_why() -> None:
    nothing = systematic(RatingsTable(np.full((3, 2), -1, dtype=np.int32), ("a", "b"), ("x", "y")), 0, 1)
    assert (nothing.units, nothing.biases) == (0, ())
    assert nothing.bhapkar.undefined
    same = of_joint(np.diag([4.0, 5.0]))
    assert same.stuart_maxwell.p is None
    assert same.stuart_maxwell.undefined
    assert [b.difference for b in same.biases] == [0, 0]
    assert all(b.low < 0 < b.high for b in same.biases), "never without width"
    one_way = of_joint(np.array([[0.0, 7.0], [0.0, 0.0]]))
    assert one_way.stuart_maxwell.statistic == pytest.approx(7)
    assert one_way.bhapkar.statistic is None


@pytest.mark.parametrize("seed", range(8))
def test_congers_analytic_interval_is_that_of_irrcac(seed: int) -> None:
    codes = np.random.default_rng(seed).integers(-1, 3, (30, 2 + seed % 3))
    cells = [[None if v < 0 else str(v) for v in row] for row in codes]
    table = RatingsTable.from_cells(cells, [f"c{k}" for k in range(codes.shape[1])], ("0", "1", "2"))
    low, high = measured(table, "nominal")["conger_kappa"].analytic or (None, None)
    theirs = CAC(pd.DataFrame(cells).dropna(how="all")).conger()["est"]
    assert (low, high) == pytest.approx(theirs["confidence_interval"], abs=3e-5)


def coded(units: int, per: int, coders: int, seed: int, alpha: float = 0.7) -> tuple[RatingsTable, list[str]]:
    g = np.random.default_rng(seed)
    truth = g.integers(0, 2, units)
    known = g.random((units, coders)) < np.sqrt(alpha)
    codes = np.where(known, truth[:, None], g.integers(0, 2, known.shape)).astype(np.int32)
    return RatingsTable(codes, tuple(f"c{k}" for k in range(coders)), ("x", "y")), [str(i // per) for i in range(units)]


def test_the_width_at_the_pilots_own_size_is_that_of_its_interval() -> None:
    for seed in range(5):
        table, articles = coded(120, 4, 2, seed)
        p = pilot(table, "nominal", articles, (2, 3))
        over = measured(table, "nominal", articles)["krippendorff_alpha"].articles
        assert p is not None
        assert over is not None
        assert width(p, p.articles, 2) == pytest.approx(over.high - over.low, abs=2e-3)


def test_a_plan_keeps_what_it_says() -> None:
    """Studies as large as planned have about the width that was asked for, with two coders and with four."""
    table, articles = coded(150, 3, 2, 1)
    p = pilot(table, "nominal", articles, (2, 4))
    assert p is not None
    for coders in (2, 4):
        need = needed(p, 0.15, coders)
        assert need.articles is not None
        assert width(p, need.articles, coders) <= 0.15 < width(p, need.articles - 1, coders)
        made = [coded(3 * need.articles, 3, coders, 100 + s, p.value) for s in range(8)]
        widths = [
            over.high - over.low for t, a in made if (over := measured(t, "nominal", a)["krippendorff_alpha"].articles)
        ]
        assert np.mean(widths) == pytest.approx(0.15, rel=0.25)
    assert needed(p, 0.15, 4).articles < needed(p, 0.15, 2).articles  # type: ignore[operator]


def test_a_pilot_that_tells_nothing_plans_nothing() -> None:
    table, _ = coded(20, 1, 2, 3)
    assert pilot(table, "nominal", ["a"] * 20, (2,)) is None
    same = RatingsTable(np.zeros((9, 2), dtype=np.int32), ("a", "b"), ("x", "y"))
    assert pilot(same, "nominal", list("abcdefghi"), (2,)) is None, "alpha is undefined"
    full = RatingsTable(np.array([[0, 0], [1, 1]] * 6, dtype=np.int32), ("a", "b"), ("x", "y"))
    p = pilot(full, "nominal", [str(i) for i in range(12)], (2, 3))
    assert p is not None
    need = needed(p, 0.1, 2)
    assert need.articles is not None
    assert 12 < need.articles < MOST_ARTICLES, "no disagreement seen is no certainty"
    assert needed(p, 0.0001, 2).articles is None
