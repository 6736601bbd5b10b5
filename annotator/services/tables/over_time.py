"""Figures over time: how often, or how people stand; one line a value."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from annotator.agreement.over_coders import interval
from annotator.domain.codebook.model import Codebook
from annotator.domain.conditions import All, Condition, Test
from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.services.reliability.by_coder import Key
from annotator.services.reliability.derived import period_of
from annotator.services.search.labelled import LabelPassage
from annotator.services.tables.material import Material, field_name
from annotator.services.tables.records import Course, Measure, Period, Point

ALL_TIMES = ""
"""The period of figures that are of all times together."""
_NOBODY = ""


def course(m: Material, name: str, measure: Measure, period: Period | None, group: str | None) -> Course:
    """measure `mean`: of the numbers in a field, a line for each value of `group`; `count` and `share`: of each value
    of the field, of the labels that have a value in the same period. period: None for all times together."""
    if measure == "mean":
        bounds = _bounds(m.study.codebook, name)
    elif group is not None:
        raise BadInput(
            "only means are given for each of a group", group, say("leave the group out, or ask for the mean")
        )
    reader = _Reader(m, name, measure, period, group)
    made = reader.figures(m.passages)
    spread = m.compared.spread(reader.values, None if measure == "mean" else 0.0)
    periods = _filled(sorted({k[1] for k in made}), period)
    by = group if measure == "mean" else name
    sizes: dict[str, int] = {}
    for (who, _), (_, n) in made.items():
        sizes[who] = sizes.get(who, 0) + n
    groups = sorted(sizes, key=lambda v: m.place(by, v, sizes[v])) if by is not None else [_NOBODY]
    points = []
    for who in groups:
        for when in periods:
            value, n = made.get((who, when), (None if measure == "mean" else 0.0, 0))
            if measure == "share" and not any(k[1] == when for k in made):
                value = None
            apart = spread.get((who, when))
            sure = interval(apart.values) if apart is not None and measure != "count" else None
            points.append(
                Point(
                    group=m.value(by, who) if by is not None else None,
                    period=when,
                    value=value,
                    n=n,
                    low=sure[0] if sure else None,
                    high=sure[1] if sure else None,
                    spread=apart,
                    condition=_condition(m, name, measure, by, who, when, period),
                )
            )
    return Course(
        field=name,
        name=field_name(m.study.codebook, name),
        measure=measure,
        period=period,
        group=group,
        group_name=field_name(m.study.codebook, group) if group is not None else None,
        groups=tuple(m.value(by, g) for g in groups) if by is not None else (),
        periods=tuple(periods),
        points=tuple(points),
        missing=reader.missing,
        off_scale=reader.off_scale,
        undated=reader.undated,
        bounds=bounds if measure == "mean" else None,
    )


class _Reader:
    """Reads labels, and counts what it cannot use when it reads all of them."""

    def __init__(self, m: Material, name: str, measure: Measure, period: Period | None, group: str | None) -> None:
        self._m, self._name, self._measure, self._period, self._group = m, name, measure, period, group
        self.missing = self.off_scale = self.undated = 0

    def figures(self, passages: Sequence[LabelPassage]) -> dict[tuple[str, str], tuple[float | None, int]]:
        """(group, period) -> (figure, labels), and the counts of what is left out."""
        self.missing = self.off_scale = self.undated = 0
        return self._made(passages)

    def values(self, passages: Sequence[LabelPassage]) -> dict[Key, tuple[float | None, int]]:
        """The same of some labels, for one coder's."""
        kept = self.missing, self.off_scale, self.undated
        made = self._made(passages)
        self.missing, self.off_scale, self.undated = kept
        return {(*k,): v for k, v in made.items()}

    def _made(self, passages: Sequence[LabelPassage]) -> dict[tuple[str, str], tuple[float | None, int]]:
        held: dict[tuple[str, str], list[float]] = {}
        valued: dict[str, int] = {}
        for p in passages:
            when = ALL_TIMES if self._period is None else period(p.document.published, self._period)
            if when is None:
                self.undated += 1
                continue
            if self._measure == "mean":
                for who, number in self._numbers(p):
                    held.setdefault((who, when), []).append(number)
                continue
            values = self._m.values(p, self._name)
            if not values:
                self.missing += 1
                continue
            valued[when] = valued.get(when, 0) + 1
            for v in values:
                held.setdefault((v, when), []).append(1.0)
        if self._measure == "mean":
            return {k: (math.fsum(numbers) / len(numbers), len(numbers)) for k, numbers in held.items()}
        if self._measure == "count":
            return {k: (float(len(ones)), len(ones)) for k, ones in held.items()}
        return {k: (len(ones) / valued[k[1]], len(ones)) for k, ones in held.items()}

    def _numbers(self, p: LabelPassage) -> Iterator[tuple[str, float]]:
        names = (self._name,) if self._group is None else (self._group, self._name)
        found = self._m.together(p, *names)
        if not found:
            self.missing += 1
        off = False
        for values in found:
            number = _number(values[-1])
            if number is None:
                off = True
            else:
                yield values[0] if self._group is not None else _NOBODY, number
        self.off_scale += off


def period(published: str | None, period: Period) -> str | None:
    """The day, week, month, quarter or year of an article; None where its date does not say it."""
    if period != "quarter":
        return period_of(published, period)
    month = period_of(published, "month")
    return f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}" if month is not None and month[5:7].isdigit() else None


def _filled(found: list[str], period: Period | None) -> list[str]:
    """Months, quarters and years in which nothing is found stand between those in which something is."""
    if period not in ("month", "quarter", "year") or len(found) < 2:
        return found
    many = {"month": 12, "quarter": 4, "year": 1}[period]

    def count(told: str) -> int:
        return int(told[:4]) * many + (int(told[4:].lstrip("-Q") or 1) - 1)

    def label_of(count: int) -> str:
        year, rest = divmod(count, many)
        return f"{year:04d}" + {"month": f"-{rest + 1:02d}", "quarter": f"-Q{rest + 1}", "year": ""}[period]

    try:
        first, last = count(found[0]), count(found[-1])
    except ValueError:
        return found
    every = [label_of(k) for k in range(first, last + 1)]
    return every if len(every) <= _MOST_PERIODS and set(found) <= set(every) else found


_MOST_PERIODS = 600
"""Of which none is left out although it is empty."""


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return {"true": 1.0, "false": 0.0}.get(text)
    return number if math.isfinite(number) else None


def _bounds(codebook: Codebook, name: str) -> tuple[float, float] | None:
    """The ends of a scale; raises BadInput where a field has no numbers."""
    layer, _, key = name.partition(".")
    found = next((a for x in codebook.layers if x.key == layer for a in x.attributes if a.key == key), None)
    if found is None or found.type not in ("scale", "number", "boolean"):
        numbers = [f"{x.key}.{a.key}" for x in codebook.layers for a in x.attributes if a.type in ("scale", "number")]
        raise BadInput(
            "this field has no numbers to take the mean of",
            name,
            say("use one of {names}", names=", ".join(numbers) or "-"),
        )
    if found.type == "scale":
        values = [p.value for p in found.points]
        return float(min(values)), float(max(values))
    return (0.0, 1.0) if found.type == "boolean" else None


def _condition(
    m: Material, name: str, measure: Measure, by: str | None, who: str, when: str, period: Period | None
) -> Condition:
    parts: list[Condition] = []
    if by is not None:
        parts.append(Test(by, "=", who))
    if measure == "mean":
        parts.append(Test(name, "=", "*"))
    if period in ("day", "month", "year"):
        parts.append(Test("published", "=", when))
    elif period == "quarter":
        year, quarter = int(when[:4]), int(when[-1])
        parts += [
            Test("published", ">=", f"{year}-{3 * quarter - 2:02d}"),
            Test("published", "<=", f"{year}-{3 * quarter:02d}"),
        ]
    elif period == "week":
        monday = date.fromisocalendar(int(when[:4]), int(when[-2:]), 1)
        parts += [
            Test("published", ">=", monday.isoformat()),
            Test("published", "<=", (monday + timedelta(days=6)).isoformat()),
        ]
    return parts[0] if len(parts) == 1 else All(tuple(parts))
