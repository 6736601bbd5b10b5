"""What the coders' answers make likely, by the model of Dawid and Skene: a proposal for whoever settles, no decision.

The model learns from all cases how each coder errs, and says for each case how likely each value is. It is asked on
attributes with a closed list of values; passages, links, names, numbers and free text have no proposal. Whether a
label is to stand at all is not asked of it: cases in which nobody saw anything are not seen by the model either. Of two
coders who differ no model can tell which one errs: it takes three. Where MACE holds another value for the likeliest,
there is no proposal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from annotator.agreement.aggregation import Aggregated, codes_of, dawid_skene, in_canonical_order, mace
from annotator.domain.codebook.values import categories_of
from annotator.domain.errors import Cancelled
from annotator.services.adjudication.case_book import CaseBook
from annotator.services.adjudication.cases import Case, Field, Progress
from annotator.services.adjudication.deciding import Pick

FEWEST_CODERS = 3
FEWEST = 20
"""Cases on which each of FEWEST_CODERS gave a value beside another coder's; with fewer, how they err is not known."""

PLACES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """One value of a field. version: the first in the case’s order that says it. mace: by the model of that name."""

    said: str
    version: int
    probability: float
    mace: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """fields: key of a field -> the values that versions gave, the likeliest first, where versions differ and no value
    that nobody gave is likelier than all of these."""

    case_id: str
    fields: Mapping[str, tuple[Likely, ...]]

    @property
    def least(self) -> float | None:
        """How likely the least sure of its proposals is; None where there is none."""
        return min((x[0].probability for x in self.fields.values()), default=None)

    def picks(self) -> dict[str, Pick]:
        """The likeliest value of each field."""
        return {key: x[0].version for key, x in self.fields.items()}

    def proposed(self) -> dict[str, float]:
        """How likely each of `picks` is."""
        return {key: x[0].probability for key, x in self.fields.items()}


def suggested(book: CaseBook, progress: Progress | None = None) -> dict[str, Suggested]:
    """Case id -> the proposal, of cases that have one; raises Cancelled."""
    units: dict[tuple[str, str], list[tuple[Case, Field]]] = {}
    for case in book.cases:
        for f in case.fields:
            if f.attribute is None:
                continue
            if categories_of(book.codebook.layer(f.layer).attribute(f.attribute)) is not None:
                units.setdefault((f.layer, f.attribute), []).append((case, f))
    found: dict[str, dict[str, tuple[Likely, ...]]] = {}
    for done, of in enumerate(units.values()):
        if progress and not progress(done, len(units)):
            raise Cancelled("the search for proposals was stopped")
        for case, key, likely in _of_attribute(book, of):
            found.setdefault(case.id, {})[key] = likely
    return {key: Suggested(case_id=key, fields=fields) for key, fields in found.items()}


def _of_attribute(book: CaseBook, of: list[tuple[Case, Field]]) -> list[tuple[Case, str, tuple[Likely, ...]]]:
    coders = [c.id for c in book.coders]
    said = [{v.coder_id: x for v in case.present if (x := v.said.get(f.key)) is not None} for case, f in of]
    beside = Counter(c for row in said if len(row) > 1 for c in row)
    if sum(n >= FEWEST for n in beside.values()) < FEWEST_CODERS:
        return []
    values = sorted({x for row in said for x in row.values()})
    place = {x: k for k, x in enumerate(values)}
    codes = codes_of([[place.get(row.get(c, ""), -1) for c in coders] for row in said])

    def run(model: Callable[..., Aggregated]) -> list[list[float]]:
        return [list(map(float, row)) for row in in_canonical_order(model, codes, len(values)).probabilities]

    by_model, by_mace = run(dawid_skene), run(mace)
    result = []
    for (case, f), row, p, m in zip(of, said, by_model, by_mace, strict=True):
        given = set(row.values())
        likeliest = {values[of.index(max(of))] for of in (p, m)}
        if len(given) < 2 or len(likeliest) > 1 or not likeliest <= given:
            continue
        first = {x: next(i for i, v in enumerate(case.versions) if v.said.get(f.key) == x) for x in given}
        likely = sorted(given, key=lambda x: (-round(p[place[x]], 9), x))
        told = tuple(
            Likely(said=x, version=first[x], probability=round(p[place[x]], PLACES), mace=round(m[place[x]], PLACES))
            for x in likely
        )
        result.append((case, f.key, told))
    return result
