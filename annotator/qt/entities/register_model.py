"""The register as a table: name, kind, how many labels; searched by name, alias and what is said of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from annotator.domain.annotations import Entity
from annotator.qt.toolkit.matching import best, plain
from annotator.qt.toolkit.words import tr

_ANY = QModelIndex | QPersistentModelIndex
ID = Qt.ItemDataRole.UserRole
UNUSED = "\x00unused"
"""The filter that shows whoever no label names."""


class RegisterModel(QAbstractTableModel):
    """Whoever is in the register and was not merged into another."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.every: Sequence[Entity] = ()
        self.rows: list[Entity] = []
        self._kinds: Mapping[str, str] = {}
        self._uses: Mapping[str, int] = {}
        self._told: Mapping[str, Sequence[str]] = {}
        self._found_in: Mapping[str, Sequence[str]] = {}
        self._typed, self._filter = "", ""
        self._column, self._down = 0, False

    def show_register(
        self,
        every: Sequence[Entity],
        kinds: Mapping[str, str],
        uses: Mapping[str, int],
        told: Mapping[str, Sequence[str]],
    ) -> None:
        """every: by name, aliases complete. kinds: key of a type -> its words. uses: id -> number of labels.

        told: id -> its values in words, a line each.
        """
        self.every, self._kinds, self._uses, self._told = every, kinds, uses, told
        self._found_in = {key: [plain(line) for line in lines] for key, lines in told.items()}
        self._arrange()

    def narrow(self, typed: str, kind: str) -> None:
        """Only those that fit what was typed and are of a kind (empty: any)."""
        self._typed, self._filter = typed, kind
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By name, kind or number of labels."""
        self._column, self._down = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        found = [e for e in self.every if self._fits(e)]
        if plain(self._typed):
            found = self._searched(plain(self._typed), found)
        elif self._column == 1:
            found.sort(key=lambda e: self._kind(e).casefold(), reverse=self._down)
        elif self._column == 2:
            found.sort(key=lambda e: self._uses.get(e.id, 0), reverse=self._down)
        elif self._down:
            found.reverse()
        self.rows = found
        self.endResetModel()

    def _searched(self, wanted: str, among: list[Entity]) -> list[Entity]:
        """By name first, then by what is said; a slip is forgiven where neither has it."""
        said = [e for e in among if any(wanted in line for line in self._found_in.get(e.id, ()))]
        named = best(self._typed, among, lambda e: (plain(e.name), *map(plain, e.aliases)), len(among), not said)
        held = {e.id for e in named}
        return [*named, *(e for e in said if e.id not in held)]

    def _fits(self, e: Entity) -> bool:
        if self._filter == UNUSED:
            return not self._uses.get(e.id)
        return not self._filter or e.type == self._filter

    def _kind(self, e: Entity) -> str:
        return self._kinds.get(e.type, e.type)

    def row_of(self, key: str) -> int | None:
        """Where somebody is shown."""
        return next((i for i, e in enumerate(self.rows) if e.id == key), None)

    def rowCount(self, parent: _ANY | None = None) -> int:
        """Those that are shown."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: _ANY | None = None) -> int:
        """Name, kind, labels."""
        return 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Name"), tr("Kind"), tr("Labels"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words, numbers at the right, and the id."""
        e = self.rows[index.row()]
        if role == ID:
            return e.id
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == 0:
                wanted = plain(self._typed)
                told = (*e.aliases, *self._told.get(e.id, ()))
                why = next((a for a in told if wanted and wanted in plain(a)), "")
                return f"{e.name}  ({why})" if why and wanted not in plain(e.name) else e.name
            return self._kind(e) if index.column() == 1 else str(self._uses.get(e.id, 0))
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join((", ".join((e.name, *e.aliases)), *self._told.get(e.id, ())))
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None
