"""A study made of other programs' files: looked at first, told in numbers and faults, then made and opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.errors import AnnotatorError
from annotator.formats.declared import formats
from annotator.qt.exchange.trial_tree import TrialTree
from annotator.qt.toolkit.account_line import AccountLine
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.parts import ElidedLabel, label, open_at
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.exchange.left_list import save_left, write_left
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.outcome import Imported, Problem, Taking
from annotator.services.exchange.trying_new_study import Trial, as_one, try_new_study

_FEW = 8
"""More that was left out than this is listed in a file beside the study."""


class NewFromDialog(JobDialog):
    """Each change of a choice looks again; nothing is written before *Make the study*."""

    made = Signal(object, str)
    """(the study's path, what came in and what was left)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("New study from other programs' files"), parent)
        open_at(self, 860, 680)
        self.sources: list[Path] = []
        self.trial: Trial | None = None
        self.chosen = ElidedLabel("muted")
        self.chosen.setText(tr("Choose files or a folder"))
        self.files, self.folder = QPushButton(tr("Files…")), QPushButton(tr("Folder…"))
        self.files.clicked.connect(self._ask_files)
        self.folder.clicked.connect(self._ask_folder)
        self.form = QComboBox()
        self.form.setAccessibleName(tr("Form"))
        self.form.addItem(tr("Found out by what is in them"), "")
        for form in formats():
            if form.reads and form.name != "spreadsheet":
                self.form.addItem(spoken(form.label), form.name)
        self.coder = QLineEdit()
        self.coder.setAccessibleName(tr("Coder for labels without a coder"))
        self.why = label("", "muted", wrap=True)
        self.folders = QComboBox()
        self.folders.setAccessibleName(tr("Sub-folders"))
        for words, value in (
            (tr("parts of the corpus that belong to no coder"), False),
            (tr("coders: each has the labels in it"), True),
        ):
            self.folders.addItem(words, value)
        self.tree = TrialTree()
        self.account = AccountLine()
        self.told = label("", "warning", wrap=True)
        self.rest = QCheckBox(tr("Take the rest: leave out what is faulty"))
        self.list = QPushButton(tr("Save the list…"))
        self.list.clicked.connect(self._save_list)
        self.title, self.path = QLineEdit(), QLineEdit()
        self.title.setAccessibleName(tr("Title"))
        self.path.setAccessibleName(tr("File"))
        self.browse = QPushButton(tr("Browse…"))
        self.browse.clicked.connect(self._ask_path)
        self.take, cancel = QPushButton(tr("Make the study")), QPushButton(tr("Cancel"))
        self.take.setProperty("role", "primary")
        self.take.clicked.connect(self._make)
        cancel.clicked.connect(self.reject)
        self._rows(cancel)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(200)
        self._wait.timeout.connect(self._try)
        for changed in (self.form.currentIndexChanged, self.coder.textChanged, self.rest.toggled):
            changed.connect(self._later)
        self.folders.currentIndexChanged.connect(self._later)
        for line in (self.title, self.path):
            line.textChanged.connect(self._allow)
        self._show_trial(None)

    def _rows(self, cancel: QPushButton) -> None:
        self.fields = QFormLayout()
        self.fields.setVerticalSpacing(8)
        self.fields.addRow(tr("From"), _beside(self.chosen, self.files, self.folder))
        self.fields.addRow(tr("Form"), self.form)
        self.fields.addRow(tr("Coder"), self.coder)
        self.fields.addRow("", self.why)
        self.fields.addRow(tr("Sub-folders are"), self.folders)
        where = QFormLayout()
        where.setVerticalSpacing(8)
        where.addRow(tr("Title"), self.title)
        where.addRow(tr("File"), _beside(self.path, self.browse))
        left = QHBoxLayout()
        left.addWidget(self.rest, 1)
        left.addWidget(self.list)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addLayout(self.fields)
        rows.addWidget(self.tree, 1)
        rows.addWidget(self.account)
        rows.addWidget(self.told)
        rows.addLayout(left)
        rows.addLayout(where)
        rows.addWidget(self.fault)
        rows.addLayout(self.foot(cancel, self.take))
        for button in (self.files, self.folder, self.browse, self.list):
            button.setAutoDefault(False)

    # what is chosen

    def _ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, tr("Files of another program"), str(Path.home()), "*")
        if names:
            self.choose([Path(n) for n in names])

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Folder of another program"), str(Path.home()))
        if name:
            self.choose([Path(name)])

    def choose(self, sources: Sequence[Path]) -> None:
        """Look at these files, or this folder."""
        self.sources = list(sources)
        first = self.sources[0]
        more = len(self.sources) - 1
        self.chosen.setText(tr("{file} and {n} more", file=first, n=more) if more else str(first))
        self.title.setText(first.parent.name if more else first.stem)
        self.path.setText(str(_free(first.parent / f"{self.title.text() or 'study'}.annotator")))
        self._later()

    def _ask_path(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("File"), self.path.text(), "Annotator (*.annotator)")
        if name:
            self.path.setText(name)

    def _taking(self) -> Taking:
        asked = self.trial is not None and self.trial.folders is not None
        folders = bool(self.folders.currentData()) if asked else None
        return Taking(folders=folders, rest=self.rest.isChecked())

    # looking

    def _later(self) -> None:
        self.take.setEnabled(False)
        if self.sources:
            self._wait.start()

    def _try(self) -> None:
        if self.later(self._try):
            return
        sources, form, coder = list(self.sources), str(self.form.currentData()), self.coder.text().strip() or None
        taking = self._taking()

        def work(_progress: Progress) -> Trial:
            return try_new_study(sources, form, coder, taking)

        self.run(work, self._show_trial, failed=self._failed, can_stop=False)

    def _failed(self, error: AnnotatorError) -> None:
        self._show_trial(None)
        self.tell(spoken(error))

    def _show_trial(self, trial: Trial | None) -> None:
        first = self.trial is None or trial is None or self.trial.folders is None
        self.trial = trial
        self.tree.show_trial(trial)
        faulty = trial is not None and bool(trial.problems)
        self.rest.setVisible(faulty)
        self.list.setVisible(faulty)
        self.account.show_account(
            trial.account if trial and sum(trial.added) else None, tr("Would be imported: {what}.")
        )
        asks = trial is not None and trial.folders is not None
        self.fields.setRowVisible(self.folders, asks)
        if trial is not None and asks and first and bool(trial.folders) != bool(self.folders.currentData()):
            self.folders.setCurrentIndex(int(bool(trial.folders)))
        self.why.setText(self._why(trial))
        self.why.setVisible(bool(self.why.text()))
        self.told.setText(self._what_is_missing(trial))
        self.told.setVisible(bool(self.told.text()))
        self._allow()

    @staticmethod
    def _why(trial: Trial | None) -> str:
        if trial is None:
            return ""
        if trial.nameless:
            return tr("{n} labels do not say who made them: choose a coder.", n=trial.nameless)
        return tr("All labels name who made them; these names are kept.") if trial.coders else ""

    def _what_is_missing(self, trial: Trial | None) -> str:
        if trial is None:
            return ""
        if trial.problems and not self.rest.isChecked():
            return tr("Nothing can be imported until the faults are corrected or left out.")
        if self._nameless(trial):
            return tr("The coder's name is missing: agreement and every list are by coder.")
        return "" if sum(trial.added) or trial.codes else tr("Nothing in it can be imported.")

    def _nameless(self, trial: Trial) -> bool:
        return bool(trial.nameless) and not self.coder.text().strip()

    def _allow(self) -> None:
        trial = self.trial
        sound = trial is not None and bool(sum(trial.added) or trial.codes)
        sound = sound and trial is not None and (not trial.problems or self.rest.isChecked())
        ready = sound and trial is not None and not self._nameless(trial) and bool(self.path.text().strip())
        self.take.setEnabled(ready and not self.running and not self._wait_runs())

    def _wait_runs(self) -> bool:
        return self._wait.isActive()

    def began(self) -> None:
        """What is looked at now is not what the last answer was about."""
        self._allow()

    def ended(self) -> None:
        """The answer decides what is offered."""
        self._allow()

    # making

    def _make(self) -> None:
        trial = self.trial
        if trial is None:
            return
        path = _study_file(self.path.text().strip())
        if path is None:
            self.tell(tr("This is no name for a file: {name}", name=self.path.text().strip()))
            return
        sources, title, coder = list(self.sources), self.title.text().strip(), self.coder.text().strip() or None
        form, taking = trial.form, self._taking()

        def work(_progress: Progress) -> tuple[Imported, Path | str]:
            with as_one(sources, form) as source:
                result = new_study_from(path, source, form, title, None, coder, taking)
            left = result.problems if result.left else ()
            try:
                return result, save_left(path, left) if len(left) > _FEW else ""
            except OSError as error:  # the study is made all the same
                return result, str(error)

        self.run(work, partial(self._written, path), (self.take, self.files, self.folder), stands=True, can_stop=False)

    def _written(self, path: Path, answer: tuple[Imported, Path | str]) -> None:
        result, file = answer
        told = [
            tr(
                "{n} labels and {m} articles were imported.",
                n=result.annotations.added,
                m=result.documents.added,
            )
        ]
        for loss in result.losses:
            told.append(tr("left out: {what} ({n})", what=loss.what, n=loss.count))
        if isinstance(file, Path):
            told.append(tr("{n} faulty parts were left out; they are listed in {file}", n=result.left, file=file))
        elif result.left:
            told += [tr("left out: {what}", what=", ".join(_fault(p))) for p in result.problems[:_FEW]]
            if file:
                told.append(tr("{n} faulty parts were left out.", n=result.left))
                told.append(tr("The list could not be saved: {reason}", reason=file))
        self.accept()
        self.made.emit(path, "\n".join(told))

    def _save_list(self) -> None:
        """What is faulty, as a table: file, place, reason."""
        if self.trial is None:
            return
        study = _study_file(self.path.text().strip()) or Path("study.annotator")
        proposed = study.with_suffix(".left-out.csv")
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the list"), str(proposed), tr("CSV table (*.csv)"))
        if name:
            try:
                write_left(Path(name), self.trial.problems)
            except OSError as error:
                self.tell(tr("The list could not be saved: {reason}", reason=str(error)))

    def end(self) -> None:
        """Look no more."""
        self._wait.stop()
        super().end()


def _fault(problem: Problem) -> list[str]:
    return [spoken(p) for p in (problem.source, problem.where, problem.what) if p]


def _beside(line: QWidget, *buttons: QPushButton) -> QWidget:
    held = QWidget()
    row = QHBoxLayout(held)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(line, 1)
    for button in buttons:
        row.addWidget(button)
    return held


def _study_file(typed: str) -> Path | None:
    """The file that is meant, with its ending; nothing where no file can be called so."""
    try:
        path = Path(typed).expanduser()
        found = path if path.suffix == ".annotator" else path.with_name(f"{path.name}.annotator")
        found.exists()
    except (RuntimeError, ValueError, OSError):  # nobody's home, no name at all, half a letter, too long
        return None
    return None if "\0" in typed or path.name == ".." else found


def _free(path: Path) -> Path:
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found
