"""Tables of figures that are read, not written, and can be sorted by a click on a head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from annotator.qt.agreement.figures import figure, interval, percent
from annotator.qt.agreement.plot import PlotDelegate
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import tr

KEY = Qt.ItemDataRole.UserRole + 1
"""Under this role the first cell of a row holds what the row is about."""


class Cell(QTableWidgetItem):
    """Sorts by what it stands for, not by how it is written; nothing known comes last."""

    def __init__(self, text: str, order: Any = None) -> None:
        super().__init__(text)
        self.order = text.casefold() if order is None else order
        if order is not None:
            self.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        """By the value behind the text."""
        theirs = other.order if isinstance(other, Cell) else other.text()
        if type(self.order) is type(theirs):
            return bool(self.order < theirs)
        return str(self.order) < str(theirs)


NOTHING = float("inf")


def number(value: float | None, told: str | None = None) -> Cell:
    """A figure; a whole number as it is."""
    if told is None:
        told = f"{value:,}".replace(",", " ") if isinstance(value, int) else figure(value)
    return Cell(told, NOTHING if value is None else float(value))


def share(value: float | None) -> Cell:
    """A share as percent."""
    return number(value, percent(value))


def bounds(low: float | None, high: float | None) -> Cell:
    """An interval, sorted by its lower end."""
    return number(low, interval(low, high))


def plot(value: float | None, low: float | None = None, high: float | None = None) -> Cell:
    """What `PlotDelegate` draws."""
    cell = Cell("", NOTHING if value is None else value)
    cell.setData(Qt.ItemDataRole.UserRole, (value, low, high))
    return cell


class FigureTable(QTableWidget):
    """Columns of figures, the last one a plot where `theme` is given."""

    def __init__(self, name: str, head: Sequence[str], theme: Theme | None = None) -> None:
        super().__init__(0, len(head))
        header = readable(self)
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(list(head))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(30)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        self.plot: PlotDelegate | None = None
        if theme is not None:
            self.plot = PlotDelegate(theme, self)
            self.setItemDelegateForColumn(len(head) - 1, self.plot)

    def fill(self, rows: Sequence[tuple[Any, Sequence[Cell | str]]], sortable: bool = True) -> None:
        """(what the row is about, its cells), from nothing."""
        self.setSortingEnabled(False)
        self.clearContents()
        self.setRowCount(len(rows))
        for place, (key, cells) in enumerate(rows):
            self.set_row(place, key, cells)
        for column in range(self.columnCount()):
            head = self.horizontalHeaderItem(column)
            first = rows[0][1][column] if rows else ""
            right = isinstance(first, Cell) and not isinstance(first.order, str)
            if head is not None and right and not (self.plot and column == self.columnCount() - 1):
                head.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if column == self.columnCount() - 1:
                    self.horizontalHeader().setStretchLastSection(False)  # a figure stands beside the others
        if sortable:
            # as they were handed in, until a head is clicked
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self.setSortingEnabled(True)
        self.fit()

    def set_row(self, place: int, key: Any, cells: Sequence[Cell | str]) -> None:
        """Write one row anew."""
        for column, cell in enumerate(cells):
            item = cell if isinstance(cell, Cell) else Cell(cell)
            if column == 0:
                item.setData(KEY, key)
            self.setItem(place, column, item)

    def fit(self) -> None:
        """Columns as wide as what stands in them, within bounds."""
        self.resizeColumnsToContents()
        last = self.columnCount() - 1
        for column in range(last):
            self.setColumnWidth(column, min(max(self.columnWidth(column) + 4, 56), 250))

    def key(self, row: int) -> Any:
        """What the row is about; None where there is none."""
        item = self.item(row, 0)
        return None if item is None else item.data(KEY)

    def row_of(self, key: Any) -> int:
        """The row that is about it; -1 where there is none."""
        return next((r for r in range(self.rowCount()) if self.key(r) == key), -1)


def draw_line(tables: Iterable[FigureTable], at: float | None) -> None:
    """A line of the person's own in the plots of these tables; None for none."""
    for table in tables:
        if table.plot is not None:
            table.plot.threshold = at
        table.viewport().update()


def undefined(cell: Cell, why: str | None) -> Cell:
    """The same cell, saying on hovering why it holds no figure."""
    if why:
        cell.setToolTip(tr("Undefined: {why}", why=why))
    return cell
