"""Records in the public JSON form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pytest

from annotator.domain.json_forms import JsonObject, as_json
from annotator.domain.words import say


@dataclass(frozen=True, slots=True)
class Place:
    start: int
    end: int

    def as_json(self) -> JsonObject:
        return {"from": self.start, "to": self.end}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    words: str
    places: tuple[Place, ...]
    counts: Mapping[str, int]
    day: date | None
    share: float | None = None
    done: bool = False


def test_a_record_is_its_fields_in_their_order_and_what_has_its_own_form_has_that() -> None:
    line = Line(words=say("{n} words", n=2), places=(Place(1, 3),), counts={"b": 1, "a": 2}, day=date(2031, 2, 28))
    told = json.dumps(as_json({"line": line, "more": [None, line.places]}))
    assert told == (
        '{"line": {"words": "2 words", "places": [{"from": 1, "to": 3}], "counts": {"b": 1, "a": 2}, '
        '"day": "2031-02-28", "share": null, "done": false}, "more": [null, [{"from": 1, "to": 3}]]}'
    )


def test_what_has_no_form_is_a_fault_not_a_guess() -> None:
    with pytest.raises(TypeError, match="object has no form in JSON"):
        as_json([object()])
