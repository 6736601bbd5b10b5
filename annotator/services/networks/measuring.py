"""Measures of networks: how central each node is, which groups there are, how polarised the debate is, over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from annotator.domain.networks import Mention, Network
from annotator.services.networks.looking import Look, Slice

Node = tuple[str, str]
"""(mode, name): an actor and a concept of one name are two nodes."""
Progress = Callable[[int, int], bool]


def nodes_in(network: Network) -> list[Node]:
    """Actors, then concepts."""
    found = [("actor", n) for n in network.rows]
    return found + [("concept", n) for n in network.columns] if network.two_mode else found


def ties_in(network: Network) -> list[tuple[int, int, float]]:
    """(node, node, weight) by place in `nodes_in`."""
    place = {node: i for i, node in enumerate(nodes_in(network))}
    other = "concept" if network.two_mode else "actor"
    return [(place["actor", a], place[other, b], w) for (a, b), w in network.cells.items()]


@dataclass(frozen=True, slots=True)
class Support:
    """What stands behind a node or tie. statements: how many; of a tie, those of both ends that it is made of.

    coders: how many coded any of it, of how many who labelled articles in which it stands. articles: in how many.
    spread: the least and the most that one of these coders has of it; None with one coder.
    """

    statements: int
    articles: int
    coders: int
    asked: int
    spread: tuple[int, int] | None

    def told(self) -> dict[str, Any]:
        """In the public JSON form."""
        return {
            "statements": self.statements,
            "articles": self.articles,
            "coders": self.coders,
            "coders_of_these_articles": self.asked,
            "least_by_coder": self.spread[0] if self.spread else None,
            "most_by_coder": self.spread[1] if self.spread else None,
        }


class Backing:
    """Which statements stand behind the nodes and ties of a network, and whose they are."""

    def __init__(self, look: Look, of: Slice | None = None) -> None:
        self._kind = look.wanted.kind
        self._mentions = look.mentions if of is None else of.mentions
        self._by: dict[Node, list[Mention]] = defaultdict(list)
        for m in self._mentions:
            actor, concept = (m.concept, m.actor) if self._kind == "concepts" else (m.actor, m.concept)
            self._by["actor", actor].append(m)
            self._by["concept", concept].append(m)
        self._readers: dict[str, set[str]] = defaultdict(set)
        for m in look.mentions:
            self._readers[m.document].add(m.coder)

    def node(self, node: Node) -> list[Mention]:
        """Statements in which a node stands."""
        return list(self._by.get(node, ()))

    def tie(self, network: Network, first: str, second: str) -> list[Mention]:
        """Of two modes the statements of one on the other; of one mode those of both on what they share."""
        if network.two_mode:
            return [m for m in self._by.get(("actor", first), ()) if m.concept == second]
        one, two = self._by.get(("actor", first), []), self._by.get(("actor", second), [])

        def what(m: Mention) -> str:
            return m.actor if self._kind == "concepts" else m.concept

        shared = {what(m) for m in one} & {what(m) for m in two}
        return [m for m in (*one, *two) if what(m) in shared]

    def support(self, mentions: Sequence[Mention]) -> Support:
        """Of these statements."""
        by_coder: dict[str, int] = defaultdict(int)
        documents = {m.document for m in mentions}
        for m in mentions:
            by_coder[m.coder] += 1
        asked = {c for d in documents for c in self._readers[d]}
        counts = [by_coder.get(c, 0) for c in asked]
        spread = (min(counts), max(counts)) if len(asked) > 1 else None
        return Support(len(mentions), len(documents), len(by_coder), len(asked), spread)


@dataclass(frozen=True, slots=True)
class NodeLine:
    """A node with its measures; camp: 1 or 2 where polarisation was measured on these nodes."""

    node: Node
    degree: int
    strength: float
    betweenness: float
    closeness: float
    group: int | None
    camp: int | None
    support: Support


@dataclass(frozen=True, slots=True)
class Measured:
    """A network measured. sampled: from how many nodes betweenness was estimated. polarisation: 0 to 1.

    exact: whether every partition into two camps was looked at. dna_polarisation: as Discourse Network Analyzer has it.
    """

    network: Network
    nodes: tuple[NodeLine, ...]
    density: float | None
    parts: int
    modularity: float | None
    groups: int
    negative: int
    sampled: int | None
    polarisation: float | None
    exact: bool
    dna_polarisation: float | None

    def told(self) -> dict[str, Any]:
        """In the public JSON form."""
        return {
            "nodes": len(self.nodes),
            "ties": len(self.network.cells),
            "density": self.density,
            "components": self.parts,
            "modularity": self.modularity,
            "groups": self.groups,
            "negative_ties": self.negative,
            "betweenness_sampled_from": self.sampled,
            "polarisation": self.polarisation,
            "polarisation_exact": self.exact,
            "polarisation_dna": self.dna_polarisation,
            "by_node": [
                {
                    "name": x.node[1],
                    "mode": x.node[0],
                    "degree": x.degree,
                    "weighted_degree": x.strength,
                    "betweenness": x.betweenness,
                    "closeness": x.closeness,
                    "group": x.group,
                    "camp": x.camp,
                    "support": x.support.told(),
                }
                for x in self.nodes
            ],
        }


def measure(look: Look, of: Slice | None = None, progress: Progress | None = None) -> Measured:
    """Of a slice, of all statements without one; raises Cancelled, and BadInput where ties and choices do not fit."""
    from annotator.graphs.measures import measured

    network = look.network(of)
    nodes = nodes_in(network)
    found = measured(len(nodes), ties_in(network), len(network.rows) if network.two_mode else None)
    camps = _camps(look, of, progress)
    backing = Backing(look, of)
    return Measured(
        network=network,
        nodes=tuple(
            NodeLine(
                node=node,
                degree=x.degree,
                strength=x.strength,
                betweenness=x.betweenness,
                closeness=x.closeness,
                group=x.group,
                camp=camps.of.get(node[1]) if node[0] == "actor" else None,
                support=backing.support(backing.node(node)),
            )
            for node, x in zip(nodes, found.nodes, strict=True)
        ),
        density=found.density,
        parts=found.parts,
        modularity=found.modularity,
        groups=found.groups,
        negative=found.negative,
        sampled=found.sampled,
        polarisation=camps.quality,
        exact=camps.exact,
        dna_polarisation=camps.dna,
    )


@dataclass(frozen=True, slots=True)
class _Camps:
    quality: float | None = None
    of: Mapping[str, int] = field(default_factory=dict)
    exact: bool = False
    dna: float | None = None


def _camps(look: Look, of: Slice | None, progress: Progress | None) -> _Camps:
    from annotator.graphs.dna_polarisation import dna_polarised
    from annotator.graphs.polarisation import polarised

    if look.spec.qualifier is None:  # nobody contradicts anybody where no stance is told
        return _Camps()
    agree, differ = look.camps(of)
    alike, apart = ties_in(agree), ties_in(differ)
    found = polarised(len(agree.rows), alike, apart, progress)
    if found is None:
        return _Camps()
    dna = dna_polarised(len(agree.rows), alike, apart, progress)
    return _Camps(
        found.quality, dict(zip(agree.rows, found.camps, strict=True)), found.exact, dna.quality if dna else None
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """Measures of one window of time."""

    start: date | None
    end: date | None
    statements: int
    nodes: int
    ties: int
    modularity: float | None
    polarisation: float | None
    dna_polarisation: float | None

    def told(self) -> dict[str, Any]:
        """In the public JSON form."""
        return {
            "from": str(self.start) if self.start else None,
            "to": str(self.end) if self.end else None,
            "statements": self.statements,
            "nodes": self.nodes,
            "ties": self.ties,
            "modularity": self.modularity,
            "polarisation": self.polarisation,
            "polarisation_dna": self.dna_polarisation,
        }


def over_time(look: Look, progress: Progress | None = None) -> list[Moment]:
    """Modularity and polarisation of each window; raises Cancelled."""
    from annotator.domain.errors import Cancelled
    from annotator.graphs.measures import modularity_of

    found = []
    for done, part in enumerate(look.slices):
        if progress is not None and not progress(done, len(look.slices)):
            raise Cancelled("stopped", remedy="nothing was changed")
        network = look.network(part)
        camps = _camps(look, part, None)
        found.append(
            Moment(
                part.start,
                part.end,
                len(part.mentions),
                len(nodes_in(network)),
                len(network.cells),
                modularity_of(len(nodes_in(network)), ties_in(network)),
                camps.quality,
                camps.dna,
            )
        )
    return found
