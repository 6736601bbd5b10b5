"""Intervals: the influences behind them, their form where nothing was seen, and that they hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.agreement.alpha import alpha, alpha_influence
from annotator.agreement.coefficients import measured
from annotator.agreement.counts import Counts
from annotator.agreement.intervals import influences
from annotator.agreement.ratings import RatingsTable

CATEGORIES = ("1", "2", "3")


def table_of(cells: list[list[int]]) -> RatingsTable:
    return RatingsTable(np.array(cells, dtype=np.int32), tuple(f"c{i}" for i in range(len(cells[0]))), CATEGORIES)


tables = (
    st.integers(2, 4)
    .flatmap(lambda n: st.lists(st.lists(st.integers(-1, 2), min_size=n, max_size=n), min_size=2, max_size=12))
    .map(table_of)
)


@given(tables, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
@settings(max_examples=60, deadline=None)
def test_alphas_influence_is_its_derivative(table: RatingsTable, level: str) -> None:
    counts = Counts(table)
    numbers = np.array([1.0, 2.0, 3.0])
    found, exposure = alpha_influence(counts, level, numbers)
    if not len(found) or not np.isfinite(found).all():
        return
    by_steps = influences(lambda w: alpha(counts, w, level, numbers), counts.times, np.eye(len(counts.patterns)))
    assert found == pytest.approx(by_steps, abs=1e-4)
    assert exposure > 0


@given(tables, st.sampled_from(["nominal", "ordinal", "interval"]), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_an_interval_holds_its_value_and_is_never_without_width(table: RatingsTable, level: str, every: int) -> None:
    clusters = [str(i // every) for i in range(len(table.codes))]
    for name, m in measured(table, level, clusters).items():
        assert m.estimate.n is not None
        for found in (m.articles, m.units):
            if found is None or m.estimate.value is None:
                continue
            assert found.low <= m.estimate.value + 1e-6, name
            assert found.high >= m.estimate.value - 1e-6, name
            assert found.high <= 1.0
            assert found.high - found.low > 1e-6, name


def test_without_a_disagreement_the_interval_is_one_sided() -> None:
    few = measured(table_of([[0, 0], [1, 1]] * 10), "nominal")["krippendorff_alpha"].units
    many = measured(table_of([[0, 0], [1, 1]] * 100), "nominal")["krippendorff_alpha"].units
    assert few is not None
    assert many is not None
    assert few.one_sided
    assert few.high == many.high == 1.0
    assert 0.5 < few.low < many.low < 1.0


def test_few_articles_give_a_lower_bound_alone_and_one_gives_none() -> None:
    table = table_of([[0, 0], [1, 1], [0, 1], [1, 1]] * 6)
    three = measured(table, "nominal", [str(i % 3) for i in range(24)])["krippendorff_alpha"]
    assert three.articles is not None
    assert three.articles.one_sided
    assert three.articles.clusters == 3
    assert measured(table, "nominal", ["a"] * 24)["krippendorff_alpha"].articles is None


def test_units_of_one_article_count_less_where_they_stand_or_fall_together() -> None:
    alike = [[0, 0]] * 8 + [[1, 1]] * 8
    apart = [[0, 1]] * 8
    together = measured(table_of([*alike, *apart] * 8), "nominal", [str(i // 8) for i in range(192)])
    m = together["krippendorff_alpha"]
    assert m.articles is not None
    assert m.units is not None
    assert m.articles.high - m.articles.low > 1.5 * (m.units.high - m.units.low)
