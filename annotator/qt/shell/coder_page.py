"""Who is coding: asked where it is not known, never guessed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from annotator.domain.annotations import Coder
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr


class CoderPage(QWidget):
    """The coders of the study as buttons, and a line for a new name."""

    chosen = Signal(str)
    """A coder's id."""
    named = Signal(str)
    """The name of a new coder."""
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("desk")
        card = QFrame()
        card.setProperty("role", "panel")
        card.setFixedWidth(520)
        rows = QVBoxLayout(card)
        rows.setContentsMargins(32, 28, 32, 28)
        rows.setSpacing(12)
        rows.addWidget(label(tr("Who is coding?"), "title"))
        self.study = label("", "muted", wrap=True)
        rows.addWidget(self.study)
        self._known = QWidget()
        self._flow = FlowLayout(self._known, 8)
        rows.addWidget(self._known)
        rows.addWidget(label(tr("Somebody new"), "section"))
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name"))
        self.name.setAccessibleName(tr("Name of the new coder"))
        self.name.returnPressed.connect(self._name)
        self._begin = QPushButton(tr("Begin"))
        self._begin.setProperty("role", "primary")
        self._begin.clicked.connect(self._name)
        line = QHBoxLayout()
        line.addWidget(self.name, 1)
        line.addWidget(self._begin)
        rows.addLayout(line)
        back = QPushButton(tr("Back"))
        back.clicked.connect(self.left)
        foot = QHBoxLayout()
        foot.addWidget(back)
        foot.addStretch(1)
        rows.addSpacing(6)
        rows.addLayout(foot)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(card)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        whole.addLayout(across)
        whole.addStretch(2)

    def ask(self, title: str, coders: list[Coder]) -> None:
        """Show the coders there are."""
        self.study.setText(tr("Every label in “{title}” carries its coder’s name.", title=title))
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for coder in coders:
            button = QPushButton(coder.name)
            button.clicked.connect(lambda _checked=False, c=coder.id: self.chosen.emit(c))
            self._flow.addWidget(button)
        self._known.setVisible(bool(coders))
        self.name.clear()
        self.name.setFocus()

    def _name(self) -> None:
        if self.name.text().strip():
            self.named.emit(self.name.text().strip())
