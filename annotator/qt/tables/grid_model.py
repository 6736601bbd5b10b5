"""The numbers behind a plot, as a table."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from annotator.qt.toolkit.words import spoken
from annotator.services.tables.grids import Grid, written

_ANY = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NOWHERE = QModelIndex()


class GridModel(QAbstractTableModel):
    """All rows; a row reads aloud as one sentence."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.grid: Grid | None = None

    def take(self, grid: Grid | None) -> None:
        """Another table."""
        self.beginResetModel()
        self.grid = grid
        self.endResetModel()

    def rowCount(self, parent: _ANY = _NOWHERE) -> int:
        """As the table has."""
        return len(self.grid.rows) if self.grid is not None and not parent.isValid() else 0

    def columnCount(self, parent: _ANY = _NOWHERE) -> int:
        """As the table has."""
        return len(self.grid.columns) if self.grid is not None and not parent.isValid() else 0

    def told(self, row: int) -> str:
        """A row in words."""
        assert self.grid is not None
        cells = zip(self.grid.columns, self.grid.rows[row], strict=True)
        return ", ".join(f"{spoken(c.name)}: {written(v, c.kind)}" for c, v in cells if v is not None)

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Cells; for screen readers with the name of their column."""
        if self.grid is None or not index.isValid():
            return None
        column, value = self.grid.columns[index.column()], self.grid.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return written(value, column.kind)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.told(index.row())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{spoken(column.name)}: {written(value, column.kind)}"
        if role == Qt.ItemDataRole.TextAlignmentRole and column.kind != "text":
            return _RIGHT
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of the columns."""
        if self.grid is None or orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return spoken(self.grid.columns[section].name)
