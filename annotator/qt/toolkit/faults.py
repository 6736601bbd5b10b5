"""Faults of the program itself: written to the log with their traceback, and handed to whoever shows them."""

from __future__ import annotations

import logging
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

from annotator.services.computer.traces import place_of_fault

LOGGER = "annotator.faults"
"""Below the window a fault that does not stop the work is an error on this logger; it is shown like the others."""
_log = logging.getLogger(LOGGER)
_WHOLE = 5
"""How often the same fault is written with its traceback."""


class Faults(QObject):
    """One a program. `happened` is emitted in the window's thread, from whichever thread a fault was reported."""

    happened = Signal(object)
    """The exception, with its traceback. Who shows faults connects here: this is the only place."""
    _reported = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._seen: Counter[tuple[type[BaseException], str]] = Counter()
        self._reported.connect(self.happened, Qt.ConnectionType.QueuedConnection)

    def report(self, error: BaseException, where: str = "") -> None:
        """Write a fault to the log and have it shown. where: what was being done.

        One that comes again and again (with every painting of a window) is written five times, then counted.
        """
        known = (type(error), place_of_fault(error))
        self._seen[known] += 1
        times = self._seen[known]
        if times <= _WHOLE:
            _log.error("fault%s", f" in {where}" if where else "", exc_info=error, extra={"shown": True})
        elif str(times).rstrip("0") == "1":
            _log.error("the same fault at %s, %d times by now", known[1], times, extra={"shown": True})
        self.show(error)

    def show(self, error: BaseException) -> None:
        """Have a fault shown that is in the log already."""
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


class _Shown(logging.Handler):
    """Shows what floors below the window have logged as a fault."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not getattr(record, "shown", False):
            faults().show(error)


@contextmanager
def caught(expected: Callable[[BaseException], bool]) -> Iterator[None]:
    """Every way by which Python drops an exception leads to `faults()` in the block: slots, threads, destructors."""
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    raised = hook(expected)
    shown = _Shown(logging.ERROR)
    faults()

    def in_a_thread(told: threading.ExceptHookArgs) -> None:
        if isinstance(told.exc_value, Exception):
            faults().report(told.exc_value, f"thread {told.thread.name}" if told.thread is not None else "")
        before[1](told)

    def dropped(told: sys.UnraisableHookArgs) -> None:
        if isinstance(told.exc_value, Exception):
            faults().report(told.exc_value, "a destructor")
        before[2](told)

    sys.excepthook, threading.excepthook, sys.unraisablehook = raised, in_a_thread, dropped
    _log.addHandler(shown)
    try:
        yield
    finally:
        _log.removeHandler(shown)
        sys.excepthook, threading.excepthook, sys.unraisablehook = before
