"""Every window of the demo study at three sizes and in two languages: no word is cut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QMessageBox, QWidget

from annotator.qt.shell import language
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.toolkit.settings import Settings
from annotator.services.demo import make_demo_study
from tests.gui.cut import cut

SIZES = {"1280x720": QSize(1280, 720), "1440x900": QSize(1440, 900), "1920x1080 at 1.5": QSize(1280, 680)}
"""In points: on a screen of 1920×1080 at 1.5 a maximised window has 1280×680 beside a bar of the system."""
NOT_HERE = {"quit", "close-study", "save-copy", "language"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.annotator"
    make_demo_study(path)
    return path


@pytest.fixture(params=["en", "de"])
def window(request: pytest.FixtureRequest, qapp: QApplication, settings: Settings, demo: Path) -> Iterator[MainWindow]:
    before = QLocale()
    language.use(request.param, qapp)
    settings.language = request.param
    settings.theme = os.environ.get("ANNOTATOR_PICTURE_THEME", "light")
    made = MainWindow(settings)
    made.show()
    assert made.open_study(demo, "Ada", "1")
    settle()
    yield made
    made.close()
    made.deleteLater()
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


@pytest.mark.parametrize("size", SIZES)
def test_no_word_of_the_desk_is_cut(window: MainWindow, size: str) -> None:
    window.resize(SIZES[size])
    session = window.session
    assert session is not None
    found = look(window, f"desk-{size}-article")
    longest = sorted(session.statements(), key=lambda s: (bool(s.missing), sum(map(len, s.ties.values()))))
    for number, one in enumerate((longest[-1], longest[len(longest) // 2])):
        window.desk.jump(one.owner.id)
        found += look(window, f"desk-{size}-statement-{number}")
    assert found == []


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


def test_no_word_of_another_window_is_cut(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("getOpenFileName", "getOpenFileNames", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, kind, lambda *_, **__: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: "")
    monkeypatch.setattr(QDialog, "exec", lambda self: self.show() or 0)
    for kind in ("question", "warning", "information", "critical"):
        monkeypatch.setattr(QMessageBox, kind, lambda *_, **__: QMessageBox.StandardButton.No)
    window.resize(SIZES["1440x900"])
    found, seen = [], 0
    for action in opening(window):
        before = {w for w in QApplication.topLevelWidgets() if w.isVisible()}
        action.trigger()
        settle()
        for other in [w for w in QApplication.topLevelWidgets() if w.isVisible() and w not in before]:
            seen += 1
            other.resize(other.size().boundedTo(SIZES["1280x720"]))
            found += look(other, f"{action.objectName() or action.text()}-{type(other).__name__}")
            other.close()
            other.deleteLater()
        settle()
    assert seen >= 12
    assert found == []
