"""How an article is drawn in the list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotator.qt.toolkit.row_ground import paint_ground
from annotator.qt.toolkit.theme import LIGHT, Theme

_ANY = QModelIndex | QPersistentModelIndex


def row_height(line: float) -> int:
    """The height of a row, by that of a line."""
    return round(line * 2 + 20)


class DocumentDelegate(QStyledItemDelegate):
    """Title on two lines, outlet and day below, a sign for the state."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT

    def sizeHint(self, option: QStyleOptionViewItem, index: _ANY) -> QSize:
        """Two lines."""
        return QSize(100, row_height(QFontMetricsF(option.font).height()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _ANY) -> None:
        """The state is a shape, not only a colour."""
        line, number, state = index.data(Qt.ItemDataRole.UserRole)
        t = self.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(4, 1, -4, -1)
        paint_ground(painter, box, option, t)
        self._state(painter, QRectF(box.left() + 8, box.top() + 9, 12, 12), state)
        text = box.adjusted(28, 6, -8, -6)
        height = text.height() / 2
        title = QFont(option.font)
        title.setBold(state not in ("done", "skipped"))
        painter.setFont(title)
        painter.setPen(QColor(t.text))
        shown = f"{number}. {line.title}"
        painter.drawText(
            QRectF(text.left(), text.top(), text.width(), height),
            Qt.AlignmentFlag.AlignVCenter,
            QFontMetricsF(title).elidedText(shown, Qt.TextElideMode.ElideRight, text.width()),
        )
        painter.setFont(option.font)
        painter.setPen(QColor(t.muted))
        below = " · ".join(p for p in (line.publisher, line.published) if p) or line.source
        painter.drawText(
            QRectF(text.left(), text.top() + height, text.width(), height),
            Qt.AlignmentFlag.AlignVCenter,
            QFontMetricsF(option.font).elidedText(below, Qt.TextElideMode.ElideRight, text.width()),
        )
        painter.restore()

    def _state(self, painter: QPainter, box: QRectF, state: str | None) -> None:
        t = self.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(t.muted), 1.5))
        if state == "done":
            painter.setPen(QPen(QColor(t.good), 2.2))
            painter.drawPolyline(
                [
                    box.topLeft() + (box.center() - box.topLeft()) * 0.2 + (box.bottomLeft() - box.topLeft()) * 0.35,
                    box.center() + (box.bottomLeft() - box.topLeft()) * 0.35,
                    box.topRight() + (box.bottomLeft() - box.topLeft()) * 0.1,
                ]
            )
            return
        if state == "skipped":
            painter.drawLine(box.topLeft() + QPointF(1, 1), box.bottomRight() - QPointF(1, 1))
            painter.drawLine(box.topRight() + QPointF(-1, 1), box.bottomLeft() + QPointF(1, -1))
            return
        painter.drawEllipse(box)
        if state == "in progress":
            painter.setBrush(QColor(t.accent))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPie(box.adjusted(2, 2, -2, -2), 90 * 16, -180 * 16)
