"""Records in the public JSON form: the one way from what a service answers to what a command prints or a file holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""A JSON document, or a part of one. Made where it is printed, written or sent, and never read back by its keys."""


def as_json(value: Any) -> Any:
    """A record as JSON: as its own method `as_json` says, else its fields in their order, by their names."""
    if isinstance(value, (str, int, float, type(None))):
        return value
    own = getattr(value, "as_json", None)
    if own is not None:
        return own()
    if is_dataclass(value):
        return {f.name: as_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: as_json(held) for key, held in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (Sequence, set, frozenset)):
        return [as_json(held) for held in value]
    raise TypeError(f"{type(value).__name__} has no form in JSON")
