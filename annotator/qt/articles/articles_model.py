"""All articles with what is known of them, as a table that sorts and narrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt

from annotator.domain.annotations import Document
from annotator.domain.facts import SIGHT
from annotator.qt.toolkit.words import spoken, tr

Index = QModelIndex | QPersistentModelIndex
FACT_COLUMNS = ("title", "published", "publisher", "author", "language", "url")
_HERE = QModelIndex()


class ArticlesModel(QAbstractTableModel):
    """Column 0 is the number, then the facts, then the file and who else has the same words."""

    def __init__(self, documents: Sequence[Document], shared: Mapping[str, tuple[int, ...]]) -> None:
        super().__init__()
        self.documents = list(documents)
        self.shared = shared

    def renew(self, documents: Sequence[Document], shared: Mapping[str, tuple[int, ...]]) -> None:
        """Show what the study has now."""
        if [d.id for d in documents] == [d.id for d in self.documents]:  # what is selected stays selected
            self.documents, self.shared = list(documents), shared
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
            return
        self.beginResetModel()
        self.documents, self.shared = list(documents), shared
        self.endResetModel()

    def rowCount(self, _parent: Index = _HERE) -> int:
        """As many as there are articles."""
        return len(self.documents)

    def columnCount(self, _parent: Index = _HERE) -> int:
        """Number, facts, file, same words."""
        return len(FACT_COLUMNS) + 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What the columns are called."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        facts = [spoken(SIGHT[key]) for key in FACT_COLUMNS]
        return [tr("No."), *(f[:1].upper() + f[1:] for f in facts), tr("File"), tr("Same words as")][section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A fact as it is kept; a number sorts as one."""
        d = self.documents[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return d.number if index.column() == 0 else str(self._told(d, index.column())).casefold()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._told(d, index.column())
        return None

    def _told(self, d: Document, column: int) -> Any:
        if column == 0:
            return d.number
        if column <= len(FACT_COLUMNS):
            return getattr(d, FACT_COLUMNS[column - 1]) or ""
        if column == len(FACT_COLUMNS) + 1:
            return d.source
        return ", ".join(str(n) for n in self.shared.get(d.id, ()))


class Narrowed(QSortFilterProxyModel):
    """Articles of which something is not known, or that share their words; and in which some words stand."""

    def __init__(self, model: ArticlesModel) -> None:
        super().__init__()
        self._model = model
        self._missing, self._words = "", ""
        self.setSourceModel(model)
        self.setSortRole(Qt.ItemDataRole.UserRole)

    def narrow(self, missing: str, words: str) -> None:
        """missing: a fact that is to be unknown, ``same`` for shared words, "" for all."""
        self.beginFilterChange()
        self._missing, self._words = missing, words.casefold().strip()
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, _parent: Index) -> bool:
        """Whether an article is shown."""
        d = self._model.documents[row]
        if self._missing == "same":
            wanted = d.id in self._model.shared
        else:
            wanted = not self._missing or not getattr(d, self._missing)
        facts = (str(d.number), d.source, *(getattr(d, key) or "" for key in FACT_COLUMNS))
        return wanted and (not self._words or any(self._words in f.casefold() for f in facts))
