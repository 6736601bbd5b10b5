"""Questions that coders asked: read, answered, looked at in the article."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.parts import Splitter, label
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.study import Study
from annotator.services.team.questions import Question, answer, open_again, questions


class QuestionsWindow(QDialog):
    """Open questions first in view; a reply travels back with the coder's next package."""

    answered = Signal()
    passage = Signal(str, int, int)
    """Document id and range of what a person wants to see."""

    def __init__(self, study: Study, coder_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Questions"))
        self.resize(860, 520)
        self._study, self._coder = study, coder_id
        self._shown: list[Question] = []
        self.summary = label("", "heading")
        self.all = QCheckBox(tr("Answered ones too"))
        self.notes = QCheckBox(tr("Notes too"))
        top = QHBoxLayout()
        top.addWidget(self.summary, 1)
        for box in (self.all, self.notes):
            box.toggled.connect(self.reload)
            top.addWidget(box)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Questions"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show)
        self.list.itemActivated.connect(lambda _item: self._jump())
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("The question, its passage and what was answered"))
        self.reply = QLineEdit()
        self.reply.setPlaceholderText(tr("Answer"))
        self.reply.setAccessibleName(tr("Answer"))
        self.reply.returnPressed.connect(self.send)
        self.send_button = QPushButton(tr("Answer"))
        self.send_button.setProperty("role", "primary")
        self.mark = QPushButton(tr("Mark answered"))
        self.again = QPushButton(tr("Open again"))
        self.go = QPushButton(tr("Show in the article"))
        for button, do in (
            (self.send_button, self.send),
            (self.mark, self.mark_answered),
            (self.again, self.open_again),
            (self.go, self._jump),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(do)
        line = QHBoxLayout()
        line.addWidget(self.reply, 1)
        line.addWidget(self.send_button)
        buttons = QHBoxLayout()
        for button in (self.mark, self.again, self.go):
            buttons.addWidget(button)
        buttons.addStretch(1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(6, 0, 0, 0)
        column.addWidget(self.text, 1)
        column.addLayout(line)
        column.addLayout(buttons)
        parts = Splitter()
        parts.addWidget(self.list)
        parts.addWidget(right)
        parts.setSizes([330, 520])
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        close = QPushButton(tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(label(tr("Answers go to the coder with the next package."), "muted"), 1)
        foot.addWidget(close)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addLayout(top)
        rows.addWidget(parts, 1)
        rows.addWidget(self.fault)
        rows.addLayout(foot)
        self.reload()

    def reload(self) -> None:
        """Ask the study again; the question in view stays in view where it is still listed."""
        before = self._current()
        found = questions(self._study, self.notes.isChecked())
        self._shown = [q for q in found if self.all.isChecked() or not q.answered]
        self.list.blockSignals(True)
        self.list.clear()
        for q in self._shown:
            sign = "✓ " if q.answered else "? " if q.note.kind == "question" else "· "
            below = f"{q.coder} · {q.document.number}. {q.document.title or q.document.source}"
            self.list.addItem(QListWidgetItem(f"{sign}{q.note.text}\n{below}"))
        self.list.blockSignals(False)
        waiting = sum(not q.answered and q.note.kind == "question" for q in found)
        self.summary.setText(tr("{n} questions wait for an answer", n=waiting) if waiting else tr("No question waits"))
        keys = [q.note.id for q in self._shown]
        self.list.setCurrentRow(keys.index(before.note.id) if before and before.note.id in keys else 0 if keys else -1)
        self._show(self.list.currentRow())

    def _current(self) -> Question | None:
        row = self.list.currentRow()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _show(self, _row: int) -> None:
        q = self._current()
        for widget in (self.reply, self.send_button, self.go):
            widget.setEnabled(q is not None)
        self.mark.setEnabled(q is not None and not q.answered)
        self.again.setEnabled(q is not None and q.answered)
        if q is None:
            self.text.setPlainText("")
            return
        told = [f"{q.coder}, {q.note.created[:10]}:", q.note.text, ""]
        if q.passage:
            told += [tr("On the passage:"), f"“{q.passage}”", ""]
        for name, n in q.replies:
            told += [f"{name}, {n.created[:10]}:", n.text, ""]
        self.text.setPlainText("\n".join(told))

    def send(self) -> None:
        """Write the answer; the question is settled."""
        if self.reply.text().strip():
            self._answer(self.reply.text())

    def save_typed(self) -> None:
        """An answer is sent by whoever wrote it, never by itself."""

    def unsaved(self) -> list[str]:
        """An answer that was begun and not sent."""
        words = self.reply.text().strip()
        return [words] if words and self.isVisible() else []

    def mark_answered(self) -> None:
        """Settle it without more words."""
        self._answer(tr("Answered."))

    def _answer(self, text: str) -> None:
        q = self._current()
        if q is not None and self._try(lambda: answer(self._study, self._coder, q.note.id, text)):
            self.reply.clear()
            self.answered.emit()
            self.reload()

    def open_again(self) -> None:
        """It waits for an answer again."""
        q = self._current()
        if q is not None and self._try(lambda: open_again(self._study, self._coder, q)):
            self.answered.emit()
            self.reload()

    def _try(self, do: object) -> bool:
        try:
            do()  # type: ignore[operator]
        except AnnotatorError as error:
            self.fault.setText(spoken(error))
            self.fault.show()
            return False
        self.fault.hide()
        return True

    def _jump(self) -> None:
        q = self._current()
        if q is not None:
            self.passage.emit(q.note.document_id, q.note.start or 0, q.note.end or 0)
