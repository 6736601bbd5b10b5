"""The list of suggestions: its rows, and how they look."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTextOption
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotator.qt.reading.colours import legible
from annotator.qt.reading.suggested import pen_of
from annotator.qt.toolkit.row_ground import paint_ground
from annotator.qt.toolkit.row_list import mean_letter
from annotator.qt.toolkit.theme import LIGHT, Theme

_ANY = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
_BESIDE = 56
"""Pixels of a row's width that are not its words'."""


class Row:
    """What one suggestion shows. why: why it cannot be accepted; empty where it can."""

    def __init__(self, key: str, colour: str, head: str, words: str, values: str, why: str, whole: str) -> None:
        self.id, self.colour, self.head, self.words = key, colour, head, words
        self.values, self.why, self.whole = values, why, whole

    @property
    def lines_below(self) -> int:
        """How many lines stand below the words."""
        return bool(self.values) + bool(self.why)


class SuggestionModel(QAbstractListModel):
    """Rows in reading order."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        """How many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row for painting, words for tool tips and screen readers."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return row.whole
        return None

    def show(self, rows: list[Row]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def place(self, key: str) -> int | None:
        """The row of a suggestion."""
        return next((i for i, r in enumerate(self.rows) if r.id == key), None)


class SuggestionDelegate(QStyledItemDelegate):
    """Who suggests what, the words in one or two lines, the values, and why it cannot be accepted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT

    def height_of(self, row: Row, width: int, letter: float, line: float) -> int:
        """Pixels of a row in a list of this width."""
        return round((1 + self._lines(row, width, letter) + row.lines_below) * (line + 2) + 18)

    def sizeHint(self, option: QStyleOptionViewItem, index: _ANY) -> QSize:
        """Room for all its lines."""
        metrics = QFontMetricsF(option.font)
        return QSize(100, self.height_of(index.data(ROW), option.rect.width(), mean_letter(metrics), metrics.height()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _ANY) -> None:
        """A dashed box in the layer's colour at the edge, as the frame in the text."""
        row: Row = index.data(ROW)
        t = self.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(4, 2, -4, -2)
        paint_ground(painter, box, option, t)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen_of(QColor(legible(row.colour, t.surface, t.text)), False))
        painter.drawRoundedRect(QRectF(box.left() + 6, box.top() + 10, 12, 12), 3, 3)
        text = box.adjusted(28, 7, -8, -7)
        metrics = QFontMetricsF(option.font)
        height = metrics.height() + 2
        painter.setFont(option.font)
        y = self._line(painter, text, text.top(), row.head, t.muted, metrics)
        lines = self._lines(row, option.rect.width(), mean_letter(metrics))
        words = row.words
        if metrics.horizontalAdvance(words) > text.width() * (1.85 if lines > 1 else 1):
            room = text.width() * (1.8 if lines > 1 else 1)
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        wrapped = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        wrapped.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        painter.setPen(QColor(t.text))
        painter.drawText(QRectF(text.left(), y, text.width(), lines * height), words, wrapped)
        y += lines * height
        if row.values:
            y = self._line(painter, text, y, row.values, t.accent, metrics)
        if row.why:
            self._line(painter, text, y, row.why, t.warning, metrics)
        painter.restore()

    @staticmethod
    def _line(painter: QPainter, text: QRectF, y: float, words: str, colour: str, metrics: QFontMetricsF) -> float:
        height = metrics.height() + 2
        painter.setPen(QColor(colour))
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(QRectF(text.left(), y, text.width(), height), Qt.AlignmentFlag.AlignVCenter, shown)
        return y + height

    @staticmethod
    def _lines(row: Row, width: int, letter: float) -> int:
        return 1 if len(row.words) * letter * 1.06 < width - _BESIDE else 2
