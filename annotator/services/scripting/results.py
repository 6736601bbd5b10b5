"""Answers of questions that scripts ask: the public JSON form, and its parts as records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.services.scripting.records import Record, Records
from annotator.services.scripting.tables import needed


class Passage(Record):
    """As `annotator passages STUDY --json` has it."""

    __slots__ = ()
    id: str
    layer: str
    coder: dict[str, str]
    document: dict[str, Any]
    reading: int
    round: str | None
    fragments: list[list[int]]
    left: str
    text: str
    right: str
    values: dict[str, Any]
    uncertain: list[str]
    memo: str
    statement: str | None
    missing: list[str]
    fields: list[dict[str, list[str]]]
    codebook_version: int


class Passages(dict[str, Any]):
    """What `annotator passages STUDY --json` prints; `records` has the passages alone."""

    @property
    def records(self) -> Records[Passage]:
        """A record for each passage."""
        return Records(Passage, lambda: self["passages"])


class Coefficient(Record):
    """One coefficient of one attribute or role. main: the one that the report puts first."""

    __slots__ = ()
    layer: str
    attribute: str
    role: bool
    level: str
    coefficient: str
    main: bool
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    undefined: str | None


class Agreement(dict[str, Any]):
    """What `annotator agreement STUDY --json` prints; `records` has the coefficients of attributes alone."""

    @property
    def records(self) -> Records[Coefficient]:
        """A record for each coefficient of each attribute."""
        return Records(Coefficient, self._coefficients)

    def _coefficients(self) -> Iterator[Mapping[str, Any]]:
        for one in self["attributes"]:
            for name, told in one["coefficients"].items():
                yield {
                    "layer": one["layer"],
                    "attribute": one["attribute"],
                    "role": one["role"],
                    "level": one["level"],
                    "coefficient": name,
                    "main": name == one["main"],
                    "value": told["value"],
                    "low": told.get("low"),
                    "high": told.get("high"),
                    "n": told.get("n"),
                    "undefined": told.get("undefined"),
                }


class Node(Record):
    """A node of a network with its measures; start, end: the window of time, None for the whole."""

    __slots__ = ()
    name: str
    mode: str
    degree: int
    weighted_degree: float
    betweenness: float
    closeness: float
    group: int | None
    camp: int | None
    statements: int
    articles: int
    coders: int
    coders_of_these_articles: int
    least_by_coder: int | None
    most_by_coder: int | None


class Tie(Record):
    """A tie of a network. start, end: first and last day of its window of time, None for the whole time."""

    __slots__ = ()
    start: str | None
    end: str | None
    source: str
    target: str
    weight: float


class Moment(Record):
    """Measures of one window of time."""

    __slots__ = ()
    start: str
    end: str
    statements: int
    nodes: int
    ties: int
    modularity: float | None
    polarisation: float | None
    polarisation_dna: float | None


class Networks(dict[str, Any]):
    """What `annotator network STUDY --json --measures` prints, and its parts as records."""

    @property
    def nodes(self) -> Records[Node]:
        """Nodes of the whole time with their measures."""
        return Records(Node, self._nodes)

    @property
    def ties(self) -> Records[Tie]:
        """Ties of every window of time, of the whole time where there are none."""
        return Records(Tie, self._ties)

    @property
    def over_time(self) -> Records[Moment]:
        """Measures of every window of time."""
        return Records(Moment, lambda: (_days(x) for x in self.get("over_time", ())))

    def to_networkx(self) -> Any:
        """The network of the whole time, or of its only window, as a networkx.Graph; nodes are (mode, name).

        Raises ValueError where there are several windows of time.
        """
        if len(self["networks"]) != 1:
            raise ValueError("there are several windows of time: take the ties of one")
        graph = needed("networkx").Graph()
        one = self["networks"][0]
        other = "concept" if "concepts" in one["nodes"] else "actor"
        graph.add_nodes_from((("actor", n) for n in one["nodes"]["actors"]), mode="actor")
        graph.add_nodes_from((("concept", n) for n in one["nodes"].get("concepts", ())), mode="concept")
        for e in one["edges"]:
            graph.add_edge(("actor", e["source"]), (other, e["target"]), weight=e["weight"])
        return graph

    def _nodes(self) -> Iterator[Mapping[str, Any]]:
        for n in self["measures"]["by_node"]:
            yield {k: v for k, v in n.items() if k != "support"} | n["support"]

    def _ties(self) -> Iterator[Mapping[str, Any]]:
        for one in self["networks"]:
            for e in one["edges"]:
                yield {"start": one.get("from"), "end": one.get("to")} | e


def _days(told: Mapping[str, Any]) -> dict[str, Any]:
    """With names that Python takes after a dot: `from` is none."""
    return {"start": told["from"], "end": told["to"]} | {k: v for k, v in told.items() if k not in ("from", "to")}
