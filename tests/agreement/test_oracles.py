"""Coefficients against other people's libraries, over generated tables; and what must not change them."""

from __future__ import annotations

import math
import random
import warnings
from itertools import product

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from irrCAC.raw import CAC
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

from annotator.agreement.coefficients import coefficients
from annotator.agreement.estimate import Estimate
from annotator.agreement.ratings import RatingsTable, read_ratings
from annotator.domain.errors import BadInput

CATEGORIES = ("1", "2", "3", "4")


@st.composite
def tables(draw: st.DrawFn, coders: tuple[int, int] = (2, 5), missing: bool = True) -> RatingsTable:
    width = draw(st.integers(*coders))
    allowed: list[str | None] = list(CATEGORIES)
    if missing:
        allowed.append(None)
    row = st.lists(st.sampled_from(allowed), min_size=width, max_size=width)
    cells = draw(st.lists(row, min_size=1, max_size=15))
    return RatingsTable.from_cells(cells, [f"c{i}" for i in range(width)], CATEGORIES)


def frame(table: RatingsTable) -> np.ndarray:
    codes = table.codes.astype(float) + 1
    codes[table.codes < 0] = np.nan
    return codes


@given(tables(), st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
@settings(max_examples=150)
def test_alpha_equals_the_krippendorff_library(table: RatingsTable, level: str) -> None:
    alpha = coefficients(table, level)["krippendorff_alpha"]
    paired = frame(table)[(table.codes >= 0).sum(axis=1) >= 2]
    if len(np.unique(paired[~np.isnan(paired)])) < 2:
        assert alpha.value is None
        assert alpha.undefined
        return
    theirs = krippendorff.alpha(
        reliability_data=frame(table).T, value_domain=[1.0, 2.0, 3.0, 4.0], level_of_measurement=level
    )
    assert alpha.value == pytest.approx(theirs, abs=1e-9)


@given(tables(), st.sampled_from(["identity", "linear", "quadratic"]))
@settings(max_examples=80)
def test_gwets_family_equals_irrcac(table: RatingsTable, weights: str) -> None:
    ours = coefficients(table, "ordinal")
    present = (table.codes >= 0).sum(axis=1)
    if (present >= 2).sum() < 2:
        return
    data = pd.DataFrame(frame(table)[present > 0])
    suffix = "" if weights == "identity" else f"_weighted_{weights}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = CAC(data, weights=weights, categories=[1.0, 2.0, 3.0, 4.0], digits=12)
        pairs = {
            "gwet_ac1" if weights == "identity" else f"gwet_ac2_{weights}": theirs.gwet,
            f"brennan_prediger{suffix}": theirs.bp,
            f"fleiss_kappa{suffix}": theirs.fleiss,
        }
        for name, method in pairs.items():
            if ours[name].value is None:
                continue  # the library divides by zero there
            expected = float(method()["est"]["coefficient_value"])
            if math.isfinite(expected):
                assert ours[name].value == pytest.approx(expected, abs=1e-6), name


@given(tables(coders=(2, 2), missing=False), st.sampled_from([None, "linear", "quadratic"]))
@settings(max_examples=80)
def test_cohens_kappa_equals_scikit_learn(table: RatingsTable, weights: str | None) -> None:
    name = "cohen_kappa" if weights is None else f"cohen_kappa_weighted_{weights}"
    ours = coefficients(table, "ordinal")[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = cohen_kappa_score(table.codes[:, 0], table.codes[:, 1], labels=[0, 1, 2, 3], weights=weights)
    if math.isnan(theirs) or ours.value is None:
        assert len(np.unique(table.codes)) == 1
    else:
        assert ours.value == pytest.approx(theirs, abs=1e-9)


@given(tables(coders=(3, 4), missing=False))
@settings(max_examples=60)
def test_fleiss_kappa_equals_statsmodels(table: RatingsTable) -> None:
    counts = np.stack([(table.codes == k).sum(axis=1) for k in range(4)], axis=1)
    ours = coefficients(table, "nominal")["fleiss_kappa"]
    if (counts.sum(axis=0) > 0).sum() < 2:
        assert ours.value is None
    else:
        assert ours.value == pytest.approx(fleiss_kappa(counts), abs=1e-9)


def values(found: dict[str, Estimate]) -> dict[str, float | None]:
    return {name: e.value for name, e in found.items()}


def same(a: dict[str, float | None], b: dict[str, float | None]) -> None:
    assert a.keys() == b.keys()
    for name, value in a.items():
        assert b[name] == (None if value is None else pytest.approx(value, abs=1e-9)), name


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_names_and_order_do_not_matter(table: RatingsTable, chance: random.Random) -> None:
    before = values(coefficients(table, "nominal"))
    rows = list(range(len(table.codes)))
    columns = list(range(len(table.coders)))
    names = list(range(4))
    for things in (rows, columns, names):
        chance.shuffle(things)
    renamed = np.where(table.codes < 0, -1, np.array(names)[table.codes])
    moved = RatingsTable(renamed[np.ix_(rows, columns)].astype(np.int32), table.coders, table.categories)
    same(before, values(coefficients(moved, "nominal")))


@given(tables())
@settings(max_examples=60)
def test_doubling_all_units_changes_only_alpha(table: RatingsTable) -> None:
    doubled = RatingsTable(np.vstack([table.codes, table.codes]), table.coders, table.categories)
    before, after = values(coefficients(table, "ordinal")), values(coefficients(doubled, "ordinal"))
    for found in (before, after):
        for name in ("krippendorff_alpha", "krippendorff_alpha_nominal"):
            found.pop(name)  # alpha corrects for the number of values
    same(before, after)


@given(tables())
@settings(max_examples=40)
def test_the_same_seed_gives_the_same_interval_around_plausible_values(table: RatingsTable) -> None:
    first = coefficients(table, "nominal", 50, 3)
    assert first == coefficients(table, "nominal", 50, 3)
    for e in first.values():
        assert (e.value is None) == (e.undefined is not None)
        assert (e.low is None) == (e.high is None)
        if e.low is not None and e.high is not None:
            assert e.low <= e.high <= 1 + 1e-9


def test_interval_alpha_survives_large_values_that_differ_little() -> None:
    small = [[str(a), str(b)] for a, b in product(range(3), repeat=2)]
    large = [[str(10**9 + int(a)), str(10**9 + int(b))] for a, b in small]
    first = RatingsTable.from_cells(small, ["a", "b"], ["0", "1", "2"])
    second = RatingsTable.from_cells(large, ["a", "b"], [str(10**9 + x) for x in range(3)])
    before = coefficients(first, "interval")["krippendorff_alpha"].value
    assert coefficients(second, "interval")["krippendorff_alpha"].value == pytest.approx(before, abs=1e-9)


def test_only_an_empty_cell_is_missing() -> None:
    table = read_ratings("unit,A,B\n1,NA,nan\n2,NO,no\n3,,null\n4,010,-\n", "r.csv")
    assert table.values == 7
    assert set(table.categories) == {"NA", "nan", "NO", "no", "null", "010", "-"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("unit,A\n1,x\n", "fewer than two coders"),
        ("unit,A,A\n1,x,y\n", "two columns"),
        ("unit,A,B\n1,x\n", "line 2"),
        ("unit,A,B\n1,x,y\n1,x,y\n", "two lines"),
        ('unit,A,B\n1,"x,y\n', "not CSV"),
    ],
)
def test_a_faulty_table_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        read_ratings(text, "ratings.csv")


def test_the_order_must_name_every_category() -> None:
    with pytest.raises(BadInput, match="lacks categories of the table: c"):
        read_ratings("unit,A,B\n1,a,c\n", "ratings.csv", ["a", "b"])
