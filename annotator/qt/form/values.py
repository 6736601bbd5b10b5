"""The values of an attribute that can be chosen one by one."""

from __future__ import annotations

from typing import Any

from annotator.domain.codebook.model import (
    Attribute,
    BooleanAttribute,
    ChoiceAttribute,
    ChoicesAttribute,
    ScaleAttribute,
    TreeAttribute,
    tree_nodes,
)
from annotator.domain.codebook.values import label_of, same
from annotator.qt.toolkit.words import tr


def values_of(attribute: Attribute) -> list[tuple[Any, str]]:
    """The values that can be chosen one by one, with their words; none for free ones."""
    found: list[tuple[Any, str]] = []
    if isinstance(attribute, (ChoiceAttribute, ChoicesAttribute)):
        found = [(v.key, v.label) for v in attribute.values]
    elif isinstance(attribute, ScaleAttribute):
        found = [(p.value, p.label) for p in attribute.points]
    elif isinstance(attribute, BooleanAttribute):
        found = [(True, tr("Yes")), (False, tr("No"))]
    elif isinstance(attribute, TreeAttribute):
        found = [
            (b.key, " › ".join(label_of(attribute, k) for k in path))
            for b, path in tree_nodes(attribute.values)
            if attribute.select == "any" or not b.children
        ]
    return [*found, *((o.key, o.label) for o in attribute.off_scale)]


def keys_of_values(attribute: Attribute) -> dict[str, Any]:
    """Key -> value: those of the codebook, and free digits in order for values without one."""
    declared = {
        v.hotkey.lower(): getattr(v, "key", getattr(v, "value", None))
        for v in (*getattr(attribute, "values", ()), *getattr(attribute, "points", ()), *attribute.off_scale)
        if v.hotkey
    }
    if not declared:
        return {str(i): value for i, (value, _) in enumerate(values_of(attribute)[:9], start=1)}
    free = [d for d in "123456789" if d not in declared]
    rest = [value for value, _ in values_of(attribute) if not any(same(value, held) for held in declared.values())]
    return {**declared, **dict(zip(free, rest, strict=False))}
