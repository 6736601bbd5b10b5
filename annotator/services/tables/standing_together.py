"""Which values of a field stand in one statement, paragraph or article."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from itertools import combinations, product

from annotator.domain.conditions import All, Condition, Either, Test
from annotator.services.reliability.by_coder import Key
from annotator.services.search.labelled import LabelPassage
from annotator.services.tables.material import Material, field_name
from annotator.services.tables.records import Tie, Together, Within

_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
"""Between paragraphs stands an empty line."""


Item = tuple[str, str]
"""A field, and a value in it."""


def together(m: Material, names: Sequence[str], within: Within) -> Together:
    """Pairs of values by the units that have both; with two fields, pairs of one value of each.

    A unit is one coder's; a label in two paragraphs is in both.
    """
    places = _Places(m, within)

    def items(p: LabelPassage) -> list[Item]:
        return [(name, v) for name in names for v in m.values(p, name)]

    held = [(p, list(places.of(p)), items(p)) for p in m.passages]
    units = _units((place, values) for _, at, values in held for place in at)
    n, both = _counted(units.values(), names)
    numbers = {place: p.document.number for p, at, _ in held for place in at}
    articles: dict[tuple[Item, Item], set[int]] = {}
    for place, values in units.items():
        for pair in _counted([values], names)[1]:
            articles.setdefault(pair, set()).add(numbers[place])

    def shares(passages: Sequence[LabelPassage]) -> dict[Key, tuple[float | None, int]]:
        mine = _units((place, items(p)) for p in passages for place in places.of(p))
        _, pairs = _counted(mine.values(), names)
        return {(*a, *b): (k / len(mine), k) for (a, b), k in pairs.items()}

    spread = m.compared.spread(shares)
    ties = [
        Tie(
            first=m.value(*a),
            second=m.value(*b),
            n=k,
            first_n=n[a],
            second_n=n[b],
            jaccard=k / (n[a] + n[b] - k),
            lift=k * len(units) / (n[a] * n[b]),
            spread=spread.get((*a, *b)),
            condition=_condition(a, b, articles[a, b]),
        )
        for (a, b), k in both.items()
    ]
    ties.sort(key=lambda t: (-t.n, -t.jaccard, t.first.key, t.second.key))
    return Together(
        fields=tuple(names),
        names=tuple(field_name(m.study.codebook, name) for name in names),
        within=within,
        units=len(units),
        missing=sum(not values or not at for _, at, values in held),
        ties=tuple(ties),
    )


def _condition(a: Item, b: Item, articles: Collection[int]) -> Condition:
    """Labels with either value, in the articles where both stand in one unit."""
    either = Either((Test(a[0], "=", a[1]), Test(b[0], "=", b[1])))
    if len(articles) > _MOST_NAMED:
        return either
    named = tuple(Test("article", "=", str(n)) for n in sorted(articles))
    return All((either, named[0] if len(named) == 1 else Either(named)))


_MOST_NAMED = 60
"""Articles that a condition names one by one."""


def _units(held: Iterator[tuple[Hashable, Sequence[Item]]]) -> dict[Hashable, set[Item]]:
    """Unit -> the values in it; units without any are none."""
    units: dict[Hashable, set[Item]] = {}
    for place, values in held:
        if values:
            units.setdefault(place, set()).update(values)
    return units


def _counted(units: Iterable[set[Item]], names: Sequence[str]) -> tuple[Counter[Item], Counter[tuple[Item, Item]]]:
    n: Counter[Item] = Counter()
    both: Counter[tuple[Item, Item]] = Counter()
    for values in units:
        n.update(values)
        if len(names) == 1:
            both.update(combinations(sorted(values), 2))
        else:
            first, second = ([v for v in values if v[0] == name] for name in names)
            both.update(product(first, second))
    return n, both


class _Places:
    """In which units a label stands."""

    def __init__(self, m: Material, within: Within) -> None:
        self._m, self._within = m, within
        self._breaks: dict[str, list[int]] = {}

    def of(self, p: LabelPassage) -> Iterator[Hashable]:
        """Units; none where a label stands at no place, or in no statement."""
        a = p.annotation
        if self._within == "article":
            yield a.coder_id, a.document_id
        elif self._within == "statement":
            yield p.statement or a.id
        elif p.place:
            breaks = self._paragraphs(a.document_id)
            for number in sorted({k for s, e in p.place for k in range(_at(breaks, s), _at(breaks, e - 1) + 1)}):
                yield a.coder_id, a.document_id, number

    def _paragraphs(self, document_id: str) -> list[int]:
        if document_id not in self._breaks:
            text = self._m.study.text(document_id)
            self._breaks[document_id] = [match.end() for match in _BREAK.finditer(text)]
        return self._breaks[document_id]


def _at(breaks: list[int], place: int) -> int:
    return bisect_right(breaks, place)
