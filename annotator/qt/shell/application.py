"""Starting the window: for a person, or unseen for a picture."""

from __future__ import annotations

import gc
import logging
import os
import re
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMessageLogContext, QObject, QTimer, QtMsgType, qInstallMessageHandler, qVersion
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.faults import caught
from annotator.qt.toolkit.words import spoken
from annotator.services.computer.log import debugging

if TYPE_CHECKING:
    from annotator.qt.shell.main_window import MainWindow
    from annotator.store.places import Place

_log = logging.getLogger("annotator.qt")


def _application() -> QApplication:
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    no_screen = sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM")
    )
    if no_screen:
        raise AnnotatorError(
            "there is no display to show a window on", "DISPLAY", "log in to a desktop, or use the commands: --help"
        )
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Annotator")
    app.setApplicationDisplayName("Annotator")
    app.setDesktopFileName("annotator")
    speak(app)
    return app


def speak(app: QApplication) -> None:
    """Use the language of the settings."""
    from annotator.qt.shell.language import use
    from annotator.qt.toolkit.settings import Settings

    use(Settings().language, app)


def tune_memory() -> None:
    """Let the collector of cycles look less often: it would walk over all labels again while they are being read.

    What was imported is set aside for good; cycles of widgets and labels are still found, some thousands later.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def show(study: Place | None, coder: str | None, document: str | None, told_inside: bool = False) -> int:
    """Show the window until it is closed; the answer is the exit code. ``told_inside``: errors too are shown in it."""
    app = _application()
    from annotator.qt.shell.main_window import MainWindow
    from annotator.qt.toolkit.parts import open_at

    if study is not None and not told_inside:
        _examine(study, coder, document)
    tune_memory()
    window = MainWindow()
    open_at(window, window.width(), window.height())
    if study is not None and not told_inside:
        window.open_study(study, coder, document)
    return _watched(app, window, lambda: window.open_file(study, coder, document) if study and told_inside else None)


def _watched(app: QApplication, window: MainWindow, first: Callable[[], object]) -> int:
    """Show it until it is closed; whatever fails is logged and shown. first: what to do once it is seen."""
    from annotator.qt.shell.fault_window import FaultWatch
    from annotator.services.computer.log import CrashFile, crashes, log_start

    log_start(f"window, Qt {qVersion()}")
    crash = CrashFile()
    crash.open()
    before = qInstallMessageHandler(_logged)
    watch = FaultWatch(window)
    OpensFiles(window, app)
    window.show()
    try:
        with caught(_said_in(window)):
            watch.show_crash(crashes())
            try:
                first()
            except Exception as error:
                sys.excepthook(type(error), error, error.__traceback__)
            signal.signal(signal.SIGINT, lambda *_: window.close())
            beat = QTimer()
            beat.start(300)  # lets Python see Ctrl+C
            beat.timeout.connect(lambda: None)
            return int(app.exec())
    finally:
        qInstallMessageHandler(before)
        crash.close()


_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def _logged(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """What Qt says goes into the log; what it quotes may be anybody's words and stays out."""
    said = message if debugging() else re.sub(r"([\"“']).*[\"”']", "“…”", message)
    _log.log(_QT_LEVELS[kind], "Qt %s: %s", getattr(context, "category", ""), said)
    if kind != QtMsgType.QtDebugMsg and sys.stderr is not None:
        print(message, file=sys.stderr)


class OpensFiles(QObject):
    """On macOS a double click reaches the program as an event, before or while it runs."""

    def __init__(self, window: MainWindow, app: QApplication) -> None:
        super().__init__(window)
        self._window = window
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the file as *Study › Open…* does."""
        if isinstance(event, QFileOpenEvent) and event.file():
            path = Path(event.file())
            QTimer.singleShot(0, self._window, lambda: self._window.open_file(path))
            return True
        return super().eventFilter(watched, event)


def _said_in(window: MainWindow) -> Callable[[BaseException], bool]:
    """What a slot could not do, a server out of reach above all, is said in the window; anything else is a fault."""

    def said(error: BaseException) -> bool:
        if not isinstance(error, AnnotatorError):
            return False
        window.statusBar().showMessage(spoken(error), 15_000)
        return True

    return said


def _examine(study: Place, coder: str | None, document: str | None) -> None:
    """A wrong path, coder or document is told on the command line, not in an empty window."""
    from annotator.services.study import Study

    with Study.open(study) as found:
        if coder is not None:
            found.coder(coder)
        if document is not None:
            found.document(document)


def picture(study: Place, coder: str | None, document: str | None, to: Path, theme: str) -> None:
    """Paint the window on a study into a PNG file, unseen."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    before = qInstallMessageHandler(_without_noise)
    try:
        _painted(study, coder, document, to, theme)
    finally:
        qInstallMessageHandler(before)


def _without_noise(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if "propagateSizeHints" not in message:  # what the unseen platform says of each window
        print(message, file=sys.stderr)


def _painted(study: Place, coder: str | None, document: str | None, to: Path, theme: str) -> None:
    _application()
    from annotator.qt.shell.main_window import MainWindow
    from annotator.qt.toolkit.settings import Settings

    with tempfile.TemporaryDirectory() as folder:  # a look of its own, and nothing of it is remembered
        settings = Settings(Path(folder) / "annotator.ini")
        settings.theme = theme
        _paint(MainWindow(settings), study, coder, document, to)


def _paint(window: MainWindow, study: Place, coder: str | None, document: str | None, to: Path) -> None:
    window.resize(1440, 900)
    if not window.open_study(study, coder, document):
        raise AnnotatorError("the study could not be opened", str(study), "try to open it in the window")
    window.show()
    session = window.session
    if session is not None:
        first = session.statements()
        if len(first) > 1:
            session.set_current(first[1].owner.id)
    for _ in range(5):
        QApplication.processEvents()
    if not window.grab().save(str(to)):
        raise AnnotatorError("the picture could not be written", str(to), "check the folder and the free space")
    window.close()
