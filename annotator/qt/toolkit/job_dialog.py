"""A dialog with a job: long work with a bar and a stop, what went wrong, closing meanwhile; and tables to read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress, Worker

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


_log = logging.getLogger("annotator.jobs")


class JobDialog(QDialog):
    """A window with work that takes long; while it runs, what could disturb it is off.

    A feature's dialog is its fields and a call of `run`: progress, stop, errors, and closing while it runs are here.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._worker: Worker | None = None
        self._busy: Sequence[QWidget] = ()
        self._then: Callable[[Any], None] = lambda _: None
        self._refused_then: Callable[[AnnotatorError], None] | None = None
        self._stands = False
        self._again: Callable[[], None] | None = None
        self.done_words = ""
        """What it did, for the status line when it is closed; empty where nothing."""
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.hide()
        self.stop = QPushButton(tr("Stop"))
        self.stop.setToolTip(tr("Stop at the next step; nothing of this run is kept"))
        self.stop.setAutoDefault(False)
        self.stop.clicked.connect(self._stop)
        self.stop.hide()

    def foot(self, *buttons: QPushButton) -> QHBoxLayout:
        """The last row: the bar at the left, buttons at the right."""
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        row.addStretch(1)
        for button in buttons:
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    # running

    @property
    def running(self) -> bool:
        """Whether work runs."""
        return self._worker is not None

    @property
    def worker(self) -> Worker | None:
        """The work that runs."""
        return self._worker

    def run(
        self,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        busy: Sequence[QWidget] = (),
        failed: Callable[[AnnotatorError], None] | None = None,
        *,
        stands: bool = False,
        can_stop: bool = True,
    ) -> None:
        """Start work in a thread of its own.

        busy: what is off until it ends. failed: what is told otherwise than as a fault at the foot. stands: what the
        work did stands when the window is closed at its last step, so `done` is called all the same.
        """
        self.tell("")
        self._busy = [w for w in busy if w.isEnabled()]
        for widget in self._busy:
            widget.setEnabled(False)
        worker = self._worker = Worker(work, self)
        self._then, self._refused_then, self._stands = done, failed, stands
        self.bar.setRange(0, 0)
        self.bar.show()
        self.stop.setVisible(can_stop)
        self.stop.setEnabled(True)
        worker.progressed.connect(self._progressed)
        worker.done.connect(self._work_done)
        worker.failed.connect(self._work_failed)
        worker.stopped.connect(self._work_stopped)
        _log.info("%s: begins", self.windowTitle())
        self.began()
        worker.start()

    def later(self, begin: Callable[[], None]) -> bool:
        """Whether work runs: it is asked to stop, and `begin` is called instead of what was to be done with its answer.

        What writes (`stands`) is not stopped by this, and nothing begins after it.
        """
        if self._worker is None:
            return False
        if self._stands:
            return True
        self._again = begin
        self._worker.cancel()
        return True

    def began(self) -> None:
        """Work has begun; for windows that show it."""

    def ended(self) -> None:
        """Work has come to its end, whichever; for windows that offer other things then."""

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.cancel()

    def _work_done(self, answer: Any) -> None:
        self._end("done")
        if not self._outdated():
            self._then(answer)

    def _work_failed(self, error: AnnotatorError) -> None:
        self._end(f"failed: {error}")
        if self._outdated():
            return
        if self._refused_then is not None:
            self._refused_then(error)
        else:
            self.tell(spoken(error))

    def _work_stopped(self) -> None:
        self._end("stopped")
        if not self._outdated():
            self.tell(tr("Stopped; nothing was changed."))

    def _outdated(self) -> bool:
        """Whether something else was asked for meanwhile: it begins, and the answer is for nobody."""
        begin, self._again = self._again, None
        if begin is None or self._stands:
            return False
        begin()
        return True

    def _end(self, how: str) -> None:
        _log.info("%s: %s", self.windowTitle(), how)
        if self._worker is not None:
            self._worker.wait()
            self._worker = None
        self.bar.hide()
        self.stop.hide()
        for widget in self._busy:
            widget.setEnabled(True)
        self._busy = ()
        self.ended()

    def _progressed(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def tell(self, text: str) -> None:
        """What went wrong; an empty text clears it."""
        self.fault.setText(text)
        self.fault.setVisible(bool(text))

    # closing

    def end(self) -> None:
        """Stop the work and wait for it; for windows that go, and for studies that are closed."""
        self._again = None
        worker, self._worker = self._worker, None
        if worker is None:
            return
        for signal in (worker.done, worker.failed, worker.stopped):
            signal.disconnect()
        worker.finish()
        if self._stands and worker.result:
            self._then(worker.result[0])

    def done(self, result: int) -> None:
        """Stop the work before the window goes."""
        self.end()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """As Close."""
        self.end()
        super().closeEvent(event)


def table(head: Sequence[str], name: str, wide: int = 0) -> QTableWidget:
    """An empty table that is read, not written. wide: the column that takes what the others leave."""
    made = QTableWidget(0, len(head))
    heads = readable(made)
    made.setHorizontalHeaderLabels(list(head))
    made.setAccessibleName(name)
    made.verticalHeader().hide()
    made.setShowGrid(False)
    made.setAlternatingRowColors(True)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    heads.setMinimumSectionSize(60)
    heads.fit()
    heads.widen(wide)
    return made


def add_row(to: QTableWidget, cells: Sequence[object]) -> int:
    """A row at the end; numbers stand at the right."""
    row = to.rowCount()
    to.insertRow(row)
    for column, content in enumerate(cells):
        item = QTableWidgetItem(str(content))
        if isinstance(content, int):
            item.setTextAlignment(RIGHT)
        to.setItem(row, column, item)
    return row


def cell(of: QTableWidget, row: int, column: int) -> QTableWidgetItem:
    """A cell that is there."""
    found = of.item(row, column)
    assert found is not None
    return found
