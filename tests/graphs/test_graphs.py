"""Layout, measures and polarisation: against networkx, against every partition, and the same on every run."""

from __future__ import annotations

import math
from itertools import combinations

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.errors import Cancelled
from annotator.graphs.dna_polarisation import _climbed, _fixed, _matrix, _quality, dna_polarised, quality
from annotator.graphs.layout import places
from annotator.graphs.measures import measured, modularity_of
from annotator.graphs.polarisation import polarised

KARATE = networkx.karate_club_graph()
TIES = [(a, b, float(w)) for a, b, w in KARATE.edges(data="weight")]
NAMES = [f"member {n}" for n in KARATE]


def test_a_layout_is_the_same_every_time_and_keeps_ties_short() -> None:
    first = places(NAMES, TIES)
    assert places(NAMES, TIES) == first
    assert all(-1 <= x <= 1 and -1 <= y <= 1 for x, y in first)
    assert len(set(first)) == len(first)
    tied = [math.dist(first[a], first[b]) for a, b, _ in TIES]
    every = [math.dist(p, q) for p, q in combinations(first, 2)]
    assert sum(tied) / len(tied) < 0.6 * sum(every) / len(every)


def test_a_layout_does_not_depend_on_the_sign_or_on_the_order_of_ties() -> None:
    turned = [(b, a, -w) for a, b, w in reversed(TIES)]
    for one, other in zip(places(NAMES, TIES), places(NAMES, turned), strict=True):
        assert math.dist(one, other) < 0.02


def test_small_and_unconnected_networks_are_laid_out() -> None:
    assert places([], []) == []
    assert places(["alone"], []) == [(0.0, 0.0)]
    apart = places(["a", "b", "c"], [(0, 1, 1.0)])
    assert len(set(apart)) == 3
    with pytest.raises(Cancelled):
        places(["a", "b"], [], lambda *_: False)


def test_measures_of_a_known_network() -> None:
    """Zachary's club: degree and betweenness of the instructor as published (Newman and Girvan 2004; Freeman's)."""
    found = measured(len(NAMES), TIES)
    assert found.nodes[0].degree == 16
    assert found.nodes[33].degree == 17
    assert found.nodes[0].betweenness == pytest.approx(0.4376, abs=5e-5)
    assert found.nodes[0].strength == sum(w for a, b, w in TIES if 0 in (a, b))
    assert found.parts == 1
    assert found.density == pytest.approx(networkx.density(KARATE))
    groups = [{n for n, x in enumerate(found.nodes) if x.group == g} for g in range(1, found.groups + 1)]
    assert sum(map(len, groups)) == len(NAMES)
    assert found.modularity == pytest.approx(networkx.community.modularity(KARATE, groups, weight="weight"))
    assert found.modularity > 0.41
    assert modularity_of(len(NAMES), TIES) == found.modularity


def test_negative_ties_are_counted_and_lead_nowhere() -> None:
    found = measured(3, [(0, 1, 2.0), (1, 2, -3.0)])
    assert [x.degree for x in found.nodes] == [1, 2, 1]
    assert [x.strength for x in found.nodes] == [2.0, -1.0, -3.0]
    assert found.negative == 1
    assert found.nodes[1].betweenness == 0
    assert found.nodes[2].group is None
    assert found.density == pytest.approx(2 / 3)
    assert measured(2, []).modularity is None
    assert measured(5, [(0, 3, 1.0)], rows=2).density == pytest.approx(1 / 6)


def test_betweenness_of_a_large_network_is_estimated_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.graphs.measures.EXACT", 60 * 119)
    path = [(n, n + 1, 1.0) for n in range(119)]
    found = measured(120, path)
    assert found.sampled == 60
    assert found.nodes[60].betweenness == pytest.approx(measured(120, path).nodes[60].betweenness)
    assert found.nodes[60].betweenness == pytest.approx(0.5, abs=0.1)


WEIGHTS = st.floats(0.1, 5)


@st.composite
def debates(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, float]], list[tuple[int, int, float]]]:
    count = draw(st.integers(2, 7))
    pairs = list(combinations(range(count), 2))
    sides = [draw(st.lists(st.sampled_from(pairs), unique=True)) for _ in range(2)]
    agree, differ = ([(a, b, draw(WEIGHTS)) for a, b in side] for side in sides)
    return count, agree, differ


def plain(camps: tuple[int, ...], agree: list[tuple[int, int, float]], differ: list[tuple[int, int, float]]) -> float:
    """The measure as Discourse Network Analyzer writes it, dyad by dyad."""
    count = len(camps)
    c = {(a, b): w for x, y, w in agree for a, b in ((x, y), (y, x))}
    f = {(a, b): w for x, y, w in differ for a, b in ((x, y), (y, x))}
    norm_c, norm_f = sum(c.values()), sum(f.values())
    sizes = {k: camps.count(k) for k in (1, 2)}
    within = sum(n * (n - 1) for n in sizes.values())
    between = count * (count - 1) - within
    total = 0.0
    for i in range(count):
        for j in range(count):
            if i == j:
                continue
            if camps[i] == camps[j]:
                n = sizes[camps[i]]
                total += abs(c.get((i, j), 0) - n * (n - 1) / within * norm_c / within) + f.get((i, j), 0)
            else:
                expected = sizes[1] * sizes[2] / between * norm_f / between
                total += c.get((i, j), 0) + abs(f.get((i, j), 0) - expected)
    return total / (2 * (norm_c + norm_f))


@settings(max_examples=60)
@given(debates())
def test_the_figure_of_dna_is_that_of_the_best_partition_into_halves(
    debate: tuple[int, list[tuple[int, int, float]], list[tuple[int, int, float]]],
) -> None:
    count, agree, differ = debate
    found = dna_polarised(count, agree, differ)
    if not (agree or differ):
        assert found is None
        return
    assert found is not None
    assert found.exact
    assert found.quality == pytest.approx(plain(found.camps, agree, differ))
    assert found.quality == pytest.approx(quality(found.camps, agree, differ))
    halves = [
        tuple(2 if n in members else 1 for n in range(count))
        for size in {count // 2, count - count // 2}
        for members in combinations(range(count), size)
    ]
    assert found.quality == pytest.approx(max(plain(h, agree, differ) for h in halves))
    climbed = _climbed(_fixed(count)[0], _matrix(count, agree), _matrix(count, differ))
    whole = 2 * (_matrix(count, agree).sum() + _matrix(count, differ).sum())
    assert _quality(climbed, _matrix(count, agree), _matrix(count, differ)) / whole <= found.quality + 1e-9


def signed_modularity(
    camps: tuple[int, ...], agree: list[tuple[int, int, float]], differ: list[tuple[int, int, float]]
) -> float:
    """By networkx, one sign after the other (Gomez, Jensen and Arenas 2009, eq. 16)."""
    groups = [g for k in (1, 2) if (g := {n for n, c in enumerate(camps) if c == k})]
    parts = []
    for ties in (agree, differ):
        graph = networkx.Graph()
        graph.add_nodes_from(range(len(camps)))
        graph.add_weighted_edges_from(ties)
        weight = sum(w for _, _, w in ties)
        parts.append((networkx.community.modularity(graph, groups) if ties else 0.0, weight))
    (plus, one), (minus, two) = parts
    return float((plus * one - minus * two) / (one + two))


@settings(max_examples=60)
@given(debates())
def test_polarisation_is_twice_the_signed_modularity_of_the_best_camps(
    debate: tuple[int, list[tuple[int, int, float]], list[tuple[int, int, float]]],
) -> None:
    count, agree, differ = debate
    found = polarised(count, agree, differ)
    if not (agree or differ):
        assert found is None
        return
    assert found is not None
    assert 0 <= found.quality <= 1
    every = [
        tuple(2 if n in members else 1 for n in range(count))
        for size in range(count)
        for members in combinations(range(count), size)
    ]
    best = max(2 * signed_modularity(c, agree, differ) for c in every)
    assert found.quality == pytest.approx(max(0.0, best), abs=1e-9)
    assert max(0.0, 2 * signed_modularity(found.camps, agree, differ)) == pytest.approx(found.quality, abs=1e-9)


def test_two_camps_of_many_actors_are_found() -> None:
    camp = [n % 2 for n in range(40)]
    agree = [(a, b, 1.0) for a, b in combinations(range(40), 2) if camp[a] == camp[b]]
    differ = [(a, b, 1.0) for a, b in combinations(range(40), 2) if camp[a] != camp[b]]
    found = polarised(40, agree, differ)
    assert found is not None
    assert not found.exact
    assert found.quality == pytest.approx(1.0)
    assert found.camps == tuple(1 if c == camp[0] else 2 for c in camp)
    assert polarised(40, agree, differ) == found
    assert polarised(1, [], []) is None
    everybody = [(a, b, 1.0) for a, b in combinations(range(40), 2)]
    agreed = polarised(40, everybody, [])
    assert agreed is not None
    assert agreed.quality < 0.05
    dna = dna_polarised(40, agree, differ)
    assert dna is not None
    assert dna.quality > quality(found.camps, agree, differ)  # why it stands beside, for comparison alone
