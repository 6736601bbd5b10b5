"""Values as plain texts, for forms that know nothing else, and back by the codebook."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import (
    Attribute,
    BooleanAttribute,
    ChoicesAttribute,
    Codebook,
    EntityAttribute,
    NumberAttribute,
    ScaleAttribute,
)
from annotator.domain.codebook.values import number_text


def as_is(text: str) -> str:
    """The text itself."""
    return text


class PlainValues:
    """Turns values to lists of texts; what these do not say whole goes beside them as ``exact``.

    An exact value counts only as long as its texts still stand in the file, so that what another program changed wins.
    sayable: what the file can hold of a text (XML has no place for control characters). blank: whether the file can
    tell an empty text from none.
    """

    def __init__(self, codebook: Codebook, sayable: Callable[[str], str] = as_is, blank: bool = True) -> None:
        self._attributes = {(layer.key, a.key): a for layer in codebook.layers for a in layer.attributes}
        self._sayable = sayable
        self._blank = blank

    def attribute(self, layer: str, key: str) -> Attribute | None:
        """The codebook's attribute; None where it has none of this key."""
        return self._attributes.get((layer, key))

    def texts(self, value: Any) -> list[str]:
        """A value as texts; entities are their ids."""
        found = [self._one(v) for v in (value if isinstance(value, (list, tuple)) else [value])]
        return found if self._blank else [text for text in found if text]

    def value(self, layer: str, key: str, texts: Sequence[str]) -> Any:
        """The value that texts stand for; what the codebook does not know stays text for the study to judge."""
        attribute = self._attributes.get((layer, key))
        if attribute is None:
            return list(texts) if len(texts) != 1 else texts[0]
        if len(texts) == 1 and any(texts[0] == o.key for o in attribute.off_scale):
            return texts[0]
        found = [_typed(attribute, t) for t in texts]
        if isinstance(attribute, ChoicesAttribute) or (isinstance(attribute, EntityAttribute) and attribute.many):
            return found
        return found[0] if len(found) == 1 else found

    def of(self, a: Annotation) -> tuple[dict[str, list[str]], dict[str, Any]]:
        """(texts by attribute, exact values of those that texts do not say whole)."""
        texts = {key: self.texts(value) for key, value in a.values.items()}
        exact = {
            key: value
            for key, value in a.values.items()
            if not texts[key] or not alike(self.value(a.layer, key, texts[key]), value)
        }
        return texts, exact

    def back(
        self, layer: str, texts: Mapping[str, Sequence[str]], exact: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The values of an annotation."""
        result: dict[str, Any] = {}
        exact = exact or {}
        for key in dict.fromkeys((*texts, *exact)):
            said = list(texts.get(key, ()))
            if key in exact and self.texts(exact[key]) == said:
                result[key] = exact[key]
            elif said:
                result[key] = self.value(layer, key, said)
        return result

    def _one(self, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return self._sayable(value)
        if isinstance(value, Mapping) and isinstance(value.get("entity"), str):
            return str(value["entity"])
        return json.dumps(value)


def alike(a: Any, b: Any) -> bool:
    """Equality that keeps True, 1 and 1.0 apart."""
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def _typed(attribute: Attribute, text: str) -> Any:
    if isinstance(attribute, BooleanAttribute):
        return {"true": True, "false": False}.get(text, text)
    if isinstance(attribute, ScaleAttribute):
        return next((p.value for p in attribute.points if text in (number_text(p.value), json.dumps(p.value))), text)
    if isinstance(attribute, NumberAttribute):
        return number(text)
    if isinstance(attribute, EntityAttribute):
        return {"entity": text}
    return text


def _no_number(word: str) -> float:
    raise ValueError(word)


def number(text: str) -> Any:
    """The number that a text is in JSON; the text itself where it is none."""
    if len(text) > 400:
        return text
    try:
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text
    return found if isinstance(found, (int, float)) and not isinstance(found, bool) else text
