"""Work whose last asking is the only one that counts: what was asked for before is stopped and forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from annotator.qt.toolkit.worker import Progress, Worker

Work = Callable[[Progress], Any]


class Latest(QObject):
    """Runs one piece of work at a time beside the window; answers only for the one that was asked for last."""

    done = Signal(object)
    failed = Signal(object)
    progressed = Signal(int, int)
    idle = Signal()
    """Nothing runs and nothing waits."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None
        self._next: Work | None = None
        self._wanted = False

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._worker is not None

    @property
    def wanted(self) -> bool:
        """Whether what runs is what was asked for last, and its answer is to come."""
        return self._worker is not None and self._wanted and self._next is None

    def run(self, work: Work) -> None:
        """Begin, as soon as what runs has stopped."""
        self._next = work
        self._wanted = True
        if self._worker is None:
            self._start()
        else:
            self._worker.cancel()

    def forget(self) -> None:
        """No answer is wanted any more."""
        self._next = None
        self._wanted = False
        if self._worker is not None:
            self._worker.cancel()

    def finish(self) -> None:
        """Stop and wait; for windows that close."""
        self.forget()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.finished.disconnect(self._finished)
            worker.finish()
            worker.deleteLater()

    def _start(self) -> None:
        work, self._next = self._next, None
        assert work is not None
        worker = self._worker = Worker(work, self)
        worker.done.connect(self._answer)
        worker.failed.connect(self._fault)
        worker.progressed.connect(self.progressed)
        worker.finished.connect(self._finished)
        worker.start()

    def _answer(self, result: object) -> None:
        if self._wanted and self._next is None:
            self.done.emit(result)

    def _fault(self, error: object) -> None:
        if self._wanted and self._next is None:
            self.failed.emit(error)

    def _finished(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.deleteLater()
        if self._next is not None:
            self._start()
        else:
            self.idle.emit()
