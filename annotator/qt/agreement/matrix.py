"""Which category one coder gave where another gave which; every count opens the passages behind it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.qt.reading.colours import mix
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.agreement.comparing import Matrix


class MatrixView(QWidget):
    """Rows are the first coder's categories, columns the second's. `cell`: coder ids and places of the categories."""

    cell = Signal(str, str, int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._matrices: Sequence[Matrix] = ()
        self.pair = QComboBox()
        self.pair.setAccessibleName(tr("Coders of the matrix"))
        self.pair.currentIndexChanged.connect(self._show)
        self.table = QTableWidget()
        self.table.setAccessibleName(tr("Confusion matrix"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(30)
        self.table.cellClicked.connect(self._clicked)
        self.table.cellActivated.connect(self._clicked)
        self.empty = label("", "muted", wrap=True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 8, 8, 8)
        rows.addWidget(self.pair)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.empty)

    def sizeHint(self) -> QSize:
        """Room for four categories."""
        return QSize(520, 240)

    def show_matrices(self, matrices: Sequence[Matrix], names: dict[str, str]) -> None:
        """Matrices as `matrices_of` makes them; names: coder id -> how the coder is called here."""
        self._matrices = matrices
        self.pair.blockSignals(True)
        self.pair.clear()
        for m in matrices:
            first, second = (names.get(c, c) for c in m.ids)
            self.pair.addItem(tr("Rows: {first}.  Columns: {second}.", first=first, second=second))
        self.pair.blockSignals(False)
        self.empty.setText("" if matrices else tr("No two coders gave values, or more than thirty different ones."))
        self.empty.setVisible(not matrices)
        self.pair.setVisible(bool(matrices))
        self.table.setVisible(bool(matrices))
        self._show(0)

    def _show(self, place: int) -> None:
        self.table.clear()
        if not 0 <= place < len(self._matrices):
            self.table.setRowCount(0)
            self.table.setColumnCount(0)
            return
        m = self._matrices[place]
        names = [spoken(n) or tr("(none)") for n in m.names]
        self.table.setRowCount(len(names))
        self.table.setColumnCount(len(names))
        self.table.setHorizontalHeaderLabels(names)
        self.table.setVerticalHeaderLabels(names)
        bold = QFont()
        bold.setBold(True)
        for i, row in enumerate(m.rows):
            for j, count in enumerate(row):
                item = QTableWidgetItem(str(count) if count else "·")
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                strength = 0.12 + 0.4 * count / m.most if count else 0.0
                item.setBackground(QBrush(QColor(mix(self._theme.surface, self._theme.accent, strength))))
                item.setForeground(QBrush(QColor(self._theme.text if count else self._theme.muted)))
                if i == j:
                    item.setFont(bold)
                message = tr("{n} units: {first} against {second}", n=count, first=names[i], second=names[j])
                item.setToolTip(message)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, message)
                self.table.setItem(i, j, item)
        self.table.resizeColumnsToContents()
        for column in range(len(names)):
            self.table.setColumnWidth(column, min(max(self.table.columnWidth(column), 64), 150))
        self.table.verticalHeader().setMaximumWidth(190)

    def _clicked(self, row: int, column: int) -> None:
        m = self._matrices[self.pair.currentIndex()]
        self.cell.emit(*m.ids, m.places[row], m.places[column])
