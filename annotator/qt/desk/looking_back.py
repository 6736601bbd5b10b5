"""What was done when: a coder's days, and everything that happened to one label."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from annotator.domain.errors import AnnotatorError
from annotator.qt.desk.workplace import Workplace
from annotator.qt.toolkit.words import spoken, tr


class LookingBack:
    """The steps behind the actions of one desk. has_note, open_note: for notes of the article that is shown."""

    def __init__(
        self,
        at: Workplace,
        window: QWidget,
        open_document: Callable[[str], None],
        has_note: Callable[[str], bool],
        open_note: Callable[[str], None],
    ) -> None:
        self._at, self._window, self._open = at, window, open_document
        self._has_note, self._open_note = has_note, open_note

    def show_days(self) -> None:
        """What the coder did, by day and article."""
        from annotator.qt.desk.history_dialog import DaysDialog

        session = self._at.session
        if session is None:
            return
        dialog = DaysDialog(self._window, session)
        dialog.jump.connect(self._jump)
        dialog.open()

    def show_history(self) -> None:
        """Everything that happened to the label in hand."""
        from annotator.qt.desk.history_dialog import LabelHistoryDialog

        session = self._at.session
        a = session.label() if session is not None else None
        if session is None or a is None:
            self._at.message(tr("Choose a label first"))
            return
        LabelHistoryDialog(self._window, session, session.study.coding.history(a.id)).open()

    def _jump(self, document_id: str, thing_id: str) -> None:
        session = self._at.session
        if session is None or not document_id:
            return
        try:
            session.study.text(document_id)
        except AnnotatorError as error:
            self._at.notice(spoken(error))
            return
        self._open(document_id)
        if thing_id in session.labels:
            session.set_current(thing_id)
        elif self._has_note(thing_id):
            self._open_note(thing_id)
        elif thing_id and "/" not in thing_id:
            self._at.message(tr("This label is not there any more"))
