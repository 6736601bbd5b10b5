"""Passages of several studies: one condition for all, each passage with its study, and what is left out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.latest_job import Latest
from annotator.qt.toolkit.parts import ElidedLabel, Splitter, label, open_at
from annotator.qt.toolkit.sorted_table import Row, Table
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.search.labelled import Asked, labels, understood
from annotator.services.several.folder import gathered
from annotator.services.several.passages import ENDINGS, SeveralPassages, passages_of, write
from annotator.services.study import Study

SHOWN = 2000
"""Passages that are listed at most; counts and files have all."""


class SeveralWindow(QDialog):
    """Stays open beside the desk; no study is written to."""

    elsewhere = Signal(Path, str)
    """A passage of another study: its file, and the number of the article."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Passages of several studies"))
        open_at(self, 1180, 700)
        self._folder = folder
        self._labels: dict[tuple[str, str], str] = {}
        self.found: SeveralPassages | None = None
        self._latest = Latest(self)
        self._latest.done.connect(self._show)
        self._latest.failed.connect(self._wrong)
        self._make()
        self.search()

    def _make(self) -> None:
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("All; or a condition: coder=Ada and not outlet=Wire"))
        self.line.setAccessibleName(tr("Condition"))
        self.line.setClearButtonEnabled(True)
        self.line.returnPressed.connect(self.search)
        self.go, self.export = QPushButton(tr("Find")), QPushButton(tr("Export…"))
        self.go.setProperty("role", "primary")
        for button, do in ((self.go, self.search), (self.export, self.save)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, do=do: do())
        top = QHBoxLayout()
        top.addWidget(self.line, 1)
        top.addWidget(self.go)
        top.addWidget(self.export)
        self.told = ElidedLabel("section")
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.counts = Table(tr("How often each value is there"), [tr("Field"), tr("Value"), tr("Passages")], -1)
        self.list = Table(
            tr("Passages found"),
            [tr("Study"), tr("Article"), tr("Coder"), tr("Layer"), tr("Words"), tr("Published"), tr("Outlet")],
            -1,
        )
        self.list.clicked.connect(self.open_passage)
        self.list.activated.connect(self.open_passage)
        parts = Splitter()
        parts.addWidget(self.counts)
        parts.addWidget(self.list)
        parts.setSizes([380, 800])
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.setSpacing(8)
        rows.addLayout(top)
        rows.addWidget(self.fault)
        rows.addWidget(self.told)
        rows.addWidget(parts, 1)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._latest.busy

    def search(self) -> None:
        """Ask all studies what the line says."""
        self.fault.hide()
        self.told.setText(tr("Looking…"))
        folder, typed = self._folder, self.line.text().strip()

        def ask(study: Study) -> Asked:
            return Asked(condition=understood(study, [typed])) if typed else Asked()

        def work(progress: Progress) -> tuple[SeveralPassages, dict[tuple[str, str], str]]:
            with gathered(folder) as many:
                return passages_of(many, ask, progress), dict(labels(many.studies[0][1].codebook))

        self._latest.run(work)

    def _wrong(self, error: AnnotatorError) -> None:
        self._latest.forget()
        self.found = None
        told = "; ".join(spoken(p) for p in (error.what, error.remedy) if p)
        self.fault.setText(told[:1].upper() + told[1:])
        self.fault.show()
        self.told.setText("")
        self.counts.source.fill([])
        self.list.source.fill([])
        self.export.setEnabled(False)

    def _show(self, result: tuple[SeveralPassages, dict[tuple[str, str], str]]) -> None:
        found, words = result
        self.found = found
        every = [(part, p) for part in found.parts for p in part.passages]
        told = tr("{n} passages in {studies} studies", n=len(every), studies=len(found.parts))
        left = found.found.left_out
        if len(every) > SHOWN:
            told += " · " + tr("the first {n} are shown; counts and exports have all", n=SHOWN)
        if left:
            told += " · " + tr("{n} studies left out", n=len(left))
        self.told.setText(told)
        reasons = [tr("{name}: {n} passages", name=p.path.name, n=len(p.passages)) for p in found.parts]
        self.told.setToolTip("\n".join([told, *reasons, *(f"{x.name}: {spoken(x.why)}" for x in left)]))
        self.counts.fill(
            [
                Row((name, words.get((name, v), v), n), (name, words.get((name, v), v), str(n)), (name, v))
                for name, values in found.counts.items()
                for v, n in values.items()
            ]
        )
        self.list.fill(
            [
                Row(
                    (part.path.name, p.document.number, p.coder, p.annotation.layer, p.words,
                     p.document.published or "", p.document.publisher or ""),
                    (part.path.name, str(p.document.number), p.coder, p.annotation.layer, p.words,
                     p.document.published or "", p.document.publisher or ""),
                    (part.path, str(p.document.number)),
                )
                for part, p in every[:SHOWN]
            ]
        )  # fmt: skip
        self.export.setEnabled(True)

    def open_passage(self, at: QModelIndex) -> None:
        """Open the study of a passage at its article."""
        self.elsewhere.emit(*self.list.what(at))

    def save(self) -> None:
        """Write every passage that was found, with its study."""
        if self.found is None:
            return
        kinds = " ".join(f"*{x}" for x in ENDINGS)
        name, _ = QFileDialog.getSaveFileName(self, tr("Export passages"), "", f"{tr('Passages')} ({kinds})")
        if not name:
            return
        try:
            write(self.found, Path(name))
        except AnnotatorError as error:
            self.fault.setText("; ".join(spoken(p) for p in (error.what, error.remedy) if p))
            self.fault.show()
        else:
            self.told.setText(tr("Saved as {name}", name=Path(name).name))

    def closeEvent(self, event: QCloseEvent) -> None:
        """What runs is stopped."""
        self._latest.finish()
        super().closeEvent(event)
