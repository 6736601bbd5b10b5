"""Tables that can be read: heads over their figures, whole words within bounds, widths that stay as pulled."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QStyleOptionHeaderV2,
    QTableWidget,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from annotator.qt.shell import language
from annotator.qt.toolkit.columns import WIDEST, Head
from annotator.qt.toolkit.days import day_words, moment_words, weekday_words
from annotator.qt.toolkit.job_dialog import add_row, table
from annotator.qt.toolkit.plot_view import PlotView
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.side_windows import SideWindows
from annotator.qt.toolkit.theme import LIGHT
from annotator.qt.toolkit.typed_words import TypedWords
from annotator.services.tables.plot import Box, Plot

LONG = "The Courier of Haven and of all the river from its spring to the sea, morning edition"


def shown(qtbot: QtBot, width: int = 420) -> tuple[QWidget, QTableWidget]:
    window = QDialog()
    qtbot.addWidget(window)
    made = table(["Outlet", "Month", "Articles"], "Balance")
    QVBoxLayout(window).addWidget(made)
    for n in range(3):
        add_row(made, ["The Quay", f"2031-0{n + 1}", 1000 * n])
    window.resize(width, 300)
    window.show()
    QTest.qWait(1)
    return window, made


def head_of(made: QTableWidget) -> Head:
    found = made.horizontalHeader()
    assert isinstance(found, Head)
    return found


def pull(head: Head, column: int, by: int) -> None:
    edge = QPoint(head.sectionViewportPosition(column) + head.sectionSize(column) - 1, head.height() // 2)
    QTest.mousePress(head.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, edge)
    QTest.mouseMove(head.viewport(), edge + QPoint(by // 2, 0))
    QTest.mouseMove(head.viewport(), edge + QPoint(by, 0))
    QTest.mouseRelease(head.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, edge + QPoint(by, 0))
    QTest.qWait(1)


def test_heads_stand_where_their_cells_do(qtbot: QtBot) -> None:
    _, made = shown(qtbot)
    head, found = head_of(made), []
    for column in range(3):
        option = QStyleOptionHeaderV2()
        head.initStyleOptionForIndex(option, column)
        found.append(bool(option.textAlignment & Qt.AlignmentFlag.AlignRight))
    assert found == [False, False, True]


def test_one_column_takes_the_room_that_is_left_and_no_less_than_its_words_need(qtbot: QtBot) -> None:
    window, made = shown(qtbot, 900)
    total = sum(made.columnWidth(c) for c in range(3))
    assert abs(total - made.viewport().width()) <= 2
    window.resize(230, 300)
    QTest.qWait(1)
    words = QFontMetrics(made.font()).horizontalAdvance("The Quay")
    assert made.columnWidth(0) >= words, "cut, although it can be scrolled"
    add_row(made, [LONG, "2031-04", 1])
    QTest.qWait(1)
    assert made.columnWidth(0) <= max(WIDEST, made.viewport().width())


def test_cut_words_are_told_under_the_mouse(qtbot: QtBot) -> None:
    _, made = shown(qtbot, 230)
    add_row(made, [LONG * 3, "2031-04", 1])
    QTest.qWait(1)
    for row, told in ((0, ""), (3, LONG * 3)):
        QToolTip.hideText()
        at = made.visualRect(made.model().index(row, 0)).topLeft() + QPoint(6, 6)
        event = QHelpEvent(QEvent.Type.ToolTip, at, made.viewport().mapToGlobal(at))
        QApplication.sendEvent(made.viewport(), event)
        assert QToolTip.text() == told


def test_widths_that_were_pulled_come_back_with_the_window(qtbot: QtBot, settings: Settings) -> None:
    windows = SideWindows(TypedWords(), settings)

    def open_one() -> tuple[QWidget, QTableWidget]:
        window, made = shown(qtbot, 700)
        windows.close("balance")
        windows.show("balance", lambda: window)
        QTest.qWait(1)
        return window, made

    _, made = open_one()
    before = made.columnWidth(1)
    pull(head_of(made), 1, 60)
    pulled, others = made.columnWidth(1), made.columnWidth(2)
    assert pulled > before + 40
    _, again = open_one()
    assert again.columnWidth(1) == pulled
    assert again.columnWidth(2) == others, "what nobody pulled is as wide as its words"
    settings.set_columns("balance-0", "not JSON")
    _, anew = open_one()
    assert anew.columnWidth(1) == before


@pytest.mark.parametrize(
    ("name", "day", "weekday", "moment"),
    [
        ("en", "2 June 2031", "Monday, 2 June 2031", "2 Jun 2031, 09:05"),
        ("de", "2. Juni 2031", "Montag, 2. Juni 2031", "2. Juni 2031, 09:05"),
    ],
)
def test_days_are_written_in_words_of_the_programs_language(
    qapp: QApplication, name: str, day: str, weekday: str, moment: str
) -> None:
    language.use(name, qapp)
    try:
        assert day_words(date(2031, 6, 2)) == day_words("2031-06-02T23:59:00Z") == day
        assert weekday_words(date(2031, 6, 2)) == weekday
        assert moment_words(datetime(2031, 6, 2, 9, 5)) == moment
    finally:
        language.use("en", qapp)


def test_a_plot_gets_smaller_before_it_has_to_be_scrolled(qtbot: QtBot) -> None:
    bar = Box(x=100, y=20, width=600, height=20, shade="accent", row=0)
    view = PlotView(LIGHT)
    qtbot.addWidget(view)
    view.show_plot(Plot(title="Claims", width=720, height=100, shapes=(bar,), undrawn=0), ["Fact: 12"])
    view.show()
    usual = view.sizeHint().width()
    view.resize(usual, 300)
    wide = view.place(0)
    view.resize(round(usual * 0.85), 300)
    narrow = view.place(0)
    assert wide is not None
    assert narrow is not None
    assert narrow.right() <= view.width() < wide.right() + 60
    assert view.row_at(narrow.center()) == 0
    view.resize(100, 300)
    assert view.minimumSizeHint().width() > usual * 0.7, "letters that nobody can read"
