"""Every window of the demo study at the sizes of usual screens and in two languages: no word is cut."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSize
from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QMessageBox, QWidget

from annotator.qt.shell import language
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.toolkit.settings import Settings
from annotator.services.demo import make_demo_study
from tests.gui.cut import cut

NARROW, WIDE, SCALED = QSize(1280, 720), QSize(1920, 1080), QSize(1280, 680)
"""In points: on a screen of 1920×1080 at 1.5 a maximised window has 1280×680 beside a bar of the system."""
NOT_HERE = {"quit", "close-study", "save-copy", "language"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.annotator"
    make_demo_study(path)
    return path


@pytest.fixture
def window_in(qapp: QApplication, settings: Settings, demo: Path) -> Iterator[Callable[[str], MainWindow]]:
    """The window in a language, with the demo study open."""
    before, made = QLocale(), []

    def make(name: str) -> MainWindow:
        language.use(name, qapp)
        settings.language = name
        settings.theme = os.environ.get("ANNOTATOR_PICTURE_THEME", "light")
        window = MainWindow(settings)
        made.append(window)
        window.show()
        assert window.open_study(demo, "Ada", "1")
        settle()
        return window

    yield make
    while (waiting := QApplication.activeModalWidget()) is not None:  # it would hold up the windows of later tests
        waiting.hide()
        waiting.deleteLater()
    for window in made:
        window.close()
    language.use("en", qapp)
    QLocale.setDefault(before)


def settle() -> None:
    for _ in range(6):
        QApplication.processEvents()


def look(window: QWidget, name: str) -> list[str]:
    """What is cut; a picture of it where somebody wants to see."""
    settle()
    folder = os.environ.get("ANNOTATOR_PICTURES")
    if folder:
        window.grab().save(str(Path(folder) / f"{QLocale().name()}-{name}.png"))
    return [f"{name}: {x}" for x in cut(window)]


def articles(window: MainWindow, name: str) -> list[str]:
    """The desk with no statement in hand, with the longest one, and with one as most are."""
    session = window.session
    assert session is not None
    session.set_current(None)
    found = look(window, f"desk-{name}-article")
    longest = sorted(session.statements(), key=lambda s: (bool(s.missing), sum(map(len, s.ties.values()))))
    for number, one in enumerate((longest[-1], longest[len(longest) // 2])):
        window.desk.jump(one.owner.id)
        found += look(window, f"desk-{name}-statement-{number}")
    return found


def test_no_word_of_the_desk_is_cut_in_german(window_in: Callable[[str], MainWindow]) -> None:
    """Its words are the longer ones. The letters of the sizes follow the screen, so a scaled one is a small one."""
    window, found = window_in("de"), []
    for size in (NARROW, SCALED, WIDE):
        window.resize(size)
        found += articles(window, f"{size.width()}x{size.height()}")
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    usual, high = app.font(), window.desk.inspector.fontMetrics().height()
    large = QFont(usual)
    large.setPointSizeF(usual.pointSizeF() * 1.5)
    app.setFont(large)
    app.setStyleSheet(app.styleSheet())  # its widgets take the letters only anew
    try:
        window.resize(SCALED)
        found += articles(window, "letters of 1.5")
        assert window.desk.inspector.fontMetrics().height() > 1.3 * high
    finally:
        app.setFont(usual)
        app.setStyleSheet(app.styleSheet())
    assert not found, "\n".join(found)


def test_no_word_of_the_desk_is_cut_in_english(window_in: Callable[[str], MainWindow]) -> None:
    window = window_in("en")
    window.resize(NARROW)
    assert articles(window, "1280x720") == []


def opening(window: MainWindow) -> list[QAction]:
    """What of the menus opens a window."""
    found: list[QAction] = []
    menus = [a.menu() for a in window.menuBar().actions()]
    while menus:
        menu = menus.pop(0)
        if not isinstance(menu, QMenu):
            continue
        for action in menu.actions():
            if action.menu() is not None:
                menus.append(action.menu())
            elif action.text().endswith("…") and action.isEnabled() and action.objectName() not in NOT_HERE:
                found.append(action)
    return found


def test_no_word_of_another_window_is_cut(
    window_in: Callable[[str], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("getOpenFileName", "getOpenFileNames", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, kind, lambda *_, **__: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: "")
    monkeypatch.setattr(QDialog, "exec", lambda self: self.show() or 0)
    for kind in ("question", "warning", "information", "critical"):
        monkeypatch.setattr(QMessageBox, kind, lambda *_, **__: QMessageBox.StandardButton.No)
    window = window_in("de")
    window.resize(NARROW)
    found, seen = [], 0
    for action in opening(window):
        before = {w for w in QApplication.topLevelWidgets() if w.isVisible()}
        action.trigger()
        settle()
        for other in [w for w in QApplication.topLevelWidgets() if w.isVisible() and w not in before]:
            seen += 1
            other.resize(other.size().boundedTo(NARROW))
            found += look(other, f"{action.objectName() or action.text()}-{type(other).__name__}")
            other.close()
        settle()
    assert seen >= 12
    assert not found, "\n".join(found)
