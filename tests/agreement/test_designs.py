"""Coefficients over designs as they come: sparse, one unit, one category, coders with nothing; against other people's
libraries, and against themselves when what must not matter is changed."""

from __future__ import annotations

import random
import warnings
from itertools import combinations

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from irrCAC.raw import CAC
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa

from annotator.agreement.coefficients import coefficients, intervals
from annotator.agreement.distances import beside_last
from annotator.agreement.grid import Grid
from annotator.agreement.ratings import RatingsTable
from annotator.agreement.single_categories import single_categories
from tests.agreement.test_oracles import frame, same, values

LEVELS = ("nominal", "ordinal", "interval", "ratio")


@st.composite
def designs(draw: st.DrawFn, most_coders: int = 5) -> RatingsTable:
    """Any number of categories from one up, from none to most of the cells missing, coders with nothing among them."""
    coders, units, q = draw(st.integers(2, most_coders)), draw(st.integers(1, 14)), draw(st.integers(1, 5))
    missing = draw(st.sampled_from([0.0, 0.2, 0.6, 0.9]))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    codes = chance.integers(0, q, size=(units, coders))
    if draw(st.booleans()):
        codes = np.where(chance.random(codes.shape) < 0.8, codes[:, :1], codes)
    codes[chance.random(codes.shape) < missing] = -1
    if draw(st.booleans()):
        codes[:, draw(st.integers(0, coders - 1))] = -1
    names = tuple(str(k + 1) for k in range(q))
    return RatingsTable(codes.astype(np.int32), tuple(f"c{i}" for i in range(coders)), names)


@given(designs(), st.sampled_from(LEVELS))
@settings(max_examples=200, deadline=None)
def test_no_design_raises_or_gives_a_number_that_is_not_defined(table: RatingsTable, level: str) -> None:
    found = coefficients(table, level, 20, 1)
    for name, e in found.items():
        assert (e.value is None) == bool(e.undefined), name
        for bound in (e.value, e.low, e.high):
            assert bound is None or np.isfinite(bound), name
    for name, i in intervals(table, level, [str(u % 3) for u in range(len(table.codes))], 20, 1).items():
        assert found[name].value is not None
        for pair in (i.clusters, i.analytic):
            assert pair is None or (np.isfinite(pair).all() and pair[0] <= pair[1] + 1e-12), name
    paired = frame(table)[(table.codes >= 0).sum(axis=1) >= 2]
    known = np.unique(paired[~np.isnan(paired)])
    alpha = found["krippendorff_alpha"]
    assert (alpha.value is None) == (len(known) < 2)
    if alpha.value is not None:
        domain = [float(c) for c in table.categories]
        theirs = krippendorff.alpha(reliability_data=frame(table).T, value_domain=domain, level_of_measurement=level)
        assert alpha.value == pytest.approx(theirs, abs=1e-9)


@given(designs(), st.sampled_from(["identity", "linear", "quadratic", "ordinal"]))
@settings(max_examples=120, deadline=None)
def test_chance_corrected_coefficients_equal_irrcac_where_it_has_an_answer(table: RatingsTable, weights: str) -> None:
    present = (table.codes >= 0).sum(axis=1)
    if (present >= 2).sum() < 2 or len(table.categories) < 2 or not (table.codes >= 0).any(axis=0).all():
        return  # the library divides by zero there
    ours = coefficients(table, "ordinal")
    suffix = "" if weights == "identity" else f"_weighted_{weights}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = pd.DataFrame(frame(table)[present > 0])
        theirs = CAC(data, weights=weights, categories=[float(c) for c in table.categories], digits=12)
        for name, method in (
            ("gwet_ac1" if weights == "identity" else f"gwet_ac2_{weights}", theirs.gwet),
            (f"brennan_prediger{suffix}", theirs.bp),
            (f"fleiss_kappa{suffix}", theirs.fleiss),
            (f"conger_kappa{suffix}", theirs.conger),
        ):
            value = ours[name].value
            if value is None:
                continue
            told = method()["est"]
            assert value == pytest.approx(float(told["coefficient_value"]), abs=1e-6), name
            assert ours["percent_agreement" + suffix].value == pytest.approx(float(told["pa"]), abs=1e-6)


@given(designs(most_coders=4))
@settings(max_examples=100, deadline=None)
def test_pairwise_kappas_equal_scikit_learn_and_statsmodels(table: RatingsTable) -> None:
    q = len(table.categories)
    pairs: list[float | None] = []
    for a, b in combinations(range(len(table.coders)), 2):
        two = RatingsTable(table.codes[:, [a, b]], ("a", "b"), table.categories)
        both = two.codes[(two.codes >= 0).all(axis=1)]
        ours = coefficients(two, "nominal")
        kappa, pi = ours["cohen_kappa"].value, ours["scott_pi"].value
        pairs.append(kappa)
        if len(np.unique(both)) < 2:
            assert kappa is None
            assert pi is None
            continue
        theirs = cohen_kappa_score(both[:, 0], both[:, 1], labels=list(range(q)))
        assert kappa == pytest.approx(theirs, abs=1e-9)
        square = np.zeros((q, q))
        np.add.at(square, (both[:, 0], both[:, 1]), 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert kappa == pytest.approx(cohens_kappa(square, return_results=False), abs=1e-9)
            # of two coders with no value missing, Fleiss' kappa is Scott's pi
            assert pi == pytest.approx(fleiss_kappa(aggregate_raters(both, n_cat=q)[0]), abs=1e-9)
    if len(pairs) > 1:
        light = coefficients(table, "nominal")["light_kappa"].value
        if any(p is None for p in pairs):
            assert light is None
        else:
            assert light == pytest.approx(np.mean([p for p in pairs if p is not None]), abs=1e-9)


@given(designs())
@settings(max_examples=100, deadline=None)
def test_alpha_of_one_code_is_alpha_of_that_code_against_the_rest(table: RatingsTable) -> None:
    paired = table.codes[(table.codes >= 0).sum(axis=1) >= 2]
    for single in single_categories(table):
        assert single.values == (paired == single.category).sum()
        binary = np.where(table.codes < 0, np.nan, (table.codes == single.category).astype(float))
        if single.values == 0 or single.values == (paired >= 0).sum():
            assert single.alpha is None
            continue
        theirs = krippendorff.alpha(reliability_data=binary.T, value_domain=[0.0, 1.0], level_of_measurement="nominal")
        assert single.alpha == pytest.approx(theirs, abs=1e-9)
        assert single.specific is not None
        assert 0 <= single.specific <= 1
        assert (single.other is None) == (single.specific > 1 - 1e-9)


@given(designs(), st.sampled_from(LEVELS), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_neither_the_order_of_coders_nor_that_of_units_matters(
    table: RatingsTable, level: str, chance: random.Random
) -> None:
    rows, columns = list(range(len(table.codes))), list(range(len(table.coders)))
    chance.shuffle(rows)
    chance.shuffle(columns)
    moved = RatingsTable(table.codes[np.ix_(rows, columns)], table.coders, table.categories)
    same(values(coefficients(table, level)), values(coefficients(moved, level)))


@given(designs())
@settings(max_examples=60, deadline=None)
def test_turning_an_order_round_changes_nothing(table: RatingsTable) -> None:
    last = len(table.categories) - 1
    turned = RatingsTable(np.where(table.codes < 0, -1, last - table.codes), table.coders, table.categories)
    for level in ("ordinal", "interval"):
        same(values(coefficients(table, level)), values(coefficients(turned, level)))


@given(designs())
@settings(max_examples=60, deadline=None)
def test_alpha_of_all_units_twice_follows_from_alpha_of_them_once(table: RatingsTable) -> None:
    """D_e has n - 1 below it: 1 - alpha grows by (2 n - 1) / (2 (n - 1))."""
    twice = RatingsTable(np.vstack([table.codes, table.codes]), table.coders, table.categories)
    n = int((table.codes[(table.codes >= 0).sum(axis=1) >= 2] >= 0).sum())
    for level in LEVELS:
        once = coefficients(table, level)["krippendorff_alpha"].value
        after = coefficients(twice, level)["krippendorff_alpha"].value
        if once is None:
            assert after is None
        else:
            assert after is not None
            assert 1 - after == pytest.approx((1 - once) * (2 * n - 1) / (2 * (n - 1)), abs=1e-9)


@given(designs())
@settings(max_examples=60, deadline=None)
def test_a_unit_without_values_and_a_coder_without_values_change_no_alpha(table: RatingsTable) -> None:
    wider = np.pad(table.codes, ((0, 1), (0, 1)), constant_values=-1)
    more = RatingsTable(wider, (*table.coders, "nobody"), table.categories)
    for level in LEVELS:
        for name in ("krippendorff_alpha", "fleiss_kappa", "percent_agreement"):
            before, after = (coefficients(t, level)[name].value for t in (table, more))
            assert after == (None if before is None else pytest.approx(before, abs=1e-12)), name


@given(designs(), st.sampled_from(["ordinal", "interval"]))
@settings(max_examples=60, deadline=None)
def test_where_nothing_is_unmatched_the_scaled_distances_give_alpha_of_the_level(
    table: RatingsTable, level: str
) -> None:
    full = RatingsTable(table.codes, table.coders, (*table.categories, "|unmatched"))
    found = coefficients(full, "nominal", distances={"unmatched": beside_last(full, level)})
    plain = coefficients(table, level)["krippendorff_alpha"].value
    ours = found["krippendorff_alpha_unmatched"].value
    assert ours == (None if plain is None else pytest.approx(plain, abs=1e-9))


@given(designs())
@settings(max_examples=60, deadline=None)
def test_units_that_differ_are_those_that_a_loop_finds(table: RatingsTable) -> None:
    grid = Grid(table.codes)
    rows = [{c for c in row if c >= 0} for row in grid.rows()]
    assert grid.differing() == [i for i, given in enumerate(rows) if len(given) > 1]
    assert grid.apart([0]) == [i for i, given in enumerate(rows) if 0 in given and given != {0}]
    assert grid.with_pair(0, 1, 0, 0) == [i for i, row in enumerate(grid.rows()) if row[:2] == [0, 0]]
    assert grid.used() == sorted(set().union(*rows))
