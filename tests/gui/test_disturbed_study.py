"""Another program at the file of the study on the desk: told in place, and what was confirmed saved as another file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from annotator.services.study import Study
from tests.gui.conftest import Hand
from tests.systems import POSIX

CLAIM = "It will pay for itself within nine years"


@POSIX  # nothing is put in the place of an open file on Windows
def test_it_is_told_and_the_work_saved_as_another_file(
    hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hand.session.study.file.path
    assert isinstance(path, Path)
    older = shutil.copy(path, tmp_path / "older")
    hand.drag(CLAIM)
    hand.key("c")
    made = {a.id for a in hand.labels("claim")}
    os.replace(older, path)
    hand.drag("voted on Monday")
    hand.key("c")
    assert "another program replaced the study's file" in hand.desk.notice.words.text()
    to = tmp_path / "kept.annotator"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_: (str(to), "")))
    hand.window.study_actions.save_confirmed()
    with Study.open(to) as study:
        assert {a.id for a in study.annotations()} == made
