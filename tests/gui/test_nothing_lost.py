"""Two windows or programs on one study, and a disk that fails in the middle of coding."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotator.domain.commands import RemoveAnnotation
from annotator.qt.toolkit.settings import Settings
from annotator.services.study import Study
from annotator.store.sharing import held_elsewhere
from annotator.store.study_file import StudyFile
from tests.gui.conftest import Hand, opened
from tests.systems import POSIX

CLAIM = "It will pay for itself within nine years"
_LABEL = """
import sys
from pathlib import Path
from annotator.domain.commands import AddAnnotation
from annotator.services.study import Study
with Study.open(Path(sys.argv[1])) as study:
    coder, document = study.coder("Ada").id, study.documents()[0].id
    study.coding.apply(AddAnnotation(coder_id=coder, document_id=document, layer="claim", fragments=((0, 7),)))
"""
_HOLD = """
import sys
from pathlib import Path
from annotator.services.study import Study
with Study.open(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.readline()
"""


def test_where_no_second_copy_can_be_kept_it_is_said_once(
    hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in the way").write_text("")
    monkeypatch.setenv("ANNOTATOR_STATE", str(tmp_path / "in the way"))
    hand.drag(CLAIM)
    hand.key("c")
    assert "second copy of this session" in hand.desk.notice.words.text()
    hand.drag("voted on Monday")
    hand.key("c")
    assert not hand.desk.notice.isVisible()
    assert len(hand.labels("claim")) == 2


def test_what_another_program_writes_is_seen_and_said(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")
    subprocess.run([sys.executable, "-c", _LABEL, str(hand.session.study.file.path)], check=True)
    hand.session.look()
    assert len(hand.desk.surface.index.by_id) == 2
    assert hand.desk.statements.model.rowCount() == 2
    assert "1 labels of this article added" in hand.desk.notice.words.text()
    hand.session.look()
    hand.drag("voted on Monday")
    hand.key("c")
    assert len(hand.labels("claim")) == 3


def test_a_label_given_before_looking_takes_the_others_in_first(hand: Hand) -> None:
    subprocess.run([sys.executable, "-c", _LABEL, str(hand.session.study.file.path)], check=True)
    hand.drag(CLAIM)
    hand.key("c")
    assert {a.id for a in hand.labels("claim")} == set(hand.session.labels)
    hand.session.undo()
    assert len(hand.labels("claim")) == 1
    hand.session.undo()  # Ada's step in the other program is hers too
    assert hand.labels("claim") == []


def test_a_label_that_was_removed_elsewhere_is_told_without_its_id(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")
    key = hand.session.current
    assert key is not None
    with Study.open(hand.session.study.file.path) as other:
        other.coding.apply(RemoveAnnotation(coder_id=hand.session.coder.id, annotation_id=key))
    hand.key("1")
    told = hand.desk.notice.words.text()
    assert told.startswith("There is no such label")
    assert key not in told
    assert not hand.desk.surface.index.by_id


def test_the_second_window_says_that_it_is_the_second(qtbot: QtBot, settings: Settings, study_path: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(study_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdin is not None
    assert other.stdout.readline() == "open\n"
    assert held_elsewhere(study_path)
    hand = opened(qtbot, settings, study_path)
    assert "open in another window or program" in hand.desk.notice.words.text()
    hand.drag(CLAIM)
    hand.key("c")
    assert len(hand.labels("claim")) == 1
    other.stdin.close()
    assert other.wait(30) == 0
    other.stdout.close()
    hand.window.close()
    assert not held_elsewhere(study_path)


def test_a_study_opened_alone_says_nothing_of_others(hand: Hand) -> None:
    assert not hand.desk.notice.isVisible()


def test_another_codebook_stops_coding_here(hand: Hand) -> None:
    raw = sqlite3.connect(hand.session.study.file.path)
    raw.execute("INSERT INTO codebook (version, key, content, created) SELECT 2, key, content, created FROM codebook")
    raw.commit()
    raw.close()
    hand.drag(CLAIM)
    hand.key("c")
    assert hand.labels("claim") == []
    assert "another codebook" in hand.desk.notice.words.text()
    hand.key("c")
    assert hand.labels("claim") == []


def test_what_this_window_writes_beside_coding_is_not_said_to_be_others(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")
    raw = sqlite3.connect(hand.session.study.file.path)
    raw.execute("CREATE TABLE index_of_words (a TEXT)")
    raw.commit()
    told: list[object] = []
    hand.session.changed_elsewhere.connect(told.append)
    hand.session.look()
    assert told == []
    raw.execute("UPDATE annotation SET memo = 'mine', updated = 'later'")
    raw.execute(
        "INSERT INTO change (id, unit, at, coder_id, command, kind, thing_id, document_id) "
        "SELECT 'x', 'y', at, coder_id, command, kind, thing_id, document_id FROM change"
    )
    raw.commit()
    raw.close()
    hand.session.look()
    assert len(told) == 1
    assert next(iter(hand.session.labels.values())).memo == "mine"


def _driver(file: StudyFile) -> sqlite3.Connection:
    return file.connection.connection.driver_connection  # type: ignore[return-value]


def _full(hand: Hand) -> Callable[[], object]:
    raw = _driver(hand.session.study.file)
    (pages,) = raw.execute("PRAGMA page_count").fetchone()
    raw.execute(f"PRAGMA max_page_count={pages}")
    filler = raw.execute("PRAGMA freelist_count").fetchone()
    assert filler is not None
    return lambda: raw.execute("PRAGMA max_page_count=1073741823")


def _locked(hand: Hand) -> Callable[[], object]:
    _driver(hand.session.study.file).execute("PRAGMA busy_timeout=0")
    other = sqlite3.connect(hand.session.study.file.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def end() -> None:
        other.execute("ROLLBACK")
        other.close()

    return end


def _gone(hand: Hand) -> Callable[[], object]:
    path = hand.session.study.file.path
    away = path.with_name("away.annotator")
    path.rename(away)
    return lambda: away.rename(path)


_MOVED = pytest.param(_gone, "not where it was", marks=POSIX)
"""A study that is open cannot be moved away on Windows."""


@pytest.mark.parametrize(
    ("plant", "told"),
    [(_full, "full"), (_locked, "another program is writing"), _MOVED],
)
def test_a_refused_label_is_told_and_the_selection_kept_for_another_try(
    plant: Callable[[Hand], Callable[[], object]], told: str, hand: Hand
) -> None:
    hand.drag("voted on Monday")
    hand.key("c")
    hand.session.set_current(None)
    place = hand.drag(CLAIM)
    mend = plant(hand)
    for _ in range(60 if plant is _full else 1):  # until the last page is used up
        hand.key("c")
        if hand.desk.notice.isVisible():
            break
        hand.session.set_current(None)
        hand.desk.surface.set_selection(*place)
    assert told in hand.desk.notice.words.text().lower()
    assert hand.desk.surface.selection() == place
    shown = set(hand.desk.surface.index.by_id)
    mend()
    assert {a.id for a in hand.labels("claim")} == shown
    hand.key("c")
    assert len(hand.labels("claim")) == len(shown) + 1
    assert hand.desk.surface.selection() is None
    assert not hand.desk.notice.isVisible()
