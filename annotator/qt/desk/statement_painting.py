"""How a statement looks in the list: two lines of the claim, then one line a link."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextOption
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotator.qt.desk.statement_rows import Row, reasons_in_words
from annotator.qt.toolkit.row_ground import paint_ground
from annotator.qt.toolkit.row_list import mean_letter
from annotator.qt.toolkit.theme import LIGHT, Theme
from annotator.qt.toolkit.words import tr

_ANY = QModelIndex | QPersistentModelIndex
_NUMBER = 36
"""Pixels for the number and the tick."""
_BESIDE = 36 + _NUMBER
"""Pixels of a row's width that are not the claim's."""


class StatementDelegate(QStyledItemDelegate):
    """Two lines of the claim, then one line a link."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.heading: Callable[[_ANY], str] = lambda index: ""
        """What stands over a row."""

    @staticmethod
    def heading_height(line: float) -> int:
        """Pixels of what stands over a row."""
        return round(line) + 10

    def height_of(self, row: Row, width: int, letter: float, line: float) -> int:
        """Pixels of a row in a list of this width; asked of thousands, so that nothing is measured or made."""
        return round((self._claim_lines(row, width, letter) + row.lines_below) * (line + 2) + 16)

    def sizeHint(self, option: QStyleOptionViewItem, index: _ANY) -> QSize:
        """Room for the claim, the links and what is missing."""
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        metrics = QFontMetricsF(option.font)
        over = self.heading_height(metrics.height()) if self.heading(index) else 0
        return QSize(100, over + self.height_of(row, option.rect.width(), mean_letter(metrics), metrics.height()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _ANY) -> None:
        """Claim in text colour, links below, what is missing in the warning colour with a sign."""
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        t = self.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if heading := self.heading(index):
            option = self._paint_heading(painter, option, heading)
        box = QRectF(option.rect).adjusted(4, 2, -4, -2)
        paint_ground(painter, box, option, t)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(row.colour))
        painter.drawRoundedRect(QRectF(box.left() + 5, box.top() + 7, 4, box.height() - 14), 2, 2)
        text = box.adjusted(16, 6, -8, -6)
        metrics = QFontMetricsF(option.font)
        height = metrics.height() + 2
        painter.setFont(option.font)
        painter.setPen(QColor(t.warning if row.missing else t.muted))
        edge = QRectF(text.left(), text.top(), _NUMBER, height)
        painter.drawText(edge, Qt.AlignmentFlag.AlignVCenter, row.heading)
        text = text.adjusted(_NUMBER, 0, 0, 0)
        painter.setFont(option.font)
        painter.setPen(QColor(t.text))
        lines = self._claim_lines(row, option.rect.width(), mean_letter(metrics))
        claim = lines * height
        self._claim(painter, QRectF(text.left(), text.top(), text.width(), claim), row.words, lines, metrics)
        y = text.top() + claim
        for head, who, how in row.ties:
            painter.setPen(QColor(t.muted))
            painter.drawText(QRectF(text.left(), y, text.width(), height), Qt.AlignmentFlag.AlignVCenter, head)
            x = text.left() + metrics.horizontalAdvance(head) + 7
            strong = QFont(option.font)
            strong.setBold(True)
            painter.setFont(strong)
            painter.setPen(QColor(t.text))
            bold = QFontMetricsF(strong)
            room = text.right() - x - (metrics.horizontalAdvance(how) + 10 if how else 0)
            shown = bold.elidedText(who, Qt.TextElideMode.ElideRight, max(40.0, room))
            painter.drawText(QRectF(x, y, text.right() - x, height), Qt.AlignmentFlag.AlignVCenter, shown)
            painter.setFont(option.font)
            painter.setPen(QColor(t.accent))
            x += bold.horizontalAdvance(shown) + 8
            painter.drawText(QRectF(x, y, max(0.0, text.right() - x), height), Qt.AlignmentFlag.AlignVCenter, how)
            y += height
        told = [tr("↺ look again: {why}", why=reasons_in_words(row.review))] if row.review else []
        told += [tr("○ open: {what}", what=", ".join(row.missing))] if row.missing else []
        painter.setPen(QColor(t.warning))
        for line in told:
            painter.drawText(
                QRectF(text.left(), y, text.width(), height),
                Qt.AlignmentFlag.AlignVCenter,
                metrics.elidedText(line, Qt.TextElideMode.ElideRight, text.width()),
            )
            y += height
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, words: str) -> QStyleOptionViewItem:
        """Paint it, and answer what is left of the row."""
        height = self.heading_height(QFontMetricsF(option.font).height())
        painter.setFont(option.font)
        painter.setPen(QColor(self.theme.muted))
        place = QRectF(option.rect).adjusted(9, 4, -9, 0)
        place.setHeight(height - 4)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        rest = QStyleOptionViewItem(option)
        rest.rect = option.rect.adjusted(0, height, 0, 0)
        return rest

    @staticmethod
    def _claim_lines(row: Row, width: int, average: float) -> int:
        """One line for a short claim, two for any other: rather a line too many than words too few."""
        return 1 if row.length * average * 1.06 < width - _BESIDE else 2

    @staticmethod
    def _claim(painter: QPainter, box: QRectF, words: str, lines: int, metrics: QFontMetricsF) -> None:
        shown = " ".join(words[:2000].split())
        if metrics.horizontalAdvance(shown) > box.width() * (1.85 if lines > 1 else 1):
            room = box.width() * (1.8 if lines > 1 else 1)
            shown = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, room)
        option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        painter.drawText(box, shown, option)
