"""Records as Arrow tables: a column keeps its kind where all its values have one, and is JSON where they are nested."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from annotator.domain.errors import AnnotatorError
from annotator.domain.words import say


def needed(name: str) -> Any:
    """A library that is there on request alone; raises AnnotatorError where it is not installed."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise AnnotatorError(
            say("{name} is not installed", name=name), remedy=say("install it: pip install {name}", name=name)
        ) from error


def arrow_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = ()) -> Any:
    """A pyarrow.Table. columns: those that are there in any case, first.

    true and false, whole numbers, numbers, texts and lists of texts keep their kind; text and numbers together are
    text; what is nested more deeply is JSON.
    """
    arrow = needed("pyarrow")
    held = [dict(r) for r in rows]
    names = list(dict.fromkeys([*columns, *(k for r in held for k in r)]))
    arrays, fields = [], []
    for name in names:
        values = [r.get(name) for r in held]
        kind, told = _told(values)
        types = {
            "bool": arrow.bool_(), "int": arrow.int64(), "float": arrow.float64(), "text": arrow.string(),
            "texts": arrow.list_(arrow.string()),
        }  # fmt: skip
        arrays.append(arrow.array(told, types[kind]))
        fields.append(arrow.field(name, types[kind]))
    return arrow.Table.from_arrays(arrays, schema=arrow.schema(fields))


def _told(values: Sequence[Any]) -> tuple[str, list[Any]]:
    """The kind of a column, and its values in it."""
    kinds = {type(v) for v in values if v is not None}
    if not kinds:
        return "text", list(values)
    if kinds == {bool}:
        return "bool", list(values)
    whole = [v for v in values if isinstance(v, int)]
    if kinds == {int} and all(-(2**63) <= v < 2**63 for v in whole):
        return "int", list(values)
    if kinds <= {int, float} and kinds != {int} and all(abs(v) <= 2**53 for v in whole):
        return "float", [None if v is None else float(v) for v in values]
    if kinds == {str}:
        return "text", [None if v is None else _sound(v) for v in values]
    if kinds <= {list, tuple} and all(isinstance(x, str) for v in values if v is not None for x in v):
        return "texts", [None if v is None else [_sound(x) for x in v] for v in values]
    return "text", [None if v is None else _sound(v) if isinstance(v, str) else _json(v) for v in values]


def _sound(text: str) -> str:
    """Half a surrogate pair, from the name of a file, as JSON spells it: Arrow has UTF-8 alone."""
    return text.encode("utf-8", "backslashreplace").decode()


def _json(value: Any) -> str:
    return _sound(json.dumps(value, ensure_ascii=False))
