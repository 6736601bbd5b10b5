"""The articles of the study, with how far the coder is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QListView,
    QProgressBar,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Document
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.row_ground import paint_ground
from annotator.qt.toolkit.theme import LIGHT, Theme
from annotator.qt.toolkit.words import tr

_ANY = QModelIndex | QPersistentModelIndex


def state_words(state: str | None) -> str:
    """A state of a document in words."""
    return {"done": tr("done"), "in progress": tr("in progress"), "skipped": tr("skipped")}.get(state or "", tr("open"))


class DocumentModel(QAbstractListModel):
    """All documents with the coder's state."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.documents: list[Document] = []
        self.states: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        self.queue: dict[str, int] = {}

    def show(
        self, documents: list[Document], states: dict[str, str], reasons: dict[str, str], queue: Sequence[str]
    ) -> None:
        """Replace everything. What is assigned comes first, in reading order."""
        self.beginResetModel()
        self.queue = {key: i for i, key in enumerate(queue)}
        end = len(self.queue)
        self.documents = sorted(documents, key=lambda d: (self.queue.get(d.id, end), d.number))
        self.states, self.reasons = states, reasons
        self.endResetModel()

    def set_states(self, states: dict[str, str], reasons: dict[str, str]) -> None:
        """Only the states changed."""
        self.states, self.reasons = states, reasons
        if self.documents:
            self.dataChanged.emit(self.index(0), self.index(len(self.documents) - 1))

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        """How many there are."""
        return 0 if parent.isValid() else len(self.documents)

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The document for painting, words for search, tool tips and screen readers."""
        if not index.isValid():
            return None
        d = self.documents[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return d, self.states.get(d.id)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            state, reason = state_words(self.states.get(d.id)), self.reasons.get(d.id)
            told = f"{state}: {reason}" if reason else state
            parts = (f"{d.number}. {d.title or d.source}", d.publisher, d.published, told)
            return "\n".join(p for p in parts if p)
        return None


class _Filtered(QSortFilterProxyModel):
    """By the words that are searched, and by state or assignment."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = "all"

    def set_kind(self, kind: str) -> None:
        """all, mine, todo, or a state."""
        self._kind = kind
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: _ANY) -> bool:
        model = self.sourceModel()
        assert isinstance(model, DocumentModel)
        d = model.documents[row]
        state = model.states.get(d.id, "open")
        fits = {
            "all": True,
            "mine": d.id in model.queue or not model.queue,
            "todo": state not in ("done", "skipped") and (d.id in model.queue or not model.queue),
        }.get(self._kind, state == self._kind)
        return fits and super().filterAcceptsRow(row, parent)


class DocumentDelegate(QStyledItemDelegate):
    """Title on two lines, outlet and day below, a sign for the state."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT

    def sizeHint(self, option: QStyleOptionViewItem, index: _ANY) -> QSize:
        """Two lines."""
        return QSize(100, round(QFontMetricsF(option.font).height() * 2 + 20))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _ANY) -> None:
        """The state is a shape, not only a colour."""
        d, state = index.data(Qt.ItemDataRole.UserRole)
        t = self.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(4, 1, -4, -1)
        paint_ground(painter, box, option, t)
        self._state(painter, QRectF(box.left() + 8, box.top() + 9, 12, 12), state)
        text = box.adjusted(28, 6, -8, -6)
        height = text.height() / 2
        title = QFont(option.font)
        title.setBold(state not in ("done", "skipped"))
        painter.setFont(title)
        painter.setPen(QColor(t.text))
        shown = f"{d.number}. {d.title or d.source}"
        painter.drawText(
            QRectF(text.left(), text.top(), text.width(), height),
            Qt.AlignmentFlag.AlignVCenter,
            QFontMetricsF(title).elidedText(shown, Qt.TextElideMode.ElideRight, text.width()),
        )
        painter.setFont(option.font)
        painter.setPen(QColor(t.muted))
        below = " · ".join(p for p in (d.publisher, d.published) if p) or d.source
        painter.drawText(
            QRectF(text.left(), text.top() + height, text.width(), height),
            Qt.AlignmentFlag.AlignVCenter,
            QFontMetricsF(option.font).elidedText(below, Qt.TextElideMode.ElideRight, text.width()),
        )
        painter.restore()

    def _state(self, painter: QPainter, box: QRectF, state: str | None) -> None:
        t = self.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(t.muted), 1.5))
        if state == "done":
            painter.setPen(QPen(QColor(t.good), 2.2))
            painter.drawPolyline(
                [
                    box.topLeft() + (box.center() - box.topLeft()) * 0.2 + (box.bottomLeft() - box.topLeft()) * 0.35,
                    box.center() + (box.bottomLeft() - box.topLeft()) * 0.35,
                    box.topRight() + (box.bottomLeft() - box.topLeft()) * 0.1,
                ]
            )
            return
        if state == "skipped":
            painter.drawLine(box.topLeft() + QPointF(1, 1), box.bottomRight() - QPointF(1, 1))
            painter.drawLine(box.topRight() + QPointF(-1, 1), box.bottomLeft() + QPointF(1, -1))
            return
        painter.drawEllipse(box)
        if state == "in progress":
            painter.setBrush(QColor(t.accent))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPie(box.adjusted(2, 2, -2, -2), 90 * 16, -180 * 16)


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
        self.filtered = _Filtered(self)
        self.filtered.setSourceModel(self.model)
        self.filtered.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search.textChanged.connect(self.filtered.setFilterFixedString)
        self.delegate = DocumentDelegate(self)
        self.view = QListView()
        self.view.setAccessibleName(tr("Articles of this study"))
        self.view.setModel(self.filtered)
        self.view.setItemDelegate(self.delegate)
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
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

    def show_documents(
        self,
        documents: list[Document],
        states: dict[str, str],
        reasons: dict[str, str] | None = None,
        queue: Sequence[str] = (),
    ) -> None:
        """Show a study's articles; queue: those that are assigned to the coder, in reading order."""
        before = set(self.model.queue)
        self.model.show(documents, states, reasons or {}, queue)
        if set(queue) != before:
            self.which.setCurrentIndex(self.which.findData("mine" if queue else "all"))
        self._count()

    def set_states(self, states: dict[str, str], reasons: dict[str, str] | None = None) -> None:
        """How far the coder is."""
        self.model.set_states(states, reasons or {})
        self._count()

    def _filter(self) -> None:
        self.filtered.set_kind(self.which.currentData() or "all")

    def _count(self) -> None:
        model = self.model
        mine = [d.id for d in model.documents if not model.queue or d.id in model.queue]
        done = sum(model.states.get(key) == "done" for key in mine)
        skipped = sum(model.states.get(key) == "skipped" for key in mine)
        told = tr("Articles: {done} of {n} done", done=done, n=len(mine))
        self.heading.setText(told + (tr(", {n} skipped", n=skipped) if skipped else ""))
        self.progress.setMaximum(max(1, len(mine)))
        self.progress.setValue(done + skipped)

    def set_current(self, document_id: str) -> None:
        """Mark the one that is open."""
        place = next((i for i, d in enumerate(self.model.documents) if d.id == document_id), None)
        if place is not None:
            index = self.filtered.mapFromSource(self.model.index(place))
            self.view.setCurrentIndex(index)

    def neighbour(self, document_id: str, step: int) -> str | None:
        """The article before or after another one."""
        ids = self.listed()
        if document_id not in ids:
            ids = [d.id for d in self.model.documents]
        place = ids.index(document_id) + step if document_id in ids else 0
        return ids[place] if 0 <= place < len(ids) else None

    def listed(self) -> list[str]:
        """Ids of the articles that are listed now, in their order."""
        model = self.filtered
        return [model.index(i, 0).data(Qt.ItemDataRole.UserRole)[0].id for i in range(model.rowCount())]

    def next_to_do(self, document_id: str | None) -> str | None:
        """The next article after another one that is neither done nor skipped; after the last comes the first."""
        model = self.model
        mine = [d.id for d in model.documents if not model.queue or d.id in model.queue]
        at = mine.index(document_id) + 1 if document_id in mine else 0
        ahead = [*mine[at:], *mine[:at]]
        return next((k for k in ahead if k != document_id and model.states.get(k) not in ("done", "skipped")), None)

    def _choose(self, index: QModelIndex) -> None:
        d, _ = index.data(Qt.ItemDataRole.UserRole)
        self.chosen.emit(d.id)
