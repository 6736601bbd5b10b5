"""Discourse networks from statements: who shares which concepts with whom, and with what stance. Pure.

Source: the definitions of Discourse Network Analyzer: Leifeld (2017), "Discourse Network Analysis: Policy Debates as
Dynamic Networks", in: Victor, Montgomery, Lubell (eds.), The Oxford Handbook of Political Networks; the manual of the
program gives the normalisations. With n(i, c, q) the number of statements of actor i on concept c with qualifier q, and
r the range of the qualifier over the whole dataset:

two-mode      ignore      sum over q of n(i, c, q)
              subtract    sum over q of n(i, c, q) * q (for a yes/no qualifier: yes minus no)
one-mode      ignore      sum over c of n(i, c) * n(j, c)
              congruence  sum over c, q, p of n(i, c, q) * n(j, c, p) * (1 - |q - p| / r)
              conflict    sum over c, q, p of n(i, c, q) * n(j, c, p) * |q - p| / r
              subtract    congruence - conflict
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from annotator.domain.words import say

Aggregation = Literal["ignore", "congruence", "conflict", "subtract"]
Normalisation = Literal["no", "activity", "prominence", "average", "jaccard", "cosine"]
Duplicates = Literal["include", "document", "week", "month", "year", "acrossrange"]
WindowUnit = Literal["days", "weeks", "months", "years"]

Cells = dict[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Mention:
    """One statement as a network sees it: an actor on a concept. day: None where the article has no date.

    coder: the id of whoever coded it. statement: the id of the label that heads it. place, words: where it stands and
    how it begins. parts: (layer, id) of the labels that it is made of. None of these tells mentions apart.
    """

    actor: str
    concept: str
    qualifier: float = 1.0
    document: str = ""
    day: date | None = None
    parts: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)
    coder: str = field(default="", compare=False, repr=False)
    statement: str = field(default="", compare=False, repr=False)
    place: tuple[int, int] | None = field(default=None, compare=False, repr=False)
    words: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Network:
    """rows, columns: names of nodes, sorted; the same for a one-mode network, which has each tie once (row < column).

    cells: (row, column) -> weight, without those of weight 0. start, end: the time window, None for all.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Cells
    two_mode: bool
    statements: int
    start: date | None = None
    end: date | None = None


class Mentions:
    """Statements counted by actor, concept and qualifier."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self.counts: dict[str, dict[str, dict[float, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
        for m in mentions:
            self.counts[m.actor][m.concept][m.qualifier] += 1
        self.actors = tuple(sorted(self.counts))
        self.concepts = tuple(sorted({m.concept for m in mentions}))
        self.size = len(mentions)

    def activity(self, actor: str) -> int:
        """How many statements the actor makes."""
        return sum(n for by in self.counts[actor].values() for n in by.values())


def without_duplicates(mentions: Sequence[Mention], rule: Duplicates, qualified: bool = True) -> list[Mention]:
    """The first of each set of statements with the same actor, concept and qualifier within the rule's period.

    qualified: False where the network ignores the qualifier; then statements that differ in it alone are the same, as
    Discourse Network Analyzer has it. Weeks and months are those of one year.
    """
    if rule == "include":
        return list(mentions)
    seen: set[tuple[object, ...]] = set()
    kept = []
    for m in mentions:
        key = (m.actor, m.concept, m.qualifier if qualified else None, _period(m, rule))
        if key not in seen:
            seen.add(key)
            kept.append(m)
    return kept


def _period(m: Mention, rule: Duplicates) -> object:
    if rule == "acrossrange":
        return None
    if rule == "document" or m.day is None:
        return m.document
    return {"week": m.day.isocalendar()[:2], "month": (m.day.year, m.day.month), "year": m.day.year}[rule]


def turned(mentions: Sequence[Mention]) -> list[Mention]:
    """Concepts in the place of actors, for a one-mode network of concepts."""
    return [replace(m, actor=m.concept, concept=m.actor) for m in mentions]


def two_mode(
    mentions: Sequence[Mention],
    aggregation: Aggregation = "ignore",
    normalisation: Normalisation = "no",
    boolean: bool = False,
) -> Network:
    """Actors by concepts. normalisation: activity divides by the actor's statements, prominence by the concept's.

    boolean: the qualifier is yes (1) or no (0), and no counts as -1 when subtracted.
    """
    if aggregation not in ("ignore", "subtract"):
        raise ValueError(say("a two-mode network has no {aggregation}", aggregation=aggregation))
    if normalisation not in ("no", "activity", "prominence"):
        raise ValueError(say("a two-mode network has no normalisation by {normalisation}", normalisation=normalisation))
    found = Mentions(mentions)
    prominence: dict[str, int] = defaultdict(int)
    for m in mentions:
        prominence[m.concept] += 1
    cells: Cells = {}
    for actor in found.actors:
        for concept, by in found.counts[actor].items():
            weight = float(sum(n * _worth(q, aggregation, boolean) for q, n in by.items()))
            if normalisation == "activity":
                weight /= found.activity(actor)
            elif normalisation == "prominence":
                weight /= prominence[concept]
            if weight:
                cells[actor, concept] = weight
    return Network(found.actors, found.concepts, dict(sorted(cells.items())), True, found.size)


def _worth(qualifier: float, aggregation: Aggregation, boolean: bool) -> float:
    if aggregation == "ignore":
        return 1.0
    return (1.0 if qualifier else -1.0) if boolean else qualifier


def one_mode(
    mentions: Sequence[Mention],
    aggregation: Aggregation = "congruence",
    normalisation: Normalisation = "no",
    scale: float | None = None,
) -> Network:
    """Actors by actors over the concepts they share.

    normalisation: average divides by the mean of both actors' statements, jaccard by what either says plus what both
    say, cosine by the product of both actors' statements, each as Discourse Network Analyzer does it.
    scale: the qualifier's range in the whole dataset, where these statements are a part of it.
    """
    if normalisation not in ("no", "average", "jaccard", "cosine"):
        raise ValueError(say("a one-mode network has no normalisation by {normalisation}", normalisation=normalisation))
    found = Mentions(mentions)
    span = qualifier_range(mentions) if scale is None else scale
    saying: dict[str, list[str]] = defaultdict(list)
    for actor in found.actors:
        for concept in found.counts[actor]:
            saying[concept].append(actor)
    sums: Cells = defaultdict(float)
    for concept in found.concepts:
        for place, first in enumerate(saying[concept]):
            one = found.counts[first][concept]
            for second in saying[concept][place + 1 :]:
                sums[first, second] += _shared(one, found.counts[second][concept], aggregation, span)
    cells = {tie: w / _norm(found, *tie, normalisation) for tie, w in sorted(sums.items()) if w}
    return Network(found.actors, found.actors, cells, False, found.size)


def qualifier_range(mentions: Sequence[Mention]) -> float:
    """Greatest minus smallest qualifier; 0 where there is one alone."""
    values = [m.qualifier for m in mentions]
    return max(values) - min(values) if values else 0.0


def _shared(one: Mapping[float, int], two: Mapping[float, int], aggregation: Aggregation, span: float) -> float:
    """What two actors share on one concept. one, two: qualifier -> how many statements."""
    total = 0.0
    for q, n in one.items():
        for p, m in two.items():
            distance = abs(q - p) / span if span else 0.0
            closeness = {
                "ignore": 1.0,
                "congruence": 1.0 - distance,
                "conflict": distance,
                "subtract": 1.0 - 2.0 * distance,
            }[aggregation]
            total += n * m * closeness
    return total


def _norm(found: Mentions, first: str, second: str, normalisation: Normalisation) -> float:
    if normalisation == "no":
        return 1.0
    a, b = found.activity(first), found.activity(second)
    if normalisation == "average":
        return (a + b) / 2
    if normalisation == "cosine":
        return float(a * b)
    one = {(c, q): n for c, by in found.counts[first].items() for q, n in by.items()}
    two = {(c, q): n for c, by in found.counts[second].items() for q, n in by.items()}
    alone = sum(n for k, n in one.items() if k not in two) + sum(n for k, n in two.items() if k not in one)
    return float(alone + sum(n * two[k] for k, n in one.items() if k in two))


def cut(network: Network, least: float) -> Network:
    """Without ties that are weaker than this, whatever their sign."""
    if not least:
        return network
    return replace(network, cells={tie: w for tie, w in network.cells.items() if abs(w) >= least})


def with_isolates(network: Network, rows: Collection[str], columns: Collection[str]) -> Network:
    """With these nodes too, tied or not."""
    every = tuple(sorted({*network.rows, *rows}))
    return replace(
        network, rows=every, columns=tuple(sorted({*network.columns, *columns})) if network.two_mode else every
    )


def without_isolates(network: Network) -> Network:
    """Without nodes that have no tie."""
    first, second = {a for a, _ in network.cells}, {b for _, b in network.cells}
    if not network.two_mode:
        first = second = first | second
    return replace(
        network,
        rows=tuple(n for n in network.rows if n in first),
        columns=tuple(n for n in network.columns if n in second),
    )


def windows(mentions: Sequence[Mention], size: int, unit: WindowUnit) -> Iterator[tuple[date, date, list[Mention]]]:
    """(first day, last day, statements) of every window that moves on by one unit; undated statements are in none.

    The first begins with the first dated statement, the last is the first one that holds the last statement.
    """
    dated = sorted((m for m in mentions if m.day is not None), key=lambda m: m.day or date.min)
    if not dated or size < 1:
        return
    days = [m.day or date.min for m in dated]
    first, last = days[0], days[-1]
    step = 0
    while True:
        start = _later(first, step, unit)
        end = _later(first, step + size, unit) - timedelta(days=1)
        yield start, end, dated[bisect_left(days, start) : bisect_right(days, end)]
        if end >= last:
            return
        step += 1


def _later(day: date, count: int, unit: WindowUnit) -> date:
    if unit == "days":
        return day + timedelta(days=count)
    if unit == "weeks":
        return day + timedelta(weeks=count)
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    for back in range(4):  # the 31st of a shorter month is its last day
        try:
            return date(year, month + 1, day.day - back)
        except ValueError:
            continue
    raise ValueError(say("no such month: {year}-{part}", year=year, part=month + 1))
