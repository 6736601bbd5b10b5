"""The cases that pass the filters, in a list; one of them is in hand."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from annotator.qt.adjudication.case_list import CaseFilters, CaseModel
from annotator.qt.toolkit.words import tr
from annotator.services.adjudication.case_book import CaseBook
from annotator.services.adjudication.cases import Case
from annotator.services.adjudication.decisions_json import Teller

_WAITING = ("open", "changed")


class CaseBrowser(QWidget):
    """Knows which cases are listed and which one is in hand; not what is done with it."""

    shown = Signal(object)
    """Another case is in hand, or the same one again; None where no case passes the filters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.case: Case | None = None
        """The case in hand."""
        self._book: CaseBook | None = None
        self._teller: Teller | None = None
        self._wanted: tuple[str | None, str | None, str | None] | None = None
        """What to filter by as soon as there are cases."""
        self.filters = CaseFilters()
        self.filters.changed.connect(self._filter)
        self.model = CaseModel(self)
        self.list = QListView()
        self.list.setAccessibleName(tr("Cases"))
        self.list.setModel(self.model)
        self.list.setProperty("role", "cases")
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.addWidget(self.filters)
        column.addWidget(self.list, 1)

    def show_book(self, book: CaseBook, teller: Teller) -> None:
        """Cases were made anew. The filters stay, and the case in hand where it still is one."""
        self._book, self._teller = book, teller
        self.filters.fill(book)
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.filters.set(*wanted)
        else:
            self._filter()

    def show_at(self, layer: str | None, attribute: str | None, document_id: str | None) -> None:
        """Show the cases of a layer, of an attribute or role on which they differ, of an article; None for all."""
        if self._book is not None:
            self.filters.set(layer, attribute, document_id)
        else:
            self._wanted = (layer, attribute, document_id)

    def refresh(self) -> None:
        """Something was decided, or taken back."""
        self.model.refresh()
        self._count()

    # moving

    @property
    def row(self) -> int:
        """The row in hand; -1 where there is none."""
        return self.list.currentIndex().row()

    def go_to(self, row: int) -> None:
        """Take the case of a row in hand."""
        index = self.model.index(row)
        if self.list.currentIndex() == index and self.case is not None and self.model.cases[row].id == self.case.id:
            self._take(self.model.cases[row])
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)

    def go_to_case(self, case: Case) -> None:
        """Take a case in hand; where the filters hide it, they are taken away."""
        if self.model.row_of(case.id) < 0:
            self.filters.set(None, None, None)
        self.go_to(self.model.row_of(case.id))

    def step(self, by: int) -> None:
        """The case before or after in the list."""
        row = self.row + by
        if 0 <= row < len(self.model.cases):
            self.go_to(row)

    def open_after(self, row: int) -> int | None:
        """The next row with an open case, from the top again at the end; None where there is none."""
        cases, n = self.model.cases, len(self.model.cases)
        return next((at for place in range(1, n + 1) if self._waits(cases[at := (row + place) % n])), None)

    def _waits(self, case: Case) -> bool:
        return self._book is not None and self._book.standing(case).state in _WAITING

    def _filter(self) -> None:
        if self._book is None:
            return
        kept = self.case.id if self.case is not None else ""
        self.model.show(self._book, self._teller, self.filters.chosen(self._book))
        self._count()
        if (row := self.model.row_of(kept)) >= 0:
            self.go_to(row)
        elif self.model.cases:
            self.go_to(self.open_after(-1) or 0)
        else:
            self._take(None)

    def _count(self) -> None:
        waiting, n = sum(map(self._waits, self.model.cases)), len(self.model.cases)
        told = tr("1 case shown, {m} open", m=waiting) if n == 1 else ""
        self.filters.count.setText(told or tr("{n} cases shown, {m} of them open", n=n, m=waiting))

    def _current_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self._take(self.model.cases[current.row()])

    def _take(self, case: Case | None) -> None:
        self.case = case
        self.shown.emit(case)
