"""Figures that are made from codings, made once from each coder's codings of the same articles.

What a study reports is seldom a coefficient: it is a share, a network, a line over time. How far such a figure depends
on who coded is seen where it is made again from each coder's work alone, on articles that the coders have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from annotator.agreement.spread import Apart, apart, mean_of, middle_difference
from annotator.domain.annotations import Annotation, Coder, Document
from annotator.domain.errors import BadInput
from annotator.domain.words import Message, say
from annotator.services.agreement.request import Corpus, Question, corpus
from annotator.services.study import Study

Key = tuple[str, ...]

ALL, PAIRS = "all", "pairs"
"""Which articles figures are on: those that all of the coders read, or those that every two of them read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One coder's labels in some articles, which the coder read, also where there is no label."""

    coder: Coder
    documents: tuple[Document, ...]
    labels: Mapping[str, Sequence[Annotation]]

    def every(self) -> list[Annotation]:
        """All labels, article by article."""
        return [a for d in self.documents for a in self.labels[d.id]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """value: None where it cannot be had of this coder. n: the labels or statements behind it."""

    value: float | None
    n: int


def _nothing_found(_key: Key) -> float | None:
    return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was made of one coder's work. otherwise: the value of a figure that another coder's work has and this has
    not: 0 where it was looked for and not found, None where there was nothing to find it in."""

    values: Mapping[Key, Value]
    otherwise: Callable[[Key], float | None] = _nothing_found


Make = Callable[[Work], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure, made from each coder's codings.

    values, counts: in the order of `Recomputed.coders`. low, high: the two values of coders, on the same articles, that
    are furthest apart; spread: high - low. mean: of the coders, in the middle of every two that count. typical: the
    mean difference between two coders.
    """

    key: Key
    label: Key
    values: tuple[float | None, ...]
    counts: tuple[int, ...]
    mean: float | None
    low: float | None
    high: float | None
    spread: float | None
    typical: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two coders on the articles that both read. both, either: figures other than 0 that both have, that one has.

    counts: whether spread is taken from it: two coders count who have at least half as many articles in common as those
    who have most; with fewer, a difference is of the few articles more than of the coders. apart: over the figures that
    either has.
    """

    coders: tuple[str, str]
    articles: int
    counts: bool
    apart: Apart
    both: int
    either: int

    @property
    def jaccard(self) -> float | None:
        """The share of figures other than 0 that both have; None where there is none."""
        return self.both / self.either if self.either else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """The figures with their spread.

    basis: ALL where values are of articles that all of the coders read, PAIRS where low, high, spread and typical are
    of the articles that two of them read, and each value of all those articles of its coder. articles, documents: how
    many of them, and their ids. read: how many of each coder's. left_out: why -> how many articles. few:
    coders who are left out, as they have few articles in common with any other, with how many.
    """

    coders: tuple[str, ...]
    coder_ids: tuple[str, ...]
    basis: str
    articles: int
    documents: frozenset[str]
    read: tuple[int, ...]
    left_out: tuple[tuple[str, int], ...]
    few: tuple[tuple[str, int], ...]
    figures: tuple[Figure, ...]
    pairs: tuple[Pair, ...]

    def named(self, key: Key) -> Figure | None:
        """The figure with this key."""
        return next((f for f in self.figures if f.key == key), None)


NOT_BY_ALL = say("articles that not all of these coders read")
OTHER_ROUND = say("articles of other rounds")
SECOND_READING = say("articles that were given a second time")


def recompute(
    study: Study,
    question: Question,
    make: Make,
    label: Callable[[Key], Key] = lambda key: key,
    order: Callable[[Key], Any] | None = None,
    complete: Callable[[Collection[Key]], Iterable[Key]] | None = None,
    compared: Corpus | None = None,
) -> Recomputed:
    """Make figures of each coder's work; raises BadInput where no article was read by two coders.

    make: from one coder's work to figures; it is called for all articles of a coder and, where coders read different
    ones, for those in common with each other coder. label: how a key reads. order: what figures are sorted by.
    complete: from the keys that were found to those that are told.
    """
    if question.own is not None:
        raise BadInput("figures made from codings have no part that is one coder’s alone", remedy="name coders instead")
    found = corpus(study, question) if compared is None else compared
    copies = study.hidden_repeats()
    every = [d for d in found.documents if d.id not in copies]
    coders, few = _who(found, every)
    if len(coders) < 2:
        raise BadInput(
            "no document was coded by two of these coders",
            str(study.file.path),
            "let two coders code the same document, or name other coders",
        )
    documents = [d for d in every if sum(c.id in found.labels[d.id] for c in coders) > 1]
    by_all = [d for d in documents if all(c.id in found.labels[d.id] for c in coders)]
    basis = ALL if by_all and 2 * len(by_all) >= len(documents) else PAIRS
    taken = by_all if basis == ALL else documents
    whole = [make(_work(found, c, taken)) for c in coders]
    together: list[tuple[int, int, int, Outcome, Outcome]] = []
    for i, j in combinations(range(len(coders)), 2):
        both = _both(found, taken, coders[i], coders[j])
        if both:
            one, two = (
                (whole[i], whole[j]) if basis == ALL else tuple(make(_work(found, coders[k], both)) for k in (i, j))
            )
            together.append((i, j, len(both), one, two))
    most = max(t[2] for t in together)
    counted = [t for t in together if 2 * t[2] >= most]
    seen = {k for o in whole for k in o.values}
    keys = sorted(seen if complete is None else {*seen, *complete(seen)}, key=order or (lambda k: label(k)))
    return Recomputed(
        coders=tuple(c.name for c in coders),
        coder_ids=tuple(c.id for c in coders),
        basis=basis,
        articles=len(taken),
        documents=frozenset(d.id for d in taken),
        read=tuple(sum(c.id in found.labels[d.id] for d in taken) for c in coders),
        left_out=_left_out(found, every, taken),
        few=tuple((c.name, n) for c, n in few),
        figures=tuple(_figure(k, label(k), whole, counted) for k in keys),
        pairs=tuple(_pair(coders[i], coders[j], n, 2 * n >= most, a, b) for i, j, n, a, b in together),
    )


def _who(found: Corpus, documents: Sequence[Document]) -> tuple[list[Coder], list[tuple[Coder, int]]]:
    """(coders with another one who have at least half as many articles in common as those who have most, the others
    with the articles that they have in common with somebody)."""
    common = {(a.id, b.id): len(_both(found, documents, a, b)) for a, b in combinations(found.coders, 2)}
    most = max(common.values(), default=0)
    counting = {c for pair, n in common.items() if n and 2 * n >= most for c in pair}
    few = [(c, max(n for p, n in common.items() if c.id in p)) for c in found.coders if c.id not in counting]
    return [c for c in found.coders if c.id in counting], [(c, n) for c, n in few if n]


def _both(found: Corpus, documents: Sequence[Document], first: Coder, second: Coder) -> list[Document]:
    return [d for d in documents if {first.id, second.id} <= found.labels[d.id].keys()]


def _work(found: Corpus, coder: Coder, documents: Sequence[Document]) -> Work:
    mine = tuple(d for d in documents if coder.id in found.labels[d.id])
    return Work(coder=coder, documents=mine, labels={d.id: found.labels[d.id][coder.id] for d in mine})


def _left_out(found: Corpus, documents: Sequence[Document], taken: Sequence[Document]) -> tuple[tuple[str, int], ...]:
    here = {d.id for d in found.documents}
    told: list[tuple[Message, int]] = [
        (NOT_BY_ALL, len(documents) - len(taken)),  # also those that one of the coders alone read
        (OTHER_ROUND, sum(d.id not in here for d in found.every)),
        (SECOND_READING, len(found.documents) - len(documents)),
    ]
    return tuple((why, n) for why, n in told if n)


def _of(outcome: Outcome, key: Key) -> float | None:
    found = outcome.values.get(key)
    return outcome.otherwise(key) if found is None else found.value


def _figure(
    key: Key, label: Key, whole: Sequence[Outcome], together: Sequence[tuple[int, int, int, Outcome, Outcome]]
) -> Figure:
    values = tuple(_of(o, key) for o in whole)
    counts = tuple(o.values[key].n if key in o.values else 0 for o in whole)
    ends = [(x, y) for _, _, _, a, b in together if (x := _of(a, key)) is not None and (y := _of(b, key)) is not None]
    widest = max(((max(e) - min(e), max(e), min(e)) for e in ends), default=None)
    return Figure(
        key=key,
        label=label,
        values=values,
        counts=counts,
        mean=mean_of([(x + y) / 2 for x, y in ends]),
        low=None if widest is None else widest[2],
        high=None if widest is None else widest[1],
        spread=None if widest is None else round(widest[0], 12),
        typical=middle_difference(ends),
    )


def _pair(first: Coder, second: Coder, n: int, counts: bool, a: Outcome, b: Outcome) -> Pair:
    keys = sorted(a.values.keys() | b.values.keys())
    one, two = [_of(a, k) for k in keys], [_of(b, k) for k in keys]
    there = [(bool(x), bool(y)) for x, y in zip(one, two, strict=True)]
    return Pair(
        coders=(first.name, second.name),
        articles=n,
        counts=counts,
        apart=apart(one, two),
        both=sum(x and y for x, y in there),
        either=sum(x or y for x, y in there),
    )
