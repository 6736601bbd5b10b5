"""A study that nothing comes into is not made, be it a file or on a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.errors import AnnotatorError
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.study import Study

GOOD = {"text": "The harbour grows.", "label": [[4, 11, "Place"]]}
BAD = {"text": "It sinks.", "label": [[4, 99, "Place"]]}


def doccano(folder: Path, *lines: Any) -> Path:
    path = folder / "d.jsonl"
    path.write_text("".join(json.dumps(x) + "\n" for x in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("lines", [[], [BAD]])
def test_nothing_is_made_of_nothing(place: Any, tmp_path: Path, lines: list[Any]) -> None:
    source = doccano(tmp_path, *lines)
    with pytest.raises(AnnotatorError):
        new_study_from(place, source, "doccano", coder="Ada")
    made = new_study_from(place, doccano(tmp_path, GOOD), "doccano", coder="Ada")
    assert made.annotations.added == 1, "the place is free"
    with Study.open(place) as study:
        assert len(study.annotations()) == 1


def test_the_rest_makes_a_study_in_either_place(place: Any, tmp_path: Path) -> None:
    source = doccano(tmp_path, GOOD, BAD)
    made = new_study_from(place, source, "doccano", coder="Ada", taking=Taking(rest=True))
    assert made.annotations.added == 1
    assert len(made.problems) == 1
