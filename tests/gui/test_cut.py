"""What finds cut words finds those that are planted, and nothing where all is whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTabWidget,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.gui.cut import cut

LONG = "Agreement of the latest round"
Maker = Callable[[QWidget], QWidget]


def wrapped(parent: QWidget) -> QWidget:
    label = QLabel(LONG, parent)
    label.setWordWrap(True)
    return label


def tool(parent: QWidget) -> QWidget:
    button = QToolButton(parent)
    button.setText(LONG)
    return button


def box(parent: QWidget) -> QWidget:
    made = QComboBox(parent)
    made.addItem(LONG)
    return made


def line(parent: QWidget) -> QWidget:
    made = QLineEdit(parent)
    made.setPlaceholderText(LONG)
    return made


def memo(parent: QWidget) -> QWidget:
    made = QPlainTextEdit(parent)
    made.setPlaceholderText(LONG)
    return made


def table(parent: QWidget) -> QWidget:
    made = QTableWidget(1, 2, parent)
    made.setHorizontalHeaderLabels(["n", LONG])
    made.setColumnWidth(1, made.width() - 60)
    return made


def tabs(parent: QWidget) -> QWidget:
    made = QTabWidget(parent)
    made.addTab(QWidget(), LONG)
    made.tabBar().setStyleSheet(f"QTabBar::tab {{ width: {parent.width() - 80}px; }}")
    return made


MAKERS: dict[str, Maker] = {
    "label": lambda p: QLabel(LONG, p),
    "wrapped label": wrapped,
    "button": lambda p: QPushButton(LONG, p),
    "tick": lambda p: QCheckBox(LONG, p),
    "tool button": tool,
    "list": box,
    "placeholder": line,
    "placeholder of a memo": memo,
    "group": lambda p: QGroupBox(LONG, p),
    "table header": table,
    "tab": tabs,
}


def shown(qtbot: QtBot, make: Maker, width: int, height: int = 120) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(width, height)
    child = make(window)
    child.setGeometry(0, 0, width, height)
    if isinstance(child, QTableWidget):
        child.setColumnWidth(0, 30)
        child.setColumnWidth(1, width - 50)
    window.show()
    QApplication.processEvents()
    return window


@pytest.mark.parametrize("kind", MAKERS)
def test_planted_cut_words_are_found(qtbot: QtBot, kind: str) -> None:
    narrow = (90, 24) if "wrapped" in kind or "memo" in kind else (90, 60)
    found = cut(shown(qtbot, MAKERS[kind], *narrow))
    assert len(found) == 1, found
    assert cut(shown(qtbot, MAKERS[kind], 600, 160)) == []


def test_what_reaches_beyond_its_window_is_found(qtbot: QtBot) -> None:
    window = shown(qtbot, lambda p: QPushButton("Open", p), 300)
    button = window.findChild(QPushButton)
    assert button is not None
    button.move(250, 0)
    assert "out of" in cut(window)[0]


def test_what_is_shortened_on_purpose_has_all_of_it_in_its_tip(qtbot: QtBot) -> None:
    window = shown(qtbot, lambda p: QPushButton("Agreement of…", p), 60)
    assert len(cut(window)) == 1
    button = window.findChild(QPushButton)
    assert button is not None
    button.setToolTip(LONG)
    assert cut(window) == []


def test_what_is_hidden_is_not_looked_at(qtbot: QtBot) -> None:
    window = shown(qtbot, lambda p: QPushButton(LONG, p), 60)
    button = window.findChild(QPushButton)
    assert button is not None
    button.hide()
    assert cut(window) == []
