"""The form of the label in hand, made from the codebook: its values, doubts and memo, and the links it owns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from annotator.domain.changes import ChangeSet
from annotator.qt.coding.session import Session
from annotator.qt.form.answer_row import MarkedRow
from annotator.qt.form.field import Field
from annotator.qt.form.form import Form, has_focus_within
from annotator.qt.form.form_focus import Held
from annotator.qt.form.form_page import FormPage, Place, Shape, Subject, shape_of
from annotator.qt.form.page_area import PageArea
from annotator.qt.form.picker import picker_in_hand
from annotator.qt.form.roles import RoleField
from annotator.qt.form.taking import Taken, proposed_words, proposes
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr

KEPT_PAGES = 12
_ABOVE = 44
"""So much is seen above what comes into view: the name of its field, and of the part that it stands in."""
Stop = Field | RoleField
"""What can be in hand."""


class Inspector(PageArea):
    """Shows the page that fits the label in hand. Pages are kept: making one takes longer than a frame."""

    jump = Signal(str)
    finished = Signal()
    """The last value that had to be given was given by key: back to the text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Values of the current label"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields take it
        self.in_text: Callable[[], bool] = lambda: False
        """Whether the focus is in the article: then keys of values are for the first thing that is open."""
        self._session: Session | None = None
        self._nothing = label(tr("Open an article to begin."), "muted", wrap=True)
        self._nothing.setContentsMargins(14, 12, 14, 16)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.take_page(self._nothing)
        self._pages: dict[tuple[Shape, ...], FormPage] = {}
        self._page: FormPage | None = None
        self._shown: tuple[str | None, ...] = ()
        """Coder, article, and the ids of the subjects that the page shows."""
        self._register = 0
        """How often the register changed."""
        self._waiting = False
        self._marking = False
        self._taking = False
        """Whether everything proposed is being taken: then the focus moves once, behind the last."""
        self._marked: Stop | None = None
        """What is shown as being in hand."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._mark_soon)
        self.rebuild()

    def set_session(self, session: Session | None) -> None:
        """What it is about."""
        self._session = session
        if session is not None:
            session.opened.connect(self._opened)
            session.current_changed.connect(self._show_soon)
            session.changed.connect(self._changed)
        self.rebuild()

    def _opened(self) -> None:
        """What could not be saved is kept before the focus goes to another article; the register may be another."""
        self._register += 1
        if self._ids([])[:2] != self._shown[:2]:
            self._leave()
        self._show_soon()

    def _changed(self, changes: ChangeSet) -> None:
        self._register += bool(changes.entities)
        subjects = self._subjects()
        touched = changes.added | changes.changed | changes.removed
        if self._page is not None and not touched.isdisjoint(self._ids(subjects)) and self._shows(subjects):
            self._show_on(self._page, subjects)
            self._mark_soon()
        else:  # another label, which is most often taken in hand then: the form is shown once, not twice
            self._show_soon()

    def _show_soon(self) -> None:
        """After the text is repainted."""
        if not self._waiting:
            self._waiting = True
            QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        if self._waiting:
            self._show()

    def _subjects(self) -> list[Subject]:
        """The label in hand, or the article's own."""
        session = self._session
        if session is None or session.document is None:
            return []
        a = session.label()
        if a is not None:
            return [(a, session.codebook.layer(a.layer))]
        if session.drafting is not None:
            return [(None, session.codebook.layer(session.drafting))]
        result: list[Subject] = []
        for layer in session.codebook.document_layers:
            made = session.article_labels(layer.key)
            result.append((made[0] if made else None, layer))
        return result

    def _ids(self, subjects: list[Subject]) -> tuple[str | None, ...]:
        session = self._session
        if session is None or session.document is None:
            return ()
        return session.coder.id, session.document.id, *(a.id if a is not None else layer.key for a, layer in subjects)

    def _shapes(self, subjects: list[Subject]) -> tuple[Shape, ...]:
        return tuple(shape_of(self._session, x) for x in subjects) if self._session is not None else ()

    def _shows(self, subjects: list[Subject]) -> bool:
        """Whether the page in view is the one for these, and shows them."""
        return self._ids(subjects) == self._shown and self._pages.get(self._shapes(subjects)) is self._page

    # pages

    def rebuild(self) -> None:
        """Make everything anew: codebook, colours or study are others."""
        self._leave()
        self._page, self._shown = None, ()
        for page in self._pages.values():
            page.hide()
            page.deleteLater()
        self._pages = {}
        self._show()

    def _show(self) -> None:
        """Show the label in hand on the page that fits it."""
        self._waiting = False
        subjects = self._subjects()
        if not self._shows(subjects):
            self._leave()
            self._waiting = False
            subjects = self._subjects()  # saving may have changed them
        shapes, ids = self._shapes(subjects), self._ids(subjects)
        same_label, place = ids == self._shown, self.verticalScrollBar().value()
        before, page = self._page, self._page_for(shapes)
        held = None if before is None or before is page else Held(before)
        self._page, self._shown = page, ids
        if page is not None:
            self._show_on(page, subjects)
            self._nothing.hide()
        self.turn_to(page or self._nothing)
        if before is not None and before is not page:
            if held is not None and held.anywhere and not (same_label and page is not None and held.give_back(page)):
                self.finished.emit()
            before.hide()
        self.verticalScrollBar().setValue(place if same_label else 0)
        self._mark()

    def _page_for(self, shapes: tuple[Shape, ...]) -> FormPage | None:
        if not shapes or self._session is None:
            return None
        page = self._pages.pop(shapes, None)
        if page is None:
            page = FormPage(self._session, shapes)
            self.take_page(page)
            page.jump.connect(self.jump)
            page.answered.connect(self._on_to_next)
            page.register_seen = self._register
        self._pages[shapes] = page  # at the end: the oldest go first
        if len(self._pages) > KEPT_PAGES:
            oldest = next(key for key, kept in self._pages.items() if kept is not self._page)
            self._pages.pop(oldest).deleteLater()
        return page

    def _show_on(self, page: FormPage, subjects: list[Subject]) -> None:
        page.show_subjects(subjects, page.register_seen != self._register)
        page.register_seen = self._register

    # what was typed

    def flush(self) -> None:
        """Save what was typed and not yet told."""
        if self._page is not None:
            for form in self._page.forms:
                form.flush()

    def _leave(self) -> None:
        """As `flush`; what cannot be saved now is kept until its label is shown again."""
        if self._page is not None:
            for form in self._page.forms:
                form.leave()

    def unsaved(self) -> list[str]:
        """What was typed and could not be saved, here or on labels that were shown before."""
        session = self._session
        if session is None:
            return []
        self._settle()
        self.flush()
        here = [
            words for form in (self._page.forms if self._page is not None else ()) for words in form.unsaved().values()
        ]
        return here + [words for (about, _), words in session.typed.items() if " " in about or session.exists(about)]

    def own_keys(self) -> tuple[str, dict[str, str]]:
        """The keys of the form in words."""
        return tr("the form"), {
            "Tab / Shift+Tab": tr("To the next field, or the one before"),
            "1–9": tr("The value with this number in the current field, and on to the next field"),
            "+ / −": tr("The sign of a number on a scale; then its digit"),
            "Left / Right": tr("From value to value of the current field; Space or Enter takes one"),
            "Return": tr("Take what is typed, marked or proposed, and go on to what is open next"),
            "Down": tr("Open the list of a field that is searched by typing"),
            "Esc": tr("Close a list, then back to the text; what is typed stays"),
        }

    # asking

    @property
    def _forms(self) -> dict[str, Form]:
        """Label id, or layer where there is no label yet -> form."""
        self._settle()
        return {form.key or form.layer.key: form for form in (self._page.forms if self._page is not None else ())}

    def value_keys(self) -> Mapping[str, tuple[Field, Any]]:
        """Hotkey -> (field, value) for the open fields, the first that declares a key has it."""
        self._settle()
        found: dict[str, tuple[Field, Any]] = {}
        for form in self._forms.values():
            for field in form.open_fields():
                for key, value in field.keys().items():
                    found.setdefault(key.lower(), (field, value))
        return found

    def open_fields(self) -> list[Field]:
        """All fields that are asked for now, in their order on the form."""
        self._settle()
        return [field for form in self._forms.values() for field in form.open_fields()]

    def stops(self) -> list[tuple[Place, Stop]]:
        """Everything that can be in hand, in the codebook's order."""
        self._settle()
        return self._page.stops() if self._page is not None else []

    def first_open(self) -> Stop | None:
        """The first thing that is still open, else the first of all."""
        stops = self.stops()
        return self.next_lacking() or (stops[0][1] if stops else None)

    def next_lacking(self, after: Place | None = None) -> Stop | None:
        """The first thing that is still open: a value that must be given, or a role; after a place, then from above."""
        stops = self.stops()
        at = next((n for n, (place, _) in enumerate(stops) if place == after), -1)
        return next((stop for _, stop in (*stops[at + 1 :], *stops[: at + 1]) if lacks(stop)), None)

    def in_hand(self) -> Stop | None:
        """What the next key is for: what has the focus; while that is in the text, the first thing that is open."""
        focused = next((stop for _, stop in self.stops() if has_focus_within(stop) or _asks(stop)), None)
        if focused is not None:
            return focused
        if self._session is None or self._session.current is None or not self.in_text():
            return None
        # what is folded is not seen, and no key is for it
        seen = [s for _, s in self.stops() if self._page is None or not self._page.folded(s)]
        lacking = next((s for s in seen if lacks(s)), None)
        return lacking or next((s for s in seen if isinstance(s, Field) and s.value is None and s.keys()), None)

    def press_key(self, key: str) -> bool:
        """A key of a value, for what is in hand; whether it was one."""
        stop = self.in_hand()
        return stop is not None and stop.press_key(key)

    def enter(self) -> bool:
        """Enter takes what is proposed in hand, else goes there; whether anything is in hand."""
        stop = self.in_hand()
        if stop is None:
            return False
        if not stop.take_proposed():
            if isinstance(stop, RoleField) and has_focus_within(stop):
                stop.choose()
            else:
                self.go_to(stop)
        return True

    def _mark_soon(self, *_: object) -> None:
        if not self._marking:
            self._marking = True
            QTimer.singleShot(0, self, self._mark)

    def _mark(self) -> None:
        """Show what is in hand: nothing else is changed by a key."""
        self._marking = False
        if not self.isVisible() or self._page is None:
            return
        held = self.in_hand()
        if held is not self._marked and self._marked is not None and isValid(self._marked):
            self._show_marked(self._marked, False)
        self._marked = held
        if held is not None:
            self._show_marked(held, True)

    def _show_marked(self, stop: Stop, held: bool) -> None:
        stop.show_in_hand(held)
        row = stop.parentWidget()
        if isinstance(stop, Field) and isinstance(row, MarkedRow):
            row.mark(held)

    def doubt(self) -> bool:
        """Mark a doubt about the value in hand, or take it back; whether a value is in hand."""
        for form in self._forms.values():
            for field in form.open_fields():
                if has_focus_within(field):
                    form.doubt(field)
                    return True
        return False

    def field_in_hand(self) -> Field | None:
        """The field that has the focus."""
        return next((f for f in self.open_fields() if has_focus_within(f)), None)

    def go_to(self, stop: Stop) -> None:
        """Put the focus there, in view."""
        if self._page is not None:
            self._page.unfold(stop)
        stop.first_part().setFocus(Qt.FocusReason.TabFocusReason)
        QTimer.singleShot(0, stop, lambda: self._into_view(stop))

    def _into_view(self, stop: Stop) -> None:
        """Where it is out of view, it comes to the top: what is asked after it is seen with it."""
        top = stop.mapTo(self._holder, QPoint(0, 0)).y()
        bar = self.verticalScrollBar()
        if not bar.value() <= top - 4 <= top + stop.height() + 24 <= bar.value() + self.viewport().height():
            bar.setValue(top - _ABOVE)
        self.horizontalScrollBar().setValue(0)  # never sideways: words must not move under the eyes
        if has_focus_within(stop):
            stop.offer()

    def open_role(self, layer: str) -> bool:
        """Go to the first role of a link layer that is open, else to its first; whether the form has one."""
        roles = [(p, s) for p, s in self.stops() if isinstance(s, RoleField) and s.about[0] == layer]
        found = next((s for _, s in roles if s.lacking), None)
        if found is None and self._page is not None:
            found = self._page.open_more(layer)
        if found is None and roles:
            found = roles[0][1]
        if found is None:
            return False
        self.go_to(found)
        if not found.proposes:
            found.choose()
        return True

    def has_open_role(self, layer: str) -> bool:
        """Whether a role of a link layer is still to be filled here."""
        return any(isinstance(s, RoleField) and s.about[0] == layer and s.lacking for _, s in self.stops())

    def choose_number(self, number: int) -> bool:
        """Take the value of this digit in the field in hand, and go on; whether there was one."""
        field = self.field_in_hand()
        return field is not None and field.press_key(str(number))

    def proposals(self) -> list[Stop]:
        """Where something is proposed and nothing told, in order."""
        return [stop for _, stop in self.stops() if proposes(stop)]

    def take_all(self) -> Taken:
        """Take everything that is proposed and in view, and go on to what is open. Nothing is taken unseen: where all
        of it is out of view, the focus goes to the first of it, and the key is asked for again."""
        taken = []
        self._taking = True
        try:
            for place, words in [(p, proposed_words(s)) for p, s in self.stops() if proposes(s) and self.sees(s)]:
                stop = next((s for p, s in self.stops() if p == place), None)
                # what was taken just now may have brought another proposal here, which nobody saw
                seen = stop is not None and proposes(stop) and proposed_words(stop) == words
                if stop is not None and seen and stop.take_proposed():
                    taken.append(words)
        finally:
            self._taking = False
        left = self.proposals()
        if taken:
            QTimer.singleShot(0, self, lambda: self._go_on(None))
        elif left:
            self.go_to(left[0])
        return Taken(taken=tuple(taken), left=tuple(map(proposed_words, left)))

    def sees(self, stop: Stop) -> bool:
        """Whether what is proposed there is in view, whole."""
        if self._page is None or not self.isVisible() or self._page.folded(stop):
            return False
        part = stop.proposed_part()
        view, window = self.viewport(), self.window()
        above = window.childAt(part.mapTo(window, part.rect().center()))  # a list that is open lies over it
        if above is None or not (above is part or part.isAncestorOf(above)):
            return False
        return part.isVisibleTo(view) and view.rect().contains(QRect(part.mapTo(view, QPoint(0, 0)), part.size()))

    def _on_to_next(self, answered: object) -> None:
        if self._taking:
            return
        after = next((place for place, stop in self.stops() if stop is answered), None)
        # later: the form may be made anew by what was just answered
        QTimer.singleShot(0, self, lambda: self._go_on(after))

    def go_on(self, joined: str | None = None) -> None:
        """To what is open next of the label in hand; where nothing is, nothing is done.

        joined: a label that came into a role just now: what is asked of another one in its place comes later.
        """
        if self.next_lacking() is None:
            return
        others = self._page.beside(joined) if self._page is not None and joined else []
        first = next((s for _, s in self.stops() if lacks(s) and not any(x.holds(s) for x in others)), None)
        if first is not None:
            self.go_to(first)
        else:
            self._go_on(None)

    def _go_on(self, after: Place | None) -> None:
        stop = self.next_lacking(after)
        if stop is None:
            self.finished.emit()
        else:
            self.go_to(stop)


def _asks(stop: Stop) -> bool:
    """Whether the list that is open was opened from there."""
    open_list = picker_in_hand()
    return open_list is not None and (open_list.asker is stop or stop.isAncestorOf(open_list.asker))


def lacks(stop: Stop) -> bool:
    """Whether something that must be told is not told there."""
    if isinstance(stop, RoleField):
        return stop.lacking
    return stop.attribute.required and stop.value is None
