"""The articles of the study, with how far the coder is."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Document
from annotator.qt.theme import LIGHT, Theme
from annotator.qt.widgets.parts import label
from annotator.qt.words import tr

_ANY = QModelIndex | QPersistentModelIndex


def state_words(state: str | None) -> str:
    """A state of a document in words."""
    return {"done": tr("done"), "in progress": tr("in progress")}.get(state or "", tr("open"))


class DocumentModel(QAbstractListModel):
    """All documents with the coder's state."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.documents: list[Document] = []
        self.states: dict[str, str] = {}

    def show(self, documents: list[Document], states: dict[str, str]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.documents, self.states = documents, states
        self.endResetModel()

    def set_states(self, states: dict[str, str]) -> None:
        """Only the states changed."""
        self.states = states
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
            parts = (f"{d.number}. {d.title or d.source}", d.publisher, d.published, state_words(self.states.get(d.id)))
            return "\n".join(p for p in parts if p)
        return None


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
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(t.accent), 1.5))
            painter.setBrush(QColor(t.accent_soft))
            painter.drawRoundedRect(box, 6, 6)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.hover))
            painter.drawRoundedRect(box, 6, 6)
        self._state(painter, QRectF(box.left() + 8, box.top() + 9, 12, 12), state)
        text = box.adjusted(28, 6, -8, -6)
        height = text.height() / 2
        title = QFont(option.font)
        title.setBold(state != "done")
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
        self.filtered = QSortFilterProxyModel(self)
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
        layout.addWidget(self.search)
        layout.addWidget(self.view)

    def set_theme(self, theme: Theme) -> None:
        """Colours."""
        self.delegate.theme = theme
        self.view.viewport().update()

    def show_documents(self, documents: list[Document], states: dict[str, str]) -> None:
        """Show a study's articles."""
        self.model.show(documents, states)
        self._count()

    def set_states(self, states: dict[str, str]) -> None:
        """How far the coder is."""
        self.model.set_states(states)
        self._count()

    def _count(self) -> None:
        done = sum(s == "done" for s in self.model.states.values())
        self.heading.setText(tr("Articles: {done} of {n} done", done=done, n=len(self.model.documents)))

    def set_current(self, document_id: str) -> None:
        """Mark the one that is open."""
        place = next((i for i, d in enumerate(self.model.documents) if d.id == document_id), None)
        if place is not None:
            index = self.filtered.mapFromSource(self.model.index(place))
            self.view.setCurrentIndex(index)

    def neighbour(self, document_id: str, step: int) -> str | None:
        """The article before or after another one."""
        ids = [d.id for d in self.model.documents]
        place = ids.index(document_id) + step if document_id in ids else 0
        return ids[place] if 0 <= place < len(ids) else None

    def _choose(self, index: QModelIndex) -> None:
        d, _ = index.data(Qt.ItemDataRole.UserRole)
        self.chosen.emit(d.id)
