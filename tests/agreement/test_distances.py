"""Alpha with distances between sets and between nodes of a tree."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.agreement.coefficients import coefficients
from annotator.agreement.distances import jaccard, masi, tree
from annotator.agreement.ratings import RatingsTable
from tests.agreement.test_oracles import frame, tables

SETS = [frozenset(s) for n in range(4) for s in combinations("abc", n)]
PATHS = [("a",), ("a", "x"), ("a", "y"), ("b",), ("b", "z"), ("b", "z", "deep")]


def by_definition(a: frozenset[str], b: frozenset[str]) -> tuple[Fraction, Fraction]:
    """Jaccard's and the MASI distance in exact numbers."""
    if a == b:
        return Fraction(0), Fraction(0)
    share = Fraction(len(a & b), len(a | b))
    monotone = Fraction(2, 3) if a < b or b < a else Fraction(1, 3) if a & b else Fraction(0)
    return 1 - share, 1 - share * monotone


def test_sets_are_as_far_apart_as_the_definitions_say() -> None:
    for i, a in enumerate(SETS):
        for j, b in enumerate(SETS):
            expected = by_definition(a, b)
            assert jaccard(SETS)[i, j] == pytest.approx(float(expected[0]))
            assert masi(SETS)[i, j] == pytest.approx(float(expected[1]))


def test_nodes_of_a_tree_are_nearer_the_deeper_their_common_ancestor() -> None:
    found = tree(PATHS)
    assert found[1, 2] == pytest.approx(0.5)  # two leaves under one heading
    assert found[0, 1] == pytest.approx(1 / 3)  # a heading and its leaf
    assert found[1, 4] == 1.0  # nothing in common
    assert found[4, 5] == pytest.approx(0.2)
    assert (np.diag(found) == 0).all()
    assert (found == found.T).all()


@given(st.lists(st.frozensets(st.sampled_from("abcde")), min_size=1, max_size=8))
def test_distances_of_sets_lie_between_nought_and_one(sets: list[frozenset[str]]) -> None:
    for distance in (jaccard(sets), masi(sets)):
        assert (distance >= -1e-12).all()
        assert (distance <= 1 + 1e-12).all()
        assert np.allclose(distance, distance.T)
        for i, j in permutations(range(len(sets)), 2):
            assert (abs(distance[i, j]) < 1e-12) == (sets[i] == sets[j])


@given(tables(), st.integers(0, 2**32))
@settings(max_examples=80)
def test_alpha_with_any_distance_equals_the_krippendorff_library(table: RatingsTable, seed: int) -> None:
    half = np.triu(np.random.default_rng(seed).random((4, 4)), 1)
    distance = half + half.T
    ours = coefficients(table, "nominal", distances={"mine": distance})["krippendorff_alpha_mine"]
    paired = frame(table)[(table.codes >= 0).sum(axis=1) >= 2]
    if len(np.unique(paired[~np.isnan(paired)])) < 2:
        assert ours.value is None
        assert ours.undefined
        return

    def metric(v1: np.ndarray, v2: np.ndarray, **_: object) -> np.ndarray:
        first, second = np.broadcast_arrays(np.asarray(v1, int) - 1, np.asarray(v2, int) - 1)
        return np.asarray(distance[first, second])

    theirs = krippendorff.alpha(
        reliability_data=frame(table).T, value_domain=[1.0, 2.0, 3.0, 4.0], level_of_measurement=metric
    )
    assert ours.value == pytest.approx(theirs, abs=1e-9)


@given(tables())
@settings(max_examples=40)
def test_sets_of_one_are_as_nominal_categories(table: RatingsTable) -> None:
    one = [{c} for c in table.categories]
    found = coefficients(table, "nominal", distances={"masi": masi(one), "jaccard": jaccard(one)})
    for name in ("krippendorff_alpha_masi", "krippendorff_alpha_jaccard"):
        assert found[name].value == pytest.approx(found["krippendorff_alpha"].value)
        assert found[name].undefined == found["krippendorff_alpha"].undefined
