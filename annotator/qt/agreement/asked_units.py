"""Which units a person asked for with a click on a figure, and how that is said."""

from __future__ import annotations

from typing import Any

from annotator.qt.toolkit.words import tr


def behind(comparison: Any, compared: Any, kind: str, key: Any) -> tuple[Any, str]:
    """(units, what they are) of a cell, category, pair, document, period or version of the codebook."""
    from annotator.services.agreement import lookup

    if kind == "cell":
        first, second, row, column = key
        said = [comparison.names[comparison.categories[k]] or tr("(none)") for k in (row, column)]
        places = lookup.of_cell(comparison, first, second, row, column)
        return places, tr("with {first} beside {second}", first=said[0], second=said[1])
    if kind == "category":
        return lookup.of_category(comparison, key), tr("where some gave this code and others did not")
    if kind == "pair":
        ids = {c.name: c.id for c in compared.coders}
        return lookup.differing(comparison, [ids[n] for n in key]), tr("where these two differ")
    if kind == "document":
        return lookup.of_document(comparison, compared, key), tr("of this article where coders differ")
    if kind == "period":
        places = lookup.of_period(comparison, comparison.coder_ids, *key)
        return places, tr("of this time where coders differ")
    return lookup.of_version(comparison, key), tr("of this version where coders differ")
