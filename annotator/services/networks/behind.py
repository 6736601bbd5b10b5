"""What stands behind the nodes and ties of a network: which statements, of which articles, coded by whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.annotations import Document
from annotator.domain.json_forms import JsonObject
from annotator.domain.networks import Mention, Network
from annotator.services.networks.looking import Look, Slice

Node = tuple[str, str]
"""(mode, name): an actor and a concept of one name are two nodes."""


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

    def as_json(self) -> JsonObject:
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
class Said:
    """A statement as a list shows it. path: the study that it stands in; label: the id of the label that heads it."""

    path: Path
    document: Document
    coder: str
    actor: str
    concept: str
    qualifier: float | None
    label: str
    place: tuple[int, int] | None
    words: str


def said(look: Look, mentions: Sequence[Mention]) -> list[Said]:
    """These statements with all that a person wants to know of them, by day and article."""
    documents = look.documents
    people = {key: name for p in look.parts for key, name in p.material.people.items()}
    paths = {key: p.material.path for p in look.parts for key in look.keys_of(p)}
    found = [
        Said(
            paths[m.document],
            documents[m.document],
            people.get(m.coder, m.coder),
            m.actor,
            m.concept,
            m.qualifier if look.spec.qualifier is not None else None,
            m.statement,
            m.place,
            m.words,
        )
        for m in mentions
    ]
    return sorted(found, key=lambda s: (s.document.published or "", s.document.number, s.place or (0, 0), s.coder))
