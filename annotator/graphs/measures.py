"""How central nodes are and which groups they form, by networkx.

degree       number of ties, whatever their sign
strength     sum of the weights of ties, with their sign ("weighted degree")
betweenness  share of shortest paths between other nodes that lead over the node, counted in steps (Freeman 1977)
closeness    Freeman's, for each part of the network by itself and scaled by its share of the nodes
             (Wasserman and Faust 1994, eq. 5.21)
group        of the partition that Louvain's method finds (Blondel and others 2008), with its modularity (Newman 2004)

Paths and groups are found on ties with a positive weight alone: a negative one is no way to anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import networkx

Tie = tuple[int, int, float]
EXACT = 5_000_000
"""Nodes times ties up to which betweenness is computed from every node; beyond, from so many as fit."""
_SEED = 1


@dataclass(frozen=True, slots=True)
class Node:
    """Measures of one node; group counts from 1, the largest first; None where it has no positive tie."""

    degree: int
    strength: float
    betweenness: float
    closeness: float
    group: int | None


@dataclass(frozen=True, slots=True)
class Measures:
    """nodes: in the order given. modularity: None without a positive tie.

    negative: ties that paths and groups leave out. sampled: from how many nodes betweenness was estimated; None: exact.
    """

    nodes: tuple[Node, ...]
    density: float | None
    parts: int
    modularity: float | None
    groups: int
    negative: int
    sampled: int | None


def measured(count: int, ties: Sequence[Tie], rows: int | None = None) -> Measures:
    """Measures of a network of `count` nodes. rows: of a two-mode network, how many nodes are actors."""
    graph = networkx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from((a, b, w) for a, b, w in ties if w > 0)
    degree, strength = [0] * count, [0.0] * count
    for a, b, w in ties:
        for end in (a, b):
            degree[end] += 1
            strength[end] += w
    edges = graph.number_of_edges()
    few = None if count * max(edges, 1) <= EXACT else max(50, EXACT // edges)
    between = networkx.betweenness_centrality(graph, k=few, seed=_SEED)
    close = networkx.closeness_centrality(graph)
    modularity, group = _groups(graph)
    possible = count * (count - 1) // 2 if rows is None else rows * (count - rows)
    return Measures(
        nodes=tuple(
            Node(degree[n], strength[n], float(between[n]), float(close[n]), group.get(n)) for n in range(count)
        ),
        density=len(ties) / possible if possible else None,
        parts=networkx.number_connected_components(graph),
        modularity=modularity,
        groups=len(set(group.values())),
        negative=sum(w < 0 for _, _, w in ties),
        sampled=few,
    )


def modularity_of(count: int, ties: Sequence[Tie]) -> float | None:
    """Of the partition that Louvain's method finds on positive ties; None without one."""
    graph = networkx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from((a, b, w) for a, b, w in ties if w > 0)
    return _groups(graph)[0]


def _groups(graph: networkx.Graph) -> tuple[float | None, dict[int, int]]:
    """Modularity, and node -> group."""
    if not graph.number_of_edges():
        return None, {}
    found = networkx.community.louvain_communities(graph, weight="weight", seed=_SEED)
    tied = sorted((sorted(c) for c in found if any(graph.degree[n] for n in c)), key=lambda c: (-len(c), c))
    modularity = float(networkx.community.modularity(graph, found, weight="weight"))
    return modularity, {n: number for number, members in enumerate(tied, start=1) for n in members}
