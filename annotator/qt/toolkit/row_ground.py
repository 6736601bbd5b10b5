"""The ground of a row in a list whose rows are painted by hand."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from annotator.qt.toolkit.theme import Theme


def paint_ground(painter: QPainter, box: QRectF, option: QStyleOptionViewItem, theme: Theme) -> None:
    """A frame and a soft colour for the row that is chosen, a softer one for the row under the mouse."""
    if option.state & QStyle.StateFlag.State_Selected:
        painter.setPen(QPen(QColor(theme.accent), 1.5))
        painter.setBrush(QColor(theme.accent_soft))
        painter.drawRoundedRect(box, 6, 6)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.hover))
        painter.drawRoundedRect(box, 6, 6)
