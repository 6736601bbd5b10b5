"""The list of cases: which ones are shown, and how each reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr
from annotator.services.adjudication.case_book import STATES, CaseBook
from annotator.services.adjudication.cases import KINDS, Case
from annotator.services.adjudication.decisions_json import Teller
from annotator.services.adjudication.proposals import Suggested

_ANY = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_MARKS = {"open": "○", "settled": "✓", "discuss": "?", "changed": "!"}


def state_words(state: str) -> str:
    """How a state reads."""
    return {
        "open": tr("Open"),
        "settled": tr("Settled"),
        "discuss": tr("To discuss"),
        "changed": tr("Changed since"),
    }[state]


def kind_words(kind: str) -> str:
    """How a kind of difference reads."""
    return {
        "unmarked": tr("not marked by all"),
        "bounds": tr("boundaries"),
        "values": tr("values"),
        "links": tr("links"),
    }[kind]


class CaseModel(QAbstractListModel):
    """The cases that pass the filters, each with a mark of its state."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.book: CaseBook | None = None
        self.teller: Teller | None = None
        self.cases: list[Case] = []
        self.suggested: Mapping[str, Suggested] = {}
        self._rows: dict[str, int] = {}

    def show(self, book: CaseBook | None, teller: Teller | None, cases: Sequence[Case]) -> None:
        """Other cases."""
        self.beginResetModel()
        self.book, self.teller, self.cases = book, teller, list(cases)
        self._rows = {c.id: i for i, c in enumerate(self.cases)}
        self.endResetModel()

    def row_of(self, case_id: str) -> int:
        """The row of a case; -1 where it is not shown."""
        return self._rows.get(case_id, -1)

    def refresh(self) -> None:
        """States may have changed."""
        if self.cases:
            self.dataChanged.emit(self.index(0), self.index(len(self.cases) - 1))

    def rowCount(self, parent: _ANY = _ROOT) -> int:
        """How many are shown."""
        return 0 if parent.isValid() else len(self.cases)

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Two lines: what and where, then the words."""
        if self.book is None or self.teller is None or not index.isValid():
            return None
        case = self.cases[index.row()]
        state = self.book.standing(case).state
        if role == Qt.ItemDataRole.DisplayRole:
            number = self.book.documents[case.document_id].number
            layer = self.book.codebook.layer(case.layer).label
            differ = ", ".join(kind_words(k) for k in KINDS if k in case.kinds) or tr("all the same")
            words = " ".join(self.teller.words(case).split())
            shown = f"“{words[:90]}{'…' if len(words) > 90 else ''}”" if words else tr("the whole article")
            return f"{_MARKS[state]}  {number}. {layer} · {differ}{self._likely(case)}\n     {shown}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{state_words(state)}: {self.data(index)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{state_words(state)}\n{self.teller.words(case)}"
        return None

    def _likely(self, case: Case) -> str:
        """How likely the least sure value of the proposal is."""
        one = self.suggested.get(case.id)
        least = None if one is None else one.least
        return "" if least is None else " · " + tr("proposal {p}", p=probability(least))

    def set_suggested(self, suggested: Mapping[str, Suggested]) -> None:
        """The proposals are known now."""
        self.suggested = suggested
        self.refresh()


def probability(p: float) -> str:
    """Two places; never a certainty that no model has."""
    return "> .99" if p > 0.995 else "< .01" if p < 0.005 else f"{p:.2f}".removeprefix("0")


class CaseFilters(QWidget):
    """Which cases are shown: layer or attribute, kind of difference, state, article."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what, self.kind, self.state, self.article = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        names = {
            self.what: tr("Differing field"),
            self.kind: tr("How coders differ"),
            self.state: tr("State"),
            self.article: tr("Article"),
        }
        for boxes in ((self.what,), (self.kind, self.state), (self.article,)):
            row = QHBoxLayout()
            row.setSpacing(6)
            for box in boxes:
                box.setAccessibleName(names[box])
                box.setToolTip(names[box])
                box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                box.setMinimumContentsLength(8)
                box.currentIndexChanged.connect(lambda _=0: self.changed.emit())
                row.addWidget(box, 1)
            column.addLayout(row)
        self.count = label("", "muted")
        column.addWidget(self.count)

    def fill(self, book: CaseBook) -> None:
        """The choices that this study has; what was chosen stays."""
        kept = [box.currentData() for box in self._boxes()]
        was = self.blockSignals(True)
        for box in self._boxes():
            box.clear()
        self._fill_what(book)
        self._fill_kinds_and_states()
        self._fill_articles(book)
        for box, data in zip(self._boxes(), kept, strict=True):
            box.setCurrentIndex(max(0, _find(box, data)))
        self.blockSignals(was)

    def _fill_what(self, book: CaseBook) -> None:
        """Layers that have cases, and their attributes and roles on which coders differ."""
        self.what.addItem(tr("All layers"), None)
        pairs = {pair for c in book.cases for pair in c.differs}
        with_cases = {c.layer for c in book.cases} | {x for c in book.cases for x in c.slots}
        for layer in book.codebook.layers:
            if layer.key not in with_cases:
                continue
            self.what.addItem(layer.label, (layer.key, None))
            named = [(a.key, a.label) for a in layer.attributes]
            if layer.kind == "link":
                named += [(r.key, r.label or r.key) for r in layer.roles]
            for key, words in named:
                if (layer.key, key) in pairs:
                    self.what.addItem(f"{layer.label}: {words}", (layer.key, key))

    def _fill_kinds_and_states(self) -> None:
        self.kind.addItem(tr("Any or no difference"), None)
        self.kind.addItem(tr("Any difference"), "any")
        for kind in KINDS:
            self.kind.addItem(tr("Differ: {kind}", kind=kind_words(kind)), kind)
        self.kind.addItem(tr("All the same"), "none")
        self.state.addItem(tr("Any state"), None)
        for state in STATES:
            self.state.addItem(state_words(state), state)

    def _fill_articles(self, book: CaseBook) -> None:
        self.article.addItem(tr("All articles"), None)
        present = {c.document_id for c in book.cases}
        for d in book.documents.values():
            if d.id in present:
                self.article.addItem(f"{d.number}. {d.title or d.source}", d.id)

    def _boxes(self) -> tuple[QComboBox, ...]:
        return (self.what, self.kind, self.state, self.article)

    def set(self, layer: str | None, attribute: str | None, document_id: str | None) -> None:
        """Show a layer, an attribute or role of it, an article; None for all."""
        was = self.blockSignals(True)
        wanted = (layer, attribute) if layer is not None else None
        if wanted is not None and _find(self.what, wanted) < 0:
            self.what.addItem(" ".join(p for p in wanted if p), wanted)
        self.what.setCurrentIndex(max(0, _find(self.what, wanted)))
        self.article.setCurrentIndex(max(0, _find(self.article, document_id)))
        self.kind.setCurrentIndex(0)
        self.state.setCurrentIndex(0)
        self.blockSignals(was)
        self.changed.emit()

    def chosen(self, book: CaseBook) -> list[Case]:
        """The cases that pass."""
        layer, attribute = self.what.currentData() or (None, None)
        kind, state = self.kind.currentData(), self.state.currentData()
        return [
            c
            for c in book.chosen(layer, attribute, self.article.currentData())
            if (kind is None or (kind in c.kinds if kind in KINDS else bool(c.kinds) == (kind == "any")))
            and (state is None or book.standing(c).state == state)
        ]


def _find(box: QComboBox, data: Any) -> int:
    """The row with these data; tuples are compared as Python does."""
    return next((i for i in range(box.count()) if box.itemData(i) == data or _listed(box.itemData(i)) == data), -1)


def _listed(data: Any) -> Any:
    return tuple(data) if isinstance(data, list) else data
