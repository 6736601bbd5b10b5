"""A list of rows of different heights: each where the rows above it say, and only what changed is asked again."""

from __future__ import annotations

import random

from PySide6.QtCore import QModelIndex, QPoint, QStringListModel, Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.qt.toolkit.row_list import RowList, mean_letter


class Rows(RowList):
    """Rows as high as their words are long; `asked` counts."""

    def __init__(self) -> None:
        self.asked = 0
        super().__init__(self._tall)

    def _tall(self, row: int, width: int, letter: float, line: float) -> int:
        self.asked += 1
        return 10 + len(str(self.model().index(row, 0).data()))


def shown(qtbot: QtBot, words: list[str]) -> tuple[Rows, QStringListModel]:
    view, model = Rows(), QStringListModel(words)
    qtbot.addWidget(view)
    view.setModel(model)
    view.resize(200, 120)
    view.show()
    return view, model


def holds(view: Rows, model: QStringListModel) -> None:
    """Every row is where the heights of those before it put it."""
    top = -view.verticalOffset()
    for row, words in enumerate(model.stringList()):
        rect = view.visualRect(model.index(row, 0))
        assert (rect.top(), rect.height()) == (top, 10 + len(words))
        assert view.indexAt(rect.center()).row() == row
        top += rect.height()
    assert not view.indexAt(QPoint(3, top + 5)).isValid()


def test_the_last_of_many_rows_goes_before_they_were_ever_shown(qtbot: QtBot) -> None:
    """What is known of the rows before a reset says nothing of those after it, of which there may be more."""
    view, model = shown(qtbot, ["one", "two"])
    holds(view, model)
    for change in (lambda: model.removeRows(8, 2), lambda: model.insertRows(9, 1)):
        model.setStringList(["one"] * 10)
        change()
        holds(view, model)
        model.setStringList(["one", "two"])
        holds(view, model)


def test_rows_stay_in_place_whatever_happens_to_the_model(qtbot: QtBot) -> None:
    chance = random.Random(1)
    view, model = shown(qtbot, ["x" * chance.randrange(30) for _ in range(12)])
    for _ in range(120):
        count = model.rowCount()
        row, step = chance.randrange(count + 1), chance.randrange(5)
        if step == 0:
            model.insertRows(row, chance.randrange(1, 4))
        elif step == 1 and row < count > 6:
            model.removeRows(row, 1)
        elif step == 2 and row < count:
            model.setData(model.index(row, 0), "y" * chance.randrange(40))
        elif step == 3 and row < count:
            view.scrollTo(model.index(row, 0))
            rect = view.visualRect(model.index(row, 0))
            assert rect.top() >= 0
            assert rect.bottom() <= view.viewport().height() or rect.top() == 0
        elif step == 4:
            model.sort(0, chance.choice([Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder]))
        holds(view, model)


def test_a_change_of_one_row_asks_one_row_of_thousands(qtbot: QtBot) -> None:
    view, model = shown(qtbot, ["word"] * 3000)
    with qtbot.waitExposed(view):
        view.show()
    view.repaint()
    view.asked = 0
    model.setData(model.index(1500, 0), "longer words")
    model.insertRows(7, 1)
    model.removeRows(9, 1)
    QApplication.processEvents()
    view.repaint()
    holds(view, model)
    assert view.asked <= 3


def test_keys_walk_through_the_rows(qtbot: QtBot) -> None:
    view, model = shown(qtbot, [f"{n}" for n in range(100)])
    view.setCurrentIndex(model.index(0, 0))
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.currentIndex().row() == 0
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 2
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert 5 < view.currentIndex().row() < 20
    rect = view.visualRect(view.currentIndex())
    assert view.viewport().rect().contains(rect.center())
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.currentIndex().row() == 99
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert view.currentIndex().row() < 99
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.currentIndex().row() == 0
    model.setStringList([])
    assert view.currentIndex() == QModelIndex()
    QTest.keyClick(view, Qt.Key.Key_Down)


def test_a_click_takes_the_row_under_it(qtbot: QtBot) -> None:
    view, model = shown(qtbot, ["a", "bb", "ccc"])
    clicked: list[int] = []
    view.clicked.connect(lambda index: clicked.append(index.row()))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(model.index(2, 0)).center())
    assert clicked == [2]
    assert view.selectionModel().isSelected(model.index(2, 0))


def test_an_empty_list_says_why(qtbot: QtBot) -> None:
    view, _ = shown(qtbot, [])
    before = view.grab().toImage()
    view.instead = "Nothing here"
    assert view.grab().toImage() != before


def test_a_mean_letter_is_that_of_running_text(qtbot: QtBot) -> None:
    words = "The deepening … will bring 900 permanent jobs to the town"
    for family in QFontDatabase.families(QFontDatabase.WritingSystem.Latin)[:40]:
        if QFontDatabase.isSmoothlyScalable(family):
            metrics = QFontMetricsF(QFont(family))
            wide = metrics.horizontalAdvance(words) / len(words)
            assert abs(mean_letter(metrics) / wide - 1) < 0.15, family
