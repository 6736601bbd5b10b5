"""One comparison taken apart: by document, over time, by codebook version, by category, and what is missing in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from annotator.agreement.coefficients import coefficients, measured
from annotator.agreement.estimate import Estimate, Floats
from annotator.agreement.ratings import RatingsTable
from annotator.agreement.single_categories import single_categories
from annotator.domain.annotations import Coder
from annotator.services.agreement.comparing import (
    UNMATCHED,
    Comparison,
    beside_unmatched,
    canonical,
    narrowed,
    on_scale,
    table_of,
)
from annotator.services.agreement.measuring import headline
from annotator.services.agreement.request import Corpus
from annotator.services.agreement.units import Unit

BLOCKS = 4
"""Into how many parts units are cut by the order of coding where all were coded within one month."""

Places = list[int]
"""Units by their places in `Comparison.units`."""


def breakdowns(comparison: Comparison, coders: Sequence[Coder], compared: Corpus) -> dict[str, Any]:
    """`prevalence`, `by_category` and `by_document` (least agreement first), `over_time`, `by_version` and `missing`,
    in the public JSON form."""
    ids = [c.id for c in coders]
    numbers = {d.id: d for d in compared.documents}
    by_document = [
        {"document": key, "number": number, "title": title, **found}
        for (number, key, title), found in _grouped(
            comparison,
            ids,
            lambda u: (numbers[u.document_id].number, compared.article(u.document_id), numbers[u.document_id].title),
        )
    ]
    by_document.sort(
        key=lambda x: (x["percent_agreement"] is None, x["percent_agreement"] or 0.0, -x["units"], x["number"])
    )
    return {
        "prevalence": _prevalence(comparison, coders),
        "by_category": by_category(comparison, ids),
        "by_document": by_document,
        "over_time": _over_time(comparison, ids),
        "by_version": [
            {"version": version, **found}
            for version, found in _grouped(comparison, ids, lambda u: max(a.codebook_version for a in u.made.values()))
        ],
        "missing": _missing(comparison, coders, compared),
    }


def main_of(comparison: Comparison, ids: Sequence[str], compared: Corpus | None = None) -> Estimate:
    """The coefficient that the declared type asks for; with an interval over articles where the corpus is given."""
    name, table, level, distances = _main(comparison, ids)
    if compared is None:
        return coefficients(table, level, names=(name,), distances=distances)[name]
    articles = [compared.article(u.document_id) for u in comparison.units]
    return headline(measured(table, level, articles, (name,), distances)[name])


def _main(comparison: Comparison, ids: Sequence[str]) -> tuple[str, RatingsTable, str, dict[str, Floats]]:
    """(name, table, level, distances) of the coefficient that the declared type asks for."""
    name, level, distances = comparison.main, comparison.level, comparison.distances()
    ids = canonical(ids, comparison)
    table = table_of(comparison, ids)
    if level != "nominal":
        table = on_scale(comparison, ids, unmatched=True)
        if UNMATCHED in table.categories:
            level, distances = "nominal", beside_unmatched(comparison, table)
        elif UNMATCHED in comparison.categories:
            name = "krippendorff_alpha"
    return name, table, level, distances


def measured_on(comparison: Comparison, ids: Sequence[str]) -> tuple[RatingsTable, str, Floats | None]:
    """(table, level, distance between its categories) that the first coefficient is computed on."""
    name, table, level, distances = _main(comparison, ids)
    return table, level, distances.get(name.removeprefix("krippendorff_alpha_"))


def figure_of(comparison: Comparison, ids: Sequence[str]) -> dict[str, Any]:
    """Units, percent agreement and the main coefficient (with its own n, and its reason where undefined)."""
    table = table_of(comparison, ids)
    main = main_of(comparison, ids)
    return {
        "units": table.pairable,
        "percent_agreement": coefficients(table, "nominal", names=("percent_agreement",))["percent_agreement"].value,
        "main": main.value,
        "n": main.n,
        "undefined": main.undefined,
    }


def by_category(comparison: Comparison, ids: Sequence[str]) -> list[dict[str, Any]]:
    """How reliably each category was told from all others, the least first; with sets, each member of a set.

    specific: of the values beside a value of this category in the same unit, the share of the same category. alpha: of
    the category against all others together. confused_with: the other category most often found beside it.
    """
    categories, names = list(comparison.categories), comparison.names
    if comparison.sets:
        found = [_member(comparison, ids, member, label) for member, label in _members(comparison)]
    else:
        found = []
        for single in single_categories(table_of(comparison, ids)):
            category = categories[single.category]
            other = None if single.other is None else categories[single.other]
            found.append(
                {
                    "category": category,
                    "label": names.get(category, category),
                    "values": single.values,
                    "specific": single.specific,
                    "alpha": single.alpha,
                    "confused_with": None
                    if other is None
                    else {"category": other, "label": names.get(other, other), "share": single.share},
                }
            )
    found = [f for f in found if f["values"] and f["category"] != UNMATCHED]
    return sorted(found, key=lambda f: (f["specific"], -f["values"], f["category"]))


def _members(comparison: Comparison) -> list[tuple[str, str]]:
    """(member, how it reads) of all sets given."""
    labels: dict[str, str] = {}
    for category in comparison.categories:
        if category != UNMATCHED and "|" not in category and category:
            labels[category] = comparison.names.get(category, category)
    parts = {p for c in comparison.categories if c != UNMATCHED for p in c.split("|") if p}
    return [(p, comparison.member_names.get(p) or labels.get(p, p)) for p in sorted(parts)]


def _member(comparison: Comparison, ids: Sequence[str], member: str, label: str) -> dict[str, Any]:
    holds = [int(c != UNMATCHED and member in c.split("|")) for c in comparison.categories]
    table = comparison.of_coders(ids).recoded(holds).table(ids, ("without", "with"))
    single = single_categories(table)[1]
    return {
        "category": member,
        "label": label,
        "values": single.values,
        "specific": single.specific,
        "alpha": single.alpha,
        "confused_with": None,
    }


def _pairable(comparison: Comparison, ids: Sequence[str]) -> Places:
    return comparison.of_coders(ids).pairable()


def _grouped(
    comparison: Comparison, ids: Sequence[str], key: Callable[[Unit], Any]
) -> list[tuple[Any, dict[str, Any]]]:
    """A figure for each group of units in the order of its key; groups without a unit of two values are left out."""
    groups: dict[Any, list[int]] = {}
    for place in _pairable(comparison, ids):
        groups.setdefault(key(comparison.units[place]), []).append(place)
    return [(k, figure_of(narrowed(comparison.part(groups[k])), ids)) for k in sorted(groups)]


def _over_time(comparison: Comparison, ids: Sequence[str]) -> list[dict[str, Any]]:
    """By the month in which the last of its coders coded a unit; within one month by the order of coding."""
    months = _grouped(comparison, ids, lambda u: coded(u)[:7])
    if len(months) > 1:
        return [{"period": month, "by": "month", **found} for month, found in months]
    return [
        {"period": period, "by": "order", **figure_of(narrowed(comparison.part(block)), ids)}
        for period, block in blocks(comparison, ids)
    ]


def blocks(comparison: Comparison, ids: Sequence[str]) -> Iterator[tuple[str, Places]]:
    """(name, units) of equal stretches of the order of coding."""
    places = sorted(_pairable(comparison, ids), key=lambda i: coded(comparison.units[i]))
    size = max(-(-len(places) // BLOCKS), 1)
    for start in range(0, len(places), size):
        block = places[start : start + size]
        yield f"{start + 1}–{start + len(block)}", block


def coded(unit: Unit) -> str:
    """When the last of its coders made a label of the unit."""
    return max(a.created for a in unit.made.values())


def _prevalence(comparison: Comparison, coders: Sequence[Coder]) -> list[dict[str, Any]]:
    """How often each category was given, of all values and by each coder; those never given included."""
    given = comparison.of_coders([c.id for c in coders]).counts(len(comparison.categories))
    total = sum(map(sum, given))
    return [
        {
            "category": category,
            "label": comparison.names.get(category, category),
            "count": (count := sum(mine[k] for mine in given)),
            "share": count / total if total else None,
            "by_coder": [mine[k] for mine in given],
        }
        for k, category in enumerate(comparison.categories)
    ]


def _missing(comparison: Comparison, coders: Sequence[Coder], compared: Corpus) -> list[dict[str, Any]]:
    """For each coder: units of articles that the coder read, those without a label of the coder's, and those with a
    label that has no value."""
    ids = [c.id for c in coders]
    read, unmatched, empty = dict.fromkeys(ids, 0), dict.fromkeys(ids, 0), dict.fromkeys(ids, 0)
    for unit, there in zip(comparison.units, comparison.of_coders(ids).rows(), strict=True):
        readers = compared.labels[unit.document_id]
        for coder_id, code in zip(ids, there, strict=True):
            if coder_id in readers:
                read[coder_id] += 1
                if coder_id not in unit.made:
                    unmatched[coder_id] += 1
                elif code < 0:
                    empty[coder_id] += 1
    return [
        {"coder": c.name, "units": read[c.id], "no_label": unmatched[c.id], "no_value": empty[c.id]} for c in coders
    ]
