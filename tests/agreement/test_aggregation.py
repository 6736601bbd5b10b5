"""Dawid and Skene's model and MACE: against another program's answers, on known cases, by properties."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.agreement.aggregation import Aggregated, dawid_skene, mace

CASES = json.loads((Path(__file__).parent / "crowd_kit.json").read_text(encoding="utf-8"))["cases"]


def codes_of(rows: list[str]) -> np.ndarray:
    return np.array([[-1 if v == "." else int(v) for v in row.split()] for row in rows], dtype=np.int32)


@pytest.mark.parametrize("case", CASES, ids=("first", "second"))
def test_the_same_as_another_program(case: dict[str, list[str]]) -> None:
    codes = codes_of(case["codes"])
    assert np.abs(dawid_skene(codes, 3, 3000, 1e-13).probabilities - np.array(case["ds"])).max() < 1e-5
    assert np.abs(mace(codes, 3).probabilities - np.array(case["mace"])).max() < 2e-4


def drawn(skills: tuple[float, ...], units: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    g = np.random.default_rng(seed)
    truth = g.integers(0, 3, units)
    known = g.random((units, len(skills))) < skills
    return truth, np.where(known, truth[:, None], g.integers(0, 3, known.shape)).astype(np.int32)


@pytest.mark.parametrize("model", [dawid_skene, mace])
def test_good_coders_count_for_more_than_a_majority_of_bad_ones(model: object) -> None:
    truth, codes = drawn((0.95, 0.95, 0.05, 0.05, 0.05), 300, 4)
    found: Aggregated = model(codes, 3)  # type: ignore[operator]
    votes = np.stack([(codes == k).sum(axis=1) for k in range(3)], axis=1)
    right = (found.probabilities.argmax(axis=1) == truth).mean()
    assert right > (votes.argmax(axis=1) == truth).mean() + 0.1
    assert right > 0.93
    assert min(found.trust[:2]) > max(found.trust[2:]) + 0.3


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 4), st.integers(1, 12))
def test_probabilities_are_probabilities_and_order_has_no_part(seed: int, coders: int, units: int) -> None:
    g = np.random.default_rng(seed)
    codes = g.integers(-1, 3, (units, coders)).astype(np.int32)
    found = dawid_skene(codes, 3)
    assert np.allclose(found.probabilities.sum(axis=1), 1)
    assert np.allclose(found.confusion.sum(axis=2), 1)
    order, rows = g.permutation(coders), g.permutation(units)
    again = dawid_skene(codes[rows][:, order], 3)
    assert np.allclose(again.probabilities, found.probabilities[rows], atol=1e-6)
    assert np.allclose(mace(codes, 3, 2, 20).probabilities.sum(axis=1), 1)
