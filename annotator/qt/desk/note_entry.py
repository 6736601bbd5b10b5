"""A few words asked for above the text: a note, a question, an answer, a reason. It stays until saved or given up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr


class WritingBar(QFrame):
    """One thing to write at a time. What was begun is kept while another article is looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._save: Callable[[str, bool], bool] | None = None
        self._back: QWidget | None = None
        self._draft = False
        self.heading = label("", "heading", wrap=True)
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(64)
        self.edit.installEventFilter(self)
        self.question = QCheckBox(tr("A question to the supervisor"))
        self.save_button = QPushButton(tr("Save"))
        self.save_button.setProperty("role", "primary")
        self.save_button.setToolTip(tr("Save (Ctrl+Enter)"))
        self.save_button.clicked.connect(self.save)
        self.cancel_button = QPushButton(tr("Give up"))
        self.cancel_button.setToolTip(tr("Close without saving (Esc)"))
        self.cancel_button.clicked.connect(self.give_up)
        self.fault = label("", "fault", wrap=True)
        row = QHBoxLayout()
        row.addWidget(self.question)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addWidget(self.heading)
        layout.addWidget(self.edit)
        layout.addWidget(self.fault)
        layout.addLayout(row)
        self.hide()

    def ask(
        self,
        heading: str,
        hint: str,
        save: Callable[[str, bool], bool],
        back: QWidget,
        *,
        question: bool | None = None,
        text: str = "",
        draft: bool = True,
    ) -> None:
        """Ask for words. save: gets them and whether they are a question, answers whether they were kept.

        question: whether it is one at first; None where that is not asked. back: where the focus goes afterwards.
        draft: whether what was begun may not be dropped unasked.
        """
        if self.isVisible() and self.edit.toPlainText().strip() and self._save is not None:
            self.fault.setText(tr("Save or cancel this first"))
            self.fault.show()
            self.edit.setFocus()
            return
        self._save, self._back, self._draft = save, back, draft
        self.heading.setText(heading)
        self.edit.setPlainText(text)
        self.edit.setPlaceholderText(hint)
        self.edit.setAccessibleName(heading)
        self.question.setVisible(question is not None)
        self.question.setChecked(bool(question))
        self.fault.hide()
        self.show()
        self.edit.setFocus()

    def save(self) -> None:
        """Hand over what was written; it stays here where that was refused."""
        words = self.edit.toPlainText().strip()
        if not words:
            self.fault.setText(tr("Write a few words first"))
            self.fault.show()
            self.edit.setFocus()
        elif self._save is not None and self._save(words, self.question.isChecked()):
            self.give_up()

    def held(self) -> list[str]:
        """What was begun and would be lost. A note is saved as one first, for nobody is asked what was not sent."""
        words = self.edit.toPlainText().strip()
        if self.isHidden() or not words or self._save is None or not self._draft:
            return []
        if not self.question.isHidden() and self._save(words, False):
            self.give_up()
            return []
        return [words]

    def give_up(self) -> None:
        """Close it."""
        self._save = None
        self.edit.clear()
        self.hide()
        if self._back is not None:
            self._back.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter saves, Escape gives up."""
        if watched is self.edit and isinstance(event, QKeyEvent):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            held = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if event.type() == QEvent.Type.ShortcutOverride and (event.key() == Qt.Key.Key_Escape or (enter and held)):
                event.accept()  # else Escape lets go of the label, and Ctrl+Enter labels what was found
                return True
            if event.type() == QEvent.Type.KeyPress and enter and held:
                self.save()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
                self.give_up()
                return True
        return super().eventFilter(watched, event)
