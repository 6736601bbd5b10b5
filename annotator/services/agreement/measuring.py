"""Coefficients of one comparison with their intervals: over articles first, over units second."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from annotator.agreement.coefficients import Measured, coefficients, measured, percentile_intervals
from annotator.agreement.estimate import Estimate, Floats
from annotator.agreement.intervals import FEW_CLUSTERS, METHOD, Interval
from annotator.agreement.ratings import RatingsTable
from annotator.domain.json_forms import JsonObject
from annotator.domain.words import Message, say
from annotator.services.agreement.comparing import Comparison
from annotator.services.agreement.request import Corpus, Question

MANY_ARTICLES = 50
RARE = 0.8
"""With so great a share of the value given most, and at most MANY_ARTICLES, intervals may hold less often: they were
seen to where it is .9 in truth, of which samples are seldom below this; samples of .7 are seldom above."""

MANY_CODERS = 5
NEARLY_ONE = 0.85
"""With so many coders and so great a coefficient, and at most MANY_ARTICLES, intervals were seen to hold less often."""

FEW_ARTICLES = 20
"""Below this number of articles a word stands beside the intervals."""

Coefficients = dict[str, Measured]


class Measuring:
    """The articles of a comparison's units, which intervals are over.

    Where a coder is compared with several others in turn, one label stands in several units: what counts as a unit of
    an interval then is the coder's label with all of its units.
    """

    def __init__(self, comparison: Comparison, compared: Corpus, question: Question, quick: bool = False) -> None:
        self._articles = [compared.article(u.document_id) for u in comparison.units]
        paired = {self._articles[i] for i in comparison.grid.pairable()}
        self.articles = len(paired)
        self._wanted = question.intervals and not quick
        self._bootstrap, self._seed = (0 if quick else question.bootstrap), question.seed
        self._labels: list[str] | None = None
        if compared.origin and question.own is not None:
            own = compared.coders[0].id
            self._labels = [
                u.made[own].id if own in u.made else next(iter(u.made.values())).id for u in comparison.units
            ]
        self._percentiles: dict[str, tuple[float, float]] = {}

    @property
    def over_as_json(self) -> JsonObject:
        """What intervals are over, in the public JSON form."""
        return {"over": "documents" if self.articles > 1 else "units", "documents": self.articles, "method": METHOD}

    def of(
        self,
        table: RatingsTable,
        level: str,
        distances: Mapping[str, Floats],
        names: Collection[str] | None = None,
    ) -> Coefficients:
        """Every coefficient, or those named; the estimate's bounds are those over articles, over units where all is of
        one article."""
        if not self._wanted:
            found = coefficients(table, level, names=names, distances=distances)
            return {name: Measured(e) for name, e in found.items()}
        by = measured(table, level, self._articles, names, distances)
        if self._labels is not None:
            over = measured(table, level, self._labels, names, distances)
            by = {name: replace(m, units=over[name].articles) for name, m in by.items()}
        if self._bootstrap:
            drawn = percentile_intervals(table, level, self._articles, self._bootstrap, self._seed, distances)
            self._percentiles |= {k: v for k, v in drawn.items() if names is None or k in names}
        return {name: replace(m, estimate=headline(m)) for name, m in by.items()}

    def intervals(self, name: str, m: Measured) -> dict[str, Any] | None:
        """All intervals of a coefficient; None where it has none."""
        if m.articles is None and m.units is None and m.analytic is None:
            return None
        found: dict[str, Any] = {
            "documents": _ends(m.articles),
            "units": _ends(m.units),
            "analytic": m.analytic,
            "one_sided": bool((m.articles or m.units) and (m.articles or m.units).one_sided),  # type: ignore[union-attr]
        }
        if name in self._percentiles:
            found["bootstrap"] = self._percentiles[name]
        return found


def headline(m: Measured) -> Estimate:
    """The estimate with the interval that stands first."""
    over = m.articles or m.units
    return m.estimate if over is None else replace(m.estimate, low=over.low, high=over.high)


def _ends(found: Interval | None) -> tuple[float, float] | None:
    return None if found is None else (found.low, found.high)


def words(parts: list[dict[str, Any]]) -> list[Message]:
    """What must be said of the intervals of these attributes."""
    told = []
    one = [_name(p) for p in parts if p["interval"]["documents"] == 1]
    if one:
        told.append(
            say(
                "all units are of one article: the interval is over units and says nothing of other articles: {names}",
                names=", ".join(one),
            )
        )
    few = [_name(p) for p in parts if 1 < p["interval"]["documents"] < FEW_CLUSTERS]
    if few:
        told.append(
            say(
                "fewer than {n} articles: only the lower bound is a statement, with 95 % confidence: {names}",
                n=FEW_CLUSTERS,
                names=", ".join(few),
            )
        )
    rare = [
        _name(p) for p in parts if p["interval"]["documents"] <= MANY_ARTICLES and (p.get("most_given") or 0.0) >= RARE
    ]
    if rare:
        told.append(
            say(
                "one value has four fifths of all or more, and there are at most {n} articles: intervals may hold less "
                "often than 95 times in 100 then, 88 to 94 times in the simulation of the manual: {names}",
                n=MANY_ARTICLES,
                names=", ".join(rare),
            )
        )
    sure = [
        _name(p)
        for p in parts
        if FEW_CLUSTERS <= p["interval"]["documents"] <= MANY_ARTICLES
        and p["coders"] >= MANY_CODERS
        and (p["coefficients"][p["main"]]["value"] or 0.0) >= NEARLY_ONE
    ]
    if sure:
        told.append(
            say(
                "five coders or more who nearly always agree, and at most {n} articles: intervals held 93 instead of "
                "95 times in 100 in the simulation of the manual: {names}",
                n=MANY_ARTICLES,
                names=", ".join(sure),
            )
        )
    some = [
        f"{_name(p)} ({p['interval']['documents']})"
        for p in parts
        if FEW_CLUSTERS <= p["interval"]["documents"] < FEW_ARTICLES
    ]
    if some:
        told.append(
            say(
                "fewer than {n} articles: {names}; intervals over so few articles are wide, and where articles differ "
                "much they hold less often than 95 times in 100",
                n=FEW_ARTICLES,
                names=", ".join(some),
            )
        )
    large = [
        _name(p)
        for p in parts
        if any(i["documents"] is not None and i["units"] is None for i in p.get("intervals", {}).values())
    ]
    if large:
        told.append(
            say(
                "units are of so many different kinds that intervals over units are made of alpha alone; those over "
                "articles are made of every coefficient: {names}",
                names=", ".join(large),
            )
        )
    return told


def _name(p: dict[str, Any]) -> str:
    return f"{p['layer']}.{p['attribute']}"
