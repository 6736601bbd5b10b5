"""The articles of a coder's pile as a list; of each only what is seen is asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from annotator.qt.toolkit.matching import plain
from annotator.qt.toolkit.words import tr
from annotator.services.team.queue import ArticleLine, Pile

Lines = Callable[[Sequence[str] | None], list[ArticleLine]]
"""Gives the lines of these articles, or of all."""

_ANY = QModelIndex | QPersistentModelIndex
_AT_ONCE = 100
_KEPT = 5_000
"""So many lines are kept; beyond, those that were seen are asked for again."""


def state_words(state: str | None) -> str:
    """A state of a document in words."""
    return {"done": tr("done"), "in progress": tr("in progress"), "skipped": tr("skipped")}.get(state or "", tr("open"))


class DocumentModel(QAbstractListModel):
    """What is listed are places in the pile, in its order."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.pile = Pile()
        self.states: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        self._lines: Lines = lambda _keys: []
        self._known: dict[str, ArticleLine] = {}
        self._place: dict[str, int] = {}
        self._listed: Sequence[int] = ()
        self._kind, self._words = "all", ""
        self._names: list[str] | None = None

    def show(self, pile: Pile, lines: Lines, states: dict[str, str], reasons: dict[str, str]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.pile, self._lines, self._known, self._names = pile, lines, {}, None
        self._place = {key: place for place, key in enumerate(pile.keys)}
        self.states, self.reasons = states, reasons
        self._listed = self._fitting()
        self.endResetModel()

    def narrow(self, kind: str, words: str) -> None:
        """List what is of this kind (all, mine, todo, or a state) and has these words."""
        if (kind, words) != (self._kind, self._words):
            self.beginResetModel()
            self._kind, self._words = kind, words
            self._listed = self._fitting()
            self.endResetModel()

    def set_states(self, states: dict[str, str], reasons: dict[str, str]) -> None:
        """How far the coder is with every article."""
        changed = {k for k in {*states, *self.states} if states.get(k) != self.states.get(k)}
        changed |= {k for k in {*reasons, *self.reasons} if reasons.get(k) != self.reasons.get(k)}
        for key in changed:
            self.set_state(key, states.get(key), reasons.get(key))

    def set_state(self, key: str, state: str | None, reason: str | None) -> None:
        """How far the coder is with one article: it may come into what is listed, or go out of it."""
        if (state, reason) == (self.states.get(key), self.reasons.get(key)):
            return
        for held, value in ((self.states, state), (self.reasons, reason)):
            held.pop(key, None)
            if value is not None:
                held[key] = value
        place = self._place.get(key)
        if place is None:
            return
        row = bisect_left(self._listed, place)
        listed = row < len(self._listed) and self._listed[row] == place
        fits = self._fits(place)
        if fits and listed:
            self.dataChanged.emit(self.index(row), self.index(row))
        elif fits or listed:
            now = list(self._listed)
            if fits:
                self.beginInsertRows(QModelIndex(), row, row)
                now.insert(row, place)
            else:
                self.beginRemoveRows(QModelIndex(), row, row)
                del now[row]
            self._listed = now
            self.endInsertRows() if fits else self.endRemoveRows()

    # which are listed

    def _fitting(self) -> Sequence[int]:
        every = range(len(self.pile.keys))
        if self._kind == "all" and not self._words:
            return every
        places = every if not self._words else self._with_words()
        return places if self._kind == "all" else [place for place in places if self._is_of_kind(place)]

    def _with_words(self) -> list[int]:
        """The places of articles that have the words in what is shown of them, how far the coder is included."""
        words, states = self._words, {*self.states, *self.reasons}
        told = {self._place[key] for key in states if key in self._place and words in plain(self._told(key))}
        if words in plain(state_words(None)):
            told |= {place for place, key in enumerate(self.pile.keys) if key not in states}
        return [place for place, name in enumerate(self.names()) if words in name or place in told]

    def _fits(self, place: int) -> bool:
        if self._kind != "all" and not self._is_of_kind(place):
            return False
        words = self._words
        return not words or words in self.names()[place] or words in plain(self._told(self.pile.keys[place]))

    def _is_of_kind(self, place: int) -> bool:
        state = self.states.get(self.pile.keys[place], "open")
        if self._kind in ("mine", "todo"):
            return place < self.mine and (self._kind == "mine" or state not in ("done", "skipped"))
        return state == self._kind

    def _told(self, key: str) -> str:
        state, reason = state_words(self.states.get(key)), self.reasons.get(key)
        return f"{state}: {reason}" if reason else state

    def names(self) -> list[str]:
        """What each article of the pile is found by, without case and accents; asked for by the first who searches."""
        if self._names is None:
            names = [""] * len(self.pile.keys)
            for line in self._lines(None):
                if (place := self._place.get(line.id)) is not None:
                    told = (f"{self.pile.number(place, line.number)}. {line.title}", line.publisher, line.published)
                    names[place] = plain("\n".join(p for p in told if p))
            self._names = names
        return self._names

    # asking

    @property
    def mine(self) -> int:
        """How many articles are the coder's."""
        return self.pile.given or len(self.pile.keys)

    def listed(self) -> list[str]:
        """Ids of the articles that are listed, in their order."""
        return [self.pile.keys[place] for place in self._listed]

    def row_of(self, key: str) -> int | None:
        """Where an article is listed."""
        place = self._place.get(key)
        if place is None:
            return None
        row = bisect_left(self._listed, place)
        return row if row < len(self._listed) and self._listed[row] == place else None

    def place_of(self, key: str) -> int | None:
        """Where an article stands in the pile, from 0."""
        return self._place.get(key)

    def neighbour(self, key: str, step: int) -> str | None:
        """The article so many places on in what is listed; in the whole pile where this one is not listed."""
        row = self.row_of(key)
        rows: Sequence[int] = self._listed if row is not None else range(len(self.pile.keys))
        start = row if row is not None else self._place.get(key)
        at = 0 if start is None else start + step
        return self.pile.keys[rows[at]] if 0 <= at < len(rows) else None

    def to_do(self, after: str | None = None) -> Iterator[str]:
        """The coder's articles that are neither done nor skipped, from the one after this on; then from the first."""
        place = self._place.get(after or "", self.mine)
        start = place + 1 if place < self.mine else 0
        for at in (*range(start, self.mine), *range(start)) if start else range(self.mine):
            if (key := self.pile.keys[at]) != after and self.states.get(key) not in ("done", "skipped"):
                yield key

    def line(self, place: int) -> tuple[ArticleLine, int]:
        """What is shown of an article of the pile, and its number."""
        key = self.pile.keys[place]
        if key not in self._known:
            if len(self._known) > _KEPT:
                self._known.clear()
            row = bisect_left(self._listed, place)
            near = [place, *self._listed[max(0, row - _AT_ONCE // 2) : row + _AT_ONCE]]
            self._known.update((line.id, line) for line in self._lines([self.pile.keys[x] for x in near]))
        line = self._known[key]
        return line, self.pile.number(place, line.number)

    # Qt

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        """How many are listed."""
        return 0 if parent.isValid() else len(self._listed)

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line, number and state for painting; words for tool tips and screen readers."""
        if not index.isValid() or index.row() >= len(self._listed):
            return None
        if role == Qt.ItemDataRole.UserRole:
            line, number = self.line(self._listed[index.row()])
            return line, number, self.states.get(line.id)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            line, number = self.line(self._listed[index.row()])
            parts = (f"{number}. {line.title}", line.publisher, line.published, self._told(line.id))
            return "\n".join(p for p in parts if p)
        return None
