"""One helper for every job: progress, stop, errors, faults with their traceback, closing while it runs."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout
from pytestqt.qtbot import QtBot

from annotator.domain.errors import AnnotatorError, Cancelled
from annotator.qt.toolkit.faults import faults
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.worker import Progress

WAIT = 10_000


class Dialog(JobDialog):
    def __init__(self) -> None:
        super().__init__("Job")
        self.go = QPushButton("Go")
        QVBoxLayout(self).addLayout(self.foot(self.go))
        self.answers: list[Any] = []


@pytest.fixture
def dialog(qtbot: QtBot) -> Dialog:
    made = Dialog()
    qtbot.addWidget(made)
    made.show()
    return made


class Held:
    """Work that waits at its first step until it is let go."""

    def __init__(self, minds: bool = True) -> None:
        self.begun, self.go_on, self.minds = threading.Event(), threading.Event(), minds

    def __call__(self, progress: Progress) -> str:
        self.begun.set()
        assert self.go_on.wait(WAIT / 1000)
        if not progress(1, 2) and self.minds:
            raise Cancelled("stopped")
        return "done"


def test_progress_is_shown_and_what_could_disturb_is_off(qtbot: QtBot, dialog: Dialog) -> None:
    held = Held()
    dialog.run(held, dialog.answers.append, [dialog.go])
    assert held.begun.wait(WAIT / 1000)
    assert dialog.bar.isVisible()
    assert not dialog.go.isEnabled()
    held.go_on.set()
    qtbot.waitUntil(lambda: not dialog.running, timeout=WAIT)
    assert dialog.answers == ["done"]
    assert (dialog.bar.maximum(), dialog.bar.value()) == (2, 1)
    assert not dialog.bar.isVisible()
    assert dialog.go.isEnabled()


def test_a_stop_says_that_nothing_was_changed(qtbot: QtBot, dialog: Dialog) -> None:
    held = Held()
    dialog.run(held, dialog.answers.append)
    QTest.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
    held.go_on.set()
    qtbot.waitUntil(lambda: not dialog.running, timeout=WAIT)
    assert dialog.fault.text() == "Stopped; nothing was changed."
    assert dialog.answers == []


def test_an_error_is_said_at_the_foot(qtbot: QtBot, dialog: Dialog) -> None:
    def work(_progress: Progress) -> None:
        raise AnnotatorError("the disk is full", "x.csv", "free some space")

    dialog.run(work, dialog.answers.append)
    qtbot.waitUntil(dialog.fault.isVisible, timeout=WAIT)
    assert dialog.fault.text() == "x.csv: the disk is full; free some space"


def test_a_fault_keeps_its_traceback_in_the_log_and_is_handed_on(
    qtbot: QtBot, dialog: Dialog, caplog: pytest.LogCaptureFixture
) -> None:
    def work_with_a_fault(_progress: Progress) -> None:
        raise ZeroDivisionError("by nought")

    with caplog.at_level(logging.ERROR), qtbot.waitSignal(faults().happened, timeout=WAIT) as told:
        dialog.run(work_with_a_fault, dialog.answers.append)
    (error,) = told.args
    assert isinstance(error, ZeroDivisionError)
    assert error.__traceback__ is not None
    assert "work_with_a_fault" in caplog.text
    assert "Traceback" in caplog.text
    qtbot.waitUntil(dialog.fault.isVisible, timeout=WAIT)
    assert "by nought" in dialog.fault.text()


@pytest.mark.parametrize("stands", [True, False])
def test_what_was_done_is_told_though_the_window_was_closed_meanwhile(dialog: Dialog, stands: bool) -> None:
    held = Held(minds=False)
    dialog.run(held, dialog.answers.append, stands=stands)
    assert held.begun.wait(WAIT / 1000)
    held.go_on.set()
    dialog.reject()
    assert not dialog.running
    assert dialog.answers == (["done"] if stands else [])


def test_work_that_was_stopped_by_closing_tells_nothing(dialog: Dialog) -> None:
    held = Held()
    dialog.run(held, dialog.answers.append, stands=True)
    assert dialog._worker is not None
    dialog._worker.cancel()
    held.go_on.set()
    dialog.close()
    assert not dialog.running
    assert dialog.answers == []


def test_what_is_asked_for_meanwhile_begins_when_the_work_has_stopped(qtbot: QtBot, dialog: Dialog) -> None:
    held = Held()
    dialog.run(held, dialog.answers.append)
    assert dialog.later(lambda: dialog.run(lambda _progress: "second", dialog.answers.append))
    held.go_on.set()
    qtbot.waitUntil(lambda: dialog.answers == ["second"], timeout=WAIT)
    assert not dialog.fault.isVisible()
    assert not dialog.later(lambda: None)
