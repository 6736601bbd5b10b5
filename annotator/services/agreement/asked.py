"""Attributes under a condition: not asked, not answered and not there are three things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from annotator.agreement.conditions import NO_LABEL, asked_counts, grid_of, with_condition
from annotator.agreement.grid import Grid
from annotator.agreement.ratings import RatingsTable
from annotator.domain.annotations import Annotation
from annotator.domain.codebook.values import is_open
from annotator.domain.statements import zones_of
from annotator.services.agreement.comparing import UNMATCHED, Comparison
from annotator.services.agreement.request import Corpus

NOT_ASKED = "|not asked"


def asked_part(
    comparison: Comparison, compared: Corpus, coders: Sequence[str]
) -> tuple[dict[str, int], RatingsTable] | None:
    """(the counts of `asked`; the values with “not asked” as a category of its own, so that a disagreement on the
    condition counts); None where the attribute is under no condition."""
    asked = _asked(comparison, compared, coders)
    if asked is None:
        return None
    values = comparison.of_coders(coders)
    categories = comparison.categories
    no_value = categories.index(UNMATCHED) if UNMATCHED in categories else -2
    counted = with_condition(values, asked, no_value, len(categories))
    return asked_counts(values, asked, no_value), counted.table(coders, (*categories, NOT_ASKED))


def _asked(comparison: Comparison, compared: Corpus, coders: Sequence[str]) -> Grid | None:
    if comparison.role:
        return None
    layer = compared.codebook.layer(comparison.layer)
    attribute = layer.attribute(comparison.attribute)
    if attribute.when is None:
        return None
    documents = {d.id: d for d in compared.documents}
    zones: dict[str, str | None] = {}
    if attribute.when.zone is not None:
        of: dict[str, list[Annotation]] = {}
        for u in comparison.units:
            of.setdefault(u.document_id, []).extend(u.made.values())
        for key, labels in of.items():
            zones |= zones_of(compared.codebook, documents[key].zones, labels)
    rows = [
        [
            NO_LABEL
            if (label := u.made.get(coder)) is None
            else int(is_open(layer, attribute, label.values, zones.get(label.id)))
            for coder in coders
        ]
        for u in comparison.units
    ]
    return grid_of(rows, len(coders))


def asked_in_words(part: dict[str, Any]) -> str:
    """The attribute with its counts, for a note."""
    a = part["asked"]
    return f"{part['layer']}.{part['attribute']} ({a['both']}, {a['one']}, {a['unanswered']})"
