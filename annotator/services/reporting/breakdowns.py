"""One comparison taken apart: by document, over time, by codebook version, and how often each category was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from annotator.agreement.coefficients import coefficients
from annotator.domain.annotations import Coder, Document
from annotator.services.reporting.comparing import Comparison, on_scale, table_of
from annotator.services.reporting.units import Unit

BLOCKS = 4
"""Into how many parts units are cut by the order of coding where all were coded within one month."""


def breakdowns(comparison: Comparison, coders: Sequence[Coder], documents: Sequence[Document]) -> dict[str, Any]:
    """`prevalence`, `by_document` (least agreement first), `over_time` and `by_version`, in the public JSON form."""
    ids = [c.id for c in coders]
    numbers = {d.id: d for d in documents}
    by_document = [
        {"document": key, "number": numbers[key].number, "title": numbers[key].title, **found}
        for key, found in _grouped(comparison, ids, lambda u: u.document_id)
    ]
    by_document.sort(
        key=lambda x: (x["percent_agreement"] is None, x["percent_agreement"] or 0.0, -x["units"], x["number"])
    )
    return {
        "prevalence": _prevalence(comparison, coders),
        "by_document": by_document,
        "over_time": _over_time(comparison, ids),
        "by_version": [
            {"version": version, **found}
            for version, found in _grouped(comparison, ids, lambda u: max(a.codebook_version for a in u.made.values()))
        ],
    }


def figure_of(comparison: Comparison, ids: Sequence[str], rows: Sequence[dict[str, str | None]]) -> dict[str, Any]:
    """Units, percent agreement and the main coefficient (with its reason where undefined) of some of the rows."""
    part = replace(comparison, rows=tuple(rows))
    table = table_of(part, ids, part.categories)
    plain = coefficients(table, "nominal", names=("percent_agreement", comparison.main), distances=part.distances())
    if comparison.level != "nominal":
        ordered = on_scale(part, ids)
        plain |= coefficients(ordered, comparison.level, names=("krippendorff_alpha",))
    main = plain[comparison.main]
    return {
        "units": table.pairable,
        "percent_agreement": plain["percent_agreement"].value,
        "main": main.value,
        "undefined": main.undefined,
    }


def _grouped(
    comparison: Comparison, ids: Sequence[str], key: Callable[[Unit], Any]
) -> list[tuple[Any, dict[str, Any]]]:
    """A figure for each group of units in the order of its key; groups without a unit of two values are left out."""
    groups: dict[Any, list[dict[str, str | None]]] = {}
    for unit, row in zip(comparison.units, comparison.rows, strict=True):
        if sum(row.get(c) is not None for c in ids) > 1:
            groups.setdefault(key(unit), []).append(row)
    return [(k, figure_of(_narrowed(comparison, groups[k]), ids, groups[k])) for k in sorted(groups)]


def _narrowed(comparison: Comparison, rows: Sequence[dict[str, str | None]]) -> Comparison:
    """Only the categories that occur here, where the list is open: alpha does not depend on the others."""
    seen = {v for row in rows for v in row.values()}
    if comparison.level == "ordinal":
        return comparison
    return replace(comparison, categories=tuple(c for c in comparison.categories if c in seen))


def _over_time(comparison: Comparison, ids: Sequence[str]) -> list[dict[str, Any]]:
    """By the month in which the last of its coders coded a unit; within one month by the order of coding."""
    months = _grouped(comparison, ids, lambda u: _coded(u)[:7])
    if len(months) > 1:
        return [{"period": month, "by": "month", **found} for month, found in months]
    times = sorted(
        (_coded(u), place)
        for place, (u, row) in enumerate(zip(comparison.units, comparison.rows, strict=True))
        if sum(row.get(c) is not None for c in ids) > 1
    )
    size = -(-len(times) // BLOCKS)
    result = []
    for start in range(0, len(times), max(size, 1)):
        block = times[start : start + size]
        rows = [comparison.rows[place] for _, place in block]
        period = f"{start + 1}–{start + len(block)}"
        result.append({"period": period, "by": "order", **figure_of(_narrowed(comparison, rows), ids, rows)})
    return result


def _coded(unit: Unit) -> str:
    return max(a.created for a in unit.made.values())


def _prevalence(comparison: Comparison, coders: Sequence[Coder]) -> list[dict[str, Any]]:
    """How often each category was given, of all values and by each coder; those never given included."""
    given = {c.id: Counter(v for row in comparison.rows if (v := row.get(c.id)) is not None) for c in coders}
    total = sum(sum(counter.values()) for counter in given.values())
    return [
        {
            "category": k,
            "label": comparison.names.get(k, k),
            "count": (count := sum(counter[k] for counter in given.values())),
            "share": count / total if total else None,
            "by_coder": [given[c.id][k] for c in coders],
        }
        for k in comparison.categories
    ]
