"""A coder's day around the labels: how far an article is, notes and questions, and what was done when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.domain.annotations import Note
from annotator.domain.commands import AddNote, ChangeNote, RemoveNote, SetDocumentState
from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.words import spoken, tr

if TYPE_CHECKING:
    from annotator.qt.desk.desk import Desk


class Day:
    """The steps behind the actions of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # how far an article is

    def toggle_done(self) -> None:
        """Say that the article is done, or open it again."""
        session = self._desk.session
        if session is None or session.document is None:
            return
        state = session.study.document_states(session.coder.id).get(session.document.id)
        self._set_state("in progress" if state in ("done", "skipped") else "done")

    def skip(self) -> None:
        """Ask why the article is skipped; with a reason it is."""
        session = self._desk.session
        if session is None or session.document is None:
            return
        document_id = session.document.id
        coder_id = session.coder.id

        def save(words: str, _question: bool) -> bool:
            command = SetDocumentState(coder_id=coder_id, document_id=document_id, state="skipped", reason=words)
            return session.apply(command) is not None

        reason = session.study.skipped(coder_id).get(document_id, "")
        self._desk.writing.ask(
            tr("Why is this article skipped?"),
            tr("In a few words: a duplicate, not about the topic, cannot be read…"),
            save,
            self._desk.surface,
            text=reason,
            draft=False,
        )

    def _set_state(self, state: str) -> None:
        session = self._desk.session
        assert session is not None
        assert session.document is not None
        session.apply(SetDocumentState(coder_id=session.coder.id, document_id=session.document.id, state=state))

    def next_to_do(self) -> None:
        """Open the next article of the list that is neither done nor skipped; after the last comes the first."""
        desk = self._desk
        if desk.session is None:
            return
        here = desk.session.document.id if desk.session.document is not None else None
        other = desk.documents.next_to_do(here)
        if other is None:
            desk.told.emit(tr("Nothing is left to do: every other article is done or skipped"))
        else:
            desk.open_document(other)

    # notes

    def write_note(self, question: bool) -> None:
        """Ask for a note, or a question to the supervisor, on the selection or else on the label in hand or article."""
        desk, session = self._desk, self._desk.session
        if session is None or session.document is None:
            return
        place = desk.surface.selection()
        a = session.label()
        if place is None and a is not None and a.fragments:
            place = a.fragments[0][0], a.fragments[-1][1]
        document_id, coder_id = session.document.id, session.coder.id
        start, end = place if place is not None else (None, None)

        def save(words: str, asked: bool) -> bool:
            kind = "question" if asked else "note"
            command = AddNote(coder_id=coder_id, document_id=document_id, text=words, kind=kind, start=start, end=end)
            return session.apply(command) is not None

        if place is None:
            heading = tr("A note on the whole article")
        else:
            words = " ".join(session.text[place[0] : place[1]].split())
            heading = tr("A note on “{words}”", words=words if len(words) < 80 else words[:79] + "…")
        hint = tr("What is to be kept in mind, or what the supervisor should say")
        desk.writing.ask(heading, hint, save, desk.surface, question=question)

    def answer(self, note_id: str) -> None:
        """Ask for an answer to a note."""
        session, note = self._desk.session, self._note(note_id)
        if session is None or note is None:
            return

        def save(words: str, _question: bool) -> bool:
            command = AddNote(
                coder_id=session.coder.id,
                document_id=note.document_id,
                text=words,
                start=note.start,
                end=note.end,
                reply_to=note.id,
            )
            return session.apply(command) is not None

        heading = tr("Answer to: {words}", words=note.text if len(note.text) < 120 else note.text[:119] + "…")
        self._desk.writing.ask(heading, tr("Your answer"), save, self._desk.notes)

    def settle(self, note_id: str, settled: bool) -> None:
        """Say that a note is settled, or open again."""
        session = self._desk.session
        if session is not None:
            session.apply(ChangeNote(coder_id=session.coder.id, note_id=note_id, settled=settled))

    def remove_note(self, note_id: str) -> None:
        """Take a note away; undo brings it back."""
        session = self._desk.session
        if session is not None:
            session.apply(RemoveNote(coder_id=session.coder.id, note_id=note_id))

    def open_note(self, note_id: str) -> None:
        """Show the passage of a note, and the note in the list."""
        desk, note = self._desk, self._note(note_id)
        if note is None:
            return
        desk.show_side("notes")
        card = desk.notes.cards.get(note_id)
        if card is not None:
            desk.notes.ensureWidgetVisible(card)
        if note.start is not None and note.end is not None:
            desk.surface.set_selection(note.start, note.end)
            desk.surface.reveal(note.start, note.end)

    def next_note(self) -> None:
        """Go to the next note after the caret; after the last comes the first."""
        desk = self._desk
        places = [(n.start, n.id) for n, _ in desk.notes.notes if n.start is not None]
        if not places:
            desk.told.emit(tr("There are no notes on passages of this article"))
            return
        chosen = desk.surface.selection()
        caret = chosen[0] if chosen is not None else desk.surface.caret() - 1
        later = [x for x in places if x[0] > caret]
        self.open_note((later or places)[0][1])
        desk.surface.setFocus()

    def _note(self, note_id: str) -> Note | None:
        return next((n for n, _ in self._desk.notes.notes if n.id == note_id), None)

    # history

    def show_days(self) -> None:
        """What the coder did, by day and article."""
        from annotator.qt.desk.history_dialog import DaysDialog

        desk, session = self._desk, self._desk.session
        if session is None:
            return
        dialog = DaysDialog(desk, session)
        dialog.jump.connect(self._jump)
        dialog.open()

    def show_history(self) -> None:
        """Everything that happened to the label in hand."""
        from annotator.qt.desk.history_dialog import LabelHistoryDialog

        desk, session = self._desk, self._desk.session
        a = session.label() if session is not None else None
        if session is None or a is None:
            desk.told.emit(tr("Take a label in hand first"))
            return
        LabelHistoryDialog(desk, session, session.study.coding.history(a.id)).open()

    def _jump(self, document_id: str, thing_id: str) -> None:
        desk, session = self._desk, self._desk.session
        if session is None or not document_id:
            return
        try:
            session.study.text(document_id)
        except AnnotatorError as error:
            desk.show_notice(spoken(error))
            return
        desk.open_document(document_id)
        if thing_id in session.labels:
            session.set_current(thing_id)
        elif any(n.id == thing_id for n, _ in desk.notes.notes):
            self.open_note(thing_id)
        elif thing_id and "/" not in thing_id:
            desk.told.emit(tr("This label is not there any more"))
