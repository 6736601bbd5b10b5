"""One alignment of all coders: no other way to part the spans has a greater sum, and order changes nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.agreement import alignment as module
from annotator.agreement.alignment import Alignment, aligned
from annotator.agreement.span_line import SpanLine
from annotator.agreement.span_matching import Span

spans = st.lists(st.tuples(st.integers(0, 8), st.integers(3, 8)).map(lambda x: ((x[0], x[0] + x[1]),)), max_size=3)


def iou(a: Span, b: Span) -> float:
    mine = {p for s, e in a for p in range(s, e)}
    theirs = {p for s, e in b for p in range(s, e)}
    return len(mine & theirs) / len(mine | theirs)


def align(coders: list[list[Span]], threshold: float = 0.3) -> Alignment:
    lines = [SpanLine.of(list(mine), [0] * len(mine)) for mine in coders]
    return aligned(lines, threshold, lambda _: ((), ()))


def weight(unit: list[tuple[int, int]], coders: list[list[Span]], threshold: float) -> float | None:
    """The sum within a unit; None where it may not be one."""
    pairs = [(x[0] == y[0], iou(coders[x[0]][x[1]], coders[y[0]][y[1]])) for x, y in combinations(unit, 2)]
    if any(same or value <= threshold for same, value in pairs):
        return None
    return sum(value for _, value in pairs)


def partitions(items: list[tuple[int, int]]) -> Iterator[list[list[tuple[int, int]]]]:
    if not items:
        yield []
        return
    head, rest = items[0], items[1:]
    for parts in partitions(rest):
        yield [[head], *parts]
        for i in range(len(parts)):
            yield [*parts[:i], [head, *parts[i]], *parts[i + 1 :]]


@given(st.lists(spans, min_size=2, max_size=3).filter(lambda c: sum(map(len, c)) <= 7))
@settings(max_examples=60, deadline=None)
def test_no_other_alignment_has_a_greater_sum(coders: list[list[Span]]) -> None:
    found = align(coders)
    items = [(c, i) for c, mine in enumerate(coders) for i in range(len(mine))]
    assert sorted(x for unit in found.units for x in unit) == items
    own = [weight(unit, coders, 0.3) for unit in found.units]
    assert None not in own
    sums = [[weight(u, coders, 0.3) for u in parts] for parts in partitions(items)]
    best = max(sum(x for x in w if x is not None) for w in sums if None not in w)
    assert sum(x or 0 for x in own) == pytest.approx(best)
    assert found.weight == pytest.approx(best)
    assert found.bound == pytest.approx(best)


def test_what_cannot_be_searched_through_is_told_with_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)
    coders = [[((s, s + 12),) for s in (chance.randrange(60) for _ in range(8))] for _ in range(3)]
    exact_two = align(coders[:2])
    monkeypatch.setattr(module, "SEARCH", 0)
    assert align(coders[:2]).weight == pytest.approx(exact_two.weight), "two coders are solved exactly at any size"
    found = align(coders)
    assert found.approximate
    assert 0.8 * found.bound < found.weight <= found.bound + 1e-9
    assert all(weight(unit, coders, 0.3) is not None for unit in found.units)


def test_a_chain_is_parted_where_its_ends_do_not_match() -> None:
    found = align([[((0, 10),)], [((4, 14),)], [((8, 18),)]], 0.4)
    assert sorted(len(u) for u in found.units) == [1, 2]
