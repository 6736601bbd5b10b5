"""From article to article, from label to label, between text and form."""

from __future__ import annotations

from collections.abc import Callable

from annotator.domain.annotations import Document
from annotator.domain.codebook.values import entity_ids
from annotator.qt.coding.session import Session
from annotator.qt.desk.document_list import DocumentList
from annotator.qt.desk.find_bar import FindBar
from annotator.qt.desk.statements_list import StatementList
from annotator.qt.desk.workplace import Workplace
from annotator.qt.form.inspector import Inspector
from annotator.qt.form.picker import picker_in_hand
from annotator.qt.toolkit.words import tr


class Navigating:
    """The steps behind the actions of one desk. seen_as: an article with the number under which the coder sees it."""

    def __init__(
        self,
        at: Workplace,
        documents: DocumentList,
        statements: StatementList,
        inspector: Inspector,
        finder: FindBar,
        seen_as: Callable[[Document], Document],
    ) -> None:
        self._at, self._documents, self._statements = at, documents, statements
        self._inspector, self._finder, self._seen_as = inspector, finder, seen_as

    # articles

    def open_document(self, document_id: str) -> None:
        """Show an article; what was typed in the form is saved first."""
        session = self._at.session
        if session is None or (session.document is not None and session.document.id == document_id):
            return
        self._inspector.flush()
        session.open(self._seen_as(session.study.document(document_id)))

    def go(self, step: int) -> None:
        """Open the next article, or the one before."""
        session = self._at.session
        if session is None or session.document is None:
            return
        other = self._documents.neighbour(session.document.id, step)
        if other is None:
            self._at.message(tr("This is the last article") if step > 0 else tr("This is the first article"))
        else:
            self.open_document(other)

    def show_passage(self, document_id: str, start: int, end: int) -> None:
        """Open an article with a place selected and in view."""
        self.open_document(document_id)
        if end > start:
            self._at.surface.set_selection(start, end)
            self._at.surface.reveal(start, end)

    # labels

    def jump(self, key: str) -> None:
        """Take a label in hand and show it; an empty key: let go."""
        if self._at.session is not None:
            self._inspector.flush()
            focus = self._at.surface.window().focusWidget()
            in_form = picker_in_hand() is not None or (focus is not None and self._inspector.isAncestorOf(focus))
            if key != self._at.session.current and in_form:
                self._at.surface.setFocus()  # a key is not for the same field of another label
            self._at.session.set_current(key or None)

    def next_review(self) -> None:
        """Take the next label in hand that a change of the codebook marked; from the last on to the first."""
        session = self._at.session
        if session is None:
            return
        found = session.marked()
        if not found:
            self._at.notice(tr("None of your labels waits for review"))
            return
        here = next((place for place, key in enumerate(found) if key[1] == session.current), None)
        at = session.place_in_hand()
        after = [x for x in found if x[0] > at] if here is None else found[here + 1 :]
        _, key, document = (after or found)[0]
        self.open_document(document)
        self.jump(key)

    def step_label(self, direction: int) -> None:
        """Take the next label in hand, or the one before."""
        self._at.surface.step_label(direction)

    def walk_stack(self) -> None:
        """Take the label at the caret in hand; where it is in hand already, the next one of the stack."""
        session, surface = self._at.session, self._at.surface
        stack = surface.labels_at(surface.caret()) if session is not None else []
        if session is None or not stack:
            self._at.message(tr("There is no label at the caret"))
            return
        place = stack.index(session.current) + 1 if session.current in stack else 0
        self.jump(stack[place % len(stack)])

    def next_incomplete(self) -> None:
        """Take the next statement in hand in which something is missing, from the one in hand or the caret."""
        session = self._at.session
        if session is None:
            return
        lacking = self._statements.lacking()
        a = session.label()
        at = (session.owner_of(a.id) or a) if a is not None else None
        place = at.fragments if at is not None and at.fragments else ((self._at.surface.caret(), 0),)
        later = [key for fragments, key in lacking if fragments > place]
        if not lacking:
            self._at.message(tr("Nothing is missing in this article's statements"))
        else:
            self.jump(later[0] if later else lacking[0][1])

    # mentions

    def show_mentions(self, entity_id: str) -> None:
        """Mark where the entity is named in this article, and take the next place in hand."""
        session = self._at.session
        if session is not None and entity_id in session.entities:
            self._finder.show_mentions(entity_id)

    def mentions_in_hand(self) -> None:
        """Mark where whoever the label in hand names is named."""
        session = self._at.session
        a = session.label() if session is not None else None
        found = next((key for v in a.values.values() for key in entity_ids(v)), None) if a is not None else None
        if found is None:
            self._at.message(tr("Choose a label that names somebody"))
        else:
            self.show_mentions(found)

    # text and form

    def to_form(self) -> None:
        """Go to the first open value."""
        field = self._inspector.first_open()
        if field is not None:
            self._inspector.go_to(field)

    def take_all(self) -> None:
        """Take what the form proposes and shows."""
        found = self._inspector.take_all()
        left = ", ".join(found.left)
        told = tr("Proposals taken: {names}", names=", ".join(found.taken)) if found.taken else ""
        if found.left and found.taken:
            told = tr("{told}. Not in view, and not taken: {left}", told=told, left=left)
        elif found.left:
            told = tr("Nothing taken yet: this was not in view and is shown now: {left}", left=left)
        self._at.message(told or tr("Nothing is proposed"))

    def to_open(self, key: str) -> None:
        """Take an open statement in hand, or the article where the key is empty, and go to what is open in it."""
        if key:
            self.jump(key)
            self.to_form()
        else:
            self.to_article_values()

    def to_link(self, layer: str) -> None:
        """Go to a link of the label in hand: to its open role, to one more, or to the one that is there."""
        session = self._at.session
        if session is None or session.document is None:
            return
        name = session.codebook.layer(layer).label
        if session.stands_alone(layer):
            self._to_link_alone(session, layer)
        elif session.current is None:
            self._at.notice(tr("Choose a label first: “{layer}” belongs to one", layer=name))
        elif not self._inspector.open_role(layer):
            self._at.notice(tr("“{layer}” belongs to another kind of label: choose one of those first", layer=name))

    def _to_link_alone(self, session: Session, layer: str) -> None:
        """A link that belongs to no label: its open role where one is in hand, else a new one."""
        a = session.label()
        if a is None or a.layer != layer or not self._inspector.has_open_role(layer):
            self._inspector.flush()
            session.draft(layer)
        self._inspector.open_role(layer)

    def to_article_values(self) -> None:
        """Go to what holds for the whole article."""
        if self._at.session is not None:
            self._inspector.flush()
            self._at.session.set_current(None)
            self.to_form()

    def doubt(self) -> None:
        """Mark a doubt about the value in hand, or take it back."""
        if not self._inspector.doubt():
            self._at.message(tr("Go to a value of the form first: the doubt is about it"))

    def let_go(self) -> None:
        """Back to the text; there: close the find bar, give up the selection, then the label."""
        session, surface = self._at.session, self._at.surface
        focus = surface.window().focusWidget()
        in_bar = focus is not None and self._finder.isAncestorOf(focus)
        if self._finder.isVisible() and (surface.hasFocus() or in_bar):
            self._finder.leave()
        elif surface.hasFocus() and session is not None:
            if surface.selection() is not None:
                surface.clear_selection()
            else:
                session.set_current(None)
        surface.setFocus()
