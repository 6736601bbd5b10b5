"""Intervals hold: a small part of the grid whose whole is simulated by `python -m tests.bench.coverage`."""

from __future__ import annotations

import re

import numpy as np
import pytest

from annotator.agreement.coefficients import coefficients
from annotator.services.agreement.measuring import words
from tests.bench.coverage import DOCS, cell, table_of, told


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


def failing_cells() -> list[tuple[int, int, float, float, int]]:
    """(articles, units, prevalence, alpha, coders) of the cells that the manual names as below the bar."""
    page = DOCS.read_text(encoding="utf-8")
    below = page.split("Below: ")[1].split(". Above")[0]
    named = re.findall(r"(\d+) × (\d+), ([\d.]+)/[\d.]+, α ([\d.]+), (\d+) coders \(", below)
    return [(int(a), int(u), float(p), float(al), int(c)) for a, u, p, al, c in named]


@pytest.mark.parametrize("cell_", failing_cells(), ids=str)
def test_a_word_stands_beside_figures_of_every_kind_that_fails(cell_: tuple[int, int, float, float, int]) -> None:
    articles, units, p, alpha, coders = cell_
    generator = np.random.default_rng(11)
    warned = runs = 0
    for _ in range(60):
        table, _clusters = table_of(generator, p, alpha, coders, articles, units)
        value = coefficients(table, "nominal", names=("krippendorff_alpha",))["krippendorff_alpha"].value
        if value is None:
            continue
        runs += 1
        part = {
            "layer": "l", "attribute": "a", "interval": {"documents": articles}, "most_given": table.most_given,
            "coders": coders, "main": "krippendorff_alpha", "coefficients": {"krippendorff_alpha": {"value": value}},
        }  # fmt: skip
        warned += bool(words([part]))
    assert warned >= 0.9 * runs


def test_no_word_stands_where_intervals_held() -> None:
    part = {
        "layer": "l", "attribute": "a", "interval": {"documents": 200}, "most_given": 0.9, "coders": 5,
        "main": "krippendorff_alpha", "coefficients": {"krippendorff_alpha": {"value": 0.95}},
    }  # fmt: skip
    assert not words([part])
    of_one, of_both = {"documents": (0.1, 0.2), "units": None}, {"documents": (0.1, 0.2), "units": (0.1, 0.2)}
    assert not words([part | {"intervals": {"fleiss_kappa": of_both}}])
    (large,) = words([part | {"intervals": {"krippendorff_alpha": of_both, "fleiss_kappa": of_one}}])
    assert large.endswith("of every coefficient: l.a")
    assert not words([part | {"interval": {"documents": 40}, "most_given": 0.6, "coders": 3}])
