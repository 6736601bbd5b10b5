"""Notes on passages, questions to the supervisor, and their answers."""

from __future__ import annotations

from collections.abc import Callable

from annotator.domain.annotations import Note
from annotator.domain.commands import AddNote, ChangeNote, RemoveNote
from annotator.qt.desk.note_entry import WritingBar
from annotator.qt.desk.notes_panel import NotesPanel
from annotator.qt.desk.workplace import Workplace
from annotator.qt.toolkit.words import tr


class Noting:
    """The steps behind the actions of one desk. show_notes: brings the list of notes to the front."""

    def __init__(self, at: Workplace, writing: WritingBar, notes: NotesPanel, show_notes: Callable[[], None]) -> None:
        self._at, self._writing, self._notes, self._show_notes = at, writing, notes, show_notes

    def write_note(self, question: bool) -> None:
        """Ask for a note, or a question to the supervisor, on the selection or else on the label in hand or article."""
        session = self._at.session
        if session is None or session.document is None:
            return
        place = self._at.surface.selection()
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
        hint = tr("What to remember, or what the supervisor should answer")
        self._writing.ask(heading, hint, save, self._at.surface, question=question)

    def answer(self, note_id: str) -> None:
        """Ask for an answer to a note."""
        session, note = self._at.session, self._note(note_id)
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
        self._writing.ask(heading, tr("Your answer"), save, self._notes)

    def settle(self, note_id: str, settled: bool) -> None:
        """Say that a note is settled, or open again."""
        session = self._at.session
        if session is not None:
            session.apply(ChangeNote(coder_id=session.coder.id, note_id=note_id, settled=settled))

    def remove_note(self, note_id: str) -> None:
        """Take a note away; undo brings it back."""
        session = self._at.session
        if session is not None:
            session.apply(RemoveNote(coder_id=session.coder.id, note_id=note_id))

    def open_note(self, note_id: str) -> None:
        """Show the passage of a note, and the note in the list."""
        note = self._note(note_id)
        if note is None:
            return
        self._show_notes()
        card = self._notes.cards.get(note_id)
        if card is not None:
            self._notes.ensureWidgetVisible(card)
        if note.start is not None and note.end is not None:
            self._at.surface.set_selection(note.start, note.end)
            self._at.surface.reveal(note.start, note.end)

    def next_note(self) -> None:
        """Go to the next note after the caret; after the last comes the first."""
        places = [(n.start, n.id) for n, _ in self._notes.notes if n.start is not None]
        if not places:
            self._at.message(tr("There are no notes on passages of this article"))
            return
        chosen = self._at.surface.selection()
        caret = chosen[0] if chosen is not None else self._at.surface.caret() - 1
        later = [x for x in places if x[0] > caret]
        self.open_note((later or places)[0][1])
        self._at.surface.setFocus()

    def has(self, note_id: str) -> bool:
        """Whether a note of the article that is shown has this id."""
        return self._note(note_id) is not None

    def _note(self, note_id: str) -> Note | None:
        return next((n for n, _ in self._notes.notes if n.id == note_id), None)
