"""When the program fails it says so: what happened, what is saved, a report to copy, go on or close."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, qVersion
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.faults import faults
from annotator.qt.toolkit.parts import label, open_at
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.computer.log import log_file, program_line
from annotator.services.computer.traces import place_of_fault, trace_of

if TYPE_CHECKING:
    from annotator.qt.shell.main_window import MainWindow

_MOST = 20
"""Different faults that one report holds."""


class FaultWatch(QObject):
    """Shows the window of faults over the main one, one at a time: further faults join the one that is shown."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.shown: FaultWindow | None = None
        self._let_be: set[tuple[type[BaseException], str]] = set()
        faults().happened.connect(self.show)

    def show(self, error: BaseException) -> None:
        """Show a fault; one with which a person went on before is in the log alone."""
        known = (type(error), place_of_fault(error))
        if known in self._let_be:
            return
        self._let_be.add(known)
        if self.shown is None:
            self.shown = FaultWindow(self._window, what_is_saved(self._window))
            self.shown.finished.connect(self._gone)
            self.shown.close_program.connect(self._window.close)
            self.shown.open()
        self.shown.add(trace_of(error), trace_of(error, words=True), type(error).__name__)

    def show_crash(self, texts: list[str]) -> None:
        """The program was ended by a fault in a library the last time."""
        if texts and self.shown is None:
            self.shown = FaultWindow(self._window, tr("Everything that was confirmed is in the study."))
            self.shown.finished.connect(self._gone)
            self.shown.close_program.connect(self._window.close)
            self.shown.head.setText(tr("The program crashed last time"))
            self.shown.open()
            for text in texts:
                self.shown.add(text, text, tr("end of the program"))

    def _gone(self) -> None:
        if self.shown is not None:
            self.shown.deleteLater()
        self.shown = None


def what_is_saved(window: MainWindow) -> str:
    """In words: steps of the study, and what is typed and is not saved."""
    study = window.study
    if study is None:
        return tr("No study is open.")
    told = tr("The study did not answer. Close the program, and open the study again.")
    try:
        told = tr(
            "Everything that you confirmed is saved in {path}: {n} steps.",
            path=study.file.path.name if isinstance(study.file.path, Path) else study.file.path,
            n=study.last_given_number(),
        )
    except AnnotatorError as error:
        told = spoken(error)
    except Exception as error:  # the fault may be there; it must not hide the first one
        logging.getLogger("annotator").error("the study did not answer", exc_info=error)
    held: list[str] = []
    with suppress(Exception):
        held = window.typed.unsaved()
    if held:
        told += "\n" + tr("{n} entries that you are typing are not saved yet.", n=len(held))
    return told


class FaultWindow(QDialog):
    """The report has no words of articles or names unless the box is ticked."""

    close_program = Signal()

    def __init__(self, parent: QWidget, saved: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Error in the program"))
        self._reports: list[tuple[str, str]] = []
        self._kinds: list[str] = []
        self._more = 0
        self.head = label(tr("Something went wrong inside Annotator"), "heading", wrap=True)
        self.what = label("", wrap=True)
        self.saved = label(saved, wrap=True)
        self.report = QPlainTextEdit()
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setAccessibleName(tr("Report"))
        self.words = QCheckBox(tr("With what the errors say; that may hold words of articles or names"))
        self.words.toggled.connect(self._write)
        self.copy_button = QPushButton(tr("Copy the report"))
        self.go_on_button = QPushButton(tr("Go on"))
        self.close_button = QPushButton(tr("Close Annotator"))
        self.copy_button.setAutoDefault(False)
        self.close_button.setAutoDefault(False)
        self.go_on_button.setDefault(True)
        buttons = QDialogButtonBox()
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.close_button, QDialogButtonBox.ButtonRole.DestructiveRole)
        buttons.addButton(self.go_on_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.copy_button.clicked.connect(self.copy)
        self.go_on_button.clicked.connect(self.accept)
        self.close_button.clicked.connect(self._close_program)
        lines = QVBoxLayout(self)
        for part in (self.head, self.what, self.saved, self.report, self.words):
            lines.addWidget(part)
        message = tr("The report is in the log too: {path}", path=log_file())
        lines.addWidget(label(message, "muted", wrap=True))
        lines.addWidget(buttons)
        open_at(self, 720, 520)

    def add(self, report: str, with_words: str, kind: str) -> None:
        """Another fault."""
        if len(self._reports) >= _MOST:
            self._more += 1
        else:
            self._reports.append((report, with_words))
            self._kinds.append(kind)
        self._write()

    def copy(self) -> None:
        """The report as it is shown goes to the clipboard."""
        QApplication.clipboard().setText(self.report.toPlainText())
        self.copy_button.setText(tr("Copied"))

    def _write(self) -> None:
        kinds = ", ".join(dict.fromkeys(self._kinds))
        n = len(self._reports) + self._more
        message = tr("What happened: {kinds}.", kinds=kinds) if n == 1 else tr("{n} faults: {kinds}.", n=n, kinds=kinds)
        self.what.setText(message + " " + tr("Give the report to the person who looks after Annotator."))
        texts = [pair[1 if self.words.isChecked() else 0] for pair in self._reports]
        more = [f"({self._more} faults more are in the log)"] if self._more else []
        self.report.setPlainText("\n\n".join([f"{program_line()}, Qt {qVersion()}", *texts, *more]))
        self.copy_button.setText(tr("Copy the report"))

    def _close_program(self) -> None:
        self.accept()
        self.close_program.emit()
