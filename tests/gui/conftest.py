"""A window on a small study, and a hand that drags, clicks and types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from annotator.domain.annotations import Annotation
from annotator.intake import read_source
from annotator.qt.coding.session import Session
from annotator.qt.desk.desk import Desk
from annotator.qt.desk.done_dialog import DoneDialog
from annotator.qt.reading.selecting import word_at
from annotator.qt.shell import language
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks import builtin_codebook
from annotator.services.study import Study
from annotator.store.places import Place

Anywhere = TypeVar("Anywhere", bound=Place)

ARTICLE = """Council votes for a deeper harbour

The council of Tarn Haven voted on Monday to deepen the harbour. “It will pay for itself \
within nine years,” said Mayor Ilsa Brandt-Oyelaran 🚢, who had fought for the plan.

The fleet, said Nneka Vardy of the co-op Blue Net, will not last another winter. Fishers don't believe a word of it.
"""
OTHER = "Minister promises a third of the cost\n\nThe minister, Jory Achterberg, promised money. He named no sum.\n"


def make_study(path: Anywhere, coders: tuple[str, ...] = ("Ada",)) -> Anywhere:
    """A study of two short articles."""
    with Study.create(path, builtin_codebook(), "Harbour") as study:
        for name in coders:
            study.ensure_coder(name)
        for name, text in (("one.txt", ARTICLE), ("two.txt", OTHER)):
            add_documents(study, read_source(name, text.encode(), "plain"))
    return path


@pytest.fixture
def study_path(tmp_path: Path) -> Path:
    """A study with one coder, Ada."""
    return make_study(tmp_path / "harbour.annotator")


class Hand:
    """What a person does with mouse and keys; nothing here reaches past the widgets."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.bot, self.window = qtbot, window

    @property
    def desk(self) -> Desk:
        return self.window.desk

    @property
    def session(self) -> Session:
        assert self.window.session is not None
        return self.window.session

    def range_of(self, words: str, nth: int = 0) -> tuple[int, int]:
        start = -1
        for _ in range(nth + 1):
            start = self.session.text.index(words, start + 1)
        return start, start + len(words)

    def drag(self, words: str, nth: int = 0) -> tuple[int, int]:
        """Select words with the mouse."""
        start, end = self.range_of(words, nth)
        surface = self.desk.surface
        surface.reveal(start, end)
        view = surface.viewport()
        first, last = surface.character_rect(start), surface.character_rect(end - 1)
        a, b = QPoint(first.left() + 1, first.center().y()), QPoint(last.right(), last.center().y())
        # a drag takes whole words; letters with Alt
        text = self.session.text
        within = any(word_at(text, cp)[0] < cp < word_at(text, cp)[1] for cp in (start, end))
        held = Qt.KeyboardModifier.AltModifier if within else Qt.KeyboardModifier.NoModifier
        QTest.mousePress(view, Qt.MouseButton.LeftButton, held, a)
        QTest.mouseMove(view, (a + b) / 2)
        QTest.mouseMove(view, b)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, b)
        assert surface.selection() == (start, end)
        return start, end

    def click_text(self, words: str) -> None:
        """Click into the middle of words."""
        start, end = self.range_of(words)
        surface = self.desk.surface
        surface.reveal(start, end)
        point = surface.character_rect((start + end) // 2).center()
        QTest.mouseClick(surface.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
        QApplication.processEvents()

    def key(self, key: str | Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key where the focus is."""
        held = Qt.KeyboardModifier.NoModifier
        for m in modifiers:
            held |= m
        target = QApplication.activePopupWidget() or QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, held)
        QApplication.processEvents()

    def done_all_the_same(self, reason: str = "enough for now") -> None:
        """Say that the article is done, though something in it is open."""
        self.key("d", Qt.KeyboardModifier.ControlModifier)
        dialog = next(d for d in self.window.findChildren(DoneDialog) if d.isVisible())
        QTest.keyClicks(dialog.reason, reason)
        QTest.mouseClick(dialog.done_button, Qt.MouseButton.LeftButton)
        QApplication.processEvents()
        self.window.activateWindow()  # the platform for tests leaves the dialog active that was closed
        self.desk.surface.setFocus()
        QApplication.processEvents()

    def button(self, text: str, inside: QWidget | None = None, nth: int = 0) -> QAbstractButton:
        """A visible button by its words, or by what is said of it."""
        QApplication.processEvents()
        found = [
            b
            for b in (inside or self.desk.inspector).findChildren(QAbstractButton)
            if text in (b.text(), b.accessibleName(), b.toolTip()) and b.isVisible()
        ]
        assert len(found) > nth, f"no button “{text}”"
        return found[nth]

    def click(self, text: str, inside: QWidget | None = None, nth: int = 0) -> None:
        """Click a button by its words."""
        QTest.mouseClick(self.button(text, inside, nth), Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def labels(self, layer: str) -> list[Annotation]:
        """What the store has, asked afresh."""
        study = self.window.study
        assert study is not None
        assert self.session.document is not None
        return study.annotations(self.session.document.id, [self.session.coder.id], layer)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of this test alone."""
    return Settings(tmp_path / "annotator.ini")


def opened(qtbot: QtBot, settings: Settings, path: Path, coder: str = "Ada") -> Hand:
    """A window with a study, shown and with the focus in the text."""
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.resize(1360, 860)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    assert window.open_study(path, coder)
    QApplication.processEvents()
    return Hand(qtbot, window)


@pytest.fixture
def hand(qtbot: QtBot, settings: Settings, study_path: Path) -> Iterator[Hand]:
    """A hand at a desk where Ada codes."""
    found = opened(qtbot, settings, study_path)
    yield found
    found.window.close()


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    """The window in German."""
    before = QLocale()
    language.use("de", qapp)
    yield
    language.use("en", qapp)
    QLocale.setDefault(before)
