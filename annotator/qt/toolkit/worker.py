"""Long work beside the window: progress, cancel, and one answer back in the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from annotator.domain.errors import AnnotatorError, Cancelled
from annotator.domain.words import say
from annotator.qt.toolkit.faults import faults

Progress = Callable[[int, int], bool]


class Worker(QThread):
    """Runs ``work(progress)``; it opens its own connection and closes it before it returns.

    Exactly one of `done` (the result), `failed` (an AnnotatorError) and `stopped` follows.
    """

    progressed = Signal(int, int)
    done = Signal(object)
    failed = Signal(object)
    stopped = Signal()

    def __init__(self, work: Callable[[Progress], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._cancel = False
        self._faults = faults()  # made in the window's thread, where it is heard
        self.result: tuple[Any] | tuple[()] = ()
        """What the work answered, once it has."""

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._cancel = True

    def run(self) -> None:
        """In the worker's thread."""
        try:
            result = self._work(self._progress)
        except Cancelled:
            self.stopped.emit()
        except AnnotatorError as error:
            self.failed.emit(error)
        except Exception as error:
            self._faults.report(error, getattr(self._work, "__qualname__", ""))
            told = AnnotatorError(
                say("unexpected {kind}: {reason}", kind=type(error).__name__, reason=error),
                remedy="please report it",
            )
            told.__cause__ = error
            self.failed.emit(told)
        else:
            self.result = (result,)
            self.done.emit(result)

    def _progress(self, done: int, total: int) -> bool:
        self.progressed.emit(done, total)
        return not self._cancel

    def finish(self) -> None:
        """Cancel and wait; for windows that close."""
        self.cancel()
        self.wait()
