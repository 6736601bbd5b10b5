"""Searching, narrowing and sorting the statements; and what the whole article still lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from annotator.domain.codebook.model import Layer
from annotator.domain.codebook.values import is_open
from annotator.qt.coding.session import Session
from annotator.qt.toolkit.matching import plain
from annotator.qt.toolkit.parts import restyle
from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.desk.statement_rows import Row

Order = Literal["place", "open", "who", "newest"]
_ANY = QModelIndex | QPersistentModelIndex


class ChosenStatements(QSortFilterProxyModel):
    """The rows of the statements' model that fit, in another order where one is wanted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._wanted: list[str] = []
        self._open_only = False
        self._order: Order = "place"

    @property
    def active(self) -> bool:
        """Whether anything differs from all in reading order."""
        return bool(self._wanted) or self._open_only or self._order != "place"

    def choose(self, typed: str, open_only: bool, order: Order) -> None:
        """Show rows with all these words, in this order."""
        self._wanted, self._open_only, self._order = plain(typed).split(), open_only, order
        self.invalidate()
        self.sort(-1 if order == "place" else 0)

    def filterAcceptsRow(self, row: int, parent: _ANY) -> bool:
        found = self._row(row)
        if self._open_only and not found.missing:
            return False
        if not self._wanted:
            return True
        words = plain(found.spoken())
        return all(w in words for w in self._wanted)

    def lessThan(self, left: _ANY, right: _ANY) -> bool:
        return self._key(left.row()) < self._key(right.row())

    def _row(self, row: int) -> Row:
        model: Any = self.sourceModel()
        found: Row = model.rows[row]
        return found

    def _key(self, number: int) -> tuple[Any, ...]:
        row = self._row(number)
        if self._order == "open":
            return not row.missing, row.order
        if self._order == "who":
            return row.ties[0][1].casefold() if row.ties else "", row.order
        if self._order == "newest":
            return -number_of(row.order[1]), row.order
        return row.order


def number_of(time: str) -> int:
    """The digits of a time as one number, to sort the latest first."""
    return int("".join(c for c in time if c.isdigit()) or 0)


BUTTON_EDGE_PX = 12
"""Between a row's edge and its words."""


class StatementTools(QWidget):
    """A line to search in, what to show and in which order; above it what the article itself still lacks."""

    changed = Signal()
    article_wanted = Signal()
    given_up = Signal()
    """The search was closed by key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find a statement"))
        self.search.setAccessibleName(tr("Find a statement"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.changed)
        self.which = QComboBox()
        self.which.setAccessibleName(tr("Which statements are listed, and in which order"))
        for words, data in (
            (tr("In the text's order"), (False, "place")),
            (tr("Only open ones"), (True, "place")),
            (tr("Open ones first"), (False, "open")),
            (tr("By speaker"), (False, "who")),
            (tr("Newest first"), (False, "newest")),
        ):
            self.which.addItem(words, data)
        self.which.currentIndexChanged.connect(self.changed)
        self.article = QPushButton()
        self.article.setProperty("role", "row")
        self.article.clicked.connect(self.article_wanted)
        self.article.setMinimumWidth(60)
        self.article.installEventFilter(self)
        self._lacking: tuple[str, list[str]] | None = None
        """What stands before the names of what the article lacks, and these names."""
        self.search.installEventFilter(self)
        self.finding = QWidget()
        row = QHBoxLayout(self.finding)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.search, 1)
        row.addWidget(self.which)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(self.article)
        box.addWidget(self.finding)
        self.finding.hide()  # the room is for statements

    def _fit(self) -> None:
        """As many names as there is room for, and how many more there are: no name is cut."""
        if self._lacking is None:
            return
        head, names = self._lacking
        room = self.article.width() - 2 * BUTTON_EDGE_PX
        for n in range(len(names), 0, -1):
            more = len(names) - n
            told = ", ".join(names[:n]) + (f" +{more}" if more else "")
            text = head + tr("open: {what}", what=told)
            if self.article.fontMetrics().horizontalAdvance(text) <= room:
                break
        else:
            text = head + tr("{n} open", n=len(names))
        self.article.setText(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc clears the search, and then closes it."""
        if watched is self.article and event.type() == QEvent.Type.Resize:
            self._fit()
        if watched is self.search and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                if self.search.text():
                    self.search.clear()
                else:
                    self.close_finding()
                return True
        return super().eventFilter(watched, event)

    def open_finding(self) -> None:
        """Show what statements are searched, chosen and ordered by."""
        self.finding.show()
        self.search.setFocus()
        self.search.selectAll()

    def close_finding(self) -> None:
        """Put it away, and show all statements again."""
        self.search.clear()
        self.which.setCurrentIndex(0)
        self.finding.hide()
        self.given_up.emit()

    def set_session(self, session: Session | None) -> None:
        """What it is about."""
        self._session = session
        self.show_article()

    def choice(self) -> tuple[str, bool, Order]:
        """What is typed, whether only open ones are wanted, and the order."""
        open_only, order = self.which.currentData()
        return self.search.text(), open_only, order

    def _layers(self) -> tuple[Layer, ...]:
        session = self._session
        return tuple(session.codebook.document_layers) if session is not None and session.document is not None else ()

    def _values(self, layer: Layer) -> Mapping[str, Any]:
        """Those that the form shows."""
        own = self._session.article_labels(layer.key) if self._session is not None else []
        return own[0].values if own else {}

    def lacking(self) -> list[str]:
        """What must be told of the whole article and is not, in the codebook's words."""
        found = [(layer, self._values(layer)) for layer in self._layers()]
        return [
            a.label
            for layer, values in found
            for a in layer.attributes
            if a.required and values.get(a.key) is None and is_open(layer, a, values, None)
        ]

    def show_article(self) -> None:
        """What holds for the whole article, and what of it is still open."""
        layers = self._layers()
        self.article.setVisible(bool(layers))
        if not layers:
            return
        self._lacking = None
        lacking, given = self.lacking(), sum(len(self._values(layer)) for layer in layers)
        name = ", ".join(x.label for x in layers)
        told = tr("{n} values", n=given) if given != 1 else tr("1 value")
        self.article.setText(tr("{name}: {what}", name=name, what=told) + (" ○" if lacking else ""))
        tip = tr("still open: {what}", what=", ".join(lacking)) if lacking else tr("Nothing is missing")
        self.article.setToolTip(f"{tip}\n" + tr("What holds for the whole article (Ctrl+Alt+V)"))
        self.article.setAccessibleName(f"{self.article.text()}, {tip}")
        if lacking:
            self._lacking = (f"{name}: ○ ", lacking)
            self._fit()
        restyle(self.article, "row-open" if lacking else "row")
