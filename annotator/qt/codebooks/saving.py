"""Saving a codebook into a study: the difference in words, a choice for each, and the change itself in a worker."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.accounts import Account
from annotator.domain.codebook.mapping import CodebookMapping
from annotator.domain.codebook.model import Codebook
from annotator.qt.toolkit.parts import label, line
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress, Worker
from annotator.services.codebooks.changing import apply_codebook, compare, undo_codebook
from annotator.services.codebooks.choices import Choice, choices_for, with_choices
from annotator.services.codebooks.outcomes import Change, CodebookChange, Compared
from annotator.services.study import Study
from annotator.store.places import Place


class ChangesDialog(QDialog):
    """Every change with the number of labels that it touches; where there are some, what becomes of them."""

    def __init__(
        self, told: Compared, old: Codebook, new: Codebook, mapping: CodebookMapping, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Save version {n}", n=told.new))
        self.resize(860, 560)
        self.boxes: list[tuple[QComboBox, tuple[Choice, ...]]] = []
        touched = [c for c in told.changes if c.labels or c.gold or c.entities]
        rest = [c for c in told.changes if c not in touched]
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(4, 4, 10, 4)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(9)
        grid.setColumnStretch(1, 1)
        lost = self._touched(grid, touched, old, new, mapping)
        if rest:
            if touched:
                grid.addWidget(line(), grid.rowCount(), 0, 1, 3)
            grid.addWidget(label(tr("No effect on labels"), "section"), grid.rowCount(), 0, 1, 3)
            for change in rest:
                grid.addWidget(label(spoken(change.what), "", wrap=True), grid.rowCount(), 0, 1, 3)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(page)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.hide()
        self.fault = label(lost, "fault", wrap=True)
        self.fault.setVisible(bool(lost))
        self.save = QPushButton(tr("Save version {n}", n=told.new))
        self.save.setProperty("role", "primary")
        self.save.setDefault(True)
        self.save.setEnabled(not lost)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.bar, 1)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.save)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(18, 14, 18, 14)
        head = tr(
            "What changes from version {a} to {b}; {n} labels of coders in all",
            a=told.old,
            b=told.new,
            n=told.labels,
        )
        if settled := told.gold:
            head += " " + tr("and {n} settled ones", n=settled)
        rows.addWidget(label(head, "heading", wrap=True))
        promise = tr("Nothing is dropped. The change can be taken back until the next merge.")
        rows.addWidget(label(promise, "muted", wrap=True))
        rows.addWidget(area, 1)
        rows.addWidget(self.fault)
        rows.addLayout(foot)

    def _touched(
        self, grid: QGridLayout, touched: list[Change], old: Codebook, new: Codebook, mapping: CodebookMapping
    ) -> str:
        """One row each; the answer says which layer's labels would have no place."""
        lost = ""
        for place, head in enumerate((tr("Labels"), tr("Change"), tr("What happens to them"))) if touched else ():
            grid.addWidget(label(head, "section"), 0, place)
        for row, change in enumerate(touched, 1):
            count = label(str(change.labels), "heading")
            if not change.labels and change.entities:
                count = label(tr("{n} in the register", n=change.entities))
            elif not change.labels:
                count = label(tr("{n} settled", n=change.gold or 0))
            grid.addWidget(count, row, 0)
            grid.addWidget(label(spoken(change.what), "", wrap=True), row, 1)
            choices = choices_for(change, old, new, mapping)
            if choices:
                box = QComboBox()
                box.setAccessibleName(spoken(change.what))
                box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                box.setMinimumContentsLength(27)
                for choice in choices:
                    box.addItem(spoken(choice.words))
                grid.addWidget(box, row, 2)
                self.boxes.append((box, choices))
            elif change.about == "layer" and change.kind == "removed":
                lost = tr("{what}, and no other layer of its kind can take its labels: keep it.", what=change.what)
            else:
                words = tr("carried over") if change.kind in ("renamed", "merged") else tr("as they are")
                if change.about == "lacking":
                    words = tr("incomplete until it is answered")
                grid.addWidget(label(words, "muted"), row, 2)
        return lost

    def chosen(self) -> list[Choice]:
        """What the person chose, one for each question."""
        return [choices[box.currentIndex()] for box, choices in self.boxes]


class Saving(QObject):
    """Compares, asks where the study has labels, applies. Ends with `done` or with `ended`."""

    done = Signal(int)
    """The new version."""
    ended = Signal(str)
    """Not saved; why, empty where the person cancelled."""

    def __init__(self, path: Place, old: Codebook, new: Codebook, mapping: CodebookMapping, parent: QWidget) -> None:
        super().__init__(parent)
        self._path, self._old, self._new, self._mapping = path, old, new, mapping
        self._window = parent
        self._worker: Worker | None = None
        self.dialog: ChangesDialog | None = None
        self.account: Account | None = None

    def begin(self) -> None:
        """Compare in a worker."""
        path, new, mapping = self._path, self._new, self._mapping

        def work(_progress: Progress) -> Compared:
            with Study.open(path) as study:
                return compare(study, new, mapping)

        self._run(work, self._compared)

    def _run(self, work: Any, done: Any) -> None:
        worker = Worker(work, self)
        self._worker = worker
        worker.done.connect(done)
        worker.failed.connect(lambda error: self._failed(spoken(error)))
        worker.stopped.connect(lambda: self._failed(""))
        worker.progressed.connect(self._progressed)
        worker.start()

    def _compared(self, told: Compared) -> None:
        self._settle()
        if not told.changes:
            self.ended.emit(tr("The study has exactly this codebook."))
        elif not told.labels and not told.gold and not told.register:
            self._apply()
        else:
            self.dialog = ChangesDialog(told, self._old, self._new, self._mapping, self._window)
            self.dialog.save.clicked.connect(self._apply)
            self.dialog.rejected.connect(self._cancelled)
            self.dialog.open()

    def _apply(self) -> None:
        mapping = self._mapping
        if self.dialog is not None:
            mapping = with_choices(mapping, self.dialog.chosen())
            self.dialog.save.setEnabled(False)
            self.dialog.bar.show()
        path, new = self._path, self._new

        def work(progress: Progress) -> CodebookChange:
            with Study.open(path) as study:
                return apply_codebook(study, new, mapping, progress=progress)

        self._run(work, self._applied)

    def _applied(self, result: CodebookChange) -> None:
        self._settle()
        self.account = result.account
        if self.dialog is not None:
            self.dialog.accept()
        self.done.emit(result.new)

    def _progressed(self, done: int, total: int) -> None:
        if self.dialog is not None:
            self.dialog.bar.setRange(0, total)
            self.dialog.bar.setValue(done)

    def _cancelled(self) -> None:
        if self._worker is not None:
            self._worker.cancel()  # ends in `_failed`, with nothing written
        else:
            self.ended.emit("")

    def _failed(self, why: str) -> None:
        self._settle()
        if self.dialog is not None and self.dialog.isVisible():
            self.dialog.fault.setText(why)
            self.dialog.fault.show()
            self.dialog.save.setEnabled(True)
            self.dialog.bar.hide()
        else:
            self.ended.emit(why)

    def _settle(self) -> None:
        if self._worker is not None:
            self._worker.wait()
            self._worker = None

    def stop(self) -> None:
        """The window closes: cancel and wait."""
        if self._worker is not None:
            self._worker.finish()
            self._worker = None


def undo_work(path: Place) -> Any:
    """What a worker runs to take the last change back; it answers what `undo_codebook` answers."""

    def work(progress: Progress) -> CodebookChange:
        with Study.open(path) as study:
            return undo_codebook(study, progress)

    return work
