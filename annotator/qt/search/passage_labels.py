"""Labels that are made of passages found, and which of these labels are still there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from annotator.domain.changes import ChangeSet
from annotator.domain.codebook.model import SpanLayer
from annotator.domain.errors import AnnotatorError
from annotator.qt.coding.session import Session
from annotator.services.search.corpus_search import Passage, Proposed, label_command, propose


class PassageLabels(QObject):
    """Labels go through the desk's session, so that undo there takes them back; here one sees that it did."""

    changed = Signal()
    """Other passages bear a label now."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._made: dict[str, Passage] = {}
        self._present: frozenset[str] = frozenset()
        """Labels that are there, of those that were made meanwhile."""
        session.changed.connect(self._follow)

    @property
    def passages(self) -> set[Passage]:
        """Passages that were labelled here, and still are."""
        return {p for key, p in self._made.items() if key in self._present}

    def proposed(self, layer: SpanLayer, passages: list[Passage]) -> list[Proposed]:
        """The label that each passage would get, or why it gets none."""
        session = self._session
        try:
            return propose(session.study, session.coder.id, layer, passages)
        except AnnotatorError as error:
            return [Proposed(p, (p.start, p.end), error.told) for p in passages]

    def make(self, layer: SpanLayer, proposed: list[Proposed]) -> bool:
        """Make labels in one step; whether that was possible: the study may have been changed meanwhile."""
        session = self._session
        changes = session.apply(label_command(session.study, session.coder.id, layer, proposed))
        if changes is None:
            return False
        places = {(p.passage.document_id, p.fragment): p.passage for p in proposed}
        for key in changes.added:
            a = session.study.annotation(key)
            self._made[key] = places[a.document_id, a.fragments[0]]
        self._present |= changes.added
        self.changed.emit()
        return True

    def _follow(self, changes: ChangeSet) -> None:
        self._present = (self._present | changes.added) - changes.removed
        if (changes.added | changes.removed) & self._made.keys():
            self.changed.emit()
