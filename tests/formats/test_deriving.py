"""A codebook that is made for codings without one allows every value that they have."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.codebook.values import value_fault
from annotator.formats.annotation_records import AnnotationRecord, DocumentRef
from annotator.formats.deriving import derive_codebook, spell_values
from annotator.formats.incoming import Incoming

WORDS = st.sampled_from(["unclear", "mixed", "3", "-2", "true", "True", "not said", "é", "x" * 130])
ONE = st.one_of(st.integers(-9, 9), st.floats(-2, 2), st.booleans(), WORDS)
VALUES = st.lists(st.one_of(ONE, ONE, st.lists(ONE, max_size=3, unique_by=str)), min_size=1, max_size=12)


def of(values: list[Any]) -> Incoming:
    incoming = Incoming()
    for n, value in enumerate(values):
        record = AnnotationRecord(
            id=str(n), layer="stance", document=DocumentRef(id="1"), fragments=((n, n + 1),), values={"held": value}
        )
        incoming.records.append((f"line {n}", record))
    return incoming


@given(VALUES)
def test_every_value_that_came_is_allowed(values: list[Any]) -> None:
    incoming = of(values)
    codebook = derive_codebook(incoming, "t")
    spell_values(incoming, codebook)
    (attribute,) = codebook.layer("stance").attributes
    held = [r.values.get("held", []) for _, r in incoming.records]
    assert not any(value_fault(attribute, r.values["held"]) for _, r in incoming.records if "held" in r.values)
    assert sum(incoming.losses.counts.values()) == sum(a != b for a, b in zip(held, values, strict=True))


@pytest.mark.parametrize(
    ("values", "type", "held"),
    [
        ([2, "unclear", -1], "number", [2, "unclear", -1]),
        ([2, 1.5, "mixed"], "number", [2, 1.5, "mixed"]),
        ([2, "3"], "choice", ["2", "3"]),
        ([True, "unclear"], "choice", ["true", "unclear"]),
        ([True, 2], "choice", ["true", "2"]),
        ([[1, "x"], ["y"]], "choices", [["1", "x"], ["y"]]),
        ([1, 2], "number", [1, 2]),
    ],
)
def test_numbers_stay_numbers_beside_words(values: list[Any], type: str, held: list[Any]) -> None:
    incoming = of(values)
    codebook = derive_codebook(incoming, "t")
    spell_values(incoming, codebook)
    assert codebook.layer("stance").attributes[0].type == type
    assert [r.values["held"] for _, r in incoming.records] == held
    changed = sum(a != b or isinstance(a, bool) != isinstance(b, bool) for a, b in zip(values, held, strict=True))
    assert sum(incoming.losses.counts.values()) == changed
