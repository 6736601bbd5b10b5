"""A list of rows of different heights that costs no more with ten thousand rows than with ten."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

_ANY = QModelIndex | QPersistentModelIndex
_Move = QAbstractItemView.CursorAction
_TEXT = "Claims as they stand in the news: 900 words of theirs, with Names, signs and spaces."


def mean_letter(metrics: QFontMetricsF) -> float:
    """Mean width of a letter in running text; what fonts call their average is far from it in many."""
    return metrics.horizontalAdvance(_TEXT) / len(_TEXT)


class RowList(QListView):
    """QListView asks every row for its size again after each change of one; this one asks just the changed row.

    height: the pixels that a row takes: number of the row, width of the list, mean width of a letter, height of a line.
    """

    def __init__(
        self, height: Callable[[int, int, float, float], int], parent: QWidget | None = None, alike: bool = False
    ) -> None:
        """alike: all rows have the height of the first."""
        super().__init__(parent)
        self._ask, self._alike = height, alike
        self.instead = ""
        """What is said where there is no row."""
        self._letters = 0.0, 0.0
        self._heights: list[int] | None = None
        """None: all are to be asked anew."""
        self._ends: list[int] | None = None
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    # heights

    def _bottoms(self) -> list[int]:
        """Where each row ends, from the top of the first."""
        model = self.model()
        count = model.rowCount() if model is not None else 0
        if self._heights is None or len(self._heights) != count:
            metrics = QFontMetricsF(self.font())
            self._letters = mean_letter(metrics), metrics.height()
            self._heights = self._heights_of(0, count)
            self._ends = None
        if self._ends is None:
            self._ends = list(accumulate(self._heights))
        return self._ends

    def _heights_of(self, first: int, end: int) -> list[int]:
        ask, width, (letter, line) = self._ask, self.viewport().width(), self._letters
        if self._alike:
            return [ask(0, width, letter, line)] * (end - first)
        return [ask(row, width, letter, line) for row in range(first, end)]

    def forget(self) -> None:
        """Ask all rows for their heights again."""
        self._heights = self._ends = None
        self.viewport().update()
        self.scheduleDelayedItemsLayout()

    def _spoil(self, row: int) -> None:
        """Rows from this one on stand elsewhere soon: what is above them stays as it is painted."""
        top = 0
        if self._ends is not None:
            top = (self._ends[row - 1] if 0 < row <= len(self._ends) else 0) - self.verticalOffset()
        self._ends = None
        view = self.viewport().rect()
        view.setTop(max(0, top))
        self.viewport().update(view)
        self.scheduleDelayedItemsLayout()

    def _row_at(self, y: int) -> int:
        """The row at a distance from the top of the first; -1 below the last."""
        bottoms = self._bottoms()
        row = bisect_right(bottoms, y)
        return row if y >= 0 and row < len(bottoms) else -1

    def setModel(self, model: QAbstractItemModel | None) -> None:
        old = self.model()
        if old is model:
            return
        if old is not None:
            old.layoutChanged.disconnect(self.forget)
        super().setModel(model)
        if model is not None:
            model.layoutChanged.connect(self.forget)
        self.forget()

    def reset(self) -> None:
        self._heights = self._ends = None
        self.viewport().update()
        super().reset()

    def rowsInserted(self, parent: _ANY, start: int, end: int) -> None:
        if self._heights is not None:
            self._heights[start:start] = self._heights_of(start, end + 1)
        self._spoil(start)
        QAbstractItemView.rowsInserted(self, parent, start, end)

    def rowsAboutToBeRemoved(self, parent: _ANY, start: int, end: int) -> None:
        QAbstractItemView.rowsAboutToBeRemoved(self, parent, start, end)
        if self._heights is not None:
            del self._heights[start : end + 1]
        self._spoil(start)

    def dataChanged(self, first: _ANY, last: _ANY, roles: Sequence[int] = ()) -> None:
        if self._heights is not None:
            fresh = self._heights_of(first.row(), last.row() + 1)
            if fresh != self._heights[first.row() : last.row() + 1]:
                self._heights[first.row() : last.row() + 1] = fresh
                self._spoil(first.row())
        QAbstractItemView.dataChanged(self, first, last, list(roles))

    def doItemsLayout(self) -> None:
        self.updateGeometries()  # QListView's asks every row, and paints them all

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.forget()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._heights = self._ends = None
        QAbstractItemView.resizeEvent(self, event)
        self.updateGeometries()

    def updateGeometries(self) -> None:
        bottoms, height = self._bottoms(), self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setPageStep(height)
        bar.setSingleStep(max(20, self.fontMetrics().height() * 2))
        bar.setRange(0, max(0, (bottoms[-1] if bottoms else 0) - height))

    # places

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def visualRect(self, index: _ANY) -> QRect:
        bottoms = self._bottoms()
        if not index.isValid() or index.row() >= len(bottoms):
            return QRect()
        bottom = bottoms[index.row()]
        top = bottoms[index.row() - 1] if index.row() else 0
        return QRect(0, top - self.verticalOffset(), self.viewport().width(), bottom - top)

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._row_at(point.y() + self.verticalOffset()) if self.model() is not None else -1
        return self.model().index(row, 0) if row >= 0 else QModelIndex()

    def scrollTo(self, index: _ANY, hint: QAbstractItemView.ScrollHint = QListView.ScrollHint.EnsureVisible) -> None:
        rect, height = self.visualRect(index), self.viewport().height()
        if not rect.isValid():
            return
        self.updateGeometries()  # a row that was put in just now must be within reach
        bar, by = self.verticalScrollBar(), 0
        if hint == QListView.ScrollHint.PositionAtCenter:
            by = rect.center().y() - height // 2
        elif hint == QListView.ScrollHint.PositionAtTop or rect.top() < 0:
            by = rect.top()
        elif hint == QListView.ScrollHint.PositionAtBottom or rect.bottom() > height:
            by = min(rect.bottom() - height, rect.top())
        if by:
            bar.setValue(bar.value() + by)

    def moveCursor(self, action: _Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        model = self.model()
        count = model.rowCount() if model is not None else 0
        if not count:
            return QModelIndex()
        row = self.currentIndex().row()
        if row < 0:
            return model.index(0, 0)
        page = self.viewport().height()
        top = self._bottoms()[row - 1] if row else 0
        if action in (_Move.MoveUp, _Move.MovePrevious, _Move.MoveLeft):
            row -= 1
        elif action in (_Move.MoveDown, _Move.MoveNext, _Move.MoveRight):
            row += 1
        elif action == _Move.MoveHome:
            row = 0
        elif action == _Move.MoveEnd:
            row = count - 1
        elif action == _Move.MovePageUp:
            row = min(row - 1, self._row_at(max(0, top - page)))
        elif action == _Move.MovePageDown:
            below = self._row_at(top + page)
            row = count - 1 if below < 0 else max(row + 1, below)
        return model.index(min(max(row, 0), count - 1), 0)

    # selecting and painting

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        model = self.model()
        first = self.indexAt(rect.normalized().topLeft())
        last = self.indexAt(rect.normalized().bottomLeft())
        chosen = QItemSelection()
        if first.isValid():
            chosen = QItemSelection(first, last if last.isValid() else model.index(model.rowCount() - 1, 0))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for held in selection.toList():
            region |= self.visualRect(held.topLeft()).united(self.visualRect(held.bottomRight()))
        return region

    def paintEvent(self, event: QPaintEvent) -> None:
        model, bottoms = self.model(), self._bottoms()
        row = bisect_right(bottoms, event.rect().top() + self.verticalOffset())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state & ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver)
        chosen, current = self.selectionModel(), self.currentIndex()
        under = self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos())) if self.underMouse() else QModelIndex()
        painter = QPainter(self.viewport())
        if not bottoms and self.instead:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            box = self.viewport().rect().adjusted(16, 16, -16, -16)
            painter.drawText(box, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self.instead)
        while row < len(bottoms):
            index = model.index(row, 0)
            option.rect = self.visualRect(index)
            if option.rect.top() > event.rect().bottom():
                break
            option.state = plain
            if chosen.isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if index == under:
                option.state |= QStyle.StateFlag.State_MouseOver
            if index == current and self.hasFocus():
                option.state |= QStyle.StateFlag.State_HasFocus
            self.itemDelegate().paint(painter, option, index)
            row += 1
        painter.end()
