"""Soft labels: for each unit how likely each value is, with every coder's own coding kept beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from annotator.agreement.aggregation import Aggregated, dawid_skene, in_canonical_order, mace
from annotator.services.agreement.comparing import UNMATCHED, Comparison
from annotator.services.agreement.request import Corpus

PLACES = 6


def soft_labels(found: Sequence[Comparison], compared: Corpus) -> bytes:
    """JSON lines: of each attribute first a line for each coder with the coder's table of errors, then one for each
    unit. Values that are sets count as wholes."""
    lines = (json.dumps(line, ensure_ascii=False) for c in found for line in _lines(c, compared))
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _lines(c: Comparison, compared: Corpus) -> Iterator[dict[str, Any]]:
    used = [k for k in c.grid.used() if c.categories[k] != UNMATCHED]
    values = [c.categories[k] for k in used]
    place = {k: at for at, k in enumerate(used)}
    codes = c.grid.recoded([place.get(k, -1) for k in range(len(c.categories))]).codes
    models = {
        name: in_canonical_order(m, codes, len(used)) for name, m in (("dawid_skene", dawid_skene), ("mace", mace))
    }
    head = {"layer": c.layer, "attribute": c.attribute}
    names = {x.id: x.name for x in compared.coders}
    given = (codes >= 0).sum(axis=0)
    for at, coder in enumerate(c.coder_ids):
        if given[at]:
            told = {name: _of_coder(m, at, values) for name, m in models.items()}
            yield {**head, "kind": "coder", "coder": names[coder], "id": coder, "values": int(given[at]), **told}
    numbers = {d.id: d.number for d in compared.documents}
    for row, unit in enumerate(c.units):
        if not (codes[row] >= 0).any():
            continue
        yield {
            **head,
            "kind": "unit",
            "document": compared.article(unit.document_id),
            "number": numbers[unit.document_id],
            "codings": [
                {"coder": names[coder], "annotation": made.id, "fragments": [list(f) for f in made.fragments],
                 "value": None if (k := int(codes[row, at])) < 0 else values[k]}
                for at, coder in enumerate(c.coder_ids)
                if (made := unit.made.get(coder)) is not None
            ],
            **{
                name: {v: round(float(p), PLACES) for v, p in zip(values, m.probabilities[row], strict=True)}
                for name, m in models.items()
            },
        }  # fmt: skip


def _of_coder(m: Aggregated, at: int, values: Sequence[str]) -> dict[str, Any]:
    table = m.confusion[at].round(PLACES)
    return {
        "trust": round(float(m.trust[at]), PLACES),
        "given_where_true": {
            true: {v: float(p) for v, p in zip(values, row, strict=True)}
            for true, row in zip(values, table, strict=True)
        },
    }
