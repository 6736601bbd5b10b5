"""Asked when an article is to be done in which something is open: what it is, go there, or done for a reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr


class DoneDialog(QDialog):
    """Enter goes to the open thing that is marked; to be done all the same takes a reason."""

    wanted = Signal(str)
    """The id of the statement to go to; empty: what holds for the whole article."""
    agreed = Signal(str)
    """Done all the same, for this reason."""

    def __init__(self, lacking: Sequence[tuple[str, str]], parent: QWidget) -> None:
        """lacking: id and words of each open thing."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Something is open"))
        self.resize(560, 360)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("What is still open"))
        self.list.setWordWrap(True)
        for key, words in lacking:
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, key)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(lambda _: self._go())
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("Why is it done anyway? The supervisor will read this"))
        self.reason.setAccessibleName(tr("Why it is done anyway"))
        self.go = QPushButton(tr("Go there"))
        self.go.setDefault(True)
        self.go.clicked.connect(self._go)
        self.done_button = QPushButton(tr("Mark as done anyway"))
        self.done_button.setAutoDefault(False)
        self.done_button.setEnabled(False)
        self.done_button.clicked.connect(self._agree)
        self.reason.textChanged.connect(lambda words: self.done_button.setEnabled(bool(words.strip())))
        back = QPushButton(tr("Cancel"))
        back.setAutoDefault(False)
        back.clicked.connect(self.reject)
        told = tr("One thing in this article is still open:")
        if len(lacking) > 1:
            told = tr("{n} things in this article are still open:", n=len(lacking))
        foot = QHBoxLayout()
        foot.addWidget(back)
        foot.addStretch(1)
        foot.addWidget(self.done_button)
        foot.addWidget(self.go)
        rows = QVBoxLayout(self)
        rows.addWidget(label(told, "heading", wrap=True))
        rows.addWidget(self.list, 1)
        rows.addWidget(self.reason)
        rows.addLayout(foot)

    def _go(self) -> None:
        item = self.list.currentItem()
        self.accept()
        if item is not None:
            self.wanted.emit(item.data(Qt.ItemDataRole.UserRole))

    def _agree(self) -> None:
        words = self.reason.text().strip()
        self.accept()
        self.agreed.emit(words)
