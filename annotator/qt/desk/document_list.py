"""The articles of the study, with how far the coder is."""

from __future__ import annotations

from itertools import chain

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from annotator.qt.desk.document_delegate import DocumentDelegate, row_height
from annotator.qt.desk.document_model import DocumentModel, Lines
from annotator.qt.desk.document_model import state_words as state_words
from annotator.qt.toolkit.matching import plain
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.row_list import RowList
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import tr
from annotator.services.team.queue import Pile


class DocumentList(QWidget):
    """The list with a search line."""

    chosen = Signal(str)
    """The id of a document to be opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = label(tr("Articles"), "section")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find an article"))
        self.search.setAccessibleName(tr("Find an article"))
        self.search.setClearButtonEnabled(True)
        self.model = DocumentModel(self)
        self.which = QComboBox()
        self.which.setAccessibleName(tr("Which articles are listed"))
        for words, kind in (
            (tr("All articles"), "all"),
            (tr("Assigned to me"), "mine"),
            (tr("To do"), "todo"),
            (tr("In progress"), "in progress"),
            (tr("Done"), "done"),
            (tr("Skipped"), "skipped"),
        ):
            self.which.addItem(words, kind)
        self.which.currentIndexChanged.connect(self._filter)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setProperty("role", "thin")
        self.progress.setAccessibleName(tr("How many articles are done or skipped"))
        self.search.textChanged.connect(lambda _: self._filter())
        self.delegate = DocumentDelegate(self)
        self.view = RowList(lambda _row, _width, _letter, line: row_height(line), alike=True)
        self.view.setAccessibleName(tr("Articles of this study"))
        self.view.setModel(self.model)
        self.view.setItemDelegate(self.delegate)
        self.view.setMouseTracking(True)
        self.view.clicked.connect(self._choose)
        self.view.activated.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.heading)
        layout.addWidget(self.progress)
        layout.addWidget(self.search)
        layout.addWidget(self.which)
        layout.addWidget(self.view)

    def set_theme(self, theme: Theme) -> None:
        """Colours."""
        self.delegate.theme = theme
        self.view.viewport().update()

    def show_documents(self, pile: Pile, lines: Lines, states: dict[str, str], reasons: dict[str, str]) -> None:
        """Show the coder's pile. lines: gives what is shown of an article."""
        before = self.model.pile
        self.model.show(pile, lines, states, reasons)
        if pile.keys[: pile.given] != before.keys[: before.given]:
            self.which.setCurrentIndex(self.which.findData("mine" if pile.given else "all"))
        self._count()

    def clear(self) -> None:
        """No study is open."""
        self.show_documents(Pile(), lambda _keys: [], {}, {})

    def set_states(self, states: dict[str, str], reasons: dict[str, str]) -> None:
        """How far the coder is with every article."""
        self.model.set_states(states, reasons)
        self._count()

    def set_state(self, document_id: str, state: str | None, reason: str | None) -> None:
        """How far the coder is with one article."""
        self.model.set_state(document_id, state, reason)
        self._count()

    def _filter(self) -> None:
        current = self.view.currentIndex().data(Qt.ItemDataRole.UserRole)
        self.model.narrow(self.which.currentData() or "all", plain(self.search.text()))
        if current is not None:
            self.set_current(current[0].id)

    def _count(self) -> None:
        model = self.model
        within = range(model.mine)
        of_mine = [state for key, state in model.states.items() if model.place_of(key) in within]
        done, skipped = of_mine.count("done"), of_mine.count("skipped")
        told = tr("Articles: {done} of {n} done", done=done, n=model.mine)
        self.heading.setText(told + (tr(", {n} skipped", n=skipped) if skipped else ""))
        self.progress.setMaximum(max(1, model.mine))
        self.progress.setValue(done + skipped)

    def set_current(self, document_id: str) -> None:
        """Mark the one that is open."""
        row = self.model.row_of(document_id)
        self.view.setCurrentIndex(QModelIndex() if row is None else self.model.index(row))

    def neighbour(self, document_id: str, step: int) -> str | None:
        """The article before or after another one."""
        return self.model.neighbour(document_id, step)

    def listed(self) -> list[str]:
        """Ids of the articles that are listed now, in their order."""
        return self.model.listed()

    def next_to_do(self, document_id: str | None) -> str | None:
        """The next article after another one that is neither done nor skipped; after the last comes the first."""
        return next(self.model.to_do(document_id), None)

    def first(self, last: str | None) -> str | None:
        """The article to begin with: the one that was open last, else the first that is to do, else the first."""
        model = self.model
        if last is not None and model.place_of(last) is not None:
            return last
        others = (k for k in model.pile.keys if model.states.get(k) not in ("done", "skipped"))
        return next(chain(model.to_do(), others), model.pile.keys[0] if model.pile.keys else None)

    def _choose(self, index: QModelIndex) -> None:
        line, _, _ = index.data(Qt.ItemDataRole.UserRole)
        self.chosen.emit(line.id)
