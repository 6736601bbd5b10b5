"""A network as it is drawn: every node at its place, which no filter and no window of time moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.networks import Network, one_mode, turned, two_mode
from annotator.services.networks.asking import Kind
from annotator.services.networks.behind import Node, nodes_in, ties_in
from annotator.services.networks.looking import Look, Slice
from annotator.services.networks.reading import Material

Place = tuple[float, float]
Places = Mapping[Node, Place]


@dataclass(frozen=True, slots=True)
class Dot:
    """A node at its place. said: how many statements it has, which is its size."""

    node: Node
    x: float
    y: float
    said: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """lines: (dot, dot, weight) by place in dots. undrawn: lighter ties that are in the tables alone."""

    dots: tuple[Dot, ...]
    lines: tuple[tuple[int, int, float], ...]
    network: Network
    undrawn: int = 0


MOST = 20_000
"""Ties that are drawn, and that lay a network out: more of them are a grey cloud."""


def _heaviest(ties: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    return ties if len(ties) <= MOST else sorted(ties, key=lambda t: (-abs(t[2]), t[:2]))[:MOST]


def places_of(
    materials: Sequence[Material], kind: Kind, progress: Callable[[int, int], bool] | None = None
) -> dict[Node, Place]:
    """Where every node of these studies stands, whatever is asked of them later; raises Cancelled."""
    from annotator.graphs.layout import places

    every = [m for x in materials for m in x.mentions]
    if kind == "two-mode":
        network = two_mode(every)
    else:
        network = one_mode(turned(every) if kind == "concepts" else every, "ignore", "average")
    nodes = nodes_in(network)
    found = places([f"{mode} {name}" for mode, name in nodes], _heaviest(ties_in(network)), progress)
    return dict(zip(nodes, found, strict=True))


def drawing(look: Look, places: Places, of: Slice | None = None) -> Drawing:
    """A slice, or all statements without one."""
    network = look.network(of)
    mentions = look.mentions if of is None else of.mentions
    actors, concepts = Counter(m.actor for m in mentions), Counter(m.concept for m in mentions)
    if look.wanted.kind == "concepts":
        actors = concepts
    said = {"actor": actors, "concept": concepts}
    dots = tuple(Dot(n, *places.get(n, (0.0, 0.0)), said[n[0]][n[1]]) for n in nodes_in(network))
    lines = _heaviest(ties_in(network))
    return Drawing(dots, tuple(lines), network, len(network.cells) - len(lines))
