"""Soft labels: for each unit how likely each value is, with every coder's own coding kept beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotator.agreement.aggregation import Aggregated, Codes, dawid_skene, in_canonical_order, mace
from annotator.domain.fragments import Fragments
from annotator.domain.json_forms import JsonObject
from annotator.services.agreement.comparing import UNMATCHED, Comparison
from annotator.services.agreement.request import Corpus

PLACES = 6
_MODELS: dict[str, Callable[[Codes, int], Aggregated]] = {"dawid_skene": dawid_skene, "mace": mace}


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """How a coder errs by one model. trust: how often the coder gives what is true. given_where_true: the true value ->
    value given -> share."""

    trust: float
    given_where_true: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftCoder:
    """One coder on one attribute. values: how many the coder gave. models: name of a model -> how the coder errs."""

    layer: str
    attribute: str
    name: str
    id: str
    values: int
    models: Mapping[str, Errors]

    def as_json(self) -> JsonObject:
        """One line of the file."""
        return {
            "layer": self.layer,
            "attribute": self.attribute,
            "kind": "coder",
            "coder": self.name,
            "id": self.id,
            "values": self.values,
            **{k: {"trust": e.trust, "given_where_true": e.given_where_true} for k, e in self.models.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """What one coder gave for a unit; value: None for a label without one."""

    coder: str
    annotation: str
    fragments: Fragments
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftUnit:
    """One unit. models: name of a model -> value -> how likely it is."""

    layer: str
    attribute: str
    document: str
    number: int
    codings: tuple[Coding, ...]
    models: Mapping[str, Mapping[str, float]]

    def as_json(self) -> JsonObject:
        """One line of the file."""
        return {
            "layer": self.layer,
            "attribute": self.attribute,
            "kind": "unit",
            "document": self.document,
            "number": self.number,
            "codings": [
                {
                    "coder": c.coder,
                    "annotation": c.annotation,
                    "fragments": [list(f) for f in c.fragments],
                    "value": c.value,
                }
                for c in self.codings
            ],
            **self.models,
        }


def soft_labels(found: Sequence[Comparison], compared: Corpus) -> bytes:
    """JSON lines: of each attribute first a line for each coder with the coder's table of errors, then one for each
    unit. Values that are sets count as wholes."""
    lines = (json.dumps(line.as_json(), ensure_ascii=False) for c in found for line in softened(c, compared))
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def softened(c: Comparison, compared: Corpus) -> Iterator[SoftCoder | SoftUnit]:
    """The coders who gave values, then the units that have one."""
    used = [k for k in c.grid.used() if c.categories[k] != UNMATCHED]
    values = [c.categories[k] for k in used]
    place = {k: at for at, k in enumerate(used)}
    codes = c.grid.recoded([place.get(k, -1) for k in range(len(c.categories))]).codes
    models = {name: in_canonical_order(model, codes, len(used)) for name, model in _MODELS.items()}
    names = {x.id: x.name for x in compared.coders}
    given = (codes >= 0).sum(axis=0)
    for at, coder in enumerate(c.coder_ids):
        if given[at]:
            yield SoftCoder(
                layer=c.layer,
                attribute=c.attribute,
                name=names[coder],
                id=coder,
                values=int(given[at]),
                models={name: _errors(m, at, values) for name, m in models.items()},
            )
    numbers = {d.id: d.number for d in compared.documents}
    for row, unit in enumerate(c.units):
        if not (codes[row] >= 0).any():
            continue
        yield SoftUnit(
            layer=c.layer,
            attribute=c.attribute,
            document=compared.article(unit.document_id),
            number=numbers[unit.document_id],
            codings=tuple(
                Coding(
                    coder=names[coder],
                    annotation=made.id,
                    fragments=made.fragments,
                    value=None if (k := int(codes[row, at])) < 0 else values[k],
                )
                for at, coder in enumerate(c.coder_ids)
                if (made := unit.made.get(coder)) is not None
            ),
            models={
                name: {v: round(float(p), PLACES) for v, p in zip(values, m.probabilities[row], strict=True)}
                for name, m in models.items()
            },
        )


def _errors(m: Aggregated, at: int, values: Sequence[str]) -> Errors:
    table = m.confusion[at].round(PLACES)
    return Errors(
        trust=round(float(m.trust[at]), PLACES),
        given_where_true={
            true: {v: float(p) for v, p in zip(values, row, strict=True)}
            for true, row in zip(values, table, strict=True)
        },
    )
