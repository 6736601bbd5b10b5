"""What the team's windows share: long work with a bar and a stop, a line for what went wrong, tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress, Worker

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class JobDialog(QDialog):
    """A window with work that takes long; while it runs, what could disturb it is off."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.worker: Worker | None = None
        self._busy: Sequence[QWidget] = ()
        self._then: Callable[[Any], None] = lambda _: None
        self._refused_then: Callable[[AnnotatorError], None] | None = None
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.hide()
        self.stop = QPushButton(tr("Stop"))
        self.stop.setToolTip(tr("Stop at the next step; nothing is kept of what was begun"))
        self.stop.setAutoDefault(False)
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

    def run(
        self,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        busy: Sequence[QWidget] = (),
        failed: Callable[[AnnotatorError], None] | None = None,
    ) -> None:
        """Start work in a thread of its own; ``busy``: what is off until it ends."""
        self.tell("")
        self._busy = [w for w in busy if w.isEnabled()]
        for widget in self._busy:
            widget.setEnabled(False)
        worker = Worker(work, self)
        self.worker = worker
        self.bar.setRange(0, 0)
        self.bar.show()
        self.stop.show()
        self.stop.setEnabled(True)
        self.stop.clicked.connect(worker.cancel)
        self._then, self._refused_then = done, failed
        worker.progressed.connect(self._progressed)
        worker.done.connect(self._work_done)
        worker.failed.connect(self._work_failed)
        worker.stopped.connect(self._work_stopped)
        worker.start()

    def _work_done(self, answer: Any) -> None:
        self._end()
        self._then(answer)

    def _work_failed(self, error: AnnotatorError) -> None:
        self._end()
        if self._refused_then is not None:
            self._refused_then(error)
        else:
            self.tell(spoken(error))

    def _work_stopped(self) -> None:
        self._end()
        self.tell(tr("Stopped; nothing was changed."))

    def _end(self) -> None:
        if self.worker is not None:
            self.worker.wait()
            self.worker = None
        self.bar.hide()
        self.stop.hide()
        for widget in self._busy:
            widget.setEnabled(True)
        self._busy = ()

    def _progressed(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def tell(self, text: str) -> None:
        """What went wrong; an empty text clears it."""
        self.fault.setText(text)
        self.fault.setVisible(bool(text))

    def done(self, result: int) -> None:
        """Stop the work before the window goes."""
        self._finish()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """As Close."""
        self._finish()
        super().closeEvent(event)

    def _finish(self) -> None:
        worker, self.worker = self.worker, None
        if worker is not None:
            for signal in (worker.done, worker.failed, worker.stopped):
                signal.disconnect()
            worker.finish()


def table(head: Sequence[str], name: str) -> QTableWidget:
    """An empty table that is read, not written."""
    made = QTableWidget(0, len(head))
    made.setHorizontalHeaderLabels(list(head))
    made.setAccessibleName(name)
    made.verticalHeader().hide()
    made.setShowGrid(False)
    made.setAlternatingRowColors(True)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    made.horizontalHeader().setStretchLastSection(False)
    made.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    made.horizontalHeader().setMinimumSectionSize(60)
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
