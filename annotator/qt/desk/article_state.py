"""How far an article is: done, skipped, the next one to do."""

from __future__ import annotations

from collections.abc import Callable

from annotator.domain.commands import SetDocumentState
from annotator.qt.desk.document_list import DocumentList
from annotator.qt.desk.done_dialog import DoneDialog
from annotator.qt.desk.note_entry import WritingBar
from annotator.qt.desk.workplace import Workplace
from annotator.qt.toolkit.words import tr


class ArticleState:
    """The steps behind the actions of one desk. open_document: shows an article.

    lacking: id and words of what is open in the article; an empty id is the article itself. go_to: takes it in hand.
    """

    def __init__(
        self,
        at: Workplace,
        writing: WritingBar,
        documents: DocumentList,
        open_document: Callable[[str], None],
        lacking: Callable[[], list[tuple[str, str]]],
        go_to: Callable[[str], None],
    ) -> None:
        self._at, self._writing, self._documents, self._open = at, writing, documents, open_document
        self._lacking, self._go_to = lacking, go_to

    def toggle_done(self) -> None:
        """Say that the article is done, or open it again."""
        session = self._at.session
        if session is None or session.document is None:
            return
        state = session.study.document_states(session.coder.id).get(session.document.id)
        if state in ("done", "skipped"):
            self._set_state("in progress")
        elif lacking := self._lacking():
            self._ask(lacking)
        else:
            self._set_state("done")

    def _ask(self, lacking: list[tuple[str, str]]) -> None:
        """Something is open: what is it, and is the article done all the same?"""
        session = self._at.session
        assert session is not None
        article = session.document.id if session.document is not None else ""
        dialog = DoneDialog(lacking, self._at.surface.window())

        def agree(reason: str) -> None:
            if session is self._at.session and session.document is not None and session.document.id == article:
                self._set_state("done", reason)

        dialog.agreed.connect(agree)
        dialog.wanted.connect(self._go_to)
        dialog.open()

    def skip(self) -> None:
        """Ask why the article is skipped; with a reason it is."""
        session = self._at.session
        if session is None or session.document is None:
            return
        document_id = session.document.id
        coder_id = session.coder.id

        def save(words: str, _question: bool) -> bool:
            command = SetDocumentState(coder_id=coder_id, document_id=document_id, state="skipped", reason=words)
            return session.apply(command) is not None

        reason = session.study.skipped(coder_id).get(document_id, "")
        self._writing.ask(
            tr("Why is this article skipped?"),
            tr("In a few words: a duplicate, not about the topic, cannot be read…"),
            save,
            self._at.surface,
            text=reason,
            draft=False,
        )

    def set_done(self, reason: str | None = None) -> None:
        """Done, for a reason where something is open."""
        self._set_state("done", reason)

    def _set_state(self, state: str, reason: str | None = None) -> None:
        session = self._at.session
        assert session is not None
        assert session.document is not None
        session.apply(
            SetDocumentState(coder_id=session.coder.id, document_id=session.document.id, state=state, reason=reason)
        )

    def next_to_do(self) -> None:
        """Open the next article of the list that is neither done nor skipped; after the last comes the first."""
        session = self._at.session
        if session is None:
            return
        here = session.document.id if session.document is not None else None
        other = self._documents.next_to_do(here)
        if other is None:
            self._at.message(tr("Nothing is left to do: every other article is done or skipped"))
        else:
            self._open(other)
