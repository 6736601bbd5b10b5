"""Studies of every past format open, are sound, and hold what they held."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from annotator.services.adjudication.gold import decisions
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
        coders = [c.id for c in study.coders() if c.role == "coder"]
        assert len(study.annotations(coder_ids=coders)) == 6
        assert {study.coder(c).name for c in coders} == {"Ada", "Ben"}
        coder = study.coder("Ben").id
        study.coding.undo(coder)
        assert len(study.annotations(coder_ids=coders)) == 5


def test_decisions_of_the_fourth_format_are_there(tmp_path: Path) -> None:
    copy = Path(shutil.copy(FOLDER / "format-4.annotator", tmp_path / "s.annotator"))
    with Study.open(copy) as study:
        kept = decisions(study)
        assert [(k.decision.outcome, k.undone is None) for k in kept] == [
            ("settled", True),
            ("rejected", True),
            ("discuss", False),
        ]
        assert [k.decision.blind for k in kept] == [True, False, False]
        assert {a.coder_id for a in study.annotations()} - {c.id for c in study.coders() if c.role == "coder"}
