"""Fields of the case in view that are written anew, where no version is right."""

from __future__ import annotations

from annotator.qt.adjudication.case_pane import CasePane
from annotator.qt.adjudication.value_entry import WriteDialog
from annotator.qt.toolkit.words import tr
from annotator.services.adjudication.cases import PASSAGE, Field
from annotator.services.adjudication.deciding import Written
from annotator.services.study import Study


class FieldWriter:
    """Asks for a value, or takes the selection as the passage; it is picked in the pane, and settled like any pick."""

    def __init__(self, study: Study, pane: CasePane) -> None:
        self._study, self._pane = study, pane

    def write_passage(self) -> None:
        """The selection becomes the passage."""
        pane = self._pane
        chosen = pane.surface.selection()
        if pane.case is None or pane.versions.row_of(PASSAGE) < 0:
            pane.notice.setText(tr("This layer has no passage"))
        elif chosen is None:
            pane.notice.setText(tr("Select the passage in the text first"))
        else:
            pane.versions.pick(PASSAGE, Written((chosen,)))

    def write_current(self) -> None:
        """Write the field of the row in hand anew."""
        f = self._pane.versions.current_field()
        if f is None:
            self._pane.notice.setText(tr("Choose a row of the table first"))
        else:
            self.write_field(f)

    def write_field(self, f: Field) -> None:
        """Ask for a value."""
        pane = self._pane
        if pane.teller is None or pane.case is None:
            return
        if f.key == PASSAGE:
            self.write_passage()
            return
        if f.attribute is None:
            pane.notice.setText(tr("The fillers of a link come from a version: click the right one"))
            return
        entities = self._study.register().living()
        pick = pane.versions.picks.get(f.key)
        value = pick.value if isinstance(pick, Written) else None
        dialog = WriteDialog(pane.teller.attribute(f), value, lambda: entities, pane.window())
        dialog.written.connect(lambda v: pane.versions.pick(f.key, Written(v)))
        dialog.open()
