"""Collecting what coders sent back: seen first, coder by coder, then brought in whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.commands import ChangeEntity
from annotator.domain.errors import AnnotatorError
from annotator.qt.team.brought import BroughtTree
from annotator.qt.team.files import TO_COLLECT, dropped_files
from annotator.qt.toolkit.account_line import account_words
from annotator.qt.toolkit.job_dialog import JobDialog, add_row, cell, table
from annotator.qt.toolkit.parts import Splitter, label
from annotator.qt.toolkit.words import mark, marks, spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.study import Study
from annotator.services.team.encryption import PasswordNeeded
from annotator.services.team.landed import Landed
from annotator.services.team.merging import merge
from annotator.services.team.outcomes import LabelsIn, Merged
from annotator.store.places import folder_of

_HEAD = marks("Coder", "Package", "Made", "New", "Changed", "Removed", "Conflicts", "Questions", "New names", "")
_STATUS = {"new": "", "again": mark("merged before"), "older": mark("nothing new: older than the work here")}


class CollectDialog(JobDialog):
    """Files at the top with what each brings; below, what a person may want to look at or decide."""

    merged = Signal(object)
    """The answer of the merge."""
    conflicts_wanted = Signal()

    def __init__(self, study: Study, coder_id: str, paths: Sequence[Path] = (), parent: QWidget | None = None) -> None:
        super().__init__(tr("Collect packages"), parent)
        self.resize(1040, 660)
        self.setAcceptDrops(True)
        self._path, self._coder = study.file.path, coder_id
        self._titles = {d.id: f"{d.number}. {d.title or d.source}" for d in study.documents()}
        self._known = {e.id for e in study.entities()}
        self.paths: list[Path] = []
        self.passwords: list[str] = []
        self._seen: Merged | None = None
        self._lay_out()
        self.add(paths)

    def _lay_out(self) -> None:
        self.hint = label(
            tr("Drop the packages here that came back, or a whole other study, or choose them."), "muted", wrap=True
        )
        choose, self.drop = QPushButton(tr("Choose files…")), QPushButton(tr("Take off the list"))
        for button in (choose, self.drop):
            button.setAutoDefault(False)
        choose.clicked.connect(self._choose)
        self.drop.clicked.connect(self._take_off)
        top = QHBoxLayout()
        top.addWidget(self.hint, 1)
        top.addWidget(choose)
        top.addWidget(self.drop)
        self.table = table([tr(h) if h else "" for h in _HEAD], tr("Packages and what they bring"), wide=1)
        self.details = BroughtTree(self._titles, self._known)
        self.details.persons_changed.connect(self._preview, Qt.ConnectionType.QueuedConnection)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(label(tr("To look at"), "section"))
        column.addWidget(self.details)
        parts = Splitter(Qt.Orientation.Vertical)
        parts.addWidget(self.table)
        parts.addWidget(below)
        parts.setSizes([230, 260])
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(tr("Password of the encrypted package"))
        self.password.setAccessibleName(tr("Password of the encrypted package"))
        self.password.returnPressed.connect(self._try_password)
        self._try = QPushButton(tr("Try it"))
        self._try.setAutoDefault(False)
        self._try.clicked.connect(self._try_password)
        self._ask = QWidget()
        line = QHBoxLayout(self._ask)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.password, 1)
        line.addWidget(self._try)
        self._ask.hide()
        self.outcome = label("", "heading", wrap=True)
        self.outcome.hide()
        self.take = QPushButton(tr("Bring in"))
        self.take.setProperty("role", "primary")
        self.take.setEnabled(False)
        self.take.clicked.connect(self.bring_in)
        self.look = QPushButton(tr("Look at the conflicts…"))
        self.look.hide()
        self.look.clicked.connect(self._look)
        self._close = QPushButton(tr("Close"))
        self._close.clicked.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addLayout(top)
        rows.addWidget(parts, 1)
        rows.addWidget(self.outcome)
        rows.addWidget(self.fault)
        rows.addWidget(self._ask)
        rows.addLayout(self.foot(self.look, self._close, self.take))

    # files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Packages may be dropped here."""
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add them."""
        self.add(dropped_files(event.mimeData()))

    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, tr("Collect packages"), str(folder_of(self._path)), TO_COLLECT)
        self.add([Path(n) for n in names])

    def _take_off(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self.paths):
            del self.paths[row]
            self._preview()

    def add(self, paths: Sequence[Path]) -> None:
        """More packages; what is on the list already is not added again."""
        new = [p for p in paths if p not in self.paths]
        self.paths += new
        if new:
            self._preview()

    def _try_password(self) -> None:
        if self.password.text():
            self.passwords.append(self.password.text())
            self.password.clear()
            self._preview()

    # looking

    def _preview(self) -> None:
        if self.later(self._preview):
            return
        self._seen = None
        self.take.setEnabled(False)
        self.outcome.hide()
        self._list_files()
        if not self.paths:
            self.tell("")
            return
        path, files, passwords = self._path, list(self.paths), list(self.passwords)
        apart = self._apart()

        def work(progress: Progress) -> Merged:
            with Study.open(path) as study:
                return merge(study, files, True, passwords, progress, apart)

        self.run(work, self._previewed, [self.drop], self._refused)

    def _list_files(self) -> None:
        self.table.setRowCount(0)
        self.details.clear()
        for path in self.paths:
            add_row(self.table, ["…", path.stem, *[""] * (len(_HEAD) - 2)])

    def _refused(self, error: AnnotatorError) -> None:
        named = [i for i, p in enumerate(self.paths) if str(p) in error.where]
        row = named[0] if len(named) == 1 else -1  # where the study as a whole would be off, all are named
        if row >= 0:
            self.table.selectRow(row)
            cell(self.table, row, 0).setText("?")
            sealed = isinstance(error, PasswordNeeded)
            cell(self.table, row, len(_HEAD) - 1).setText(tr("⚠ encrypted") if sealed else tr("⚠ cannot be used"))
            told = f"{self.paths[row].name}: {spoken(error.what)}; {spoken(error.remedy)}"
        else:
            told = spoken(error)
        needed = isinstance(error, PasswordNeeded)
        self._ask.setVisible(needed)
        if needed:
            self.password.setFocus()
        else:
            told += "\n" + tr("Take it off the list to bring in the others; nothing was written.")
        self.tell(told)

    def _previewed(self, answer: Merged) -> None:
        self._seen = answer
        self._ask.hide()
        self._show(answer)
        news = answer.news
        self.take.setEnabled(news > 0)
        self.take.setText(tr("Bring in"))
        if not news:
            self.outcome.setText(tr("There is nothing new in these files."))
            self.outcome.show()

    def _show(self, answer: Merged) -> None:
        self.table.setRowCount(0)
        for p in answer.packages:
            n = p.landed
            counts = [n.added, n.changed, n.removed, len(p.conflicts), len(p.questions)]
            row = [p.coder.name, Path(p.file).stem, p.made[:16].replace("T", " "), *counts]
            status = _STATUS[p.status]
            add_row(self.table, [*row, p.entities.added, tr(status) if status else ""])
        for s in answer.studies:
            a, who = s.annotations, ", ".join(p.there.name for p in s.coders) or "–"
            status = tr("another study: {n} left out", n=a.left_out) if s.status == "new" else tr("merged before")
            counts = [a.added, a.changed, 0, 0, s.notes, s.entities.added]
            add_row(self.table, [who, Path(s.file).stem, "", *counts, status])
        self.details.show_answer(answer)

    # bringing in

    def _apart(self) -> list[str]:
        """Ids of those in other studies who are not the persons with the same name here."""
        return sorted(self.details.apart)

    def bring_in(self) -> None:
        """Merge what was shown, then unite the names that were ticked."""
        path, files, passwords = self._path, list(self.paths), list(self.passwords)
        pairs, coder, apart = self.details.accepted_suggestions(), self._coder, self._apart()

        def work(progress: Progress) -> tuple[Merged, int, list[str]]:
            with Study.open(path) as study:
                answer = merge(study, files, False, passwords, progress, apart)
                return answer, *_unite(study, coder, pairs)

        self.run(work, self._brought_in, [self.take, self.drop], stands=True)

    def _brought_in(self, answer: tuple[Merged, int, list[str]]) -> None:
        result, united, refused = answer
        self._show(result)
        landed = [p.landed for p in result.packages]
        brought: list[Landed | LabelsIn] = [*landed, *(s.annotations for s in result.studies)]
        apart = sum(len(p.conflicts) for p in result.packages)
        told = tr(
            "Done: {added} labels are new, {changed} changed, {removed} removed.",
            added=sum(n.added for n in brought),
            changed=sum(n.changed for n in brought),
            removed=sum(n.removed for n in landed),
        )
        if united:
            told += " " + (tr("{n} names were united.", n=united) if united > 1 else tr("1 name was united."))
        if apart:
            told += " " + tr("Changed in two places: {n}.", n=apart)
        self.done_words = told
        self.outcome.setText("\n".join([told, account_words(result.account)[0]]))
        self.outcome.show()
        self.tell("\n".join(refused))
        self.look.setVisible(apart > 0)
        self.take.setEnabled(False)
        self.details.setEnabled(False)
        self.merged.emit(result)

    def _look(self) -> None:
        self.accept()
        self.conflicts_wanted.emit()


def _unite(study: Study, coder: str, pairs: Sequence[tuple[str, str]]) -> tuple[int, list[str]]:
    """Merge entities one by one, each its own step of the person who decided; (how many, why others were not)."""
    done, refused = 0, []
    for new, old in pairs:
        try:
            study.coding.apply(ChangeEntity(coder_id=coder, entity_id=new, merged_into=old))
            done += 1
        except AnnotatorError as error:
            refused.append(spoken(error))
    return done, refused
