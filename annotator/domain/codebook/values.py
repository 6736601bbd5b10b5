"""What a codebook allows as a value, when it asks for one, and how the value reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from annotator.domain.bounds import MOST_NUMBER
from annotator.domain.codebook.model import (
    Asking,
    Attribute,
    BooleanAttribute,
    ChoiceAttribute,
    ChoicesAttribute,
    DateAttribute,
    EntityAttribute,
    NumberAttribute,
    ScaleAttribute,
    TextAttribute,
    TreeAttribute,
    tree_nodes,
)
from annotator.domain.words import say

_PARTIAL_DATE = re.compile(r"(?!0000)\d{4}(-(0[1-9]|1[0-2]))?\Z", re.ASCII)


def same(a: Any, b: Any) -> bool:
    """Equality that keeps True apart from 1."""
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def value_fault(attribute: Attribute, value: Any) -> str | None:
    """Why the value is not allowed for the attribute; None when it is."""
    if isinstance(value, str) and any(value == o.key for o in attribute.off_scale):
        return None
    if isinstance(attribute, ChoiceAttribute):
        return _not_among(value, [v.key for v in attribute.values])
    if isinstance(attribute, ChoicesAttribute):
        return _choices_fault(attribute, value)
    if isinstance(attribute, TreeAttribute):
        return _tree_fault(attribute, value)
    if isinstance(attribute, ScaleAttribute):
        return _scale_fault(attribute, value)
    if isinstance(attribute, BooleanAttribute):
        return None if isinstance(value, bool) else say("`{value}` is not yes or no", value=value)
    if isinstance(attribute, NumberAttribute):
        return _number_fault(attribute, value)
    if isinstance(attribute, TextAttribute):
        return None if isinstance(value, str) else say("the value is not text")
    if isinstance(attribute, DateAttribute):
        return _date_fault(attribute, value)
    return _entity_fault(attribute, value)


def _tree_fault(attribute: TreeAttribute, value: Any) -> str | None:
    nodes = {n.key: n for n, _ in tree_nodes(attribute.values)}
    if not isinstance(value, str) or value not in nodes:
        return _not_among(value, list(nodes))
    if attribute.select == "leaf" and nodes[value].children:
        return say("`{value}` is a heading; choose one of the values under it", value=value)
    return None


def _scale_fault(attribute: ScaleAttribute, value: Any) -> str | None:
    if any(same(p.value, value) for p in attribute.points):
        return None
    return _not_among(value, [p.value for p in attribute.points] + [o.key for o in attribute.off_scale])


def _not_among(value: Any, allowed: list[Any]) -> str | None:
    if isinstance(value, str) and value in allowed:
        return None
    return say("`{value}` is not one of {names}", value=value, names=", ".join(str(a) for a in allowed))


def _choices_fault(attribute: ChoicesAttribute, value: Any) -> str | None:
    if not isinstance(value, (list, tuple)):
        return say("the value is not a list")
    allowed = [v.key for v in attribute.values]
    off = [o.key for o in attribute.off_scale]
    for item in value:
        if item in off and len(value) == 1:
            return None
        if item in off:
            return say("`{item}` cannot be combined with other values", item=item)
        if fault := _not_among(item, allowed):
            return fault
    if len(set(value)) < len(value):
        return say("a value is there twice")
    if len(value) < attribute.min:
        return say("at least {least} values are needed", least=attribute.min)
    if attribute.max is not None and len(value) > attribute.max:
        return say("at most {most} values are allowed", most=attribute.max)
    return None


def _number_fault(attribute: NumberAttribute, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or abs(value) == float("inf"):
        return say("`{value}` is not a number", value=value)
    if (isinstance(value, int) or attribute.integer) and abs(value) > MOST_NUMBER:
        return say("{value} is more than {most}", value=value, most=MOST_NUMBER)
    if attribute.integer and value != int(value):
        return say("{value} is not a whole number", value=value)
    if attribute.min is not None and value < attribute.min:
        return say("{value} is less than {least}", value=value, least=attribute.min)
    if attribute.max is not None and value > attribute.max:
        return say("{value} is more than {most}", value=value, most=attribute.max)
    return None


def _date_fault(attribute: DateAttribute, value: Any) -> str | None:
    if isinstance(value, str):
        if attribute.partial and _PARTIAL_DATE.match(value):
            return None
        if re.match(r"^\d{4}-\d\d-\d\d$", value):
            try:
                date.fromisoformat(value)
            except ValueError:
                return say("`{value}` is not a day of the calendar", value=value)
            return None
    forms = say("YYYY-MM-DD, YYYY-MM or YYYY") if attribute.partial else "YYYY-MM-DD"
    return say("`{value}` is not a date ({forms})", value=value, forms=forms)


def _entity_fault(attribute: EntityAttribute, value: Any) -> str | None:
    items = value if attribute.many and isinstance(value, (list, tuple)) else [value]
    for item in items:
        if not (isinstance(item, Mapping) and set(item) == {"entity"} and isinstance(item["entity"], str)):
            return say("the value is not an entity of the register")
    ids = [item["entity"] for item in items]
    return say("an entity is there twice") if len(set(ids)) < len(ids) else None


def entity_ids(value: Any) -> tuple[str, ...]:
    """The ids of the entities that a value names."""
    if isinstance(value, Mapping) and "entity" in value:
        return (value["entity"],) if isinstance(value["entity"], str) else ()
    if isinstance(value, (list, tuple)):
        return tuple(key for item in value for key in entity_ids(item))
    return ()


def unasked(owner: Asking | None, values: Mapping[str, Any]) -> list[tuple[str, Attribute | None, Any]]:
    """(key, attribute or None where it is not asked for, value) of the values that the owner does not allow."""
    asked = {a.key: a for a in owner.attributes} if owner is not None else {}
    return [(k, asked.get(k), v) for k, v in values.items() if k not in asked or value_fault(asked[k], v)]


def is_open(owner: Asking, attribute: Attribute, values: Mapping[str, Any], zone: str | None) -> bool:
    """Whether the attribute is asked for, given the other values and the label's zone (None: in none)."""
    when = attribute.when
    if when is None:
        return True
    if when.zone is not None and when.zone != zone:
        return False
    if when.attribute is None:
        return True
    value = values.get(when.attribute)
    if value is None:
        return False
    held = value if isinstance(value, (list, tuple)) else [value]
    if when.in_ is not None and not any(same(v, w) for v in held for w in when.in_):
        return False
    if when.under is not None:
        other = owner.attribute(when.attribute)
        if not isinstance(other, TreeAttribute):
            return False
        paths = {node.key: path for node, path in tree_nodes(other.values)}
        return any(set(paths.get(str(v), ())) & set(when.under) for v in held)
    return True


def missing(owner: Asking, values: Mapping[str, Any], zone: str | None = None) -> tuple[str, ...]:
    """Keys of required, open attributes that have no value, in the codebook's order."""
    return tuple(
        a.key for a in owner.attributes if a.required and values.get(a.key) is None and is_open(owner, a, values, zone)
    )


def defaults(owner: Asking) -> dict[str, Any]:
    """The values a new label or entity starts with; references such as ``speaker's entity`` are not among them."""
    result: dict[str, Any] = {}
    for attribute in owner.attributes:
        if attribute.default is None or isinstance(attribute, EntityAttribute) or attribute.when is not None:
            continue
        default: Any = attribute.default
        result[attribute.key] = list(default) if isinstance(default, tuple) else default
    return result


_YES, _NO = say("yes"), say("no")


def label_of(attribute: Attribute, value: Any) -> str:
    """How the value reads; entities stay ids, which the caller names."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(label_of(attribute, v) for v in value)
    for off in attribute.off_scale:
        if value == off.key:
            return off.label
    if isinstance(attribute, (ChoiceAttribute, ChoicesAttribute)):
        return next((v.label for v in attribute.values if v.key == value), str(value))
    if isinstance(attribute, TreeAttribute):
        return next((n.label for n, _ in tree_nodes(attribute.values) if n.key == value), str(value))
    if isinstance(attribute, ScaleAttribute):
        return next((p.label for p in attribute.points if same(p.value, value)), str(value))
    if isinstance(attribute, BooleanAttribute):
        return _YES if value else _NO
    return str(value)


def categories_of(attribute: Attribute) -> tuple[str, ...] | None:
    """The declared categories in order, as text, off-scale ones last; None where there is no closed list."""
    off = tuple(o.key for o in attribute.off_scale)
    if isinstance(attribute, (ChoiceAttribute, ChoicesAttribute)):
        return tuple(v.key for v in attribute.values) + off
    if isinstance(attribute, TreeAttribute):
        return tuple(n.key for n, _ in tree_nodes(attribute.values)) + off
    if isinstance(attribute, ScaleAttribute):
        return tuple(number_text(p.value) for p in attribute.points) + off
    if isinstance(attribute, BooleanAttribute):
        return ("false", "true", *off)
    return None


def number_text(value: float) -> str:
    """A number as it is written in the codebook: whole ones without a point."""
    return str(int(value)) if value == int(value) else str(value)


def category(attribute: Attribute, value: Any) -> str | None:
    """The value as one category for agreement; None where there is no value."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, (list, tuple)):
        return "|".join(sorted(str(category(attribute, v)) for v in value))
    if isinstance(value, Mapping):
        return str(value.get("entity"))
    return str(value)


def level_of(attribute: Attribute) -> str:
    """The level of measurement that the attribute's type gives: nominal, ordinal or interval."""
    if isinstance(attribute, ScaleAttribute):
        return "ordinal"
    return "interval" if isinstance(attribute, NumberAttribute) else "nominal"
