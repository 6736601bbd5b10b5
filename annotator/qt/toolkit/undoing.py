"""Ctrl+Z in a field where nothing was typed takes back the last step of the study, as everywhere else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


class UndoPassing(QObject):
    """Lets undo and redo through to the window's actions where a line has nothing of its own to take back."""

    def watch(self, line: QLineEdit) -> None:
        """Do so for a line, as long as both are there."""
        line.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A line asks for these keys whether or not it can do anything with them."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if not isinstance(watched, QLineEdit):
            return False
        undo, redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
        if (event.matches(undo) and not watched.isUndoAvailable()) or (
            event.matches(redo) and not watched.isRedoAvailable()
        ):
            event.ignore()
            return True
        return False
