"""Suggestions at the desk: which are open in the article, which is in hand, and what is done with it."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QTabWidget, QWidget

from annotator.domain.changes import ChangeSet
from annotator.domain.errors import AnnotatorError
from annotator.qt.coding.session import ELSEWHERE, Session
from annotator.qt.reading import Suggested, TextSurface
from annotator.qt.suggestions.panel import SuggestionsPanel
from annotator.qt.suggestions.rows import Row
from annotator.qt.suggestions.words import Words, place_of
from annotator.qt.toolkit.parts import restyle
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.suggestions.answering import accepting, accepting_all, rejecting
from annotator.services.suggestions.standing import Offer, Standing, offer

WAITING = ("open", "lost", "homeless")
"""What is listed: it waits for an answer."""
_MANY = 500


class Telling(Protocol):
    """How the person is told."""

    def message(self, words: str, ms: int = 0) -> None:
        """What was done."""

    def notice(self, words: str) -> None:
        """What a person must know."""


class Offering(QObject):
    """One a desk. The list, the text and the keys all speak with it; it keeps no answer of its own."""

    change_wanted = Signal(str)
    """A suggestion was accepted, and its label is to be changed now."""

    def __init__(self, panel: SuggestionsPanel, side: QTabWidget, surface: TextSurface, tell: Telling) -> None:
        super().__init__(panel)
        self._panel, self._side, self._surface, self._tell = panel, side, surface, tell
        self._session: Session | None = None
        self._offer: Offer | None = None
        self.standings: dict[str, Standing] = {}
        self.current: str | None = None
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.refresh)
        panel.taken.connect(self.take)
        panel.shown.connect(lambda _: self._show_in_text())
        panel.all_wanted.connect(self.accept_all)
        surface.selection_changed.connect(self._caret_moved)
        self._show()

    def set_session(self, session: Session | None) -> None:
        """What it is about."""
        self._session = session
        self._offer, self.standings, self.current = None, {}, None
        if session is not None:
            session.opened.connect(self.open)
            session.changed.connect(self._changed)
            session.changed_elsewhere.connect(lambda _: self.open())
        self._show()

    # what there is

    def open(self) -> None:
        """Another article, another text or another coder: ask for its suggestions."""
        session = self._session
        self._offer, self.current = None, None
        if session is not None and session.document is not None:
            self._offer = offer(session.study, session.document.id, session.coder.id)
        self.refresh()

    def _changed(self, changes: ChangeSet) -> None:
        if changes.command != ELSEWHERE and self._offer is not None and self._offer.carried:
            # not on the way of a label; thousands are looked at when the person has paused
            self._later.start(0 if len(self._offer.carried) < _MANY else 300)

    def refresh(self) -> None:
        """How they stand now."""
        session, held = self._session, self._offer
        self.standings = {}
        if session is not None and held is not None and held.carried:
            try:
                found = held.standings(session.study, list(session.labels.values()), session.register)
            except AnnotatorError as error:
                self._tell.notice(spoken(error))
                found = []
            self.standings = {x.id: x for x in found}
        if self.current not in self.waiting():
            self.current = None
        self._show()

    def waiting(self) -> list[str]:
        """Ids of those that wait for an answer, in reading order."""
        return [key for key, x in self.standings.items() if x.state in WAITING]

    # in hand

    def take(self, key: str) -> None:
        """Take one in hand and show it."""
        if key not in self.standings:
            return
        self.current = key
        place = self._place(key)
        if place is not None:
            self._surface.reveal(*place)
        self._panel.set_current(key)
        self._show_in_text()

    def step(self, by: int) -> None:
        """The next one (+1), or the one before (-1); from the caret where none is in hand."""
        order = self.waiting()
        if not order:
            self._tell.message(tr("No suggestion is open in this article"), 6000)
            return
        self._come_forward()
        if self.current in order:
            at = (order.index(self.current) + by) % len(order)
        else:
            caret = self._surface.caret()
            behind = [i for i, key in enumerate(order) if (p := self._place(key)) is not None and p[0] >= caret]
            at = (behind[0] if behind else 0) if by > 0 else (behind[0] - 1 if behind else len(order) - 1)
        self.take(order[at])
        self._say(order[at])

    def _caret_moved(self) -> None:
        """A suggestion that the caret is put into is in hand, unless words are selected."""
        if not self._surface.suggested or self._surface.selection() is not None:
            return
        under = [s.id for s in self._surface.suggested_under(self._surface.caret())]
        if under and self.current not in under:
            self.current = under[0]
            self._panel.set_current(self.current)
            self._show_in_text()

    # answers

    def accept(self) -> None:
        """The one in hand becomes a label; the next one is in hand then."""
        self._accept(change=False)

    def change(self) -> None:
        """The one in hand becomes a label, which is in hand to be changed."""
        self._accept(change=True)

    def _accept(self, change: bool) -> None:
        session, key = self._session, self._in_hand()
        if session is None or session.document is None or key is None:
            return
        try:
            taking = accepting(session.study, session.coder.id, session.document.id, key)
        except AnnotatorError as error:
            self._tell.notice(spoken(error))
            return
        following = self._following(key)
        if session.apply(taking.batch) is None:
            return
        self.refresh()
        self._tell.message(tr("Accepted: {what}", what=self._words().head(self.standings[key])), 6000)
        if change:
            self.current = None
            self._show()
            self.change_wanted.emit(taking.labels[key])
        else:
            self._go_on(following)

    def reject(self) -> None:
        """The one in hand is turned down; the next one is in hand then."""
        session, key = self._session, self._in_hand()
        if session is None or session.document is None or key is None:
            return
        try:
            batch = rejecting(session.study, session.coder.id, session.document.id, key)
        except AnnotatorError as error:
            self._tell.notice(spoken(error))
            return
        following = self._following(key)
        if session.apply(batch) is None:
            return
        self.refresh()
        n = len(batch.commands) - 1
        message = tr("Rejected: {what}", what=self._words().head(self.standings[key]))
        message += tr(" ({n} links that tie it, too)", n=n) if n else ""
        self._tell.message(message, 6000)
        self._go_on(following)

    def accept_all(self, source: str) -> None:
        """All that is open of one source in this article, behind a question with the count."""
        session = self._session
        if session is None or session.document is None:
            return
        taking = accepting_all(session.study, session.coder.id, session.document.id, source)
        n, left = len(taking.labels), len(taking.left)
        if not n:
            why = next(iter(taking.left.values()), "")
            self._tell.notice(tr("No suggestion of {source} can be accepted: {why}", source=source, why=spoken(why)))
            return
        asked = tr("Accept {n} suggestions of {source} in this article as your labels?", n=n, source=source)
        if left:
            asked += "\n" + tr("{n} cannot be accepted and stay open.", n=left)
        box = QMessageBox(QMessageBox.Icon.Question, tr("Accept all"), asked, parent=self._window())
        yes = box.addButton(tr("Accept {n}", n=n), QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.exec()
        if box.clickedButton() is not yes or session.apply(taking.batch) is None:
            return
        self.refresh()
        message = tr("{n} suggestions of {source} accepted; one undo takes them back", n=n, source=source)
        self._tell.message(message, 8000)
        for why in list(dict.fromkeys(taking.left.values()))[:1]:
            self._tell.notice(tr("{n} stay open: {why}", n=left, why=spoken(why)))

    def toggle_in_text(self) -> None:
        """Show or hide suggestions in the text."""
        self._panel.in_text.toggle()

    # showing

    def _in_hand(self) -> str | None:
        if self.current is None:
            message = tr("No suggestion is chosen: F5 goes to the next one") if self.waiting() else ""
            self._tell.message(message or tr("No suggestion is open in this article"), 6000)
        return self.current

    def _following(self, key: str) -> list[str]:
        order = self.waiting()
        at = order.index(key) if key in order else -1
        return order[at + 1 :] + order[: max(at, 0)]

    def _go_on(self, following: list[str]) -> None:
        waiting = set(self.waiting())
        fresh = next((k for k in following if k in waiting), None)
        if fresh is None:
            self.current = None
            self._show()
            return
        self.take(fresh)

    def _place(self, key: str) -> tuple[int, int] | None:
        """Where it stands, a link where the first thing stands that it ties."""
        x = self.standings.get(key)
        if x is None:
            return None
        if x.state == "lost":
            return None
        found = place_of(x.suggestion.label)
        for tied in x.suggestion.ties() if found is None else ():
            found = found or self._place(tied)
        return found

    def _words(self) -> Words:
        assert self._session is not None
        return Words(self._session, self.standings)

    def _say(self, key: str) -> None:
        self._tell.message(self._words().whole(self.standings[key]).replace("\n", " – "), 8000)

    def _come_forward(self) -> None:
        self._side.setCurrentWidget(self._panel)

    def _window(self) -> QWidget:
        return self._panel.window()

    def _show(self) -> None:
        session, panel = self._session, self._panel
        waiting = self.waiting()
        rows: list[Row] = []
        if session is not None and waiting:
            words = self._words()
            for key in waiting:
                x = self.standings[key]
                rows.append(
                    Row(
                        key,
                        self._colour(x),
                        words.head(x),
                        words.passage(x),
                        words.values(x),
                        words.why(x),
                        words.whole(x),
                    )
                )
        counts = Counter(self.standings[k].source.name for k in waiting if self.standings[k].state == "open")
        panel.show_rows(rows, sorted(counts.items()), self.current)
        at = self._side.indexOf(panel)
        self._side.setTabText(at, tr("Suggestions ({n})", n=len(waiting)) if waiting else tr("Suggestions"))
        self._side.setTabVisible(at, bool(self.standings))
        restyle(self._side.tabBar(), "tight" if self.standings else "")  # three tabs are to be seen at once
        self._show_in_text()

    def _show_in_text(self) -> None:
        found: list[Suggested] = []
        if self._session is not None and self._panel.in_text.isChecked():
            words = self._words()
            for key in self.waiting():
                x = self.standings[key]
                if x.state == "open" and x.suggestion.label.fragments:
                    told = words.whole(x).replace("\n", " – ")
                    found.append(Suggested(key, x.suggestion.label.fragments, self._colour(x), told))
        self._surface.set_suggested(found, self.current)

    def _colour(self, x: Standing) -> str:
        assert self._session is not None
        try:
            return self._session.colour_of(x.suggestion.label.layer)
        except AnnotatorError:
            return "#808080"
