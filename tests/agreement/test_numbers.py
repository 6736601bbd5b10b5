"""Intraclass correlations, analytic intervals and intervals over documents, against other people's libraries."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from irrCAC.raw import CAC

from annotator.agreement.coefficients import coefficients, intervals
from annotator.agreement.ratings import RatingsTable
from annotator.agreement.sources import source
from tests.agreement.test_oracles import frame, same, tables, values

LEVELS = st.sampled_from(["nominal", "ordinal", "interval", "ratio"])
INTRACLASS = {"icc_1": 0, "icc_a1": 1, "icc_c1": 2}
"""Name -> row of the library's table of single ratings."""


def number_table(rows: list[list[float | None]]) -> RatingsTable:
    seen = sorted({v for row in rows for v in row if v is not None})
    cells = [[None if v is None else repr(float(v)) for v in row] for row in rows]
    return RatingsTable.from_cells(cells, [f"c{i}" for i in range(len(rows[0]))], [repr(float(v)) for v in seen])


def theirs(rows: list[list[float]]) -> pd.DataFrame:
    long = pd.DataFrame([(u, c, v) for u, row in enumerate(rows) for c, v in enumerate(row)], columns=["u", "c", "v"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pingouin.intraclass_corr(long, targets="u", raters="c", ratings="v")


@st.composite
def numbers(draw: st.DrawFn) -> list[list[float]]:
    width = draw(st.integers(2, 4))
    return draw(
        st.lists(
            st.lists(st.integers(-20, 20).map(float), min_size=width, max_size=width),
            min_size=5,
            max_size=12,
        )
    )


@given(numbers())
@settings(max_examples=60, deadline=None)
def test_intraclass_correlations_equal_pingouin(rows: list[list[float]]) -> None:
    array = np.array(rows)
    residual = array - array.mean(axis=0) - array.mean(axis=1)[:, None] + array.mean()
    if np.abs(residual).max() < 1e-9:
        return  # the library divides by zero there
    table = number_table(rows)
    ours = coefficients(table, "interval")
    more = intervals(table, "interval", [str(i) for i in range(len(rows))], 0)
    expected = theirs(rows)
    for name, row in INTRACLASS.items():
        assert ours[name].value == pytest.approx(float(expected["ICC"].iloc[row]), abs=1e-7), name
        column = next(c for c in expected.columns if c.startswith("CI95"))
        low, high = expected[column].iloc[row]
        if name in more and more[name].analytic and math.isfinite(low) and math.isfinite(high):
            assert more[name].analytic == pytest.approx((low, high), abs=0.006), name  # the library rounds to 2 places


def test_intraclass_correlations_of_a_published_table() -> None:
    rows = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    found = coefficients(number_table([[float(v) for v in r] for r in rows]), "interval")
    # Shrout and Fleiss (1979), table 4
    assert found["icc_1"].value == pytest.approx(0.17, abs=0.005)
    assert found["icc_a1"].value == pytest.approx(0.29, abs=0.005)
    assert found["icc_c1"].value == pytest.approx(0.71, abs=0.005)


def test_missing_values_stay_in_the_one_way_correlation_and_take_their_unit_from_the_others() -> None:
    rows: list[list[float | None]] = [[1, 2, None], [3, 3, 4], [7, 6, 8], [5, None, None], [2, 2, 3]]
    found = coefficients(number_table(rows), "interval")
    whole = coefficients(number_table([r for r in rows if None not in r]), "interval")
    assert found["icc_a1"].value == pytest.approx(whole["icc_a1"].value)
    assert found["icc_c1"].value == pytest.approx(whole["icc_c1"].value)
    # one-way analysis of variance by hand over the four units with two values or more
    groups = [[float(v) for v in r if v is not None] for r in rows if sum(v is not None for v in r) > 1]
    n = [len(g) for g in groups]
    grand = sum(map(sum, groups)) / sum(n)
    between = sum(len(g) * (sum(g) / len(g) - grand) ** 2 for g in groups) / 3
    within = sum((v - sum(g) / len(g)) ** 2 for g in groups for v in g) / (sum(n) - 4)
    k = (sum(n) - sum(x * x for x in n) / sum(n)) / 3
    assert found["icc_1"].value == pytest.approx((between - within) / (between + (k - 1) * within))


@given(numbers(), st.integers(-(10**9), 10**9), st.sampled_from([-2.0, 0.5, 4.0]))
@settings(max_examples=40)
def test_intraclass_correlations_do_not_know_unit_and_origin(rows: list[list[float]], add: int, times: float) -> None:
    before = coefficients(number_table(rows), "interval", names=INTRACLASS)
    moved = number_table([[v * times + add for v in row] for row in rows])
    after = coefficients(moved, "interval", names=INTRACLASS)
    for name in INTRACLASS:
        expected = before[name].value
        got = after[name].value
        assert (got is None) == (expected is None), name
        if expected is not None:
            assert got == pytest.approx(expected, abs=1e-5), name


@given(tables(), st.sampled_from(["identity", "linear", "quadratic", "ordinal"]))
@settings(max_examples=60, deadline=None)
def test_gwets_intervals_equal_irrcac(table: RatingsTable, weights: str) -> None:
    present = (table.codes >= 0).sum(axis=1)
    if (present >= 2).sum() < 2:
        return
    ours = intervals(table, "ordinal", [str(i) for i in range(len(table.codes))], 0)
    suffix = "" if weights == "identity" else f"_weighted_{weights}"
    gwet = "gwet_ac1" if weights == "identity" else f"gwet_ac2_{weights}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = CAC(pd.DataFrame(frame(table)[present > 0]), weights=weights, categories=[1.0, 2.0, 3.0, 4.0])
        for name, method in (
            (gwet, library.gwet),
            (f"brennan_prediger{suffix}", library.bp),
            (f"fleiss_kappa{suffix}", library.fleiss),
        ):
            if name not in ours:
                continue
            expected = method()["est"]["confidence_interval"]
            found = ours[name].analytic
            assert found is not None
            if all(math.isfinite(x) for x in expected):
                low = max(found[0], -1.0) if expected[0] == -1.0 else found[0]
                assert (low, found[1]) == pytest.approx(expected, abs=2e-5), name


@given(tables(), st.integers(1, 4), LEVELS)
@settings(max_examples=60)
def test_intervals_over_documents_are_plain_ones_where_each_unit_is_a_document(
    table: RatingsTable, documents: int, level: str
) -> None:
    clusters = [str(i % documents) for i in range(len(table.codes))]
    found = intervals(table, level, clusters, 60, 5)
    assert found == intervals(table, level, clusters, 60, 5)
    for e in found.values():
        for pair in (e.clusters, e.analytic):
            if pair is not None:
                assert pair[0] <= pair[1] + 1e-12
    apart = intervals(table, level, [str(i) for i in range(len(table.codes))], 60, 5)
    plain = coefficients(table, level, 60, 5)
    if table.pairable > 1:
        for name, e in plain.items():
            got = apart[name].clusters if name in apart else None
            if e.low is None:
                assert got is None
            else:
                assert got is not None
                assert got == pytest.approx((e.low, e.high), abs=1e-9)
    one = intervals(table, level, ["same"] * len(table.codes), 60, 5)
    assert all(e.clusters is None for e in one.values())


def test_units_that_stand_together_make_the_interval_wider() -> None:
    generator = np.random.default_rng(4)
    easy = generator.random(40) < 0.5  # documents in which coders agree, and ones in which they guess
    codes = []
    clusters = []
    for document, simple in enumerate(easy):
        for _ in range(12):
            first = int(generator.integers(0, 3))
            codes.append([first, first if simple else int(generator.integers(0, 3))])
            clusters.append(str(document))
    table = RatingsTable(np.array(codes, dtype=np.int32), ("a", "b"), ("x", "y", "z"))
    plain = coefficients(table, "nominal", 400)["krippendorff_alpha"]
    over = intervals(table, "nominal", clusters, 400)["krippendorff_alpha"].clusters
    assert plain.low is not None
    assert plain.high is not None
    assert over is not None
    assert over[1] - over[0] > 1.5 * (plain.high - plain.low)


DEGENERATE: list[list[list[str | None]]] = [
    [],
    [[None, None]],
    [["1", None], [None, "2"]],
    [["1", "1"]],
    [["1", "2"]],
    [["1", "1"], ["1", "1"], ["1", "1"]],
    [["1", None], ["2", None], ["3", None]],
    [["1", "2", None], [None, None, None], ["1", None, None]],
    [["1"] * 5, ["2"] + [None] * 4],
]


@pytest.mark.parametrize("cells", DEGENERATE)
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("categories", [("1",), ("1", "2", "3")])
def test_degenerate_tables_are_told_with_a_reason(
    cells: list[list[str | None]], level: str, categories: tuple[str, ...]
) -> None:
    width = len(cells[0]) if cells else 2
    kept = [[v if v in categories else None for v in row] for row in cells]
    table = RatingsTable.from_cells(kept, [f"c{i}" for i in range(width)], categories)
    distances = {"tree": 1.0 - np.eye(len(categories))}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = coefficients(table, level, 20, distances=distances)
        more = intervals(table, level, [str(i % 2) for i in range(len(cells))], 20, distances=distances)
    for name, e in found.items():
        assert (e.value is None) == bool(e.undefined), name
        assert e.value is None or math.isfinite(e.value)
        if e.value is None:
            assert name not in more
    for i in more.values():
        for pair in (i.clusters, i.analytic):
            assert pair is None or all(math.isfinite(x) for x in pair)


@given(tables(), LEVELS)
@settings(max_examples=40)
def test_every_coefficient_cites_its_source(table: RatingsTable, level: str) -> None:
    assert all(source(name) for name in coefficients(table, level, distances={"tree": 1.0 - np.eye(4)}))


@given(tables())
@settings(max_examples=30)
def test_units_without_any_value_change_nothing(table: RatingsTable) -> None:
    empty = np.full((2, len(table.coders)), -1, dtype=np.int32)
    more = RatingsTable(np.vstack([table.codes, empty]), table.coders, table.categories)
    same(values(coefficients(table, "interval")), values(coefficients(more, "interval")))
