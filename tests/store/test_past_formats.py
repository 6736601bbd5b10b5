"""Studies of every past format open, are sound, and hold what they held."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from annotator.services.integrity import check
from annotator.services.study import Study
from annotator.store.study_file import SCHEMA_VERSION

FOLDER = Path(__file__).resolve().parents[1] / "past_formats"
FORMATS = sorted(FOLDER.glob("*.annotator"))


def test_there_is_a_study_of_every_format() -> None:
    assert [p.stem for p in FORMATS] == [f"format-{n}" for n in range(1, SCHEMA_VERSION + 1)]


@pytest.mark.parametrize("path", FORMATS, ids=lambda p: p.stem)
def test_it_opens_and_holds_what_it_held(path: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(path, tmp_path / "s.annotator"))
    with Study.open(copy) as study:
        assert check(study) == []
        assert len(study.annotations()) == 6
        assert {c.name for c in study.coders()} == {"Ada", "Ben"}
        coder = study.coder("Ben").id
        study.coding.undo(coder)
        assert len(study.annotations()) == 5
