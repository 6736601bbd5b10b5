"""Settling to gold, blind: the cases, the passage in its article, the versions side by side, one key a decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Coder
from annotator.domain.changes import ChangeSet
from annotator.domain.errors import AnnotatorError
from annotator.qt.adjudication.case_actions import CaseActions
from annotator.qt.adjudication.case_list import CaseFilters, CaseModel
from annotator.qt.adjudication.case_pane import CasePane
from annotator.qt.adjudication.case_words import history, story
from annotator.qt.adjudication.majority import MajorityDialog
from annotator.qt.adjudication.value_entry import WriteDialog
from annotator.qt.toolkit.account_line import account_words
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.keys.keys_dialog import add_keys_action
from annotator.qt.toolkit.latest_job import Latest
from annotator.qt.toolkit.parts import Splitter, label, open_at
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.adjudication import deciding, majority
from annotator.services.adjudication.account import account_of
from annotator.services.adjudication.case_book import CaseBook, case_book
from annotator.services.adjudication.cases import PASSAGE, Case, Field
from annotator.services.adjudication.deciding import Written
from annotator.services.adjudication.decisions_json import Teller
from annotator.services.adjudication.gold import decisions_named, lift, lifted
from annotator.services.adjudication.proposals import Suggested, suggested
from annotator.services.study import Study


class SettlingWindow(JobDialog):
    """One supervisor settles the cases of one study. Belongs to the study that is open in the main window."""

    against_gold_wanted = Signal()
    passage = Signal(str, int, int)
    """Document id and range of a passage that a person wants to see at the desk."""

    def __init__(self, study: Study, settler: Coder, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(tr("Settle"), parent)
        self.setWindowFlags(self.windowFlags() | Qt.WindowType.WindowMaximizeButtonHint)
        open_at(self, 1280, 820)
        self.study, self.settler, self._theme = study, settler, theme
        self.book: CaseBook | None = None
        self.case: Case | None = None
        self._teller: Teller | None = None
        self.suggested: dict[str, Suggested] = {}
        self._proposing = Latest(self)
        self._proposing.done.connect(self._proposed)
        self._wanted: tuple[str | None, str | None, str | None] | None = None
        self.does = self._make_actions()
        self.settle_action = self.does.settle
        add_keys_action(self, self.actions())
        self._parts()
        self.pane.set_theme(theme)
        self.list.setFocus()
        self._compute()

    # what there is

    def _make_actions(self) -> CaseActions:
        return CaseActions(
            self,
            self.choose,
            {
                "settle": self.settle,
                "proposal": self.take_proposal,
                "reject": self.reject_case,
                "next": self.next_open,
                "previous": partial(self.step, -1),
                "passage": self.write_passage,
                "write": self.write_current,
                "discuss": self.discuss,
                "majority": self.show_majority,
                "undo": partial(self.step_back, True),
                "redo": partial(self.step_back, False),
                "who": self.show_who,
                "gold": self.against_gold_wanted.emit,
            },
        )

    def _parts(self) -> None:
        does = self.does
        self.progress_text = label("", "heading")
        self.progress_bar = QProgressBar()
        self.progress_bar.setAccessibleName(tr("How much is settled"))
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setFixedWidth(180)
        self.blind = label("", "muted")
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.progress_text)
        head.addWidget(self.progress_bar)
        head.addStretch(1)
        head.addWidget(self.blind)
        for action in (does.undo, does.redo, does.majority, does.gold):
            head.addWidget(does.button(action))

        self.filters = CaseFilters()
        self.filters.changed.connect(self._filter)
        self.model = CaseModel(self)
        self.list = QListView()
        self.list.setAccessibleName(tr("Cases"))
        self.list.setModel(self.model)
        self.list.setProperty("role", "cases")
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 6, 0)
        column.addWidget(self.filters)
        column.addWidget(self.list, 1)

        self.pane = CasePane(
            self._theme,
            does.choose,
            [does.button(does.proposal), does.button(does.reject), does.button(does.settle, "primary")],
            [does.button(action) for action in (does.discuss, does.passage, does.write, does.who)],
        )
        pane = self.pane
        self.where, self.surface, self.versions = pane.where, pane.surface, pane.versions
        self.state, self.notice, self.note = pane.state, pane.notice, pane.note
        self.versions.picked.connect(self._tell_missing)
        self.versions.write_wanted.connect(self.write_field)
        sides = Splitter()
        sides.addWidget(left)
        sides.addWidget(pane)
        sides.setSizes([360, 900])
        sides.setStretchFactor(1, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.setSpacing(8)
        rows.addLayout(head)
        rows.addWidget(sides, 1)
        rows.addWidget(self.fault)
        rows.addLayout(self.foot())

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.pane.set_theme(theme)

    # looking for cases

    def show_at(self, layer: str | None = None, attribute: str | None = None, document_id: str | None = None) -> None:
        """Show the cases of a layer, of an attribute or role on which they differ, of an article; None for all."""
        self._wanted = (layer, attribute, document_id)
        if self.book is not None:
            self.filters.set(*self._wanted)
            self._wanted = None

    def look_again(self) -> None:
        """Make the cases anew: coders may have gone on."""
        if not self.running:
            self._compute()

    @property
    def ready(self) -> bool:
        """Whether the cases are here."""
        return self.book is not None and not self.running

    def _compute(self) -> None:
        path = self.study.file.path

        def work(progress: Progress) -> CaseBook:
            with Study.open(path) as study:
                return case_book(study, progress=progress)

        self.progress_text.setText(tr("Looking for cases…"))
        self.progress_bar.setRange(0, 0)
        self.run(work, self._computed, failed=self._failed, can_stop=False)

    def began(self) -> None:
        """Nothing is decided meanwhile."""
        self._enable()

    def ended(self) -> None:
        """Go on."""
        self._enable()

    def _failed(self, error: AnnotatorError) -> None:
        self.progress_text.setText(tr("Nothing to settle"))
        self.progress_bar.setRange(0, 1)
        self._tell_fault(error)

    def _computed(self, book: CaseBook) -> None:
        self.fault.hide()
        self.book, self._teller = book, Teller(self.study, book)
        self._proposing.run(lambda progress: suggested(book, progress))
        kept = self.case.id if self.case is not None else None
        self.filters.fill(book)
        if self._wanted is not None:
            self.filters.set(*self._wanted)
            self._wanted = None
        else:
            self._filter()
        self._tell_progress()
        if kept is not None and self.model.row_of(kept) >= 0:
            self._go_to(self.model.row_of(kept))
        elif self.case is None or kept is not None:
            self._first_open()

    def _proposed(self, found: dict[str, Suggested]) -> None:
        """What a model makes of the answers is known; the case in hand shows it, its picks stay."""
        self.suggested = found
        self.model.set_suggested(found)
        one = found.get(self.case.id) if self.case is not None else None
        if one is not None and self.case is not None:
            self.versions.show_case(self.case, self._teller, self.versions.picks, self._names(), one)
        self._enable()

    def _filter(self) -> None:
        if self.book is None:
            return
        found = self.filters.chosen(self.book)
        kept = self.case.id if self.case is not None else ""
        self.model.show(self.book, self._teller, found)
        self._tell_counts()
        if (row := self.model.row_of(kept)) >= 0:
            self._go_to(row)
        else:
            self._first_open()

    def _first_open(self) -> None:
        if not self.model.cases or self.book is None:
            self._show(None)
            return
        self._go_to(self._open_after(-1) or 0)

    def _open_after(self, row: int) -> int | None:
        """The next row with an open case, from the top again at the end; None where there is none."""
        assert self.book is not None
        cases, n = self.model.cases, len(self.model.cases)
        for place in range(1, n + 1):
            at = (row + place) % n
            if self.book.standing(cases[at]).state in ("open", "changed"):
                return at
        return None

    def _go_to(self, row: int) -> None:
        index = self.model.index(row)
        if self.list.currentIndex() == index and self.case is not None and self.model.cases[row].id == self.case.id:
            self._show(self.model.cases[row])
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)

    def _current_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self._show(self.model.cases[current.row()])

    # showing a case

    def _show(self, case: Case | None) -> None:
        self.case = case
        self._enable()
        if case is None or self.book is None or self._teller is None:
            self.pane.show_nothing(tr("No case is shown: choose another filter") if self.book else "")
            return
        picks = self._picks(case, self.book, self._teller)
        self.pane.show_case(case, self.book, self._teller, picks, self._names(), self.suggested.get(case.id))
        self._tell_state()
        self._tell_missing()

    def _picks(self, case: Case, book: CaseBook, teller: Teller) -> Mapping[str, Any]:
        """What was decided, field by field; else what most fields begin with."""
        standing = book.standing(case)
        if standing.decision is not None and not standing.along and standing.decision.outcome == "settled":
            return deciding.picks_of(self.study, case, standing.decision)
        return deciding.first_picks(case, self._free(case))

    def _free(self, case: Case) -> frozenset[str]:
        """The fields of free text."""
        assert self._teller is not None
        return frozenset(f.key for f in case.fields if f.attribute and self._teller.attribute(f).type == "text")

    def _looked(self) -> bool:
        """Whether this person has looked up who coded the case in hand."""
        return self.case is not None and any(who == self.settler.id for who, _ in lifted(self.study, self.case.labels))

    def _names(self) -> dict[str, str]:
        return {c.id: c.name for c in self.study.coders()} if self._looked() else {}

    def _tell_state(self) -> None:
        if self.case is None or self.book is None:
            return
        names = {c.id: c.name for c in self.study.coders()}
        self.state.setToolTip(history(self.study, self.case, names))
        self.state.setText(story(self.study, self.book, self.case, names))
        looked = self._looked()
        self.blind.setText(tr("Not blind: you looked at who coded") if looked else tr("Blind: order shuffled"))
        self.does.who.setEnabled(self.ready and not looked)

    def _tell_progress(self) -> None:
        if self.book is None:
            return
        done, every = self.book.progress()
        self.progress_text.setText(tr("{n} of {m} settled", n=done, m=every))
        self.progress_bar.setRange(0, max(every, 1))
        self.progress_bar.setValue(done)
        self._tell_counts()

    def _tell_counts(self) -> None:
        if self.book is not None:
            waiting = sum(self.book.standing(c).state in ("open", "changed") for c in self.model.cases)
            n = len(self.model.cases)
            told = tr("1 case shown, {m} open", m=waiting) if n == 1 else ""
            self.filters.count.setText(told or tr("{n} cases shown, {m} of them open", n=n, m=waiting))

    def _tell_missing(self) -> None:
        if self._teller is None or self.case is None:
            return
        lacking = [spoken(self._teller.field_label(f)) for f in self.versions.missing()]
        shown = ", ".join(dict.fromkeys(lacking))
        self.notice.setText(tr("Still to choose: {fields}", fields=shown) if lacking else "")
        self.settle_action.setEnabled(self.ready and not lacking)

    def _tell_fault(self, error: AnnotatorError) -> None:
        self.tell(spoken(error))

    def _enable(self) -> None:
        here = self.ready and self.case is not None
        for n, action in enumerate(self.does.choose):
            action.setEnabled(here and self.case is not None and n < len(self.case.versions))
        self.settle_action.setEnabled(here and not self.versions.missing())
        self.does.proposal.setEnabled(here and self.case is not None and self.case.id in self.suggested)
        for action in (
            self.does.reject,
            self.does.passage,
            self.does.write,
            self.does.discuss,
        ):
            action.setEnabled(here)
        self.does.who.setEnabled(here and not self._looked())
        for action in (self.does.next, self.does.previous, self.does.majority):
            action.setEnabled(self.ready and bool(self.model.cases))
        self.does.undo.setEnabled(self.ready and deciding.can_undo(self.study) is not None)
        self.does.redo.setEnabled(self.ready and deciding.can_redo(self.study) is not None)

    # deciding

    def choose(self, version: int) -> None:
        """Settle the case in hand as one version has it."""
        if self.case is not None and self.book is not None and version < len(self.case.versions):
            self._decide(lambda b, c: deciding.choose(self.study, b, c, version, self.settler.id, self.note.text()))

    def settle(self) -> None:
        """Settle the case in hand as picked field by field."""
        if self.case is not None and not self.versions.missing():
            self._settle(as_proposed=False)

    def take_proposal(self) -> None:
        """Settle the case in hand as the model proposes it; where something is left to choose, fill in the proposal."""
        if self.case is None or self.versions.suggested is None:
            return
        others = {key for key in self.versions.picks if key not in self.versions.suggested.fields}
        self.versions.take()
        if self.versions.missing():
            self._tell_missing()
            return
        first = deciding.first_picks(self.case, self._free(self.case))
        self._settle(as_proposed=all(self.versions.picks[key] == first.get(key) for key in others))

    def _settle(self, as_proposed: bool) -> None:
        picks, proposed, note = dict(self.versions.picks), self.versions.taken(), self.note.text()
        self._decide(
            lambda b, c: deciding.settle(self.study, b, c, picks, self.settler.id, note, proposed, as_proposed)
        )

    def reject_case(self) -> None:
        """No label is to stand here."""
        self._decide(lambda b, c: deciding.reject(self.study, b, c, self.settler.id, self.note.text()))

    def discuss(self) -> None:
        """Lay the case aside with the question in the note."""
        if self.case is None:
            return
        if not self.note.text().strip():
            self.notice.setText(tr("Write the question first, then press Enter"))
            self.note.setFocus()
            return
        self._decide(lambda b, c: deciding.discuss(self.study, b, c, self.settler.id, self.note.text()))

    def _decide(self, do: Any) -> None:
        if self.case is None or self.book is None or not self.ready:
            return
        row = self.model.row_of(self.case.id)
        try:
            do(self.book, self.case)
        except AnnotatorError as error:
            self._tell_fault(error)
            return
        self.fault.hide()
        self._decided(row)

    def _decided(self, row: int) -> None:
        self.model.refresh()
        self._tell_progress()
        following = self._open_after(row)
        self._go_to(row if following is None else following)
        self._enable()
        self._tell_missing()
        if following is None:
            self.notice.setText(tr("Every case shown here is settled"))
        self.list.setFocus()

    def step_back(self, back: bool) -> None:
        """Take the last decision back, or bring it back; the case is shown again."""
        if self.book is None or not self.ready:
            return
        step = deciding.undo if back else deciding.redo
        if (deciding.can_undo if back else deciding.can_redo)(self.study) == majority.UNIT:
            self._step_many(step)
            return
        try:
            changes = step(self.study, self.book)
        except AnnotatorError as error:
            self._tell_fault(error)
        else:
            self._stepped(changes)

    def _step_many(self, step: Callable[[Study, CaseBook], ChangeSet]) -> None:
        """Thousands of decisions are taken back in the background."""
        book, path = self.book, self.study.file.path
        assert book is not None

        def work(_progress: Progress) -> ChangeSet:
            with Study.open(path) as study:
                return step(study, book)

        self.progress_bar.setRange(0, 0)
        self.run(work, self._stepped_many, failed=self._tell_fault, can_stop=False, stands=True)

    def _stepped_many(self, changes: ChangeSet) -> None:
        self.study.coding.forget()  # the background wrote to the journal
        self._stepped(changes)

    def _stepped(self, changes: ChangeSet) -> None:
        assert self.book is not None
        self.fault.hide()
        self.model.refresh()
        self._tell_progress()
        touched = decisions_named(self.study, sorted(changes.decisions)[:1])
        labels = [key for k in touched for key in k.decision.labels]
        found = next((c for key in labels if (c := self.book.case_of.get(key)) is not None), None)
        if found is not None and self.model.row_of(found.id) < 0:
            self.filters.set(None, None, None)
        if found is not None:
            self._go_to(self.model.row_of(found.id))
        self._enable()
        self._tell_missing()

    def next_open(self) -> None:
        """The next open case."""
        if self.book is None or not self.model.cases:
            return
        found = self._open_after(self.list.currentIndex().row())
        if found is None:
            self.notice.setText(tr("Every case shown here is settled"))
        else:
            self._go_to(found)

    def step(self, by: int) -> None:
        """The case before or after in the list."""
        row = self.list.currentIndex().row() + by
        if 0 <= row < len(self.model.cases):
            self._go_to(row)

    # writing anew

    def write_passage(self) -> None:
        """The selection becomes the passage."""
        chosen = self.surface.selection()
        if self.case is None or self.versions.row_of(PASSAGE) < 0:
            self.notice.setText(tr("This layer has no passage"))
        elif chosen is None:
            self.notice.setText(tr("Select the passage in the text first"))
        else:
            self.versions.pick(PASSAGE, Written((chosen,)))

    def write_current(self) -> None:
        """Write the field of the row in hand anew."""
        f = self.versions.current_field()
        if f is None:
            self.notice.setText(tr("Choose a row of the table first"))
        else:
            self.write_field(f)

    def write_field(self, f: Field) -> None:
        """Ask for a value."""
        if self._teller is None or self.case is None:
            return
        if f.key == PASSAGE:
            self.write_passage()
            return
        if f.attribute is None:
            self.notice.setText(tr("The fillers of a link come from a version: click the right one"))
            return
        entities = self.study.register().living()
        pick = self.versions.picks.get(f.key)
        value = pick.value if isinstance(pick, Written) else None
        dialog = WriteDialog(self._teller.attribute(f), value, lambda: entities, self)
        dialog.written.connect(lambda v: self.versions.pick(f.key, Written(v)))
        dialog.open()

    # others

    def show_who(self) -> None:
        """Look up who coded the case in hand: written down, and no longer blind."""
        if self.case is None or not self.ready:
            return
        lift(self.study, self.case.labels, self.settler.id)
        one = self.suggested.get(self.case.id)
        self.versions.show_case(self.case, self._teller, self.versions.picks, self._names(), one)
        self._tell_state()
        self._tell_missing()

    def show_majority(self) -> None:
        """What the majority says on the open cases that are shown."""
        if self.book is None or self._teller is None or not self.ready:
            return
        dialog = MajorityDialog(self.study.file.path, self.book, self._teller, self.model.cases, self.settler.id, self)
        dialog.settled.connect(self._settled_by_majority)
        dialog.open()

    def _settled_by_majority(self, settled: int, left: int) -> None:
        self.study.coding.forget()  # the background wrote to the journal
        self._decided(max(0, self.list.currentIndex().row()))
        told = (
            tr("1 case settled by majority; Undo takes it back")
            if settled == 1
            else tr("{n} cases settled by majority; Undo takes them back together", n=settled)
        )
        if left:
            told += tr("; {n} stay open because they overlap others", n=left)
        if self.book is not None:
            told = "\n".join([told, *account_words(account_of(self.study, self.book))])
        QTimer.singleShot(0, self, lambda: self.notice.setText(told))

    def save_typed(self) -> None:
        """A note is saved with its decision, never by itself."""

    def unsaved(self) -> list[str]:
        """A note that was begun on a case that is not decided yet."""
        words = self.note.text().strip()
        return [words] if words and self.isVisible() else []

    def end(self) -> None:
        """Stop the work first, a majority's too."""
        for dialog in self.findChildren(MajorityDialog):
            dialog.end()
        self._proposing.finish()
        super().end()
