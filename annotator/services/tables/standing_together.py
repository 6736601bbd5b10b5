"""Which values of a field stand in one statement, paragraph or article."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import combinations

from annotator.domain.conditions import Either, Test
from annotator.services.reliability.by_coder import Key
from annotator.services.search.labelled import LabelPassage
from annotator.services.tables.material import Material, field_name
from annotator.services.tables.records import Tie, Together, Within

_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
"""Between paragraphs stands an empty line."""


def together(m: Material, name: str, within: Within) -> Together:
    """Pairs of values by the units that have both. A unit is one coder's; a label in two paragraphs is in both."""
    places = _Places(m, within)
    held = [(p, list(places.of(p)), m.values(p, name)) for p in m.passages]
    units = _units((place, values) for _, at, values in held for place in at)
    n, both = _counted(units.values())

    def shares(passages: Sequence[LabelPassage]) -> dict[Key, tuple[float | None, int]]:
        mine = _units((place, m.values(p, name)) for p in passages for place in places.of(p))
        _, pairs = _counted(mine.values())
        return {pair: (k / len(mine), k) for pair, k in pairs.items()}

    spread = m.compared.spread(shares)
    ties = [
        Tie(
            first=m.value(name, a),
            second=m.value(name, b),
            n=k,
            first_n=n[a],
            second_n=n[b],
            jaccard=k / (n[a] + n[b] - k),
            lift=k * len(units) / (n[a] * n[b]),
            spread=spread.get((a, b)),
            condition=Either((Test(name, "=", a), Test(name, "=", b))),
        )
        for (a, b), k in both.items()
    ]
    ties.sort(key=lambda t: (-t.n, -t.jaccard, t.first.key, t.second.key))
    return Together(
        field=name,
        name=field_name(m.study.codebook, name),
        within=within,
        units=len(units),
        missing=sum(not values or not at for _, at, values in held),
        ties=tuple(ties),
    )


def _units(held: Iterator[tuple[Hashable, Sequence[str]]]) -> dict[Hashable, set[str]]:
    """Unit -> the values in it; units without any are none."""
    units: dict[Hashable, set[str]] = {}
    for place, values in held:
        if values:
            units.setdefault(place, set()).update(values)
    return units


def _counted(units: Iterable[set[str]]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    n: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for values in units:
        n.update(values)
        both.update(combinations(sorted(values), 2))
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
