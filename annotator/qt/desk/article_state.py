"""How far an article is: done, skipped, the next one to do."""

from __future__ import annotations

from collections.abc import Callable

from annotator.domain.commands import SetDocumentState
from annotator.qt.desk.document_list import DocumentList
from annotator.qt.desk.note_entry import WritingBar
from annotator.qt.desk.workplace import Workplace
from annotator.qt.toolkit.words import tr


class ArticleState:
    """The steps behind the actions of one desk. open_document: shows an article."""

    def __init__(
        self, at: Workplace, writing: WritingBar, documents: DocumentList, open_document: Callable[[str], None]
    ) -> None:
        self._at, self._writing, self._documents, self._open = at, writing, documents, open_document

    def toggle_done(self) -> None:
        """Say that the article is done, or open it again."""
        session = self._at.session
        if session is None or session.document is None:
            return
        state = session.study.document_states(session.coder.id).get(session.document.id)
        self._set_state("in progress" if state in ("done", "skipped") else "done")

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

    def _set_state(self, state: str) -> None:
        session = self._at.session
        assert session is not None
        assert session.document is not None
        session.apply(SetDocumentState(coder_id=session.coder.id, document_id=session.document.id, state=state))

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
