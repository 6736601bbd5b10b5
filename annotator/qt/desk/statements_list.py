"""The statements of the article, in reading order: claim, speaker, target and stance at a glance."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from annotator.domain.annotations import Annotation
from annotator.domain.changes import ChangeSet
from annotator.domain.codebook.model import Layer, ScaleAttribute
from annotator.domain.codebook.reasons import read_reasons
from annotator.domain.codebook.values import label_of, number_text
from annotator.domain.fragments import Fragments
from annotator.domain.statements import Statement, Tie
from annotator.qt.desk.session import Session
from annotator.qt.desk.statement_tools import ChosenStatements, StatementTools
from annotator.qt.theme import LIGHT, Theme
from annotator.qt.widgets.row_list import RowList, mean_letter
from annotator.qt.words import spoken, tr

_ANY = QModelIndex | QPersistentModelIndex
_ROW = Qt.ItemDataRole.UserRole
_BESIDE = 36
"""Pixels of a row's width that are not the claim's."""


class Row:
    """What one statement shows; its words are made when the row is first looked at.

    An article can have thousands of statements, of which a dozen are in view.
    """

    def __init__(self, session: Session, s: Statement) -> None:
        self._session, self._statement = session, s
        self.id = s.owner.id
        self.order = (s.owner.fragments, s.owner.created, s.owner.id)
        self.colour = session.colour_of(s.owner.layer)
        self.missing = s.missing
        self.review: tuple[str, ...] = ()
        if session.reviews:
            parts = [s.owner, *(x for t in _all_ties(s) for x in (t.link, t.filler) if x is not None)]
            self.review = tuple(dict.fromkeys(why for a in parts for why in session.reviews.get(a.id, ())))

    @property
    def length(self) -> int:
        """Of the claim's passage, in characters, without making it."""
        return sum(end - start for start, end in self._statement.owner.fragments)

    @property
    def lines_below(self) -> int:
        """How many lines stand below the claim."""
        return sum(map(len, self._statement.ties.values())) + bool(self.missing) + bool(self.review)

    @cached_property
    def words(self) -> str:
        """The claim's passage."""
        return self._session.passage(self._statement.owner)

    @cached_property
    def ties(self) -> tuple[tuple[str, str, str], ...]:
        """Of each link: its layer's label, who or what, and the stance."""
        session = self._session
        names = session.names()
        ties: list[tuple[str, str, str]] = []
        for key, group in self._statement.ties.items():
            layer = session.codebook.layer(key)
            for tie in group:
                who = names.get(tie.entity_id or "") or (session.passage(tie.filler) if tie.filler else "")
                if not who and tie.because:
                    role = layer.role(tie.role) if layer.kind == "link" else None
                    who = next((r.label for r in role.empty_because if r.key == tie.because), "") if role else ""
                ties.append((layer.label, who or "–", stance_words(layer, tie.link)))
        return tuple(ties)

    def spoken(self) -> str:
        """For screen readers and tool tips."""
        parts = [self.words, *(": ".join(p for p in (head, who, how) if p) for head, who, how in self.ties)]
        if self.review:
            parts.append(tr("look again: {why}", why=_reasons(self.review)))
        if self.missing:
            parts.append(tr("still open: {what}", what=", ".join(self.missing)))
        return "\n".join(parts)


def _all_ties(s: Statement) -> Iterator[Tie]:
    return (t for group in s.ties.values() for t in group)


def stance_words(layer: Layer, link: Annotation) -> str:
    """The scale's point that a link has, with its sign: `+1 for`."""
    how = ""
    for a in layer.attributes:
        if isinstance(a, ScaleAttribute) and (value := link.values.get(a.key)) is not None:
            how = label_of(a, value)
            if isinstance(value, (int, float)):
                signed = value > 0 and any(p.value < 0 for p in a.points)
                how = f"{'+' if signed else ''}{number_text(value).replace('-', '−')} {how}"
    return how


class StatementModel(QAbstractListModel):
    """Rows in reading order; a ChangeSet replaces just the rows that it touches."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._by_id: dict[str, Row] = {}
        self.open_ones = 0
        """In how many something is missing."""

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        """How many statements there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row itself for painting, words for tool tips and screen readers."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return row.spoken()
        return None

    def show(self, rows: list[Row]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.rows = rows
        self._by_id = {r.id: r for r in rows}
        self.open_ones = sum(bool(r.missing) for r in rows)
        self.endResetModel()

    def place(self, key: str) -> int | None:
        """The row of a statement; None where it has none. Rows are in order, so that this is found by halving."""
        row = self._by_id.get(key)
        return None if row is None else bisect_left(self.rows, row.order, key=_order)

    def update_rows(self, gone: set[str], fresh: list[Row]) -> None:
        """Take rows out, and put others in or in their place."""
        new = {r.id: r for r in fresh}
        for key in (gone | new.keys()) & self._by_id.keys():
            old, place = self._by_id[key], self.place(key)
            assert place is not None
            self.open_ones -= bool(old.missing)
            if key in new and self._stays(place, new[key]):
                row = self.rows[place] = self._by_id[key] = new.pop(key)
                self.open_ones += bool(row.missing)
                self.dataChanged.emit(self.index(place), self.index(place))
            else:
                self.beginRemoveRows(QModelIndex(), place, place)
                del self.rows[place], self._by_id[key]
                self.endRemoveRows()
        for row in new.values():
            place = bisect_left(self.rows, row.order, key=_order)
            self.beginInsertRows(QModelIndex(), place, place)
            self.rows.insert(place, row)
            self._by_id[row.id] = row
            self.open_ones += bool(row.missing)
            self.endInsertRows()

    def _stays(self, place: int, row: Row) -> bool:
        """Whether a row that takes the place of another one stands between its neighbours there."""
        before = self.rows[place - 1].order if place else None
        after = self.rows[place + 1].order if place + 1 < len(self.rows) else None
        return (before is None or before < row.order) and (after is None or row.order < after)


def _order(row: Row) -> tuple[Fragments, str, str]:
    return row.order


class StatementDelegate(QStyledItemDelegate):
    """Two lines of the claim, then one line a link."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT

    def height_of(self, row: Row, width: int, letter: float, line: float) -> int:
        """Pixels of a row in a list of this width; asked of thousands, so that nothing is measured or made."""
        return round((self._claim_lines(row, width, letter) + row.lines_below) * (line + 2) + 16)

    def sizeHint(self, option: QStyleOptionViewItem, index: _ANY) -> QSize:
        """Room for the claim, the links and what is missing."""
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        metrics = QFontMetricsF(option.font)
        return QSize(100, self.height_of(row, option.rect.width(), mean_letter(metrics), metrics.height()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _ANY) -> None:
        """Claim in text colour, links below, what is missing in the warning colour with a sign."""
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        t = self.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(4, 2, -4, -2)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(t.accent), 1.5))
            painter.setBrush(QColor(t.accent_soft))
            painter.drawRoundedRect(box, 6, 6)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.hover))
            painter.drawRoundedRect(box, 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(row.colour))
        painter.drawRoundedRect(QRectF(box.left() + 5, box.top() + 7, 4, box.height() - 14), 2, 2)
        text = box.adjusted(16, 6, -8, -6)
        metrics = QFontMetricsF(option.font)
        height = metrics.height() + 2
        painter.setFont(option.font)
        painter.setPen(QColor(t.text))
        lines = self._claim_lines(row, option.rect.width(), mean_letter(metrics))
        claim = lines * height
        self._claim(painter, QRectF(text.left(), text.top(), text.width(), claim), row.words, lines, metrics)
        y = text.top() + claim
        for head, who, how in row.ties:
            painter.setPen(QColor(t.muted))
            painter.drawText(QRectF(text.left(), y, text.width(), height), Qt.AlignmentFlag.AlignVCenter, head)
            x = text.left() + metrics.horizontalAdvance(head) + 7
            strong = QFont(option.font)
            strong.setBold(True)
            painter.setFont(strong)
            painter.setPen(QColor(t.text))
            bold = QFontMetricsF(strong)
            room = text.right() - x - (metrics.horizontalAdvance(how) + 10 if how else 0)
            shown = bold.elidedText(who, Qt.TextElideMode.ElideRight, max(40.0, room))
            painter.drawText(QRectF(x, y, text.right() - x, height), Qt.AlignmentFlag.AlignVCenter, shown)
            painter.setFont(option.font)
            painter.setPen(QColor(t.accent))
            x += bold.horizontalAdvance(shown) + 8
            painter.drawText(QRectF(x, y, max(0.0, text.right() - x), height), Qt.AlignmentFlag.AlignVCenter, how)
            y += height
        told = [tr("↺ look again: {why}", why=_reasons(row.review))] if row.review else []
        told += [tr("○ open: {what}", what=", ".join(row.missing))] if row.missing else []
        painter.setPen(QColor(t.warning))
        for line in told:
            painter.drawText(
                QRectF(text.left(), y, text.width(), height),
                Qt.AlignmentFlag.AlignVCenter,
                metrics.elidedText(line, Qt.TextElideMode.ElideRight, text.width()),
            )
            y += height
        painter.restore()

    @staticmethod
    def _claim_lines(row: Row, width: int, average: float) -> int:
        """One line for a short claim, two for any other: rather a line too many than words too few."""
        return 1 if row.length * average * 1.06 < width - _BESIDE else 2

    @staticmethod
    def _claim(painter: QPainter, box: QRectF, words: str, lines: int, metrics: QFontMetricsF) -> None:
        shown = " ".join(words[:2000].split())
        if metrics.horizontalAdvance(shown) > box.width() * (1.85 if lines > 1 else 1):
            room = box.width() * (1.8 if lines > 1 else 1)
            shown = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, room)
        option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        painter.drawText(box, shown, option)


class StatementList(QWidget):
    """The list with its heading; clicking a statement jumps to it."""

    jump = Signal(str)
    counted = Signal(str)
    """How many there are, in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._tell_count)
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
        return self.delegate.height_of(row, width, letter, line)

    def reload(self) -> None:
        """Show all statements of the article."""
        session = self._session
        self.model.show([] if session is None else [Row(session, s) for s in session.statements()])
        self.tools.show_article()
        self._count()

    def own_keys(self) -> tuple[str, dict[str, str]]:
        """The keys of the list in words."""
        return tr("the statements"), {
            "Up / Down": tr("The statement before, or the next one"),
            "Return": tr("Take the statement in hand and show it"),
            "Esc": tr("Back to the text"),
        }

    def lacking(self) -> list[tuple[Fragments, str]]:
        """Place and id of each statement in which something is missing, in reading order."""
        return [(r.order[0], r.id) for r in self.model.rows if r.missing]

    def _changed(self, changes: ChangeSet) -> None:
        session = self._session
        if session is None:
            return
        if session.renamed:
            self.reload()
        else:
            fresh = [Row(session, s) for s in session.statements(session.touched)] if session.touched else []
            self.model.update_rows(set(changes.removed), fresh)
        if changes.removed or any(self._of_article(session, k) for k in changes.added | changes.changed):
            self.tools.show_article()
        self._count()
        self._follow()

    def _count(self) -> None:
        """Soon: a tab with other words is a new layout of everything beside it."""
        self._later.start()

    def _tell_count(self) -> None:
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


def _reasons(review: tuple[str, ...]) -> str:
    return "; ".join(spoken(read_reasons(why)) for why in review)
