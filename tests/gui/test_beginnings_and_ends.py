"""What stands where nothing is yet, and what an article asks before it is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.qt.desk.done_dialog import DoneDialog
from annotator.qt.toolkit.settings import Settings
from annotator.services.codebooks import builtin_codebook
from annotator.services.study import Study
from tests.gui.conftest import Hand, opened

CONTROL = Qt.KeyboardModifier.ControlModifier


def ask_done(hand: Hand) -> DoneDialog:
    hand.desk.surface.setFocus()
    hand.key("d", CONTROL)
    return next(d for d in hand.window.findChildren(DoneDialog) if d.isVisible())


def go_there(hand: Hand, dialog: DoneDialog, row: int) -> None:
    dialog.list.setCurrentRow(row)
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    with hand.bot.waitActive(hand.window):
        hand.window.activateWindow()
    for _ in range(5):
        QApplication.processEvents()


def state(hand: Hand) -> str | None:
    assert hand.session.document is not None
    return hand.session.study.document_states(hand.session.coder.id).get(hand.session.document.id)


def test_done_goes_to_the_open_statement_that_is_chosen(hand: Hand) -> None:
    for words in ("nine years", "another winter"):
        hand.session.set_current(None)
        hand.drag(words)
        hand.key("c")
    second = hand.session.current
    hand.session.set_current(None)
    dialog = ask_done(hand)
    rows = [dialog.list.item(n).text() for n in range(dialog.list.count())]
    assert [("nine years" in r, "another winter" in r) for r in rows[:2]] == [(True, False), (False, True)]
    go_there(hand, dialog, 1)
    assert hand.session.current == second
    assert hand.desk.inspector.isAncestorOf(QApplication.focusWidget()), "at what is open in it"
    stop = hand.desk.inspector.in_hand()
    assert stop is not None
    assert stop.attribute.key == "claim_type"  # type: ignore[union-attr]
    assert state(hand) != "done"


def test_done_goes_to_what_the_article_lacks(hand: Hand) -> None:
    dialog = ask_done(hand)
    assert dialog.list.count() == 1
    go_there(hand, dialog, 0)
    assert hand.session.current is None
    stop = hand.desk.inspector.in_hand()
    assert stop is not None
    assert stop.attribute.key == "genre"  # type: ignore[union-attr]
    assert state(hand) != "done"


def test_done_all_the_same_takes_a_reason_that_is_kept(hand: Hand) -> None:
    dialog = ask_done(hand)
    assert not dialog.done_button.isEnabled()
    QTest.keyClicks(dialog.reason, "the scan ends here")
    QTest.mouseClick(dialog.done_button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert hand.session.document is not None
    assert state(hand) == "done"
    assert hand.session.study.skipped(hand.session.coder.id) == {hand.session.document.id: "the scan ends here"}


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "empty.annotator"
    with Study.create(path, builtin_codebook(), "Empty") as study:
        study.ensure_coder("Ada")
    return path


def test_a_study_without_articles_says_so_with_a_button(
    qtbot: QtBot, settings: Settings, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened(qtbot, settings, empty)
    nothing = hand.desk.nothing
    assert nothing.isVisible()
    assert "no articles" in nothing.words.text()
    asked: list[int] = []
    hand.window.actions_table.by_name["import"].triggered.connect(lambda: asked.append(1))
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getOpenFileNames", lambda *_, **__: ([], ""))
    QTest.mouseClick(nothing.button, Qt.MouseButton.LeftButton)
    assert asked == [1]
    hand.window.close()


def test_a_new_study_shows_nothing_of_the_last_one(
    qtbot: QtBot, settings: Settings, study_path: Path, empty: Path
) -> None:
    hand = opened(qtbot, settings, study_path)
    hand.drag("nine years")
    hand.key("c")
    assert "one.txt" in hand.desk.head.title.text()
    assert hand.window.open_study(empty, "Ada")
    for _ in range(5):
        QApplication.processEvents()
    desk = hand.desk
    assert (desk.head.title.text(), desk.surface.text) == ("", "")
    assert desk.statements.model.rows == []
    assert desk.inspector.stops() == []
    assert desk.nothing.isVisible()
    assert not desk.head.done.isEnabled()
    assert hand.window.open_study(study_path, "Ada")
    QApplication.processEvents()
    assert not desk.nothing.isVisible()
    hand.window.close()
