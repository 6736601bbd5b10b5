"""Tables and plots by hand: a question, its plot and numbers, keys, a click, files, in both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from annotator.qt.search.labelled_window import LabelledWindow
from annotator.qt.tables.window import TablesWindow
from annotator.qt.toolkit.theme import DARK, LIGHT
from annotator.services.tables.grids import written
from tests.gui.conftest import Hand


@pytest.fixture
def window(hand: Hand) -> TablesWindow:
    """The window on a study with three labels of the coder at the desk."""
    for word in ("harbour", "council", "winter"):
        hand.drag(word, 0)
        hand.key("c")
        hand.key("1" if word == "council" else "3")
    next(a for a in hand.window.findChildren(QAction) if a.text() == "Tables and plots…").trigger()
    (found,) = hand.window.findChildren(TablesWindow)
    settled(hand, found)
    return found


def settled(hand: Hand, window: TablesWindow) -> None:
    hand.bot.waitUntil(lambda: not window._latest.busy)


def test_a_question_is_answered_with_a_plot_and_its_numbers(hand: Hand, window: TablesWindow) -> None:
    assert window.answer is not None
    assert window.model.rowCount() == 2
    told = {window.model.index(r, 0).data(): window.model.index(r, 1).data() for r in range(2)}
    assert told == {"Prediction": "2", "Fact": "1"}
    assert window.view.rows == [0, 1]
    assert "How often" in window.view.accessibleName()
    window.bar.ask("over_time")
    settled(hand, window)
    assert "over time" not in window.heading.text()
    assert "by month" in window.heading.text()
    assert not window.bar.gaps["who"].isVisibleTo(window.bar)
    assert window.bar.gaps["period"].isVisibleTo(window.bar)
    window.line.setText("nothing=1")
    QTest.keyClick(window.line, Qt.Key.Key_Return)
    assert "nothing" in window.fault.text()
    assert window.model.rowCount() == 0
    assert not window.export.isEnabled()


def test_keys_walk_through_figures_and_a_click_opens_their_passages(hand: Hand, window: TablesWindow) -> None:
    window.view.setFocus()
    assert window.table.currentIndex().row() == 0
    QTest.keyClick(window.view, Qt.Key.Key_Down)
    assert window.view.row == window.table.currentIndex().row() == 1
    assert "Fact" in window.view.accessibleDescription()
    QTest.keyClick(window.view, Qt.Key.Key_Home)
    assert "Prediction" in window.view.accessibleDescription()
    place = window.view.place(1)
    assert place is not None
    with hand.bot.waitSignal(window.passages):
        QTest.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=place.center().toPoint())
    (passages,) = hand.window.findChildren(LabelledWindow)
    hand.bot.waitUntil(lambda: not passages._latest.busy)
    assert passages.found is not None
    assert [p.words for p in passages.found.passages] == ["council"]
    assert passages.line.text() == "claim.claim_type=fact"
    window.view.set_row(0)
    with hand.bot.waitSignal(window.passages):
        QTest.keyClick(window.view, Qt.Key.Key_Return)
    QTest.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert window.view.row == 0


def test_it_is_saved_as_plot_and_table(
    hand: Hand, window: TablesWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    starts = {".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF", ".csv": b"value,n,share"}
    for ending, start in starts.items():
        out = tmp_path / "plot"
        asked: Any = (str(out), f"{ending[1:].upper()} (*{ending})")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, asked=asked: asked)
        QTest.mouseClick(window.export, Qt.MouseButton.LeftButton)
        assert out.with_name(f"plot{ending}").read_bytes().lstrip(b"\xef\xbb\xbf").startswith(start), ending
    assert b"Ada" in (tmp_path / "plot.svg").read_bytes()


def test_both_themes_paint_figures_apart_from_the_ground(hand: Hand, window: TablesWindow) -> None:
    for theme in (LIGHT, DARK):
        window.set_theme(theme)
        image = window.view.grab().toImage()
        place = window.view.place(0)
        assert place is not None
        ratio = image.devicePixelRatio()
        middle = (place.center() * ratio).toPoint()
        assert image.pixelColor(2, 2).name() == theme.surface
        assert image.pixelColor(middle).name() not in (theme.surface, theme.border)


def test_the_foot_says_who_which_versions_and_how_sure(window: TablesWindow) -> None:
    told = window.rests.text()
    assert "3 labels in 1 articles by Ada" in told
    assert "coded under 1" in told
    assert "not known" in told or "cannot be told" in told
    assert written(0.5, "share") == "50.0 %"
