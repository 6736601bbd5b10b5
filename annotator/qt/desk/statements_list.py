"""The statements of the article, in reading order: claim, speaker, target and stance at a glance."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotator.domain.changes import ChangeSet
from annotator.domain.fragments import Fragments
from annotator.qt.coding.session import Session
from annotator.qt.desk.statement_groups import Paragraphs
from annotator.qt.desk.statement_painting import StatementDelegate
from annotator.qt.desk.statement_rows import Row, StatementModel
from annotator.qt.desk.statement_tools import ChosenStatements, StatementTools
from annotator.qt.toolkit.row_list import RowList
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import tr

_ROW = Qt.ItemDataRole.UserRole


class StatementList(QWidget):
    """The list with its heading; clicking a statement jumps to it."""

    jump = Signal(str)
    counted = Signal(str)
    """How many there are, in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._told = ""
        self.view = RowList(self._height)
        self.view.setAccessibleName(tr("Statements of this article"))
        self.view.setMouseTracking(True)
        self.model = StatementModel(self)
        self.delegate = StatementDelegate(self)
        self.chosen = ChosenStatements(self)
        self.chosen.setSourceModel(self.model)
        self.tools = StatementTools()
        self.tools.changed.connect(self._choose)
        self.tools.search.returnPressed.connect(self._first)
        self.tools.given_up.connect(self.view.setFocus)
        self.view.setModel(self.model)
        self.view.setItemDelegate(self.delegate)
        self._grouped = False
        self._paragraphs: Paragraphs | None = None
        self.delegate.heading = lambda index: self.heading(index.row())
        for moved in (self.model.rowsInserted, self.model.rowsRemoved):
            moved.connect(self._regroup)
        self.view.clicked.connect(self._jump)
        self.view.activated.connect(self._jump)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.tools)
        layout.addWidget(self.view)

    def set_session(self, session: Session | None) -> None:
        """What it is about."""
        self._session = session
        self.tools.set_session(session)
        if session is not None:
            session.opened.connect(self.tools.search.clear)
            session.opened.connect(self.reload)
            session.changed.connect(self._changed)
            session.current_changed.connect(self._follow)
        self.reload()

    def set_theme(self, theme: Theme) -> None:
        """Colours, and the size of letters."""
        self.delegate.theme = theme
        self.view.forget()

    def _height(self, number: int, width: int, letter: float, line: float) -> int:
        shown = self.view.model()
        row = self.model.rows[number] if shown is self.model else shown.index(number, 0).data(_ROW)
        over = self.delegate.heading_height(line) if self.heading(number) else 0
        return over + self.delegate.height_of(row, width, letter, line)

    # paragraphs

    def group(self, wanted: bool) -> None:
        """Whether the paragraphs of the article stand as headings over their statements."""
        if wanted != self._grouped:
            self._grouped = wanted
            self._regroup()

    def heading(self, number: int) -> str:
        """What stands over a row: a paragraph's heading over its first, where all are in the text's order."""
        if not self._grouped or self._session is None or self.tools.choice()[2] != "place":
            return ""
        if self._paragraphs is None:
            self._paragraphs = Paragraphs(self._session)
        return self._paragraphs.heading(self.view.model(), number)

    def _regroup(self, *_: object) -> None:
        """Another row may be the first of its paragraph now."""
        if self._grouped or self._paragraphs is not None:
            self._paragraphs = None
            self.view.forget()
            self.view.viewport().update()

    def reload(self) -> None:
        """Show all statements of the article."""
        session = self._session
        self._paragraphs = None
        self.model.show([] if session is None else [Row(session, s) for s in session.statements()])
        self.tools.show_article()
        self._count()

    def own_keys(self) -> tuple[str, dict[str, str]]:
        """The keys of the list in words."""
        return tr("the statements"), {
            "Up / Down": tr("The statement before, or the next one"),
            "Return": tr("Choose the statement and show it"),
            "Esc": tr("Back to the text"),
        }

    def lacking(self) -> list[tuple[Fragments, str]]:
        """Place and id of each statement in which something is missing, in reading order."""
        return [(r.order[0], r.id) for r in self.model.rows if r.missing]

    def open_things(self) -> list[tuple[str, str]]:
        """Id and words of what is open, in reading order; what the article itself lacks stands last, without an id."""
        found: list[tuple[str, str]] = []
        for number, row in enumerate(self.model.rows, start=1):
            if row.missing:
                words = " ".join(row.words.split())
                short = words if len(words) <= 90 else words[:89] + "…"
                found.append((row.id, f"{number}. “{short}”: {', '.join(row.missing)}"))
        if lacking := self.tools.lacking():
            found.append(("", tr("The whole article: {what}", what=", ".join(lacking))))
        return found

    def _changed(self, changes: ChangeSet) -> None:
        session = self._session
        if session is None:
            return
        if session.renamed:
            self.reload()
        else:
            fresh = [Row(session, s) for s in session.statements(session.touched)] if session.touched else []
            # a link that belongs to a label now has no row of its own any more
            self.model.update_rows(set(changes.removed) | (session.touched - {r.id for r in fresh}), fresh)
        if changes.removed or any(self._of_article(session, k) for k in changes.added | changes.changed):
            self.tools.show_article()
        self._count()
        self._follow()

    def _count(self) -> None:
        typed = self.tools.search.text().strip()
        self.view.instead = (
            tr("Nothing fits “{words}”. Esc shows all statements.", words=typed)
            if typed
            else tr("No statement here fits what is chosen above.")
            if self.model.rows
            else tr("No statements yet. Select a passage and press its key.")
        )
        open_ones = self.model.open_ones
        told = tr("Statements: {n}", n=len(self.model.rows))
        shown = self.view.model().rowCount()
        if shown != len(self.model.rows):
            told = tr("Statements: {shown} of {n}", shown=shown, n=len(self.model.rows))
        told += tr(", {n} still open", n=open_ones) if open_ones else ""
        if told != self._told:
            self._told = told
            self.counted.emit(told)

    def _follow(self) -> None:
        session = self._session
        if session is None or session.current is None:
            self.view.clearSelection()
            return
        owner = session.owner_of(session.current)
        place = self.model.place(owner.id) if owner is not None else None
        if place is None:
            self.view.clearSelection()
        else:
            index = self.model.index(place)
            self.view.setCurrentIndex(self.chosen.mapFromSource(index) if self.view.model() is self.chosen else index)

    @staticmethod
    def _of_article(session: Session, key: str) -> bool:
        a = session.labels.get(key)
        return a is not None and not a.fragments and not a.roles

    def _choose(self) -> None:
        """The rows that are wanted; the model itself where all are, which costs nothing at thousands."""
        self.chosen.choose(*self.tools.choice())
        self.view.setModel(self.chosen if self.chosen.active else self.model)
        self._count()
        self._follow()

    def _first(self) -> None:
        """From the search to what it found."""
        if self.view.model().rowCount():
            self.view.setFocus()
            index = self.view.model().index(0, 0)
            self.view.setCurrentIndex(index)
            self._jump(index)

    def _jump(self, index: QModelIndex) -> None:
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        self.jump.emit(row.id)
