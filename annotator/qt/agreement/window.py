"""Agreement among coders: every figure with its interval and units, and the passages behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Coder
from annotator.domain.errors import AnnotatorError
from annotator.qt.agreement.asked_units import behind
from annotator.qt.agreement.breakdown import BreakdownTabs
from annotator.qt.agreement.foot import Foot
from annotator.qt.agreement.loading import Loading, Look, report_place
from annotator.qt.agreement.options import OptionsRow
from annotator.qt.agreement.overview import FEW
from annotator.qt.agreement.passages import Passage, PassagesView
from annotator.qt.agreement.people import People
from annotator.qt.agreement.sides import SideBySide
from annotator.qt.agreement.study_tabs import StudyTabs
from annotator.qt.agreement.tables import draw_line
from annotator.qt.agreement.versions import versions_of
from annotator.qt.toolkit.parts import Splitter, label, open_at
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.store.places import Place


class AgreementWindow(QDialog):
    """Figures first, what stands behind them below; every figure leads to its passages.

    only: a coder who is shown their own figures, with nothing of anybody else.
    """

    passage = Signal(str, int, int)
    """Document id and range of a passage that a person wants to see."""
    settle = Signal(str, str, str)
    """Layer, attribute and document id of what a person wants to settle."""

    def __init__(
        self, study_path: Place, theme: Theme, parent: QWidget | None = None, only: Coder | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Agreement"))
        open_at(self, 1320, 860)
        self._study_path, self._theme = study_path, theme
        self._look: Look | None = None
        self._parts: dict[tuple[str, str], dict[str, Any]] = {}
        self._whole: dict[str, Any] | None = None
        self._people = People()
        self._message = ""
        self.loading = Loading(study_path, self)
        self.options = OptionsRow()
        if only is not None:
            self.options.only(only)
        self._only = only
        self.who = label("", "muted", wrap=True)
        self.totals = StudyTabs(theme)
        tabs = self.totals
        self.table, self.spans, self.links, self.rounds = tabs.table, tabs.spans, tabs.links, tabs.rounds
        self.hardest, self.design, self.repeats, self.notes = tabs.hardest, tabs.design, tabs.repeats, tabs.notes
        self.parts = BreakdownTabs(theme)
        self.passages = PassagesView()
        below = Splitter(Qt.Orientation.Horizontal)
        below.addWidget(self.parts)
        below.addWidget(self.passages)
        below.setSizes([740, 560])
        split = Splitter(Qt.Orientation.Vertical)
        split.addWidget(self.totals)
        split.addWidget(below)
        split.setSizes([360, 400])
        self.few = label(tr("* fewer than {n} units: such figures may change much with a few more", n=FEW), "muted")
        self.few.hide()
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.foot = Foot()
        foot = self.foot
        self.bar, self.cancel, self.resume = foot.bar, foot.cancel, foot.resume
        self.state, self.save = foot.state, foot.save
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(8)
        rows.addWidget(self.options)
        rows.addWidget(self.who)
        rows.addWidget(split, 1)
        rows.addWidget(self.few)
        rows.addWidget(self.fault)
        rows.addWidget(self.foot)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self.options.asked.connect(self.compute)
        self.options.drawn.connect(self._redraw)
        self.table.chosen.connect(self._chosen)
        self.parts.asked.connect(self._asked)
        self.hardest.code.connect(self._code_asked)
        self.hardest.article.connect(self._article_asked)
        self.passages.opened.connect(self._open)
        self.passages.compared.connect(self._compare)
        self.passages.settle.clicked.connect(self._settle)
        self.cancel.clicked.connect(self.loading.stop)
        self.resume.clicked.connect(self._refine)
        self.save.clicked.connect(self._ask_where)
        self.foot.close_.clicked.connect(self.close)
        self.loading.looked.connect(self._looked)
        self.loading.refined.connect(self._refined)
        self.loading.whole.connect(self._finished)
        self.loading.failed.connect(self._failed)
        self.loading.progressed.connect(self.foot.progressed)
        self.loading.written.connect(self._written)
        self.loading.ended.connect(self._rest)
        self.compute()

    def offer_settling(self) -> None:
        """Show the button that sends people to where differences are settled."""
        self.passages.settle.setVisible(self._only is None)

    # computing

    def question(self) -> Any:
        """What is asked, as the options say."""
        from annotator.services.agreement.request import Question

        own = self._only.id if self._only is not None else self.options.own
        return Question(own=own, unmatched=self.options.unmatched.currentData(), round=self.options.round)

    def compute(self) -> None:
        """Everything anew."""
        self._whole = None
        self._message = ""
        self.fault.hide()
        self.resume.hide()
        self.save.setEnabled(False)
        self.foot.begins(tr("Reading…"), can_stop=False)
        self.loading.look(self.question())

    def _looked(self, look: Look) -> None:
        self._look = look
        self._parts = {(a["layer"], a["attribute"]): a for a in look.figures["attributes"]}
        if self._only is None:
            self.options.set_coders(look.coders)
        self._set_people()
        f = look.figures
        self.options.set_rounds([r for r in look.compared.rounds if r])
        self.totals.show_notes(look.figures)
        self.few.setVisible(any(a["coefficients"][a["main"]]["n"] < FEW for a in f["attributes"]))
        self.table.show_parts(f["attributes"], look.labels)
        self._show_totals()
        self.save.setEnabled(True)
        first = self.table.key(0)
        if first is not None:
            self.table.setCurrentCell(0, 0)
        else:
            self.parts.show_part({}, {})
            self.parts.matrix.show_matrices([], {})
            self.passages.model.show(None, None, None, self._people)
        self._refine()

    def _refine(self) -> None:
        if self._look is None:
            return
        self.resume.hide()
        self.foot.begins(tr("Intervals and parts…"), can_stop=True)
        self.loading.refine(self._look)

    def _refined(self, kind: str, place: int, part: dict[str, Any]) -> None:
        assert self._look is not None
        if kind == "spans":
            self._look.figures["spans"][place] = part
            self.totals.show_spans(self._look.figures, self._look.compared.codebook, self._people.by_name)
            return
        key = (part["layer"], part["attribute"])
        self._look.figures["attributes"][place] = part
        self._parts[key] = part
        self.table.refine(part)
        if key == self._current():
            self.parts.show_part(part, dict(self._people.by_name))

    def _finished(self, figures: dict[str, Any]) -> None:
        assert self._look is not None
        self._whole = figures
        self._look.figures.update(figures)
        self.table.fit()
        self.state.setText("")
        self.totals.show_notes(self._look.figures)
        self._show_totals()

    def _rest(self) -> None:
        unfinished = self._look is not None and self._whole is None
        told = self._message or (tr("Without intervals") if unfinished else "")
        self.foot.rests(told, can_resume=unfinished, can_save=self._look is not None)

    def _failed(self, error: AnnotatorError) -> None:
        self.fault.setText(spoken(error))
        self.fault.show()
        if self._look is None:
            self.who.setText("")

    # showing

    def _set_people(self) -> None:
        assert self._look is not None
        own = self._look.question.own
        blind = self.options.blind.isChecked() and own is None
        self._people = People.of(self._look.compared.coders, blind, own)
        f = self._look.figures
        self.who.setText(
            tr(
                "{coders}: {n} articles that two coders or more read. Passages match above {t} % overlap.",
                coders=", ".join(self._people.told(c.id) for c in self._look.compared.coders),
                n=f["documents"],
                t=f"{100 * f['overlap']:g}",
            )
        )

    def _redraw(self) -> None:
        tables = (self.table, self.repeats.table, self.rounds.table, *self.parts.plotted)
        draw_line(tables, self.options.threshold)
        if self._look is not None:
            before = self._people
            self._set_people()
            if self._people != before:
                self._show_totals()
                key = self._current()
                if key is not None:
                    self._chosen(*key)

    def _show_totals(self) -> None:
        assert self._look is not None
        look = self._look
        self.totals.show_totals(look.figures, look.labels, look.compared.codebook, self._people.by_name)

    def _current(self) -> tuple[str, str] | None:
        row = self.table.currentRow()
        return self.table.key(row) if row >= 0 else None

    def _comparison(self, key: tuple[str, str]) -> Any:
        assert self._look is not None
        return next((c for c in self._look.comparisons if (c.layer, c.attribute) == key), None)

    def _chosen(self, layer: str, attribute: str) -> None:
        from annotator.services.agreement.comparing import matrices_of
        from annotator.services.agreement.lookup import differing

        assert self._look is not None
        comparison = self._comparison((layer, attribute))
        self.parts.show_part(self._parts[layer, attribute], dict(self._people.by_name))
        self.parts.matrix.show_matrices(matrices_of(comparison, self._look.compared), dict(self._people.names))
        self._show_passages(comparison, differing(comparison), tr("where coders differ"))

    def _show_passages(self, comparison: Any, places: Any, what: str) -> None:
        assert self._look is not None
        self.passages.model.show(comparison, self._look.compared, places, self._people)
        name = ": ".join(self._look.labels[comparison.layer, comparison.attribute])
        self.passages.heading.setText(tr("{name}. {n} units {what}", name=name, n=len(places), what=what))

    def _asked(self, kind: str, key: Any) -> None:
        current = self._current()
        if self._look is not None and current is not None:
            comparison = self._comparison(current)
            self._show_passages(comparison, *behind(comparison, self._look.compared, kind, key))

    def _code_asked(self, layer: str, attribute: str, category: str) -> None:
        self.table.setCurrentCell(self.table.row_of((layer, attribute)), 0)
        self._asked("category", category)

    def _article_asked(self, article: str) -> None:
        """The attribute that coders differ on most often in the article, with the passages there."""
        from annotator.services.agreement.lookup import of_document

        assert self._look is not None
        found = [(c, len(of_document(c, self._look.compared, article))) for c in self._look.comparisons]
        if found:
            comparison = max(found, key=lambda pair: pair[1])[0]
            self.table.setCurrentCell(self.table.row_of((comparison.layer, comparison.attribute)), 0)
            self._asked("document", article)

    # passages

    def _open(self, passage: Passage) -> None:
        self.passage.emit(passage.article, *(passage.range or (0, 0)))

    def _settle(self) -> None:
        current, passage = self._current(), self.passages.current()
        if current is not None and passage is not None:
            self.settle.emit(*current, passage.article)

    def _compare(self, passage: Passage) -> None:
        assert self._look is not None
        comparison = self.passages.model.comparison
        assert comparison is not None
        dialog = SideBySide(
            versions_of(self._look, comparison, passage, self._people.own),
            self._theme,
            self.options.blind.isChecked(),
            self,
        )
        dialog.passage.connect(self.passage)
        dialog.open()

    # report

    def _ask_where(self) -> None:
        out = report_place(self, self._study_path, self.question().own is not None)
        if out is not None:
            self.write_report(out)

    def write_report(self, out: Path) -> None:
        """Write the report that `annotator agreement -o` writes, beside the window."""
        self.fault.hide()
        self._message = ""
        self.save.setEnabled(False)
        self.foot.begins(tr("Writing {name}…", name=out.name), can_stop=True)
        self.loading.write(self.question(), self._whole, out)

    def _written(self, path: Path) -> None:
        self._message = tr("Report written: {path}", path=path)

    def done(self, result: int) -> None:
        """Stop the work first."""
        self.loading.close()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """As Close."""
        self.loading.close()
        super().closeEvent(event)
