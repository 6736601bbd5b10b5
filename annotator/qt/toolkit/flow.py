"""A row of widgets that breaks into several where it has to."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

NARROW_PX = 160
"""A column may be as narrow as this: longer words are drawn to their end in a wider one."""


class FlowLayout(QLayout):
    """Left to right, then on to the next row."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 5) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = spacing
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Put an item at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """One of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take one out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Neither."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Rows depend on the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the rows."""
        return self._place(QRect(0, 0, width, 0), test=True)

    def setGeometry(self, rect: QRect) -> None:
        """Put everything in its place."""
        super().setGeometry(rect)
        self._place(rect, test=False)

    def sizeHint(self) -> QSize:
        """As narrow as the widest item."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """The widest item."""
        size = QSize()
        for item in self._items:
            least = item.minimumSize()
            size = size.expandedTo(QSize(min(least.width(), NARROW_PX), least.height()))
        edges = self.contentsMargins()
        return size + QSize(edges.left() + edges.right(), edges.top() + edges.bottom())

    def _place(self, rect: QRect, test: bool) -> int:
        inner = rect.marginsRemoved(self.contentsMargins())
        y = inner.y()
        for row in self._rows(inner.width()):
            height = max(hint.height() for _, hint in row)
            if not test:
                self._place_row(row, QRect(inner.x(), y, inner.width(), height))
            y += height + self._gap
        return max(0, y - self._gap - inner.y()) + rect.height() - inner.height()

    def _rows(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """What is shown, with the size that it wants, row by row."""
        rows: list[list[tuple[QLayoutItem, QSize]]] = []
        room = 0
        for item in self._items:
            if item.isEmpty():
                continue
            hint = item.sizeHint().expandedTo(item.minimumSize())
            if hint.width() > width > 0:
                hint.setWidth(width)  # it ends in … there; nothing is wider than its column
            if not rows or hint.width() > room:
                rows.append([])
                room = width
            rows[-1].append((item, hint))
            room -= hint.width() + self._gap
        return rows

    def _place_row(self, row: list[tuple[QLayoutItem, QSize]], rect: QRect) -> None:
        """Each in the middle of the row's height; what wants to be wide shares the room that is left."""
        used = sum(hint.width() for _, hint in row) + self._gap * (len(row) - 1)
        wide = [item for item, _ in row if item.expandingDirections() & Qt.Orientation.Horizontal]
        more = max(0, rect.width() - used) // len(wide) if wide else 0
        x = rect.x()
        for item, hint in row:
            width = min(hint.width() + (more if item in wide else 0), rect.width())
            top = rect.y() + (rect.height() - hint.height()) // 2
            item.setGeometry(QRect(QPoint(x, top), QSize(width, hint.height())))
            x += width + self._gap
