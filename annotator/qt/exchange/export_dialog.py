"""Exporting: choose a form, see how it begins and what of this study stays behind, then write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.decisions import GOLD
from annotator.domain.errors import AnnotatorError, Cancelled
from annotator.formats.declared import Format, formats
from annotator.qt.toolkit.account_line import AccountLine
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.parts import Splitter, label
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.exchange.exporting import export, preview
from annotator.services.exchange.manifest import Manifest, Preview
from annotator.services.study import Study
from annotator.store.places import Place


class ExportDialog(JobDialog):
    """The preview is made by a worker each time the choice changes; nothing is written before Export."""

    exported = Signal(object, object)
    """(path, manifest)."""

    def __init__(self, study_path: Place, parent: QWidget | None = None) -> None:
        super().__init__(tr("Export"), parent)
        self.resize(1020, 680)
        self._study_path = study_path
        self._total = 0
        self._formats = [f for f in formats() if f.writes]
        with Study.open(study_path) as study:
            coders = [c for c in study.coders() if c.role != GOLD]
            names = [c.name for c in coders]
            self._coders = [c.name if names.count(c.name) == 1 else c.id for c in coders]
            self._has_gold = len(coders) < len(study.coders())
        self._lay_out()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(150)
        self._wait.timeout.connect(self._look)
        self.list.setCurrentRow(0)

    def _lay_out(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find a form"))
        self.search.setAccessibleName(tr("Find a form"))
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Forms"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for form in self._formats:
            item = QListWidgetItem(spoken(form.label))
            item.setData(Qt.ItemDataRole.UserRole, form.name)
            self.list.addItem(item)
        self.list.currentRowChanged.connect(self._choose)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.title = label("", "heading", wrap=True)
        self.about = label("", "muted", wrap=True)
        who = QWidget()
        flow = FlowLayout(who, 14)
        self.coders: dict[str, QCheckBox] = {}
        for name in self._coders:
            box = QCheckBox(name)
            box.setChecked(True)
            box.toggled.connect(self._changed)
            flow.addWidget(box)
            self.coders[name] = box
        self.gold = QCheckBox(tr("The settled labels (gold) instead of the coders'"))
        self.gold.setVisible(self._has_gold)
        self.gold.toggled.connect(who.setDisabled)
        self.gold.toggled.connect(self._changed)
        self.without_text = QCheckBox(tr("Leave out every word of the articles"))
        self.without_text.setToolTip(
            tr("Offsets and hashes stay; whoever has copies of the articles can fill the words in again")
        )
        self.without_text.toggled.connect(self._changed)
        self.with_titles = QCheckBox(tr("Keep headlines, although they are words of the articles"))
        self.with_titles.setToolTip(tr("Publishers' rights cover headlines and file names, too"))
        self.with_titles.hide()
        self.with_titles.toggled.connect(self._changed)
        self.without_text.toggled.connect(self.with_titles.setVisible)
        self.with_origins = QCheckBox(tr("Say which labels came from suggestions, and whether they were changed"))
        self.with_origins.hide()  # until there are any
        self.with_origins.toggled.connect(self._changed)
        self.account = AccountLine()
        self.losses = QTableWidget(0, 3)
        readable(self.losses)
        self.losses.setAccessibleName(tr("What is left out"))
        self.losses.setHorizontalHeaderLabels([tr("Stays behind"), tr("How many"), tr("For example")])
        self.losses.verticalHeader().hide()
        self.losses.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.losses.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.losses.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.losses.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.head = QPlainTextEdit()
        self.head.setReadOnly(True)
        self.head.setAccessibleName(tr("Preview"))
        self.head.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.head.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.lost_title = label("", "section")
        self.head_title = label(tr("Preview"), "section")
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(self.about)
        column.addWidget(label(tr("Coders"), "section"))
        column.addWidget(who)
        column.addWidget(self.gold)
        column.addWidget(self.without_text)
        column.addWidget(self.with_titles)
        column.addWidget(self.with_origins)
        column.addWidget(self.account)
        column.addWidget(self.lost_title)
        column.addWidget(self.losses, 2)
        column.addWidget(self.head_title)
        column.addWidget(self.head, 3)
        middle = Splitter()
        middle.addWidget(left)
        middle.addWidget(right)
        middle.setSizes([310, 700])
        middle.setCollapsible(1, False)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.write = QPushButton(tr("Export…"))
        self.write.setProperty("role", "primary")
        self.write.setDefault(True)
        self.write.clicked.connect(self._ask_where)
        foot = self.foot(cancel, self.write)
        self.write.setAutoDefault(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addWidget(middle, 1)
        rows.addWidget(self.fault)
        rows.addLayout(foot)

    # choosing

    @property
    def form(self) -> Format:
        """The form in hand."""
        return self._formats[max(0, self.list.currentRow())]

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for row, form in enumerate(self._formats):
            shown = all(w in f"{spoken(form.label)} {form.name} {form.suffix}".casefold() for w in words)
            self.list.item(row).setHidden(not shown)
        visible = [r for r in range(self.list.count()) if not self.list.item(r).isHidden()]
        if visible and self.list.currentRow() not in visible:
            self.list.setCurrentRow(visible[0])

    def _choose(self, row: int) -> None:
        if row >= 0:
            self.title.setText(spoken(self.form.label))
            cannot = ", ".join(map(spoken, self.form.loses))
            self.about.setText(tr("Cannot carry: {what}.", what=cannot) if cannot else tr("Carries everything."))
            self._changed()

    def _changed(self) -> None:
        self.write.setEnabled(False)
        self.lost_title.setText(tr("Looking…"))
        self.losses.setRowCount(0)
        self.account.show_account(None)
        self.head.clear()
        self._wait.start()

    def _chosen(self) -> list[str] | None:
        """The coders that are ticked; None for all of them, and for gold."""
        if self.gold.isChecked():
            return None
        ticked = [name for name, box in self.coders.items() if box.isChecked()]
        return None if len(ticked) == len(self.coders) else ticked

    def _origins(self) -> bool:
        """Whether it is to be said where labels came from; only some forms have a place for it."""
        return self.with_origins.isChecked() and self.form.origins

    # looking

    def _look(self) -> None:
        if self.later(self._look):
            return
        coders = self._chosen()
        if coders == []:
            self._failed(AnnotatorError(tr("nobody is chosen"), remedy=tr("tick a coder")))
            return
        name, without, path = self.form.name, self.without_text.isChecked(), self._study_path
        gold, titles, origins = self.gold.isChecked(), self.with_titles.isChecked(), self._origins()

        def work(progress: Progress) -> Preview:
            with Study.open(path) as study:
                return preview(study, name, coders, without, _stopping(progress), gold, titles, origins)

        self.run(work, self._looked, failed=self._failed, can_stop=False)

    def _looked(self, found: Preview) -> None:
        told = found.manifest
        losses = told.losses
        self.account.show_account(told.account)
        self.with_origins.setVisible(told.from_suggestions is not None and self.form.origins)
        self.lost_title.setText(tr("Left out of this study") if losses else tr("Nothing of this study is left out"))
        self.losses.setVisible(bool(losses))
        self.losses.setRowCount(len(losses))
        for row, loss in enumerate(losses):
            for column, text in enumerate((spoken(loss.what), f"{loss.count:,}", loss.example or "")):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column == 1:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.losses.setItem(row, column, item)
        self.losses.resizeColumnToContents(1)
        self.head.setPlainText(found.head or tr("(not text)"))
        files = len(told.described.files or ())
        size = told.described.file.bytes
        self.head_title.setText(
            tr("Preview: {n} rows, {size} kB", n=f"{told.counts.rows:,}", size=f"{max(1, size // 1024):,}")
            + (tr(" in {n} files", n=files) if files else "")
        )
        self.write.setEnabled(True)

    # writing

    def _ask_where(self) -> None:
        form = self.form
        start = self._study_path.with_name(f"{self._study_path.stem}-{form.name}{form.suffix}")
        title = tr("Export: a folder of this name is made") if form.folder else tr("Export")
        kind = f"{spoken(form.label)} (*{form.suffix})" if form.suffix else ""
        name, _ = QFileDialog.getSaveFileName(self, title, str(start), kind)
        if name:
            self.export_to(Path(name))

    def export_to(self, out: Path) -> None:
        """Write the form in hand."""
        name, coders, without, path = self.form.name, self._chosen(), self.without_text.isChecked(), self._study_path
        gold, titles, origins = self.gold.isChecked(), self.with_titles.isChecked(), self._origins()

        def work(progress: Progress) -> Manifest:
            with Study.open(path) as study:
                return export(study, name, out, coders, without, _stopping(progress), gold, titles, None, origins)

        def written(manifest: Manifest) -> None:
            self.exported.emit(out, manifest)
            self.accept()

        self.run(work, written, failed=self._failed, stands=True)

    def began(self) -> None:
        """Nothing else is written while it runs."""
        self.write.setEnabled(False)

    def _failed(self, error: AnnotatorError) -> None:
        self.tell(spoken(error))
        self.losses.setRowCount(0)
        self.lost_title.setText("")
        self.head.clear()

    def end(self) -> None:
        """Look no more."""
        self._wait.stop()
        super().end()


def _stopping(progress: Progress) -> Any:
    """A count of articles that stops the export when the dialog does."""

    def told(count: int) -> None:
        if not progress(count, 0):
            raise Cancelled("the export was stopped; nothing was written")

    return told
