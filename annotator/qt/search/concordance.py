"""Passages as a concordance: what was found in the middle, what stands around it on either side."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotator.qt.toolkit.theme import LIGHT, Theme
from annotator.qt.toolkit.words import tr
from annotator.services.search.corpus_search import Order, Passage, ordered

_ANY = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
TICK_PX = 30
NUMBER_PX = 44
MARGIN_PX = 10


@dataclass(frozen=True, slots=True)
class Heading:
    """An article, over its passages."""

    number: int
    title: str
    count: int


Row = Heading | Passage


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    for c in text:
        kind = unicodedata.bidirectional(c)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


class ConcordanceModel(QAbstractListModel):
    """Passages in an order, under headings where they are ordered by article; those that are ticked."""

    ticks_changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.passages: tuple[Passage, ...] = ()
        self.rows: list[Row] = []
        self.ticked: set[Passage] = set()
        self.labelled: set[Passage] = set()
        self._order: Order = "article"

    def show_passages(self, passages: Sequence[Passage], order: Order) -> None:
        """Other passages, or another order; ticks of passages that are still there stay."""
        self.beginResetModel()
        self.passages = tuple(passages)
        self._order = order
        self.ticked &= set(passages)
        self.labelled &= set(passages)
        self.rows = list(self._arranged())
        self.endResetModel()
        self.ticks_changed.emit()

    def _arranged(self) -> Iterable[Row]:
        found = ordered(self.passages, self._order)
        if self._order != "article":
            yield from found
            return
        counts: dict[str, int] = {}
        for p in found:
            counts[p.document_id] = counts.get(p.document_id, 0) + 1
        before = ""
        for p in found:
            if p.document_id != before:
                before = p.document_id
                yield Heading(p.number, p.title, counts[p.document_id])
            yield p

    def tick(self, passages: Iterable[Passage], on: bool) -> None:
        """Tick, or take ticks away."""
        before = set(self.ticked)
        self.ticked = before | set(passages) if on else before - set(passages)
        if self.ticked != before:
            self._repaint()
            self.ticks_changed.emit()

    def mark_labelled(self, passages: set[Passage]) -> None:
        """These have a label that was made here."""
        self.labelled = passages & set(self.passages)
        self._repaint()

    def _repaint(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def rowCount(self, parent: _ANY | None = None) -> int:
        """Headings and passages."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def flags(self, index: _ANY) -> Qt.ItemFlag:
        """A heading is passed over."""
        if isinstance(self.rows[index.row()], Heading):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The words for those who cannot see the columns, the row itself for the delegate."""
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if isinstance(row, Heading):
            return f"{row.number}. {row.title}" if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.left}{row.words}{row.right}"
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if row in self.ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            done = "\n" + tr("Labelled") if row in self.labelled else ""
            return f"{row.number}. {row.title}{done}"
        return None

    def setData(self, index: _ANY, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ticks."""
        row = self.rows[index.row()]
        if role != Qt.ItemDataRole.CheckStateRole or isinstance(row, Heading):
            return False
        self.tick([row], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


class ConcordanceDelegate(QStyledItemDelegate):
    """Draws a passage around the middle of its row, as it is read: from right to left where its script is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.numbers = False
        """Whether each row says which article it is from."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _ANY) -> QSize:
        """One line each, a heading with room above."""
        heading = isinstance(index.data(ROW), Heading)
        return QSize(300, QFontMetrics(option.font).height() + (16 if heading else 10))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _ANY) -> None:
        """A row."""
        row = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Heading):
            self._heading(painter, option, row)
        else:
            self._passage(painter, option, row, index)
        painter.restore()

    def _heading(self, painter: QPainter, option: QStyleOptionViewItem, row: Heading) -> None:
        box = option.rect.adjusted(MARGIN_PX, 6, -MARGIN_PX, -2)
        bold = QFont(option.font)
        bold.setBold(True)
        told = tr("{n} passages", n=row.count) if row.count > 1 else tr("1 passage")
        width = QFontMetrics(option.font).horizontalAdvance(told) + 16
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, told)
        painter.setPen(QColor(self.theme.text))
        painter.setFont(bold)
        title = QFontMetrics(bold).elidedText(
            f"{row.number}. {row.title}", Qt.TextElideMode.ElideRight, box.width() - width
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)

    def _passage(self, painter: QPainter, option: QStyleOptionViewItem, row: Passage, index: _ANY) -> None:
        t, box = self.theme, option.rect
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(t.accent_soft))
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(t.accent))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(t.hover))
        self._tick(painter, self.tick_box(box), index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked)
        model = index.model()
        left = box.left() + TICK_PX
        painter.setFont(option.font)
        if self.numbers:
            painter.setPen(QColor(t.muted))
            place = QRect(left, box.top(), NUMBER_PX - 8, box.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(row.number))
            left += NUMBER_PX
        right = box.right() - MARGIN_PX
        if isinstance(model, ConcordanceModel) and row in model.labelled:
            painter.setPen(QColor(t.good))
            told = tr("labelled")
            width = QFontMetrics(option.font).horizontalAdvance(told)
            painter.drawText(QRect(right - width, box.top(), width, box.height()), Qt.AlignmentFlag.AlignVCenter, told)
            right -= width + 10
        self._words(painter, option.font, QRect(left, box.top(), max(0, right - left), box.height()), row)

    def _words(self, painter: QPainter, font: QFont, box: QRect, row: Passage) -> None:
        bold = QFont(font)
        bold.setBold(True)
        plain_metrics, bold_metrics = QFontMetrics(font), QFontMetrics(bold)
        words = bold_metrics.elidedText(row.words, Qt.TextElideMode.ElideMiddle, box.width() * 2 // 5)
        width = bold_metrics.horizontalAdvance(words) + 2
        middle = box.left() + (box.width() - width) // 2
        before, after = row.left, row.right
        rtl = runs_right_to_left(row.words)
        if rtl:
            before, after = after, before
        centre = Qt.AlignmentFlag.AlignVCenter
        # a run of its own each: neutral signs at an edge stay on their side
        direction = Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
        painter.setLayoutDirection(direction)
        side = QRect(box.left(), box.top(), max(0, middle - box.left()), box.height())
        elide = Qt.TextElideMode.ElideRight if rtl else Qt.TextElideMode.ElideLeft
        painter.setPen(QColor(self.theme.muted))
        painter.setFont(font)
        absolute = Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(
            side,
            centre | Qt.AlignmentFlag.AlignRight | absolute,
            plain_metrics.elidedText(before, elide, side.width()),
        )
        side = QRect(middle + width, box.top(), max(0, box.right() - middle - width), box.height())
        elide = Qt.TextElideMode.ElideLeft if rtl else Qt.TextElideMode.ElideRight
        painter.drawText(
            side,
            centre | Qt.AlignmentFlag.AlignLeft | absolute,
            plain_metrics.elidedText(after, elide, side.width()),
        )
        painter.setPen(QColor(self.theme.text))
        painter.setFont(bold)
        painter.drawText(QRect(middle, box.top(), width, box.height()), centre | Qt.AlignmentFlag.AlignHCenter, words)

    @staticmethod
    def tick_box(row: QRect) -> QRect:
        """Where a row's tick is."""
        return QRect(row.left() + 9, row.center().y() - 6, 14, 14)

    def _tick(self, painter: QPainter, box: QRect, on: bool) -> None:
        t = self.theme
        painter.setPen(QPen(QColor(t.accent if on else t.muted), 1))
        painter.setBrush(QColor(t.accent if on else t.surface))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if on:
            painter.setPen(QPen(QColor(t.on_accent), 2))
            points = (
                (box.left() + 3, box.top() + 7),
                (box.left() + 6, box.top() + 10),
                (box.left() + 11, box.top() + 4),
            )
            painter.drawLine(*points[0], *points[1])
            painter.drawLine(*points[1], *points[2])

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _ANY) -> bool:
        """A click left of the words ticks."""
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
            and event.position().x() < option.rect.left() + TICK_PX
            and isinstance(index.data(ROW), Passage)
        ):
            on = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            new = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
            return model.setData(model.index(index.row(), 0), new, Qt.ItemDataRole.CheckStateRole)
        return False
