"""Faults of the program itself: written to the log with their traceback, and handed to whoever shows them."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

_log = logging.getLogger("annotator.faults")


class Faults(QObject):
    """One a program. `happened` is emitted in the window's thread, from whichever thread a fault was reported."""

    happened = Signal(object)
    """The exception, with its traceback. Who shows faults connects here: this is the only place."""
    _reported = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._reported.connect(self.happened, Qt.ConnectionType.QueuedConnection)

    def report(self, error: BaseException, where: str = "") -> None:
        """Write a fault to the log and have it shown. where: what was being done."""
        _log.error("fault%s", f" in {where}" if where else "", exc_info=error)
        self._reported.emit(error)


_faults: Faults | None = None


def faults() -> Faults:
    """The program's faults."""
    global _faults
    if _faults is None:
        _faults = Faults()
    return _faults


Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


def hook(expected: Callable[[BaseException], bool]) -> Hook:
    """For `sys.excepthook`. expected: says an error that is no fault, and answers whether it was one."""

    def raised(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if expected(error):
            return
        if isinstance(error, Exception):
            faults().report(error)
        sys.__excepthook__(kind, error, trace)

    return raised
