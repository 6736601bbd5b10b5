"""Tables to read that are sorted by a click on a head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from annotator.qt.toolkit.columns import readable

_ANY = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
SORT = Qt.ItemDataRole.UserRole
_WIDEST, _WIDE_NAME = 230, 150


@dataclass(frozen=True, slots=True)
class Row:
    """cells: what is sorted by. shown: as it reads. what: what the row is about."""

    cells: tuple[Any, ...]
    shown: tuple[str, ...]
    what: Any


class Rows(QAbstractTableModel):
    """Rows that do not change; numbers stand at the right."""

    def __init__(self, heads: Sequence[str], rows: Sequence[Row] = ()) -> None:
        super().__init__()
        self._heads, self.rows = list(heads), list(rows)

    def fill(self, rows: Sequence[Row]) -> None:
        """Other rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._heads)

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return row.shown[column]
        if role == SORT:
            value = row.cells[column]
            return float("-inf") if value is None else value
        if role == Qt.ItemDataRole.TextAlignmentRole and isinstance(row.cells[column], int | float):
            return _RIGHT
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]
        return None


class Table(QTableView):
    """A sorted table of `Rows`."""

    def __init__(self, name: str, heads: Sequence[str], first: int, parent: QWidget | None = None) -> None:
        """first: the column that it is sorted by at first, the greatest first; -1: by the first column, least first."""
        super().__init__(parent)
        readable(self)
        self.source = Rows(heads)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.source)
        self._sorted.setSortRole(SORT)
        self.setModel(self._sorted)
        self.setAccessibleName(name)
        self.setSortingEnabled(True)
        order = Qt.SortOrder.AscendingOrder if first < 0 else Qt.SortOrder.DescendingOrder
        self.sortByColumn(max(0, first), order)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def showEvent(self, event: QShowEvent) -> None:
        """Whole heads from the start: a table may be empty for long."""
        super().showEvent(event)
        header = self.horizontalHeader()
        for column in range(header.count()):
            self.setColumnWidth(column, max(self.columnWidth(column), header.sectionSizeHint(column)))

    def fill(self, rows: Sequence[Row]) -> None:
        """Other rows; columns get the room that they need the first time."""
        fresh = not self.source.rows
        self.source.fill(rows)
        if fresh and rows:
            self.resizeColumnsToContents()
            for column in range(self.model().columnCount()):
                most = _WIDE_NAME if column == 0 else _WIDEST
                self.setColumnWidth(column, min(self.columnWidth(column), most))

    def what(self, index: QModelIndex) -> Any:
        """What a row of the table is about."""
        return self.source.rows[self._sorted.mapToSource(index).row()].what

    def mark(self, what: Any) -> None:
        """Mark the row of something, without telling."""
        held = self.selectionModel().blockSignals(True)
        self.clearSelection()
        for n, row in enumerate(self.source.rows):
            if row.what == what:
                at = self._sorted.mapFromSource(self.source.index(n, 0))
                self.selectRow(at.row())
                self.scrollTo(at)
                break
        self.selectionModel().blockSignals(held)
        self.viewport().update()
