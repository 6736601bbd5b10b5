"""Passages by what was coded, by hand: conditions from the counts, a click, kept queries, files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QInputDialog

from annotator.domain.conditions import Test
from annotator.qt.search.labelled_window import LabelledWindow
from tests.gui.conftest import Hand

Test.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's


@pytest.fixture
def window(hand: Hand) -> LabelledWindow:
    """The window on a study with two labels of the coder at the desk."""
    for word in ("harbour", "council"):
        hand.drag(word, 0)
        hand.key("c")
    next(a for a in hand.window.findChildren(QAction) if a.text() == "Passages by what was coded…").trigger()
    (found,) = hand.window.findChildren(LabelledWindow)
    settled(hand, found)
    return found


def settled(hand: Hand, window: LabelledWindow) -> None:
    hand.bot.waitUntil(lambda: not window._latest.busy)


def take(window: LabelledWindow, field: str) -> Test:
    """Take the first value of a field in hand."""
    for i in range(window.choices.topLevelItemCount()):
        head = window.choices.topLevelItem(i)
        if head is not None and head.text(0) == field:
            window.choices.setCurrentItem(head.child(0))
    chosen = window.chosen()
    assert chosen is not None
    return chosen


def test_conditions_are_built_from_counts(hand: Hand, window: LabelledWindow) -> None:
    assert window.found is not None
    every = len(window.found.passages)
    assert window.list.rowCount() == every >= 2
    test = take(window, "layer")
    QTest.mouseClick(window.without, Qt.MouseButton.LeftButton)
    settled(hand, window)
    assert window.line.text() == f"not layer={test.value}"
    assert len(window.found.passages) < every
    assert test.value not in window.found.counts.get("layer", {})
    window.line.setText("nothing=1")
    QTest.keyClick(window.line, Qt.Key.Key_Return)
    assert not window.fault.isHidden()
    assert "nothing" in window.fault.text()
    assert window.list.rowCount() == 0


def test_a_click_opens_the_place(hand: Hand, window: LabelledWindow) -> None:
    with hand.bot.waitSignal(window.passage) as told:
        item = window.list.item(0, 3)
        QTest.mouseClick(
            window.list.viewport(), Qt.MouseButton.LeftButton, pos=window.list.visualItemRect(item).center()
        )
    document, start, end = told.args
    assert hand.session.study.text(document)[start:end] == window.list.item(0, 3).text()


def test_queries_are_kept_and_files_written(
    hand: Hand, window: LabelledWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    test = take(window, "coder")
    QTest.mouseClick(window.narrower, Qt.MouseButton.LeftButton)
    settled(hand, window)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("Mine", True))
    QTest.mouseClick(window.keep, Qt.MouseButton.LeftButton)
    assert window.queries.itemText(0) == "Mine"
    window.line.clear()
    window.take("Mine")
    settled(hand, window)
    assert window.line.text() == f"coder={test.value}"
    out = tmp_path / "p.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    QTest.mouseClick(window.export, Qt.MouseButton.LeftButton)
    assert window.found is not None
    assert len(out.read_text(encoding="utf-8").splitlines()) == len(window.found.passages) + 1
