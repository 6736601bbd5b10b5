"""Settling to gold, blind: the cases, the passage in its article, the versions side by side, one key a decision."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotator.domain.annotations import Coder
from annotator.domain.changes import ChangeSet
from annotator.domain.errors import AnnotatorError
from annotator.qt.adjudication.case_actions import CaseActions
from annotator.qt.adjudication.case_browser import CaseBrowser
from annotator.qt.adjudication.case_decisions import CaseDecisions, Decision, picks_at_first
from annotator.qt.adjudication.case_pane import CasePane
from annotator.qt.adjudication.case_words import history, majority_words, story
from annotator.qt.adjudication.decision_history import DecisionHistory
from annotator.qt.adjudication.field_writer import FieldWriter
from annotator.qt.adjudication.majority import MajorityDialog
from annotator.qt.adjudication.progress_head import ProgressHead
from annotator.qt.toolkit.account_line import account_words
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.keys.keys_dialog import add_keys_action
from annotator.qt.toolkit.latest_job import Latest
from annotator.qt.toolkit.parts import Splitter, open_at
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.adjudication.account import account_of
from annotator.services.adjudication.case_book import CaseBook, case_book
from annotator.services.adjudication.cases import Case
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
        self.study, self.settler = study, settler
        self.book: CaseBook | None = None
        self._teller: Teller | None = None
        self.suggested: dict[str, Suggested] = {}
        self._proposing = Latest(self)
        self._proposing.done.connect(self._proposed)
        self.browser = CaseBrowser()
        self.filters, self.model, self.list = self.browser.filters, self.browser.model, self.browser.list
        self.does = self._make_actions()
        self.settle_action = self.does.settle
        add_keys_action(self, self.actions())
        self._make_pane(theme)
        self._lay_out()
        self.list.setFocus()
        self._compute()

    # what there is

    def _make_actions(self) -> CaseActions:
        return CaseActions(
            self,
            lambda version: self.decisions.choose(version),
            {
                "settle": lambda: self.decisions.settle(),
                "proposal": lambda: self.decisions.take_proposal(),
                "reject": lambda: self.decisions.reject(),
                "next": self.next_open,
                "previous": partial(self.browser.step, -1),
                "passage": lambda: self.writer.write_passage(),
                "write": lambda: self.writer.write_current(),
                "discuss": lambda: self.decisions.discuss(),
                "majority": self.show_majority,
                "undo": partial(self.step_back, True),
                "redo": partial(self.step_back, False),
                "who": self.show_who,
                "gold": self.against_gold_wanted.emit,
            },
        )

    def _make_pane(self, theme: Theme) -> None:
        """The case in view, and what is decided and written there."""
        does = self.does
        self.pane = pane = CasePane(
            theme,
            does.choose,
            [does.button(does.proposal), does.button(does.reject), does.button(does.settle, "primary")],
            [does.button(action) for action in (does.discuss, does.passage, does.write, does.who)],
        )
        pane.set_theme(theme)
        self.where, self.surface, self.versions = pane.where, pane.surface, pane.versions
        self.state, self.notice, self.note = pane.state, pane.notice, pane.note
        self.decisions, self.writer = CaseDecisions(self.study, self.settler, pane), FieldWriter(self.study, pane)
        self.decisions.made.connect(self._decide)
        self.decisions.lacking.connect(self._tell_missing)
        self.past = DecisionHistory(self.study, self)
        self.past.stepped.connect(self._stepped)
        self.versions.picked.connect(self._tell_missing)
        self.versions.write_wanted.connect(self.writer.write_field)
        self.browser.shown.connect(self._show)

    def _lay_out(self) -> None:
        does = self.does
        self.head = ProgressHead([does.button(action) for action in (does.undo, does.redo, does.majority, does.gold)])
        self.past.begun.connect(self.head.tell_busy)
        self.progress_text, self.blind = self.head.text, self.head.blind
        sides = Splitter()
        sides.addWidget(self.browser)
        sides.addWidget(self.pane)
        sides.setSizes([360, 900])
        sides.setStretchFactor(1, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.setSpacing(8)
        rows.addWidget(self.head)
        rows.addWidget(sides, 1)
        rows.addWidget(self.fault)
        rows.addLayout(self.foot())

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.pane.set_theme(theme)

    # looking for cases

    def show_at(self, layer: str | None = None, attribute: str | None = None, document_id: str | None = None) -> None:
        """Show the cases of a layer, of an attribute or role on which they differ, of an article; None for all."""
        self.browser.show_at(layer, attribute, document_id)

    @property
    def case(self) -> Case | None:
        """The case in hand."""
        return self.browser.case

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

        self.head.tell_looking()
        self.run(work, self._computed, failed=self._failed, can_stop=False)

    def began(self) -> None:
        """Nothing is decided meanwhile."""
        self._enable()

    def ended(self) -> None:
        """Go on."""
        self._enable()

    def _failed(self, error: AnnotatorError) -> None:
        self.head.tell_nothing()
        self.tell(spoken(error))

    def _computed(self, book: CaseBook) -> None:
        self.fault.hide()
        self.book, self._teller = book, Teller(self.study, book)
        self._proposing.run(lambda progress: suggested(book, progress))
        self.browser.show_book(book, self._teller)
        self._tell_progress()

    def _proposed(self, found: dict[str, Suggested]) -> None:
        """What a model makes of the answers is known; the case in hand shows it, its picks stay."""
        self.suggested = found
        self.model.set_suggested(found)
        one = found.get(self.case.id) if self.case is not None else None
        if one is not None and self.case is not None:
            self.versions.show_case(self.case, self._teller, self.versions.picks, self._names(), one)
        self._enable()

    # showing a case

    def _show(self, case: Case | None) -> None:
        self._enable()
        if case is None or self.book is None or self._teller is None:
            self.pane.show_nothing(tr("No case is shown: choose another filter") if self.book else "")
            return
        picks = picks_at_first(self.study, case, self.book, self._teller)
        self.pane.show_case(case, self.book, self._teller, picks, self._names(), self.suggested.get(case.id))
        self._tell_state()
        self._tell_missing()

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
        self.head.tell_blind(self._looked())
        self.does.who.setEnabled(self.ready and not self._looked())

    def _tell_progress(self) -> None:
        if self.book is not None:
            self.head.tell(*self.book.progress())

    def _tell_missing(self) -> None:
        if self._teller is None or self.case is None:
            return
        lacking = [spoken(self._teller.field_label(f)) for f in self.versions.missing()]
        self.notice.setText(
            tr("Still to choose: {fields}", fields=", ".join(dict.fromkeys(lacking))) if lacking else ""
        )
        self.settle_action.setEnabled(self.ready and not lacking)

    def _enable(self) -> None:
        case, does = self.case if self.ready else None, self.does
        does.enable_case(
            len(case.versions) if case is not None else None,
            complete=case is not None and not self.versions.missing(),
            proposed=case is not None and case.id in self.suggested,
            blind=case is not None and not self._looked(),
        )
        does.enable_list(self.ready and bool(self.model.cases))
        does.undo.setEnabled(self.ready and self.past.can_undo)
        does.redo.setEnabled(self.ready and self.past.can_redo)

    # deciding

    def _decide(self, decision: Decision) -> None:
        if self.case is None or self.book is None or not self.ready:
            return
        row = self.model.row_of(self.case.id)
        try:
            decision(self.book, self.case)
        except AnnotatorError as error:
            self.tell(spoken(error))
            return
        self.fault.hide()
        self._decided(row)

    def _decided(self, row: int) -> None:
        self.browser.refresh()
        self._tell_progress()
        following = self.browser.open_after(row)
        self.browser.go_to(row if following is None else following)
        self._enable()
        self._tell_missing()
        if following is None:
            self.notice.setText(tr("Every case shown here is settled"))
        self.list.setFocus()

    def step_back(self, back: bool) -> None:
        """Take the last decision back, or bring it back; the case is shown again."""
        if self.book is not None and self.ready:
            self.past.step(self.book, back)

    def _stepped(self, changes: ChangeSet) -> None:
        assert self.book is not None
        self.fault.hide()
        self.browser.refresh()
        self._tell_progress()
        touched = decisions_named(self.study, sorted(changes.decisions)[:1])
        labels = [key for k in touched for key in k.decision.labels]
        found = next((c for key in labels if (c := self.book.case_of.get(key)) is not None), None)
        if found is not None:
            self.browser.go_to_case(found)
        self._enable()
        self._tell_missing()

    def next_open(self) -> None:
        """The next open case."""
        if self.book is None or not self.model.cases:
            return
        found = self.browser.open_after(self.browser.row)
        if found is None:
            self.notice.setText(tr("Every case shown here is settled"))
        else:
            self.browser.go_to(found)

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
        self._decided(max(0, self.browser.row))
        told = majority_words(settled, left)
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
