"""Intervals hold: a small part of the grid whose whole is simulated by `python -m tests.bench.coverage`."""

from __future__ import annotations

import pytest

from tests.bench.coverage import cell, told


@pytest.mark.parametrize(
    ("prevalence", "alpha", "coders", "articles", "units"),
    [
        (0.5, 0.8, 2, 50, 1),
        (0.9, 0.6, 2, 20, 1),
        (0.9, 0.95, 2, 200, 1),
        (0.7, 0.6, 3, 20, 10),
        (0.5, 0.95, 2, 20, 10),
    ],
)
def test_intervals_hold_where_codes_are_rare_and_labels_cluster(
    prevalence: float, alpha: float, coders: int, articles: int, units: int
) -> None:
    found = cell(prevalence, alpha, coders, articles, units, 250)
    assert 0.90 <= found.covers <= 0.995, "four standard errors around what the full grid has"
    assert 0.0 < found.width < 2.0
    assert found.coders == coders


def test_the_table_names_the_cells_that_fail() -> None:
    good = cell(0.5, 0.8, 2, 20, 1, 40)
    bad = type(good)(0.9, 0.8, 2, 20, 1, 0.5, 4, 1.0)
    text = told([type(good)(0.5, 0.8, 2, 20, 1, 0.95, 0, 1.0), bad], 40)
    assert "**0.500** (100)" in text
    assert "1 of 2 cells" in text
    assert "Below: 20 × 1, 0.9/0.1, α 0.8, 2 coders (0.500)" in text
