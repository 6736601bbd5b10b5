"""Values of entities in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotator.domain.codebook.mapping import part_of, type_of
from annotator.domain.codebook.model import Attribute, Codebook
from annotator.domain.codebook.values import entity_ids, label_of
from annotator.qt.toolkit.words import tr


def asked_of(codebook: Codebook, type: str, key: str) -> Attribute | None:
    """The attribute of this key of an entity type; None where the codebook asks for none."""
    kind = type_of(codebook, type)
    found: Attribute | None = part_of(kind.attributes, key) if kind is not None else None
    return found


def value_words(attribute: Attribute | None, value: Any, names: Mapping[str, str]) -> str:
    """How a value reads; names: entity id -> name."""
    if named := entity_ids(value):
        return ", ".join(names.get(e, "?") for e in named)
    if isinstance(value, bool):
        return tr("Yes") if value else tr("No")
    if attribute is None:
        return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return label_of(attribute, value)


def lines_of(codebook: Codebook, type: str, values: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """`Attribute: value` of each that the codebook asks for and that is answered, in its order."""
    kind = type_of(codebook, type)
    asked = kind.attributes if kind is not None else ()
    return [f"{a.label}: {value_words(a, values[a.key], names)}" for a in asked if a.key in values]
