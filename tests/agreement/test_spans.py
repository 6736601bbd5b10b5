"""Spans find their counterparts one to one, by the greatest sum of intersection over union."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.span_matching import Span, length, match_spans
from annotator.agreement.span_pairs import pair_counts, pair_figures, trimmed
from annotator.agreement.span_sets import span_sets_figures
from annotator.agreement.unitizing import Section, merged, tracks, u_alpha
from annotator.domain.errors import BadInput


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    result: list[Span] = []
    for _ in range(draw(st.integers(0, 4))):
        cuts = sorted(draw(st.sets(st.integers(0, 24), min_size=2, max_size=4)))
        cuts = cuts[: len(cuts) // 2 * 2]
        result.append(tuple((cuts[i], cuts[i + 1]) for i in range(0, len(cuts), 2)))
    return result


def iou(a: Span, b: Span) -> float:
    mine = {p for s, e in a for p in range(s, e)}
    theirs = {p for s, e in b for p in range(s, e)}
    return len(mine & theirs) / len(mine | theirs)


@given(spans(), spans(), st.sampled_from([0.0, 0.3, 0.5]))
def test_no_other_matching_has_a_greater_sum(key: list[Span], response: list[Span], threshold: float) -> None:
    found = match_spans(key, response, threshold)
    assert len({i for i, _, _ in found}) == len({j for _, j, _ in found}) == len(found)
    for i, j, value in found:
        assert value == pytest.approx(iou(key[i], response[j]))
        assert value > threshold
    size = max(len(key), len(response))
    best = max(
        sum(
            value
            for i, j in zip(range(size), order, strict=True)
            if i < len(key) and j < len(response) and (value := iou(key[i], response[j])) > threshold
        )
        for order in permutations(range(size))
    )
    assert sum(value for _, _, value in found) == pytest.approx(best)


def test_greedy_would_lose_a_pair() -> None:
    found = match_spans([((0, 2),), ((0, 3),)], [((0, 3),), ((0, 4),)], 0.5)
    assert [(i, j) for i, j, _ in found] == [(0, 0), (1, 1)]


def test_edges_are_trimmed_of_quotes_spaces_and_stops_only() -> None:
    text = "She said: “It will pay.” And (it) did."
    start = text.index("“")
    span = trimmed(((start, start + len("“It will pay.” ")),), text)
    assert text[span[0][0] : span[0][1]] == "It will pay"
    assert length(trimmed(((0, 3), (4, 9)), "a c . ..x")) == 3 + 5  # inner edges stay


def test_exact_and_trimmed_and_overlap_are_counted_apart() -> None:
    text = "The port grows. The town sleeps. Nobody asks."
    key = [((0, 14),), ((16, 31),)]
    response = [((0, 15),), ((16, 31),), ((33, 44),)]
    figures = pair_figures([pair_counts(key, response, text, 0.5)])
    assert figures["counts"] == [2, 3]
    assert figures["exact"]["f1"] == pytest.approx(2 * 1 / 5)
    assert figures["trimmed"]["f1"] == pytest.approx(2 * 2 / 5)
    assert figures["overlap"] == {"precision": 2 / 3, "recall": 1.0, "f1": pytest.approx(0.8)}


def test_nothing_marked_by_anybody_is_undefined_not_perfect() -> None:
    figures = pair_figures([pair_counts([], [], "abc", 0.5)])
    assert figures["overlap"] == {"precision": None, "recall": None, "f1": None}
    assert u_alpha([Section(10, ((), ()))]).value is None


def test_unitizing_over_documents_has_an_interval_and_leaves_out_who_did_not_code() -> None:
    same = Section(20, (((0, 5),), ((0, 5),), None))
    other = Section(20, (((0, 5),), ((10, 15),), ((0, 5),)))
    estimate = u_alpha([same, other] * 3, True)
    assert estimate.value is not None
    assert estimate.low is not None
    assert estimate.low < estimate.value < 1
    assert u_alpha([same]).value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([], "no span set"),
        ({"length": 0, "spans": {"A": [], "B": []}}, "length"),
        ({"length": 9, "spans": {"A": []}}, "two coders"),
        ({"length": 9, "spans": {"A": [[0, 10, "x"]], "B": []}}, r"spans\.A\[0\]"),
        ({"length": 9, "spans": {"A": [[0, 1]], "B": []}}, "no span"),
    ],
)
def test_a_faulty_span_set_is_refused_with_its_place(data: object, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        span_sets_figures(data, "spans.json")


def test_the_coefficient_of_1995_goes_category_by_category() -> None:
    sets = {"A": [[5, 15, "c"], [10, 22, "k"]], "B": [[4, 15, "c"], [10, 20, "k"]]}
    found = span_sets_figures({"length": 60, "spans": sets}, "s.json")
    whole, each = found["alpha_U_1995"], found["alpha_U_1995_per_category"]
    assert whole["value"] is not None, "spans of two categories may overlap"
    for label, e in each.items():
        alone = {who: [s for s in mine if s[2] == label] for who, mine in sets.items()}
        of_one = span_sets_figures({"length": 60, "spans": alone}, "s.json")
        assert e["value"] == pytest.approx(of_one["alpha_U_1995"]["value"])
    assert found["u_alpha"]["value"] is None
    both = {"A": [[5, 15, "c"], [10, 22, "c"]], "B": [[4, 15, "c"]]}
    assert span_sets_figures({"length": 60, "spans": both}, "s.json")["alpha_U_1995"]["undefined"]


def test_cu_alpha_leaves_gaps_out_and_ku_alpha_looks_at_one_label() -> None:
    sets = {"A": [[0, 10, "c"], [20, 30, "k"]], "B": [[5, 10, "c"], [20, 26, "k"], [40, 50, "c"]]}
    found = span_sets_figures({"length": 60, "spans": sets}, "s.json")
    assert found["cu_alpha"]["value"] == 1.0, "where spans meet the labels are the same"
    assert {k: e["value"] for k, e in found["ku_alpha"].items()} == {"c": 1.0, "k": 1.0}
    assert found["u_alpha"]["value"] < 1.0
    other = {"A": [[0, 10, "c"], [20, 30, "k"]], "B": [[0, 10, "c"], [20, 25, "k"], [25, 30, "c"]]}
    # met, twice each: c with c 10, k with k 5, k with c 5; l = 40, of c 25, of k 15
    found = span_sets_figures({"length": 60, "spans": other}, "s.json")
    assert found["cu_alpha"]["value"] == pytest.approx(1 - 39 * 10 / (40**2 - 25**2 - 15**2))
    assert found["ku_alpha"]["c"]["value"] == pytest.approx(found["cu_alpha"]["value"])


def test_spans_that_overlap_are_laid_into_tracks() -> None:
    section = Section(30, (((0, 10), (5, 12), (11, 20)), ((0, 4),), None))
    assert [t.spans for t in tracks(section)] == [
        (((0, 10), (11, 20)), ((0, 4),), None),
        (((5, 12),), (), None),
    ]
    assert merged(section).spans == (((0, 20),), ((0, 4),), None)
