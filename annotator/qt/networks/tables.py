"""Tables beside the network: nodes, ties, windows of time; sorted by a click on a head, and the statements behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from annotator.qt.networks.loading import Shown
from annotator.qt.toolkit.words import tr
from annotator.services.networks.behind import Backing, Said, Support
from annotator.services.networks.measuring import Moment

_ANY = QModelIndex | QPersistentModelIndex
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
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
            return RIGHT
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
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

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


def number(value: float | None, places: int = 3) -> str:
    """A figure as it reads."""
    if value is None:
        return ""
    return f"{value:.{places}f}".rstrip("0").rstrip(".") if value != int(value) else f"{int(value)}"


def node_heads() -> list[str]:
    """Heads of the table of nodes."""
    return [
        tr("Node"), tr("Degree"), tr("Weighted degree"), tr("Betweenness"), tr("Closeness"), tr("Group"), tr("Camp"),
        tr("Statements"), tr("Coders"), tr("By coder"),
    ]  # fmt: skip


def node_rows(shown: Shown) -> list[Row]:
    """A row for each node."""
    rows = []
    for x in shown.measured.nodes:
        cells = (
            x.node[1].casefold(), x.degree, x.strength, x.betweenness, x.closeness, x.group, x.camp,
            x.support.statements, x.support.coders, x.support.spread[0] if x.support.spread else None,
        )  # fmt: skip
        told = (
            x.node[1], str(x.degree), number(x.strength), number(x.betweenness), number(x.closeness),
            str(x.group or ""), str(x.camp or ""), str(x.support.statements), coders(x.support), spread(x.support),
        )  # fmt: skip
        rows.append(Row(cells, told, x.node))
    return rows


def tie_heads() -> list[str]:
    """Heads of the table of ties."""
    return [tr("One"), tr("Other"), tr("Weight"), tr("Statements"), tr("Coders"), tr("Weight by coder")]


def tie_rows(shown: Shown, backing: Backing) -> list[Row]:
    """A row for each tie."""
    rows = []
    for (one, other), weight in shown.drawing.network.cells.items():
        behind = backing.support(backing.tie(shown.drawing.network, one, other))
        low, high = shown.by_coder.get((one, other), (None, None))
        between = f"{number(low, 2)} … {number(high, 2)}" if low is not None else ""
        rows.append(
            Row(
                (one.casefold(), other.casefold(), weight, behind.statements, behind.coders, low),
                (one, other, number(weight), str(behind.statements), coders(behind), between),
                (one, other),
            )
        )
    return rows


def moment_heads() -> list[str]:
    """Heads of the table of windows of time."""
    return [tr("From"), tr("To"), tr("Statements"), tr("Nodes"), tr("Ties"), tr("Modularity"), tr("Polarisation")]


def moment_rows(found: Sequence[Moment]) -> list[Row]:
    """A row for each window of time."""
    return [
        Row(
            (str(m.start), str(m.end), m.statements, m.nodes, m.ties, m.modularity, m.polarisation),
            (str(m.start), str(m.end), str(m.statements), str(m.nodes), str(m.ties), number(m.modularity),
             number(m.polarisation)),
            place,
        )
        for place, m in enumerate(found)
    ]  # fmt: skip


def said_heads() -> list[str]:
    """Heads of the list of statements."""
    return [tr("Article"), tr("Words"), tr("Coder"), tr("Stance"), tr("Actor"), tr("Concept"), tr("Published")]


def said_rows(found: Sequence[Said]) -> list[Row]:
    """A row for each statement."""
    return [
        Row(
            (s.document.number, s.words, s.coder, s.qualifier, s.actor, s.concept, s.document.published or ""),
            (str(s.document.number), s.words, s.coder, number(s.qualifier), s.actor, s.concept,
             s.document.published or ""),
            s,
        )
        for s in found
    ]  # fmt: skip


def coders(support: Support) -> str:
    """How many coders have it, of how many who labelled these articles."""
    return f"{support.coders}/{support.asked}"


def spread(support: Support) -> str:
    """From the least to the most statements that one of them has."""
    return f"{support.spread[0]} … {support.spread[1]}" if support.spread else ""
