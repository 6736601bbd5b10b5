"""A fault anywhere in the window is written down and shown, with what is saved and a report to copy."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.errors import BadInput
from annotator.qt.shell.application import OpensFiles
from annotator.qt.shell.fault_window import FaultWatch, FaultWindow
from annotator.qt.toolkit import faults as module
from annotator.qt.toolkit.faults import caught
from annotator.qt.toolkit.worker import Worker
from tests.gui.conftest import Hand, make_study

SECRET = "Nneka Vardy"
pytestmark = pytest.mark.qt_no_exception_capture


@pytest.fixture
def watch(hand: Hand, capsys: pytest.CaptureFixture[str]) -> Iterator[FaultWatch]:
    """Faults are watched as in the running program."""
    made = FaultWatch(hand.window)
    with caught(lambda error: isinstance(error, BadInput)):
        yield made
    module.faults().happened.disconnect(made.show)
    if made.shown is not None:
        made.shown.accept()


def shown(qtbot: QtBot, watch: FaultWatch, faults: int = 1) -> FaultWindow:
    qtbot.waitUntil(lambda: watch.shown is not None and len(watch.shown._reports) == faults, timeout=5000)
    assert watch.shown is not None
    return watch.shown


def press(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_fault_in_a_slot_is_shown_and_the_work_goes_on(
    qtbot: QtBot, hand: Hand, watch: FaultWatch, caplog: pytest.LogCaptureFixture
) -> None:
    def slot() -> None:
        raise KeyError(SECRET)

    QTimer.singleShot(0, slot)
    box = shown(qtbot, watch)
    assert "KeyError" in box.what.text()
    assert hand.window.study is not None
    assert f"harbour.annotator: {hand.window.study.last_given_number()} steps" in box.saved.text()
    press(box.copy_button)
    copied = QApplication.clipboard().text()
    assert "in slot" in copied
    assert "Annotator" in copied
    assert "Qt 6" in copied
    assert SECRET not in copied
    box.words.setChecked(True)
    press(box.copy_button)
    assert SECRET in QApplication.clipboard().text()
    assert [r for r in caplog.records if r.name == "annotator.faults" and r.exc_info]
    press(box.go_on_button)
    assert watch.shown is None
    assert hand.window.isVisible()
    QTimer.singleShot(0, slot)  # one went on with it: it is in the log, and disturbs no more
    qtbot.wait(10)
    assert watch.shown is None


def test_faults_join_the_window_that_is_shown(qtbot: QtBot, hand: Hand, watch: FaultWatch) -> None:
    def one() -> None:
        raise ValueError("one")

    def two() -> None:
        raise TypeError("two")

    for slot in (one, two, one, two):
        QTimer.singleShot(0, slot)
    box = shown(qtbot, watch, 2)
    assert box.what.text().startswith("2 faults: ValueError, TypeError.")


def test_what_is_expected_is_no_fault(qtbot: QtBot, hand: Hand, watch: FaultWatch) -> None:
    def slot() -> None:
        raise BadInput("not so")

    QTimer.singleShot(0, slot)
    qtbot.wait(10)
    assert watch.shown is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_workers_threads_destructors_and_floors_below_are_heard(qtbot: QtBot, hand: Hand, watch: FaultWatch) -> None:
    def work(_progress: object) -> None:
        raise IndexError("worker")

    def run() -> None:
        raise LookupError("thread")

    class Dropped:
        def __del__(self) -> None:
            raise ArithmeticError("destructor")

    worker = Worker(work)
    worker.start()
    shown(qtbot, watch, 1)
    worker.finish()
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    shown(qtbot, watch, 2)
    Dropped()
    gc.collect()
    shown(qtbot, watch, 3)
    try:
        raise EOFError("below")
    except EOFError as error:
        logging.getLogger("annotator.faults").error("a form", exc_info=error)
    box = shown(qtbot, watch, 4)
    assert all(k in box.what.text() for k in ("IndexError", "LookupError", "ArithmeticError", "EOFError"))


def test_closing_the_program_from_there(qtbot: QtBot, hand: Hand, watch: FaultWatch) -> None:
    def slot() -> None:
        raise KeyError("x")

    QTimer.singleShot(0, slot)
    press(shown(qtbot, watch).close_button)
    qtbot.waitUntil(lambda: not hand.window.isVisible(), timeout=5000)
    assert hand.window.study is None


def test_the_end_of_an_earlier_run_is_told(qtbot: QtBot, hand: Hand, watch: FaultWatch) -> None:
    watch.show_crash(["Fatal Python error: Segmentation fault"])
    box = shown(qtbot, watch)
    assert "The program crashed last time" in box.head.text()
    assert "Segmentation fault" in box.report.toPlainText()


def test_a_file_that_the_system_hands_on_is_opened(qtbot: QtBot, hand: Hand, tmp_path: Path) -> None:
    """As a double click on macOS does."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    OpensFiles(hand.window, app)
    other = make_study(tmp_path / "other.annotator")
    QApplication.sendEvent(app, QFileOpenEvent(str(other)))
    qtbot.waitUntil(lambda: hand.window.study is not None and hand.window.study.file.path == other, timeout=5000)


WINDOWED = """
import sys, runpy
sys.stdout = sys.stderr = sys.stdin = None
sys.__stdout__ = sys.__stderr__ = None
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import annotator.qt.shell.fault_window as seen

first = seen.FaultWatch.show
def show(self, error):
    first(self, error)
    QTimer.singleShot(0, self.shown.close_button.click)
seen.FaultWatch.show = show

import annotator.qt.shell.main_window as main
def slot():
    raise KeyError(" ".join(["Nne" + "ka", "Vardy"]))  # the line itself may stand in a traceback
class Window(main.MainWindow):
    def show(self):
        super().show()
        QTimer.singleShot(0, slot)
main.MainWindow = Window
sys.argv = ["annotator", "open", sys.argv[1], "--coder", "Ada"]
from annotator.__main__ import main as start
start()
"""


def test_without_standard_streams_a_fault_is_shown_and_in_the_log(
    study_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATOR_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("ANNOTATOR_DEBUG", raising=False)
    done = subprocess.run(
        [sys.executable, "-c", WINDOWED, str(study_path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = (tmp_path / "state" / "log" / "annotator.log").read_text(encoding="utf-8")
    assert "window, Qt 6" in told
    assert "KeyError" in told
    assert "in slot" in told
    assert "Nneka" not in told
    assert [p.name for p in (tmp_path / "state" / "log").iterdir()] == ["annotator.log"]
