"""The values of an attribute that can be chosen one by one."""

from __future__ import annotations

from collections.abc import Mapping
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
from annotator.domain.codebook.values import label_of, number_text, same
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
    """Key -> value: those of the codebook, and free digits in order for values without one.

    On a scale the number itself is the key: `2`, and `-2` or `+2` where it has signs. A digit never stands for
    another number than its own there, whatever the codebook declares.
    """
    if isinstance(attribute, ScaleAttribute):
        return _keys_of_scale(attribute)
    declared = {
        v.hotkey.lower(): getattr(v, "key", getattr(v, "value", None))
        for v in (*getattr(attribute, "values", ()), *attribute.off_scale)
        if v.hotkey
    }
    if not declared:
        return {str(i): value for i, (value, _) in enumerate(values_of(attribute)[:9], start=1)}
    found = dict(declared)
    places = enumerate(values_of(attribute)[:9], start=1)
    keyless = [(str(i), v) for i, (v, _) in places if not any(same(v, held) for held in declared.values())]
    found |= {digit: value for digit, value in keyless if digit not in declared}
    free = [d for d in "123456789" if d not in found]
    rest = [value for digit, value in keyless if digit in declared]
    return {**found, **dict(zip(free, rest, strict=False))}


def _keys_of_scale(scale: ScaleAttribute) -> dict[str, Any]:
    numbers = [number_text(p.value) for p in scale.points]
    found: dict[str, Any] = {
        text: p.value for text, p in zip(numbers, scale.points, strict=True) if len(text.lstrip("-")) == 1
    }
    if is_signed(scale):
        found |= {f"+{text}": value for text, value in found.items() if not text.startswith("-") and value}
    for value, key in (*((p.value, p.hotkey) for p in scale.points), *((o.key, o.hotkey) for o in scale.off_scale)):
        if key and not key.isdecimal():
            found.setdefault(key.lower(), value)
    begun = {d for text in numbers for d in text if d.isdecimal()}  # 5 is also how 50 begins
    free = [d for d in "123456789" if d not in begun]
    for off in scale.off_scale:
        if off.hotkey in free:
            found[off.hotkey] = off.key
            free.remove(off.hotkey)
    keyless = [o.key for o in scale.off_scale if o.key not in found.values()]
    return {**found, **dict(zip(free, keyless, strict=False))}


def is_signed(attribute: Attribute) -> bool:
    """Whether the numbers of a scale have signs."""
    return isinstance(attribute, ScaleAttribute) and any(p.value < 0 for p in attribute.points)


class KeyReader:
    """Reads the keys of values: a sign waits for its digit."""

    def __init__(self) -> None:
        self.sign = ""
        """The sign that was pressed, and waits."""

    def read(self, key: str, keys: Mapping[str, Any]) -> tuple[bool, Any]:
        """Whether the key is one of these, and the value that it stands for; None while a sign waits."""
        sign, self.sign = self.sign, ""
        if key in "+-−" and key and any(k[:1] in "+-" and len(k) > 1 for k in keys):
            self.sign = "-" if key == "−" else key
            return True, None
        if sign and sign + key in keys:
            return True, keys[sign + key]
        if sign:
            return key.isdecimal(), None  # no such number: nothing is set
        return key in keys, keys.get(key)
