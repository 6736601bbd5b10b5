"""What a statement shows in the list, and the list's model: rows in reading order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Layer, LinkLayer, ScaleAttribute
from annotator.domain.codebook.owners import links_owned, other_roles, owners
from annotator.domain.codebook.reasons import read_reasons
from annotator.domain.codebook.values import label_of, number_text
from annotator.domain.fragments import Fragments
from annotator.domain.statements import Statement, Tie, owners_of
from annotator.qt.coding.session import Session
from annotator.qt.coding.wording import words_of
from annotator.qt.toolkit.words import spoken, tr

_ANY = QModelIndex | QPersistentModelIndex


class Row:
    """What one statement shows; its words are made when the row is first looked at.

    An article can have thousands of statements, of which a dozen are in view.
    """

    def __init__(self, session: Session, s: Statement) -> None:
        self._session, self._statement = session, s
        self.id = s.owner.id
        self.order = (s.place, s.owner.created, s.owner.id)
        self.colour = session.colour_of(s.owner.layer)
        self.missing = s.missing
        self.review: tuple[str, ...] = ()
        if session.reviews:
            parts = [s.owner, *(x for t in _all_ties(s) for x in (t.link, t.filler) if x is not None)]
            self.review = tuple(dict.fromkeys(why for a in parts for why in session.reviews.get(a.id, ())))

    number = 0
    """Its place in reading order, from 1; the model tells it."""

    @property
    def heading(self) -> str:
        """Its number, with a tick where nothing is open."""
        return f"{self.number} {'○' if self.missing else '✓'}"

    @property
    def length(self) -> int:
        """Of the claim's passage, in characters, without making it; of a link, of its name."""
        owner = self._statement.owner
        return sum(end - start for start, end in owner.fragments) or (len(self.words) if owner.roles else 0)

    @property
    def lines_below(self) -> int:
        """How many lines stand below the claim."""
        return sum(map(len, self._statement.ties.values())) + bool(self.missing) + bool(self.review)

    @cached_property
    def words(self) -> str:
        """The claim's passage; of a statement that is a link its name: who stands in it is told below."""
        owner = self._statement.owner
        layer = self._session.codebook.layer(owner.layer)
        return layer.label if layer.kind == "link" else self._session.passage(owner)

    @cached_property
    def ties(self) -> tuple[tuple[str, str, str], ...]:
        """Of each link: its layer's label, who or what, and the stance; links of links below these."""
        told = list(_in_order(self._session, self._statement))
        last = {
            tie.link.id: n for n, (_, tie) in enumerate(told)
        }  # of a link with several roles the stance stands once
        return tuple(
            (_BELOW * depth + self._head(tie), self._who(tie), self._how(tie) if last[tie.link.id] == n else "")
            for n, (depth, tie) in enumerate(told)
        )

    def _head(self, tie: Tie) -> str:
        """The link's name; of several roles, and of a link that is the statement itself, the role's."""
        layer = self._session.codebook.layer(tie.link.layer)
        if not isinstance(layer, LinkLayer) or not tie.role:
            return layer.label
        role = layer.role(tie.role)
        if tie.link.id == self.id:
            return role.label or role.key
        others = other_roles(self._session.codebook, layer.key)
        return f"{layer.label}, {role.label or role.key}" if len(others) > 1 else layer.label

    def _who(self, tie: Tie) -> str:
        session = self._session
        names, layer = session.names(), session.codebook.layer(tie.link.layer)
        who = " + ".join(n for e in tie.entities if (n := names.get(e))) or (
            words_of(session, tie.filler) if tie.filler else ""
        )
        if not who and tie.because and isinstance(layer, LinkLayer):
            who = next((r.label for r in layer.role(tie.role).empty_because if r.key == tie.because), "")
        return who or "–"

    def _how(self, tie: Tie) -> str:
        return stance_words(self._session.codebook.layer(tie.link.layer), tie.link)

    def spoken(self) -> str:
        """For screen readers and tool tips."""
        parts = [self.words, *(": ".join(p for p in (head, who, how) if p) for head, who, how in self.ties)]
        if self.review:
            parts.append(tr("look again: {why}", why=reasons_in_words(self.review)))
        if self.missing:
            parts.append(tr("still open: {what}", what=", ".join(self.missing)))
        return "\n".join(parts)


_BELOW = "↳ "


def _in_order(session: Session, s: Statement) -> Iterator[tuple[int, Tie]]:
    """(how deep, tie): links as they belong to each other, each once."""
    if not s.owner.roles and all(
        key in {x.link.key for x in links_owned(session.codebook, s.owner.layer)} for key in s.ties
    ):
        yield from ((0, tie) for tie in _all_ties(s))  # nothing lies below a link, as nearly everywhere
        return
    by_link = owners(session.codebook).by_link
    own: dict[str, list[Tie]] = {}
    below: dict[str, list[str]] = {}
    for tie in _all_ties(s):
        if tie.link.id not in own:
            for key in owners_of(by_link[tie.link.layer], tie.link):
                below.setdefault(key, []).append(tie.link.id)
        own.setdefault(tie.link.id, []).append(tie)
    waiting = [(0, key) for key in reversed(below.get(s.owner.id, []))]
    if s.owner.id in own:  # the statement is a link itself
        waiting.append((0, s.owner.id))
    seen: set[str] = set()
    for rest in (waiting, [(0, key) for key in reversed(own)]):  # the rest: links of a ring, under nothing here
        while rest:
            depth, key = rest.pop()
            if key in seen:
                continue
            seen.add(key)
            yield from ((depth, tie) for tie in own.get(key, ()))
            rest += [(depth + 1, x) for x in reversed(below.get(key, []))]


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
        row.number = index.row() + 1
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            told = tr("nothing is open") if not row.missing else ""
            return "\n".join(x for x in (f"{row.number}. {row.spoken()}", told) if x)
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


def reasons_in_words(review: tuple[str, ...]) -> str:
    """Why a statement is to be looked at again."""
    return "; ".join(spoken(read_reasons(why)) for why in review)
