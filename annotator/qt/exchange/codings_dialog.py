"""Codings of other programs on their way in: tried first, told in numbers and faults, then written whole."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.errors import AnnotatorError, BadInput
from annotator.formats.declared import formats
from annotator.formats.sheets import SheetMapping, sample
from annotator.qt.exchange.columns import Columns, scrolled
from annotator.qt.toolkit.account_line import AccountLine
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.accounts import Coming
from annotator.services.exchange.importing_codings import SHEET, import_codings
from annotator.services.exchange.left_list import write_left
from annotator.services.exchange.outcome import Imported, Problem, Taking
from annotator.services.study import Study
from annotator.store.places import Place

_MOST_TOLD = 200


class CodingsDialog(JobDialog):
    """One source at a time; each change of a choice tries again without writing."""

    imported = Signal(object)
    """What came in (`Imported`)."""

    def __init__(
        self, study_path: Place, source: Path, coder: str, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Import codings"), parent)
        self.resize(860, 660)
        self._study_path, self._source, self._settings = study_path, source, settings
        self._head_key = ""
        self._formats = [f for f in formats() if f.reads]
        with Study.open(study_path) as study:
            self.columns = Columns(study.codebook)
        self.form = QComboBox()
        self.form.setAccessibleName(tr("Form"))
        for form in self._formats:
            self.form.addItem(spoken(form.label), form.name)
        self.form.setCurrentIndex(max(0, self.form.findData(self._guess())))
        self.coder = QLineEdit(coder)
        self.coder.setAccessibleName(tr("Coder for labels without a coder"))
        self.told = label("", wrap=True)
        self.account = AccountLine()
        self.faults = QListWidget()
        self.faults.setWordWrap(True)
        self.faults.setAccessibleName(tr("Faults and what is left out"))
        self.rest = QCheckBox(tr("Take the rest: leave out what is faulty"))
        self.rest.hide()
        self.folders = QCheckBox(tr("Each sub-folder is a coder"))
        self.folders.setVisible(source.is_dir())
        self.list = QPushButton(tr("Save the list…"))
        self.list.hide()
        self.list.clicked.connect(self._save_list)
        self._left: tuple[Problem, ...] = ()
        self.sheet = scrolled(self.columns)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.take = QPushButton(tr("Import"))
        self.take.setProperty("role", "primary")
        self.take.setDefault(True)
        self.take.setEnabled(False)
        self.take.clicked.connect(lambda: self._run(dry=False))
        fields = QFormLayout()
        fields.addRow(tr("Source"), label(str(source), "muted", wrap=True))
        fields.addRow(tr("Form"), self.form)
        fields.addRow(tr("Coder, where none is named"), self.coder)
        fields.addRow("", self.folders)
        foot = self.foot(self.list, cancel, self.take)
        self.take.setAutoDefault(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addLayout(fields)
        rows.addWidget(self.sheet, 2)
        rows.addWidget(self.told)
        rows.addWidget(self.account)
        rows.addWidget(self.rest)
        rows.addWidget(self.faults, 1)
        rows.addLayout(foot)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(200)
        self._wait.timeout.connect(lambda: self._run(dry=True))
        self.form.currentIndexChanged.connect(self._chosen)
        self.coder.textChanged.connect(self._later)
        self.rest.toggled.connect(self._later)
        self.folders.toggled.connect(self._later)
        self.columns.changed.connect(self._later)
        self._chosen()

    def _guess(self) -> str:
        suffix = self._source.suffix.casefold()
        if suffix in (".xlsx", ".xlsm", ".tsv"):
            return SHEET
        return next((f.name for f in self._formats if f.suffix and f.suffix == suffix), "jsonl")

    def _chosen(self) -> None:
        is_sheet = self.form.currentData() == SHEET
        self.sheet.setVisible(is_sheet)
        if is_sheet:
            try:
                head, rows = sample(self._source)
            except (AnnotatorError, OSError) as error:
                self._failed(error)
                return
            self._head_key = hashlib.sha256("\x1f".join(head).encode()).hexdigest()[:16]
            self.columns.show_sheet(head, rows, self._remembered())
        self._later()

    def _remembered(self) -> SheetMapping | None:
        kept = self._settings.sheet_mapping(self._head_key)
        try:
            return SheetMapping.model_validate_json(kept) if kept else None
        except ValueError:
            return None

    def _later(self) -> None:
        self.take.setEnabled(False)
        self._wait.start()

    def _run(self, dry: bool) -> None:
        if self.later(lambda: self._run(dry=True)):
            return
        form, source, path = str(self.form.currentData()), self._source, self._study_path
        coder = self.coder.text().strip() or None
        taking = Taking(folders=self.folders.isChecked(), rest=self.rest.isChecked())
        mapping = None
        if form == SHEET:
            try:
                mapping = self.columns.mapping()
            except BadInput as error:
                self._failed(error)
                return
            if not dry:
                self._settings.set_sheet_mapping(self._head_key, mapping.model_dump_json())

        def work(_progress: Progress) -> Imported:
            with Study.open(path) as study:
                first = import_codings(
                    study, [source], form, None, True, mapping, taking=Taking(folders=taking.folders)
                )
                unnamed = any("who coded" in p.what for p in first.problems)
                who = coder if unnamed else None
                whole, coming = Taking(folders=taking.folders), Coming()
                tried = import_codings(study, [source], form, who, True, mapping, taking=whole, coming=coming)
                if dry and (not taking.rest or not tried.problems):
                    return replace(tried, account=coming.account(study))
                wanted = taking if tried.problems else whole
                if not dry:
                    return import_codings(study, [source], form, who, False, mapping, taking=wanted)
                coming = Coming()
                tried = import_codings(study, [source], form, who, True, mapping, taking=wanted, coming=coming)
                return replace(tried, account=coming.account(study))

        done = self._tried if dry else self._written
        self.run(work, done, failed=self._failed, can_stop=False, stands=not dry)

    def began(self) -> None:
        """Nothing is imported while it runs."""
        self.take.setEnabled(False)

    def _tried(self, result: Imported) -> None:
        counts, articles = result.annotations, result.documents
        self.account.show_account(result.account if result.anything else None, tr("Would be imported: {what}."))
        self.faults.clear()
        self._left = result.problems
        self.list.setVisible(bool(self._left))
        self.rest.setVisible(bool(self._left))
        for problem in result.problems[:_MOST_TOLD]:
            self.faults.addItem("⚠ " + ", ".join(spoken(p) for p in (problem.where, problem.what) if p))
        for loss in result.losses:
            self.faults.addItem(tr("left out: {what} ({n})", what=loss.what, n=loss.count))
        count = len(result.problems)
        if count > _MOST_TOLD:
            self.faults.addItem(tr("and {n} more; save the list to see them", n=count - _MOST_TOLD))
        faults = tr("1 fault") if count == 1 else tr("{n} faults", n=count)
        if count and not result.left:
            self.told.setText(tr("{faults}: nothing can be imported until that is corrected.", faults=faults))
        elif count:
            self.told.setText(
                tr(
                    "{faults} would be left out; {n} labels and {m} articles would be imported.",
                    faults=faults,
                    n=counts.added,
                    m=articles.added,
                )
            )
        else:
            self.told.setText(
                tr(
                    "{n} labels and {m} articles would be imported, {k} labels are here already.",
                    n=counts.added,
                    m=articles.added,
                    k=counts.already,
                )
            )
        self.faults.setVisible(bool(self.faults.count()))
        sound = not count or bool(result.left)
        self.take.setEnabled(sound and result.anything)

    def _save_list(self) -> None:
        """What is faulty, as a table: file, place, reason."""
        proposed = self._source.with_name(f"{self._source.stem}.left-out.csv")
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the list"), str(proposed), tr("CSV table (*.csv)"))
        if name:
            try:
                write_left(Path(name), self._left)
            except OSError as error:
                self.told.setText(tr("The list could not be saved: {reason}", reason=str(error)))

    def _written(self, result: Imported) -> None:
        if result.problems and not result.left:
            self._tried(result)
            return
        self.imported.emit(result)
        self.accept()

    def _failed(self, error: Exception) -> None:
        self.account.show_account(None)
        self.told.setText(spoken(error))
        self.faults.clear()
        self.faults.hide()
        self.take.setEnabled(False)

    def end(self) -> None:
        """Try no more."""
        self._wait.stop()
        super().end()
