"""The passages that were found, all of them, as rows of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from annotator.qt.toolkit.words import tr
from annotator.services.search.labelled import LabelPassage

_ANY = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NUMBER, CODER, LEFT, WORDS, RIGHT = range(5)


class PassageModel(QAbstractTableModel):
    """Rows are asked for as they come into view, so there may be any number."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.passages: Sequence[LabelPassage] = ()

    def take(self, passages: Sequence[LabelPassage]) -> None:
        """Others; those that begin with the ones that are here come in behind them."""
        have = len(self.passages)
        if 0 < have < len(passages) and all(
            a.annotation.id == b.annotation.id for a, b in zip(self.passages, passages, strict=False)
        ):
            self.beginInsertRows(_NOWHERE, have, len(passages) - 1)
            self.passages = passages
            self.endInsertRows()
            return
        self.beginResetModel()
        self.passages = passages
        self.endResetModel()

    def rowCount(self, parent: _ANY = _NOWHERE) -> int:
        """One a passage."""
        return 0 if parent.isValid() else len(self.passages)

    def columnCount(self, parent: _ANY = _NOWHERE) -> int:
        """Article, coder, before, words, after."""
        return 0 if parent.isValid() else 5

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Cells; a row reads aloud as one sentence."""
        if not index.isValid() or index.row() >= len(self.passages):
            return None
        p = self.passages[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (str(p.document.number), p.coder, p.left[-60:], p.words, p.right[:60])[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return p.words if index.column() == WORDS else p.document.title or ""
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == WORDS:
            return f"{p.words}, {p.coder}, {p.document.title or p.document.number}"
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == LEFT:
            return _RIGHT
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("Article"), tr("Coder"), tr("before"), tr("Words"), tr("after"))[section]
