"""Suggestions on their way in: tried first, told in numbers and faults, then written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.errors import AnnotatorError
from annotator.formats.declared import formats
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.parts import label, open_at
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.exchange.importing_codings import SHEET
from annotator.services.exchange.importing_suggestions import Request, import_suggestions
from annotator.services.exchange.suggestions_outcome import ImportedSuggestions
from annotator.services.study import Study
from annotator.store.places import Place

_MOST_TOLD = 200


class ImportSuggestionsDialog(JobDialog):
    """One file or folder at a time; each change of a choice tries again without writing."""

    imported = Signal(int)
    """How many suggestions were added."""

    def __init__(self, study: Study, source: Path, parent: QWidget | None = None) -> None:
        super().__init__(tr("Import suggestions"), parent)
        open_at(self, 760, 600)
        self._place: Place = study.file.path
        self._source = source
        forms = [f for f in formats() if f.reads and f.kind == "annotations" and f.name != SHEET]
        self.form = QComboBox()
        for form in forms:
            self.form.addItem(spoken(form.label), form.name)
        guess = next((f.name for f in forms if f.suffix and f.suffix == source.suffix.casefold()), "jsonl")
        self.form.setCurrentIndex(max(0, self.form.findData("brat" if source.is_dir() else guess)))
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("As each coding says, else {name}", name=source.stem))
        self.version = QLineEdit()
        self.meant_for = QComboBox()
        self.meant_for.addItem(tr("Everybody who codes the article"), None)
        for coder in study.coders():
            if coder.role != "gold":
                self.meant_for.addItem(coder.name, coder.id)
        self.rest = QCheckBox(tr("Leave faulty ones out and take the rest"))
        self.told = label("", wrap=True)
        self.faults = QListWidget()
        self.faults.setWordWrap(True)
        self.faults.setAccessibleName(tr("Faults and what is left out"))
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.take = QPushButton(tr("Import"))
        self.take.setProperty("role", "primary")
        self.take.setEnabled(False)
        self.take.clicked.connect(lambda: self._run(dry=False))
        fields = QFormLayout()
        fields.setVerticalSpacing(8)
        fields.addRow(tr("Source"), label(str(source), "muted", wrap=True))
        for words, widget in (
            (tr("Form"), self.form),
            (tr("What suggests"), self.name),
            (tr("Its version"), self.version),
            (tr("Meant for"), self.meant_for),
        ):
            widget.setAccessibleName(words)
            fields.addRow(words, widget)
        fields.addRow("", self.rest)
        foot = self.foot(cancel, self.take)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addWidget(
            label(tr("Suggestions are not labels: they count nowhere until a coder accepts them."), "muted", wrap=True)
        )
        rows.addLayout(fields)
        rows.addWidget(self.told)
        rows.addWidget(self.faults, 1)
        rows.addStretch(0)
        rows.addLayout(foot)
        self._wait = QTimer(self, singleShot=True, interval=200)
        self._wait.timeout.connect(lambda: self._run(dry=True))
        self.form.currentIndexChanged.connect(self._later)
        self.meant_for.currentIndexChanged.connect(self._later)
        self.name.textChanged.connect(self._later)
        self.version.textChanged.connect(self._later)
        self.rest.toggled.connect(self._later)
        self._later()

    def _later(self, *_: object) -> None:
        self.take.setEnabled(False)
        self._wait.start()

    def _run(self, dry: bool) -> None:
        if self.later(lambda: self._run(dry=True)):
            return
        place = self._place
        asked = Request(
            [self._source],
            str(self.form.currentData()),
            self.name.text().strip() or None,
            self.version.text().strip() or None,
            self.meant_for.currentData(),
            None,
            self.rest.isChecked(),
            dry,
        )

        def work(_progress: Progress) -> ImportedSuggestions:
            with Study.open(place) as study:
                return import_suggestions(study, asked)

        self.run(work, self._tried if dry else self._written, failed=self._failed, can_stop=False, stands=not dry)

    def began(self) -> None:
        """Nothing is imported while it runs."""
        self.take.setEnabled(False)

    def _tried(self, result: ImportedSuggestions) -> None:
        counts = result.suggestions
        self.faults.clear()
        for problem in result.problems[:_MOST_TOLD]:
            self.faults.addItem("⚠ " + ", ".join(spoken(p) for p in (problem.where, problem.what) if p))
        for part in result.left_out:
            told = tr("{n} of {layer} left out: {why}", n=part.count, layer=part.layer, why=spoken(part.why))
            self.faults.addItem(told)
        for loss in result.losses:
            self.faults.addItem(tr("left out: {what} ({n})", what=loss.what, n=loss.count))
        names = ", ".join(f"{name} ({n})" for name, n in result.sources.items())
        told = tr(
            "{n} suggestions would be imported, {k} are here already, {m} are left out.",
            n=counts.added,
            k=counts.already,
            m=counts.refused,
        )
        self.told.setText("\n".join(p for p in (told, names) if p))
        self.faults.setVisible(bool(self.faults.count()))
        self.take.setEnabled(bool(counts.added))

    def _written(self, result: ImportedSuggestions) -> None:
        if not result.applied:
            self._tried(result)
            return
        self.imported.emit(result.suggestions.added)
        self.accept()

    def _failed(self, error: AnnotatorError) -> None:
        self.told.setText(spoken(error))
        self.faults.clear()
        self.faults.hide()
        self.take.setEnabled(False)

    def end(self) -> None:
        """Try no more."""
        self._wait.stop()
        super().end()
