"""Columns that can be read: heads stand as their cells do, cut words are in the tool tip, widths set by hand stay."""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QHelpEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionHeader,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QTreeView,
)

WIDEST = 320
"""Pixels that one column takes at most by itself; by hand it can be made wider."""
_MARGIN = 8
"""Pixels that the style sheet leaves beside the words of a cell."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole


class Head(QHeaderView):
    """The head of a table or tree. Figures stand at the right, and so do their heads."""

    def __init__(self, view: QTableView | QTreeView) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self._view = view
        self._by_hand: dict[str, int] = {}
        self._keep: Callable[[str], None] | None = None
        self._before: list[int] = []
        self._fits = False
        self._wide: int | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.settle)
        self.sectionResized.connect(self._soon)
        self.sectionCountChanged.connect(self._soon)
        self.setDefaultAlignment(_LEFT)
        self.setHighlightSections(False)
        self.setSectionsClickable(isinstance(view, QTableView))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    # as the cells

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, section: int) -> None:
        """Where the model says nothing of its heads, a head stands where its first cell does."""
        super().initStyleOptionForIndex(option, section)
        model = self.model()
        if model is None or model.headerData(section, self.orientation(), _ALIGNMENT) is not None:
            return
        told = model.index(0, section).data(_ALIGNMENT) if model.rowCount() else None
        if told is not None and Qt.AlignmentFlag(int(told)) & Qt.AlignmentFlag.AlignRight:
            option.textAlignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

    # as wide as their words

    def fit(self) -> None:
        """Columns are as wide as what stands in them and may be pulled, whatever comes in later."""
        self._fits = True
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        model = self.model()
        for changed in (model.rowsInserted, model.modelReset, model.dataChanged, model.columnsInserted):
            changed.connect(self._soon)
        self._soon()

    def widen(self, column: int) -> None:
        """This column takes the room that is left, and keeps what its words need where none is."""
        self._wide = column
        self.setStretchLastSection(False)
        self.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        self._soon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, or less."""
        super().resizeEvent(event)
        self._soon()

    def _soon(self, *_: object) -> None:
        if not self._before:
            self._later.start(0)

    def settle(self) -> None:
        """Widths set by hand, then the rest of the room."""
        self.sectionResized.disconnect(self._soon)
        for column in range(self.count()):
            width = self._by_hand.get(self._title(column))
            if width is not None and width != self.sectionSize(column):
                self.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
                self.resizeSection(column, width)
            elif width is None and self._fits and self.sectionResizeMode(column) == QHeaderView.ResizeMode.Interactive:
                self.resizeSection(column, self._needed(column))
        wide = self._wide
        if wide is not None and wide < self.count() and self._title(wide) not in self._by_hand:
            others = sum(self.sectionSize(c) for c in range(self.count()) if c != wide and not self.isSectionHidden(c))
            self.resizeSection(wide, max(self._view.viewport().width() - others, self._needed(wide)))
        self.sectionResized.connect(self._soon)

    def _needed(self, column: int) -> int:
        return min(max(self._view.sizeHintForColumn(column) + 4, self.sectionSizeHint(column)), WIDEST)

    # by hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A column may be pulled now."""
        self._before = [self.sectionSize(c) for c in range(self.count())]
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep the widths that were pulled."""
        super().mouseReleaseEvent(event)
        before, self._before = self._before, []
        if len(before) != self.count():
            return
        pulled = {self._title(c): self.sectionSize(c) for c, old in enumerate(before) if self.sectionSize(c) != old}
        if pulled:
            self._by_hand |= pulled
            if self._keep is not None:
                self._keep(json.dumps(self._by_hand))

    def remember(self, kept: str, keep: Callable[[str], None]) -> None:
        """kept: what `keep` was given the last time; anything else counts as nothing."""
        try:
            found = json.loads(kept or "{}")
        except ValueError:
            found = {}
        if isinstance(found, dict):
            self._by_hand = {k: v for k, v in found.items() if isinstance(v, int) and 10 <= v <= 4000}
        self._keep = keep
        self._soon()

    def _title(self, column: int) -> str:
        model = self.model()
        told = model.headerData(column, self.orientation()) if model is not None else ""
        return str(told or column)


class _TipDelegate(QStyledItemDelegate):
    """Says the whole words of a cell that is too narrow for them."""

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        told = index.data(Qt.ItemDataRole.ToolTipRole)
        words = index.data(Qt.ItemDataRole.DisplayRole)
        room = view.visualRect(index).width() - 2 * _MARGIN
        if not told and words and view.fontMetrics().horizontalAdvance(str(words)) > room:
            QToolTip.showText(event.globalPos(), str(words), view)
            return True
        return super().helpEvent(event, view, option, index)


def readable(view: QTableView | QTreeView, wide: int | None = None) -> Head:
    """Give a table or tree, before its columns are set up, a head and cells that can be read.

    wide: the column that takes what the others leave.
    """
    head = Head(view)
    if isinstance(view, QTableView):
        view.setHorizontalHeader(head)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    else:
        view.setHeader(head)
    view.setItemDelegate(_TipDelegate(view))
    if wide is not None:
        head.widen(wide)
    return head
