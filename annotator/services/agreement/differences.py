"""Systematic differences between every two coders of a comparison: who gives which code more often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

from annotator.agreement.systematic import Homogeneity, systematic
from annotator.domain.annotations import Coder
from annotator.domain.json_forms import JsonObject
from annotator.services.agreement.comparing import UNMATCHED, Comparison, table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBias:
    """How much more often the first coder gave a code than the second, in shares of the units, with a 95 % interval."""

    category: str
    label: str
    counts: tuple[int, int]
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two coders on the units that both gave a value for."""

    coders: tuple[str, str]
    units: int
    stuart_maxwell: Homogeneity
    bhapkar: Homogeneity
    bias: tuple[CodeBias, ...]

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {
            "coders": list(self.coders),
            "units": self.units,
            "stuart_maxwell": asdict(self.stuart_maxwell),
            "bhapkar": asdict(self.bhapkar),
            "bias": [{**asdict(b), "counts": list(b.counts)} for b in self.bias],
        }


def differences(comparison: Comparison, coders: Sequence[Coder]) -> tuple[Difference, ...]:
    """Pairs without a unit in common are left out."""
    found = []
    for first, second in combinations(coders, 2):
        table = table_of(comparison, [first.id, second.id])
        told = systematic(table, 0, 1)
        if not told.units:
            continue
        found.append(
            Difference(
                coders=(first.name, second.name),
                units=told.units,
                stuart_maxwell=told.stuart_maxwell,
                bhapkar=told.bhapkar,
                bias=tuple(
                    CodeBias(
                        category=category,
                        label=comparison.names.get(category, category),
                        counts=(b.first, b.second),
                        difference=b.difference,
                        low=b.low,
                        high=b.high,
                    )
                    for b in told.biases
                    if (category := table.categories[b.category]) != UNMATCHED
                ),
            )
        )
    return tuple(found)
