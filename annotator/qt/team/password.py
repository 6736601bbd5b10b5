"""A password, typed twice where it is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr


class NewPassword(QWidget):
    """Off, or a password with its repetition; `fault` says why it cannot be used yet."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wanted = QCheckBox(tr("Encrypt with a password"))
        self.first, self.second = _line(tr("Password")), _line(tr("Repeat the password"))
        self.hint = label(
            tr("Send it separately from the package, and keep it: nobody can open the package without it."),
            "muted",
            wrap=True,
        )
        lines = QHBoxLayout()
        lines.addWidget(self.first)
        lines.addWidget(self.second)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self.wanted)
        rows.addLayout(lines)
        rows.addWidget(self.hint)
        self.wanted.toggled.connect(self._toggled)
        for one in (self.first, self.second):
            one.textChanged.connect(self.changed)
        self._toggled(False)

    def _toggled(self, on: bool) -> None:
        for widget in (self.first, self.second, self.hint):
            widget.setVisible(on)
        if on:
            self.first.setFocus()
        self.changed.emit()

    def password(self) -> str | None:
        """The password; None where none is wanted."""
        return self.first.text() if self.wanted.isChecked() else None

    def fault(self) -> str:
        """Why it cannot be used; empty where it can."""
        if not self.wanted.isChecked():
            return ""
        if not self.first.text():
            return tr("Type a password, or do not encrypt.")
        return "" if self.first.text() == self.second.text() else tr("The two passwords differ.")


def _line(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setPlaceholderText(name)
    made.setAccessibleName(name)
    return made
