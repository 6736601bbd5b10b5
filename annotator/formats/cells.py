"""Typed columns of a table of annotations, for forms that know numbers, lists and closed lists of answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from annotator.domain.codebook.mapping import TYPES
from annotator.domain.codebook.model import (
    Attribute,
    ChoiceAttribute,
    Codebook,
    ScaleAttribute,
    TreeAttribute,
    tree_nodes,
)
from annotator.formats.annotation_rows import columns, rows
from annotator.formats.csv_tables import cell
from annotator.formats.dataset import Dataset

Kind = Literal["text", "texts", "whole", "wholes", "number", "yes-no"]
_KINDS: Mapping[str, Kind] = {
    "document_number": "whole",
    "codebook_version": "whole",
    "starts": "wholes",
    "ends": "wholes",
    "uncertain": "texts",
    "suggestion_confidence": "number",
    "suggestion_changed": "yes-no",
}


@dataclass(frozen=True, slots=True)
class Column:
    """answers: what a closed attribute offers, value as text -> label; empty for open columns. label: in words."""

    name: str
    kind: Kind
    label: str
    answers: Mapping[str, str]


def typed_columns(dataset: Dataset) -> list[Column]:
    """The columns of `annotation_rows`, each with what may stand in it."""
    attributes = {f"{x.key}.{a.key}": (x.label, a) for x in dataset.codebook.layers for a in x.attributes}
    roles = {
        f"{x.key}.{r.key}": f"{x.label}: {r.label or r.key}" for x in dataset.codebook.link_layers for r in x.roles
    }
    found = []
    for name in columns(dataset):
        if name in attributes:
            layer, attribute = attributes[name]
            found.append(Column(name, _kind(attribute), f"{layer}: {attribute.label}", answers_of(attribute)))
        elif name in roles:
            found.append(Column(name, "texts", roles[name], {}))
        else:
            found.append(Column(name, _KINDS.get(name, "text"), name.replace("_", " "), {}))
    return found


def _kind(a: Attribute) -> Kind:
    if a.type == "choices" or (a.type == "entity" and a.many):
        return "texts"
    if a.type == "boolean" and not a.off_scale:
        return "yes-no"
    if a.type == "number" and not a.off_scale:
        return "whole" if a.integer else "number"
    return "text"


def answers_of(a: Attribute) -> dict[str, str]:
    """The answers of a closed attribute in their declared order, off-scale ones last; empty for open ones."""
    if isinstance(a, ChoiceAttribute):
        found = {c.key: c.label for c in a.values}
    elif isinstance(a, TreeAttribute):
        found = {b.key: b.label for b, _ in tree_nodes(a.values)}
    elif isinstance(a, ScaleAttribute):
        found = {cell(p.value): p.label for p in a.points}
    else:
        return {}
    return found | {o.key: o.label for o in a.off_scale}


def typed_rows(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """Rows whose values are what `Column.kind` says; None where there is nothing."""
    kinds = {c.name: c.kind for c in typed_columns(dataset)}
    for row in rows(dataset):
        yield {name: _typed(row.get(name), kind) for name, kind in kinds.items()}


def _typed(value: Any, kind: Kind) -> Any:
    if kind in ("texts", "wholes"):
        found = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
        return [int(v) if kind == "wholes" else cell(v) for v in found]
    if value is None or kind in ("whole", "number", "yes-no"):
        return value
    return cell(value)


def codebook_rows(codebook: Codebook) -> Iterator[dict[str, Any]]:
    """The codebook as a table: a row for each layer, attribute, answer and role, then what is asked of entities."""
    for layer in codebook.layers:
        yield {"column": layer.key, "what": layer.kind, "label": layer.label, "definition": layer.definition}
        for a in layer.attributes:
            yield from _attribute_rows(f"{layer.key}.{a.key}", a)
        if layer.kind == "link":
            for role in layer.roles:
                yield {"column": f"{layer.key}.{role.key}", "what": "role", "label": role.label or role.key}
                for reason in role.empty_because:
                    yield {
                        "column": f"{layer.key}.{role.key}.because",
                        "what": "reason",
                        "value": reason.key,
                        "label": reason.label,
                    }

    for kind in codebook.entity_types:
        if kind.attributes:
            yield {"column": f"{TYPES}.{kind.key}", "what": "entity type", "label": kind.label}
        for a in kind.attributes:
            yield from _attribute_rows(f"{TYPES}.{kind.key}.{a.key}", a)


def _attribute_rows(name: str, a: Attribute) -> Iterator[dict[str, Any]]:
    yield {"column": name, "what": a.type, "label": a.label, "definition": a.definition}
    told = _definitions(a)
    for key, label in answers_of(a).items() or _several(a):
        yield {"column": name, "what": "answer", "value": key, "label": label, "definition": told.get(key, "")}


def _several(a: Attribute) -> list[tuple[str, str]]:
    return [(c.key, c.label) for c in a.values] if a.type == "choices" else []


def _definitions(a: Attribute) -> dict[str, str]:
    found = {o.key: o.definition for o in a.off_scale}
    if a.type in ("choice", "choices"):
        found |= {c.key: c.definition for c in a.values}
    elif isinstance(a, TreeAttribute):
        found |= {b.key: b.definition for b, _ in tree_nodes(a.values)}
    elif isinstance(a, ScaleAttribute):
        found |= {cell(p.value): p.definition for p in a.points}
    return found
