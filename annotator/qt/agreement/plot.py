"""A coefficient drawn in a table's cell, with its interval and the line that a person asked for."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotator.qt.toolkit.theme import Theme

_ANY = QModelIndex | QPersistentModelIndex
LEAST = -0.2


class PlotDelegate(QStyledItemDelegate):
    """A dot with its interval as a bar, from -0.2 to 1; what lies below is drawn at the edge, with an arrow.

    The cell holds (value, low, high) under UserRole; each may be None. `threshold`: a line of the person's own choice,
    or None: no value is good or bad by itself.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.threshold: float | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: _ANY) -> QSize:
        """Wide enough to tell 0.05 apart."""
        return QSize(220, super().sizeHint(option, index).height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _ANY) -> None:
        """Ticks at every fifth."""
        super().paint(painter, option, index)
        held = index.data(Qt.ItemDataRole.UserRole)
        if not held:
            return
        value, low, high = held
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(12, 0, -12, 0)
        y = box.center().y()

        def x(at: float) -> float:
            return box.left() + max(0.0, min(1.0, (at - LEAST) / (1 - LEAST))) * box.width()

        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
            half = 6 if tick == 0.0 else 4
            painter.drawLine(QPointF(x(tick), y - half), QPointF(x(tick), y + half))
        if self.threshold is not None:
            painter.setPen(QPen(QColor(self._theme.warning), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x(self.threshold), box.top() + 2), QPointF(x(self.threshold), box.bottom() - 2))
        accent = QColor(self._theme.accent)
        if low is not None and high is not None:
            painter.setPen(QPen(accent, 3))
            painter.drawLine(QPointF(x(low), y), QPointF(x(high), y))
        if value is not None:
            painter.setPen(QPen(accent, 2))
            painter.setBrush(accent)
            if value < LEAST:
                left = box.left()
                painter.drawPolygon([QPointF(left - 6, y), QPointF(left + 2, y - 5), QPointF(left + 2, y + 5)])
            else:
                painter.drawEllipse(QPointF(x(value), y), 4, 4)
        painter.restore()
