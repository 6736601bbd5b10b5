"""What was changed in two places: both versions side by side, and a choice."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.qt.toolkit.job_dialog import JobDialog, add_row, cell, table
from annotator.qt.toolkit.parts import Splitter, label
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.study import Study
from annotator.services.team.conflict_view import Shown, shown_conflicts
from annotator.services.team.resolving import Choice, settle

_CHOSEN = {"here": "the version here", "there": "the version that came"}


class ConflictsWindow(JobDialog):
    """Conflicts at the left, those that are open first; the versions at the right."""

    settled = Signal()
    passage = Signal(str, int, int)
    """Document id and range of what a person wants to see."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(tr("Changed in two places"), parent)
        self.resize(960, 560)
        self._study = study
        self._shown: list[Shown] = []
        self.summary = label("", "heading", wrap=True)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Conflicts"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show)
        self.why = label("", "muted", wrap=True)
        self.table = table(["", "", tr("Here"), tr("Came in the package")], tr("Both versions"))
        self.table.setWordWrap(True)
        self.table.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(28)
        for column in (2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.here, self.there = QPushButton(tr("Keep the one here")), QPushButton(tr("Take the one that came"))
        self.go = QPushButton(tr("Show in the article"))
        self.here.clicked.connect(lambda: self.choose("here"))
        self.there.clicked.connect(lambda: self.choose("there"))
        self.go.clicked.connect(self._jump)
        choice = QHBoxLayout()
        for button in (self.here, self.there, self.go):
            button.setAutoDefault(False)
            choice.addWidget(button)
        choice.addStretch(1)
        right = QWidget()
        column_ = QVBoxLayout(right)
        column_.setContentsMargins(6, 0, 0, 0)
        column_.addWidget(self.why)
        column_.addWidget(self.table, 1)
        column_.addLayout(choice)
        parts = Splitter()
        parts.addWidget(self.list)
        parts.addWidget(right)
        parts.setSizes([290, 650])
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addWidget(self.summary)
        rows.addWidget(parts, 1)
        rows.addWidget(self.fault)
        rows.addLayout(self.foot(close))
        self.reload()

    def reload(self) -> None:
        """Ask the study again."""
        self._shown = shown_conflicts(self._study)
        row = max(0, self.list.currentRow())
        self.list.blockSignals(True)
        self.list.clear()
        for s in self._shown:
            sign = "✓ " if s.settled else "≠ "
            below = "\n".join(p for p in (f"{s.coder}", s.document_title) if p)
            self.list.addItem(QListWidgetItem(f"{sign}{spoken(s.title)}\n{below}"))
        self.list.blockSignals(False)
        left = sum(s.settled is None for s in self._shown)
        if not self._shown:
            self.summary.setText(tr("Nothing was changed in two places."))
        else:
            self.summary.setText(
                tr("{n} of {all} wait for a choice; until then the version here counts", n=left, all=len(self._shown))
                if left
                else tr("Everything is decided; both versions stay in the record")
            )
        self.list.setCurrentRow(min(row, len(self._shown) - 1))
        self._show(self.list.currentRow())

    def _current(self) -> Shown | None:
        row = self.list.currentRow()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _show(self, _row: int) -> None:
        s = self._current()
        self.table.setRowCount(0)
        for button in (self.here, self.there, self.go):
            button.setEnabled(s is not None)
        if s is None:
            self.why.setText("")
            return
        told = tr("{coder}: {why}.", coder=s.coder, why=tr(s.why))
        if s.settled:
            told += " " + tr("Chosen: {which}.", which=tr(_CHOSEN[s.settled]))
        self.why.setText(told)
        gone = [tr("(removed)") if x else "" for x in (s.here_gone, s.there_gone)]
        if any(gone):
            add_row(self.table, ["", "≠", *gone])
        for line in s.lines:
            row = add_row(
                self.table, [spoken(line.what), "≠" if line.differs else "", spoken(line.here), spoken(line.there)]
            )
            if line.differs:
                for column in (1, 2, 3):
                    font = cell(self.table, row, column).font()
                    font.setBold(True)
                    cell(self.table, row, column).setFont(font)
        for button in (self.here, self.there):
            button.setEnabled(s.settled is None)
        self.go.setEnabled(s.document is not None)

    def choose(self, choice: Choice) -> None:
        """Settle the one that is shown."""
        s = self._current()
        if s is None:
            return
        path, key = self._study.file.path, s.id

        def work(_progress: Progress) -> None:
            with Study.open(path) as study:
                settle(study, key, choice)

        self.run(work, self._chosen, [self.here, self.there, self.list], stands=True)

    def _chosen(self, _answer: object) -> None:
        self.settled.emit()
        self.reload()

    def _jump(self) -> None:
        s = self._current()
        if s is not None and s.document is not None:
            self.passage.emit(s.document, s.start or 0, s.end or 0)
