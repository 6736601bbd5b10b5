"""Spans find their counterparts one to one, by the greatest sum of intersection over union."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.agreement.coefficients import coefficients
from annotator.agreement.ratings import RatingsTable
from annotator.agreement.span_matching import Span, length, match_spans
from annotator.agreement.span_pairs import pair_counts, pair_figures, trimmed
from annotator.agreement.span_sets import span_sets_figures
from annotator.agreement.unitizing import LabelledSection, Section, coding_alphas, merged, tracks, u_alpha
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
        ([], "not a span set"),
        ({"length": 0, "spans": {"A": [], "B": []}}, "length"),
        ({"length": 9, "spans": {"A": []}}, "two coders"),
        ({"length": 9, "spans": {"A": [[0, 10, "x"]], "B": []}}, r"spans\.A\[0\]"),
        ({"length": 9, "spans": {"A": [[0, 1]], "B": []}}, "not a span"),
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
    # met, twice each: c with c 10, k with k 5, k with c 5; l = 40, of c 25, of k 15; squares of what of each label
    # meets another coder's: c 10, 10, 5; k 10, 5
    squares = {"c": 225, "k": 125}
    found = span_sets_figures({"length": 60, "spans": other}, "s.json")
    assert found["cu_alpha"]["value"] == pytest.approx(1 - 10 * (40 - 350 / 40) / (40**2 - 25**2 - 15**2))
    for label, of, same in (("c", 25, 20), ("k", 15, 10)):
        whole, other_ = of * 40 - squares[label], of * (40 - of)
        assert found["ku_alpha"][label]["value"] == pytest.approx(1 - whole / of * (of - same) / other_)
    many = {"A": [[k, k + 1, "ck"[k % 2]] for k in range(20)], "B": [[k, k + 1, "ck"[k // 10]] for k in range(20)]}
    found = span_sets_figures({"length": 20, "spans": many}, "s.json")
    # labels of one letter are units, so that it is Krippendorff's alpha of twenty units
    units = RatingsTable(np.array([[k % 2, k // 10] for k in range(20)], dtype=np.int32), ("A", "B"), ("c", "k"))
    alpha = coefficients(units, "nominal", names=("krippendorff_alpha",))["krippendorff_alpha"].value
    assert found["cu_alpha"]["value"] == pytest.approx(alpha)


Continuum = tuple[int, list[list[tuple[int, int, str]] | None]]


@st.composite
def continua(draw: st.DrawFn) -> list[Continuum]:
    """A few texts, read by two to four coders or not; labels of one coder may overlap."""
    coders = draw(st.integers(2, 4))
    found: list[Continuum] = []
    for _ in range(draw(st.integers(1, 3))):
        length_ = draw(st.integers(4, 20))
        label = st.tuples(st.integers(0, length_ - 1), st.integers(1, 8), st.sampled_from("abc"))
        drawn = draw(st.lists(st.none() | st.lists(label, max_size=4), min_size=coders, max_size=coders))
        found.append((length_, [None if x is None else [(s, min(s + n, length_), v) for s, n, v in x] for x in drawn]))
    return found


def letter_by_letter(texts: list[Continuum]) -> tuple[float | None, dict[str, float | None]]:
    """cu-alpha and ku-alpha by the formulas of Content Analysis (2019), 12.6.5 and 12.6.6, counted letter by letter and
    as whole matrices of observed and expected coincidences."""
    labels = sorted({v for _, coders in texts for x in coders if x for _, _, v in x})
    observed = {(c, k): 0.0 for c in labels for k in labels}
    itself = dict.fromkeys(labels, 0.0)
    for length_, coders in texts:
        read = [x for x in coders if x is not None]
        for i, mine in enumerate(read):
            for j, theirs in enumerate(read):
                if i == j:
                    continue
                for letter in range(length_):
                    for s, e, c in mine:
                        for s2, e2, k in theirs:
                            if s <= letter < e and s2 <= letter < e2:
                                observed[c, k] += 1 / (len(read) - 1)
            others = {p for j, x in enumerate(read) if j != i for s, e, _ in x for p in range(s, e)}
            for s, e, c in mine:
                itself[c] += len(others & set(range(s, e))) ** 2
    total = sum(observed.values())
    of = {c: sum(observed[c, k] for k in labels) for c in labels}
    if not total or total - sum(itself.values()) / total <= 0:
        return None, dict.fromkeys(labels)
    expected = {
        (c, k): (of[c] * of[k] - (itself[c] if c == k else 0)) / (total - sum(itself.values()) / total)
        for c in labels
        for k in labels
    }
    differing = sum(v for (c, k), v in expected.items() if c != k)
    whole = 1 - sum(v for (c, k), v in observed.items() if c != k) / differing if differing else None
    each: dict[str, float | None] = {}
    for k in labels:
        column = sum(expected[c, k] for c in labels)
        apart = column - expected[k, k]
        each[k] = 1 - column / of[k] * (of[k] - observed[k, k]) / apart if of[k] and apart > 1e-9 else None
    return whole, each


@settings(max_examples=150, deadline=None)
@given(continua())
def test_cu_and_ku_alpha_are_what_the_book_says_letter_by_letter(texts: list[Continuum]) -> None:
    whole, each = letter_by_letter(texts)
    found, by_label = coding_alphas(
        [LabelledSection(n, tuple(None if x is None else tuple(x) for x in coders)) for n, coders in texts]
    )
    assert found.value == pytest.approx(whole, abs=1e-9)
    assert by_label.keys() == each.keys()
    for label, value in each.items():
        assert by_label[label].value == pytest.approx(value, abs=1e-9)


def test_spans_that_overlap_are_laid_into_tracks() -> None:
    section = Section(30, (((0, 10), (5, 12), (11, 20)), ((0, 4),), None))
    assert [t.spans for t in tracks(section)] == [
        (((0, 10), (11, 20)), ((0, 4),), None),
        (((5, 12),), (), None),
    ]
    assert merged(section).spans == (((0, 20),), ((0, 4),), None)
