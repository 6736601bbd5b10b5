"""A name that was typed may be somebody new, or short for somebody known: Enter decides neither."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QToolTip

from annotator.qt.toolkit.announcing import announce
from annotator.qt.toolkit.words import tr


def ask_who(line: QLineEdit) -> None:
    """Say how to go on, at the line in which it was typed."""
    told = tr(
        "“{name}” may be somebody new, or short for somebody known: Down marks who is known, Up the new name",
        name=line.text().strip(),
    )
    QToolTip.showText(line.mapToGlobal(line.rect().topLeft()), told, line)
    announce(line, told)
