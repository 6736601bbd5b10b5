"""The command palette: everything that can be done or opened, found by typing a few letters of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from annotator.qt.toolkit.action_table import Entry, Finder
from annotator.qt.toolkit.announcing import announce_rows
from annotator.qt.toolkit.matching import best
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import tr

SHOWN = 60


class CommandPalette(QFrame):
    """A line to type in and a list below it; Enter does what is marked."""

    def __init__(
        self, parent: QWidget, entries: Sequence[Entry], theme: Theme, find: Finder = lambda _typed, _limit: ()
    ) -> None:
        """find: gives what else fits."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "panel")
        self._entries, self._find = list(entries), find
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Type a command, a layer, a value, a name or an article"))
        self.search.setAccessibleName(tr("Command palette"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("What fits"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_EntryDelegate(self.list, theme))
        self.list.itemClicked.connect(self._take)
        announce_rows(self.list, self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.resize(640, 420)
        self._fill("")

    def open_over(self, window: QWidget) -> None:
        """Show it in the upper middle of a window."""
        place = window.mapToGlobal(QPoint((window.width() - self.width()) // 2, max(40, window.height() // 8)))
        self.move(place)
        self.show()
        self.search.setFocus()

    def _fill(self, typed: str) -> None:
        self.list.clear()
        entries = [*self._entries, *self._find(typed, SHOWN)]
        for entry in best(typed, entries, lambda e: e.names, SHOWN):
            item = QListWidgetItem(entry.text)
            item.setData(Qt.ItemDataRole.UserRole, entry)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, ", ".join(p for p in (entry.text, entry.kind, entry.keys) if p)
            )
            self.list.addItem(item)
        if self.list.count():
            self.list.setCurrentRow(0)
        else:
            nothing = QListWidgetItem(tr("Nothing fits"))
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)

    def _take(self, item: QListWidgetItem | None) -> None:
        entry = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if isinstance(entry, Entry):
            self.close()  # first: what is done may open something of its own
            entry.do()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, Down, Enter and Escape while one types."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
            if key in steps:
                row = self.list.currentRow() + steps[Qt.Key(key)]
                self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.list.currentItem())
                return True
            if key == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)


class _EntryDelegate(QStyledItemDelegate):
    """What it is called at the left; what it is and its key at the right."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        """One line with air."""
        return QSize(100, round(QFontMetricsF(option.font).height() + 14))

    def initStyleOption(self, option: QStyleOptionViewItem, index: object) -> None:
        """The words are drawn here, not by the style too."""
        super().initStyleOption(option, index)  # type: ignore[arg-type]
        option.text = ""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        """The marked row has the accent's soft colour and a frame: not colour alone."""
        entry = index.data(Qt.ItemDataRole.UserRole)  # type: ignore[attr-defined]
        super().paint(painter, option, index)  # type: ignore[arg-type]
        t, box = self._theme, QRectF(option.rect).adjusted(10, 0, -10, 0)
        metrics = QFontMetricsF(option.font)
        painter.save()
        painter.setFont(option.font)
        if not isinstance(entry, Entry):
            painter.setPen(QColor(t.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, tr("Nothing fits"))
            painter.restore()
            return
        if entry.icon is not None:
            entry.icon.paint(painter, round(box.left()), round(box.center().y() - 7), 14, 14)
            box.adjust(22, 0, 0, 0)
        right = "   ".join(p for p in (entry.kind, entry.keys) if p)
        width = metrics.horizontalAdvance(right)
        painter.setPen(QColor(t.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, right)
        painter.setPen(QColor(t.text))
        shown = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, box.width() - width - 16)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()
