"""What a person decides on the case in view: as a version has it, field by field, as proposed, no label, later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from annotator.domain.annotations import Coder
from annotator.qt.adjudication.case_pane import CasePane
from annotator.qt.toolkit.words import tr
from annotator.services.adjudication import deciding
from annotator.services.adjudication.case_book import CaseBook
from annotator.services.adjudication.cases import Case
from annotator.services.adjudication.decisions_json import Teller
from annotator.services.study import Study

Decision = Callable[[CaseBook, Case], object]
"""Writes what was decided on a case."""


def first_picks(case: Case, teller: Teller) -> Mapping[str, Any]:
    """What most fields begin with; free text is not chosen for anybody."""
    free = frozenset(f.key for f in case.fields if f.attribute and teller.attribute(f).type == "text")
    return deciding.first_picks(case, free)


def picks_at_first(study: Study, case: Case, book: CaseBook, teller: Teller) -> Mapping[str, Any]:
    """What was decided, field by field; else what most fields begin with."""
    standing = book.standing(case)
    if standing.decision is not None and not standing.along and standing.decision.outcome == "settled":
        return deciding.picks_of(study, case, standing.decision)
    return first_picks(case, teller)


class CaseDecisions(QObject):
    """Makes decisions of what is picked in the pane; whoever listens writes them."""

    made = Signal(object)
    """A `Decision` on the case in view."""
    lacking = Signal()
    """Fields were filled in, and some are still to be chosen."""

    def __init__(self, study: Study, settler: Coder, pane: CasePane) -> None:
        super().__init__(pane)
        self._study, self._settler, self._pane = study, settler, pane

    def choose(self, version: int) -> None:
        """Settle the case as one version has it."""
        case, study, who, note = self._pane.case, self._study, self._settler.id, self._pane.note.text()
        if case is not None and version < len(case.versions):
            self.made.emit(lambda b, c: deciding.choose(study, b, c, version, who, note))

    def settle(self) -> None:
        """Settle the case as picked field by field."""
        if self._pane.case is not None and not self._pane.versions.missing():
            self._settle(as_proposed=False)

    def take_proposal(self) -> None:
        """Settle the case as the model proposes it; where something is left to choose, fill in the proposal."""
        case, teller, versions = self._pane.case, self._pane.teller, self._pane.versions
        if case is None or teller is None or versions.suggested is None:
            return
        others = {key for key in versions.picks if key not in versions.suggested.fields}
        versions.take()
        if versions.missing():
            self.lacking.emit()
            return
        first = first_picks(case, teller)
        self._settle(as_proposed=all(versions.picks[key] == first.get(key) for key in others))

    def _settle(self, as_proposed: bool) -> None:
        versions, note, study, who = self._pane.versions, self._pane.note.text(), self._study, self._settler.id
        picks, proposed = dict(versions.picks), versions.taken()
        self.made.emit(lambda b, c: deciding.settle(study, b, c, picks, who, note, proposed, as_proposed))

    def reject(self) -> None:
        """No label is to stand here."""
        study, who, note = self._study, self._settler.id, self._pane.note.text()
        self.made.emit(lambda b, c: deciding.reject(study, b, c, who, note))

    def discuss(self) -> None:
        """Lay the case aside with the question in the note."""
        if self._pane.case is None:
            return
        study, who, note = self._study, self._settler.id, self._pane.note.text()
        if not note.strip():
            self._pane.notice.setText(tr("Write the question first, then press Enter"))
            self._pane.note.setFocus()
            return
        self.made.emit(lambda b, c: deciding.discuss(study, b, c, who, note))
