"""Measures of networks: how central each node is, which groups there are, how polarised the debate is, over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from annotator.domain.json_forms import JsonObject
from annotator.domain.networks import Network
from annotator.services.networks.behind import Backing, Node, Support, nodes_in, ties_in
from annotator.services.networks.looking import Look, Slice

Progress = Callable[[int, int], bool]


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

    def as_json(self) -> JsonObject:
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
                    "support": x.support.as_json(),
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

    def as_json(self) -> JsonObject:
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
