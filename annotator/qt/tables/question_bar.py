"""A question in words, with its gaps to fill in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QVBoxLayout, QWidget

from annotator.domain.words import Message
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import mark, spoken, tr
from annotator.services.search.labelled import Asked
from annotator.services.study import Study
from annotator.services.tables.questions import AskedInWords, Gap, choices, possible, wanted
from annotator.services.tables.records import Wanted
from annotator.services.tables.words import MEASURES, PERIODS, WITHIN

NAMES = {
    "who": mark("who"), "code": mark("what"), "number": mark("how"), "target": mark("about"),
    "measure": mark("as"),
    "within": mark("in one"), "period": mark("by"),
}  # fmt: skip
"""How the gaps read."""

_FIXED: dict[str, tuple[dict[str, Message], str]] = {
    "within": (WITHIN, "paragraph"),
    "period": (PERIODS, "month"),
    "measure": ({k: v for k, v in MEASURES.items() if k != "mean"}, "share"),
}
"""What can be chosen in gaps that are the same for every codebook, and what is chosen first."""


class QuestionBar(QWidget):
    """`changed`: another question, or another gap."""

    changed = Signal()

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._codebook = study.codebook
        self._questions: list[AskedInWords] = possible(study.codebook)
        held = choices(study.codebook)
        self.question = QComboBox()
        self.question.setAccessibleName(tr("Question"))
        for q in self._questions:
            self.question.addItem(spoken(q.words), q.key)
        self.gaps: dict[Gap, QComboBox] = {}
        row = QWidget()
        flow = FlowLayout(row, spacing=8)
        self._parts: dict[Gap, QWidget] = {}
        for gap in NAMES:
            box = QComboBox()
            box.setAccessibleName(tr(NAMES[gap]))
            if gap == "target":
                self._fill_targets(box, study)
            elif gap in _FIXED:
                known, first = _FIXED[gap]
                for key, words in known.items():
                    box.addItem(spoken(words), key)
                box.setCurrentIndex(box.findData(first))
            else:
                for name, told in held.of(gap):  # type: ignore[arg-type]
                    box.addItem(spoken(told), name)
            part = QWidget()
            line = QHBoxLayout(part)
            line.setContentsMargins(0, 0, 8, 0)
            name_ = label(tr(NAMES[gap]), "muted")
            name_.setBuddy(box)
            line.addWidget(name_)
            line.addWidget(box)
            flow.addWidget(part)
            self.gaps[gap], self._parts[gap] = box, part  # type: ignore[index]
            (box.lineEdit().editingFinished if gap == "target" else box.currentIndexChanged).connect(  # type: ignore[union-attr]
                lambda *_: self.changed.emit()
            )
            if gap == "target":
                box.activated.connect(lambda *_: self.changed.emit())
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self.question)
        rows.addWidget(row)
        self.question.currentIndexChanged.connect(self._turn)
        self._show_gaps()

    @staticmethod
    def _fill_targets(box: QComboBox, study: Study) -> None:
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.addItem(tr("anything"), "")
        for e in study.register().living():
            box.addItem(e.name, e.name)
        completer = box.completer()
        if isinstance(completer, QCompleter):
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        box.setMinimumContentsLength(18)

    @property
    def asked(self) -> AskedInWords:
        """The question in hand."""
        return self._questions[max(0, self.question.currentIndex())]

    def ask(self, key: str) -> None:
        """Take a question in hand."""
        self.question.setCurrentIndex(max(0, self.question.findData(key)))

    def _turn(self, _: int) -> None:
        self._show_gaps()
        self.changed.emit()

    def _show_gaps(self) -> None:
        code = self.gaps["code"]
        if self.asked.key == "together" and code.findData("entity") >= 0:  # codes of one answer never stand together
            code.blockSignals(True)
            code.setCurrentIndex(code.findData("entity"))
            code.blockSignals(False)
        for gap, part in self._parts.items():
            part.setVisible(gap in self.asked.gaps)

    def target(self) -> str | None:
        """Whom or what it is about; None for anything."""
        box = self.gaps["target"]
        typed = box.currentText().strip()
        return None if not typed or typed == box.itemText(0) or "target" not in self.asked.gaps else typed

    def wanted(self, passages: Asked) -> Wanted:
        """The table that answers it."""
        data = {gap: box.currentData() for gap, box in self.gaps.items() if gap in self.asked.gaps and gap != "target"}
        return wanted(self._codebook, self.asked.key, passages, target=self.target(), **data)
