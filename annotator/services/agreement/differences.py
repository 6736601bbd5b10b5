"""Systematic differences between every two coders of a comparison: who gives which code more often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

from annotator.agreement.systematic import systematic
from annotator.domain.annotations import Coder
from annotator.services.agreement.comparing import UNMATCHED, Comparison, table_of


def differences(comparison: Comparison, coders: Sequence[Coder]) -> list[dict[str, Any]]:
    """`systematic` of an attribute, in the public JSON form; pairs without a unit in common are left out."""
    found = []
    for first, second in combinations(coders, 2):
        table = table_of(comparison, [first.id, second.id])
        told = systematic(table, 0, 1)
        if not told.units:
            continue
        found.append(
            {
                "coders": [first.name, second.name],
                "units": told.units,
                "stuart_maxwell": asdict(told.stuart_maxwell),
                "bhapkar": asdict(told.bhapkar),
                "bias": [
                    {
                        "category": category,
                        "label": comparison.names.get(category, category),
                        "counts": [b.first, b.second],
                        "difference": b.difference,
                        "low": b.low,
                        "high": b.high,
                    }
                    for b in told.biases
                    if (category := table.categories[b.category]) != UNMATCHED
                ],
            }
        )
    return found
