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


def test_codings_of_another_form_in_the_folder_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("The harbour grows.", encoding="utf-8")
    (folder / "a.ann").write_text("T1\tPlace 4 11\tharbour\n", encoding="utf-8")
    doccano(folder, GOOD)
    made = new_study_from(tmp_path / "s.annotator", folder, "brat", coder="Ada")
    assert made.annotations.added == 1
    (told,) = [x for x in made.losses if "in the folder" in x.what]
    assert (told.count, told.example) == (1, "d.jsonl")
    assert "doccano" in told.what
