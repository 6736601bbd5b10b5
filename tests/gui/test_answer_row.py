"""What an answer becomes when somebody new is named in it."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.domain.codebook.model import EntityAttribute
from annotator.qt.form.answer_row import with_named

NEW = {"entity": "new"}
OLD = {"entity": "old"}


@pytest.mark.parametrize(
    ("many", "held", "expected"),
    [
        (False, None, NEW),
        (False, OLD, NEW),
        (True, None, [NEW]),
        (True, [OLD], [OLD, NEW]),
        (True, "nobody_named", [NEW]),
    ],
)
def test_somebody_named_joins_the_others_and_takes_the_place_of_an_answer_off_the_scale(
    many: bool, held: Any, expected: Any
) -> None:
    attribute = EntityAttribute(key="who", label="Who", type="entity", many=many)
    assert with_named(attribute, held, "new") == expected
