"""The passages behind a figure: the words, and what each coder gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QPushButton, QVBoxLayout, QWidget

from annotator.qt.agreement.people import People
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr
from annotator.services.agreement.comparing import Comparison
from annotator.services.agreement.request import Corpus
from annotator.services.agreement.units import place_of

_ANY = QModelIndex | QPersistentModelIndex
_WORDS = 160


@dataclass(frozen=True, slots=True)
class Passage:
    """One unit: the article's id, its range in the text (None for a whole article), the unit's place."""

    article: str
    range: tuple[int, int] | None
    place: int


class PassageModel(QAbstractListModel):
    """Rows are made as they come into view: there may be many thousand."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.comparison: Comparison | None = None
        self._compared: Corpus | None = None
        self._places: list[int] = []
        self._people = People()
        self._numbers: dict[str, int] = {}

    def show(
        self, comparison: Comparison | None, compared: Corpus | None, places: list[int] | None, who: People
    ) -> None:
        """Show these units of a comparison."""
        self.beginResetModel()
        self.comparison, self._compared, self._people = comparison, compared, who
        self._places = places or []
        self._numbers = {} if compared is None else {d.id: d.number for d in compared.documents}
        self.endResetModel()

    def rowCount(self, parent: _ANY | None = None) -> int:
        """How many units."""
        return 0 if parent is not None and parent.isValid() else len(self._places)

    def passage(self, row: int) -> Passage:
        """Where the unit stands: the passage of the person whose own figures these are, else of the first who marked
        it."""
        assert self.comparison is not None
        assert self._compared is not None
        place = self._places[row]
        unit = self.comparison.units[place]
        own = self._people.own
        coder_id = own if own is not None and own in unit.made else next(iter(unit.made))
        found = None
        if own is None or coder_id == own:
            found = place_of(self._compared, unit.document_id, coder_id, unit.made[coder_id])
        return Passage(self._compared.article(unit.document_id), found, place)

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Two lines: the words, and who gave what."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        assert self.comparison is not None
        assert self._compared is not None
        passage = self.passage(index.row())
        unit = self.comparison.units[passage.place]
        if passage.range is not None:
            start, end = passage.range
            cut = role == Qt.ItemDataRole.DisplayRole and end - start > _WORDS
            text = self._compared.texts[passage.article][start : start + _WORDS if cut else end]
            words = f"“{' '.join(text.split())}{'…' if cut else ''}”"
        elif self._people.own is not None and self._people.own not in unit.made:
            words = tr("a passage without a label by {who}", who=self._people.told(self._people.own))
        else:
            words = tr("the whole article")
        given = []
        for coder_id in self.comparison.coder_ids:
            value = self.comparison.value(passage.place, coder_id)
            if value is not None and self._people.own in (None, coder_id):
                given.append(
                    f"{self._people.told(coder_id)}: {self.comparison.names.get(value, value) or tr('(none)')}"
                )
        return f"{self._numbers[unit.document_id]}.  {words}\n{'   ·   '.join(given)}"


class PassagesView(QWidget):
    """`opened`: a person wants to see the passage at the desk; `compared`: the versions side by side."""

    opened = Signal(object)
    compared = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.heading = label(tr("Choose a line to see where coders differ"), "section", wrap=True)
        self.model = PassageModel(self)
        self.list = QListView()
        self.list.setAccessibleName(tr("Where coders differ"))
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setAlternatingRowColors(True)
        self.list.setSpacing(2)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.activated.connect(lambda index: self.compared.emit(self.model.passage(index.row())))
        self.list.selectionModel().currentChanged.connect(lambda *_: self._enable())
        self.model.modelReset.connect(self._enable)
        self.side = QPushButton(tr("Side by side"))
        self.side.setToolTip(tr("The coders’ versions of this passage beside each other (Enter)"))
        self.side.clicked.connect(lambda: self._tell(self.compared))
        self.open = QPushButton(tr("Show in the article"))
        self.open.clicked.connect(lambda: self._tell(self.opened))
        self.settle = QPushButton(tr("Settle these…"))
        self.settle.hide()
        buttons = QHBoxLayout()
        buttons.addWidget(self.side)
        buttons.addWidget(self.open)
        buttons.addStretch(1)
        buttons.addWidget(self.settle)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.heading)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        self._enable()

    def current(self) -> Passage | None:
        """The passage in hand; the first where none is."""
        row = self.list.currentIndex().row()
        if self.model.rowCount() == 0:
            return None
        return self.model.passage(max(row, 0))

    def _enable(self) -> None:
        some = self.model.rowCount() > 0
        for button in (self.side, self.open, self.settle):
            button.setEnabled(some)

    def _tell(self, signal: Any) -> None:
        passage = self.current()
        if passage is not None:
            signal.emit(passage)
