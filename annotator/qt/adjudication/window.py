"""Settling to gold, blind: the cases, the passage in its article, the versions side by side, one key a decision."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Coder
from annotator.domain.changes import ChangeSet
from annotator.domain.errors import AnnotatorError
from annotator.qt.adjudication.case_list import CaseFilters, CaseModel, state_words
from annotator.qt.adjudication.majority import MajorityDialog
from annotator.qt.adjudication.value_entry import WriteDialog
from annotator.qt.adjudication.versions import VersionsTable
from annotator.qt.reading import SurfaceLabel, TextSurface, surface_theme
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.keys.keymap import make_action, shown_keys
from annotator.qt.toolkit.keys.keys_dialog import add_keys_action
from annotator.qt.toolkit.parts import Splitter, label, open_at
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.adjudication import deciding, majority
from annotator.services.adjudication.case_book import CaseBook, case_book
from annotator.services.adjudication.cases import PASSAGE, Case, Field
from annotator.services.adjudication.deciding import Written
from annotator.services.adjudication.decisions_json import Teller
from annotator.services.adjudication.gold import decisions, decisions_named, lift, lifted
from annotator.services.study import Study

_NEAR = 12
"""Passages that begin within so many characters share one caption."""


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
        self._text_of: str | None = None
        self._wanted: tuple[str | None, str | None, str | None] | None = None
        self._actions()
        add_keys_action(self, self.actions())
        self._parts()
        self._look()
        self.list.setFocus()
        self._compute()

    # what there is

    def _actions(self) -> None:
        def add(name: str, text: str, keys: str, do: Any) -> QAction:
            made = make_action(self, f"settle-{name}", text, keys, "", lambda: do())
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.addAction(made)
            return made

        self.choose_actions = [
            add(f"version-{n}", tr("Take version {n}", n=n), str(n), partial(self.choose, n - 1)) for n in range(1, 10)
        ]
        self.settle_action = add("chosen", tr("Settle as chosen"), "Ctrl+Return / Ctrl+Enter", self.settle)
        self.reject_action = add("reject", tr("No label here"), "0", self.reject_case)
        self.next_action = add("next", tr("Next open case"), "N / F9", self.next_open)
        self.previous_action = add("previous", tr("Previous case"), "P / Shift+F9", partial(self.step, -1))
        self.passage_action = add("passage", tr("Selection is the passage"), "W", self.write_passage)
        self.write_action = add("write", tr("Write this field anew…"), "E", self.write_current)
        self.discuss_action = add("discuss", tr("To discuss"), "D", self.discuss)
        self.majority_action = add("majority", tr("By majority…"), "M", self.show_majority)
        self.undo_action = add("undo", tr("Undo"), "Ctrl+Z", partial(self.step_back, True))
        self.redo_action = add("redo", tr("Redo"), "Ctrl+Shift+Z / Ctrl+Y", partial(self.step_back, False))
        self.who_action = add("who", tr("Show who coded"), "Ctrl+Shift+W", self.show_who)
        self.gold_action = add("gold", tr("Coders against gold…"), "G", self.against_gold_wanted.emit)

    def _button(self, action: QAction, role: str = "") -> QToolButton | QPushButton:
        made = QPushButton(f"{action.text()}  ({shown_keys(action)})")
        if role:
            made.setProperty("role", role)
        made.setAutoDefault(False)
        made.setToolTip(action.toolTip())
        made.clicked.connect(action.trigger)
        action.enabledChanged.connect(made.setEnabled)
        return made

    def _parts(self) -> None:
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
        for action in (self.undo_action, self.redo_action, self.majority_action, self.gold_action):
            head.addWidget(self._button(action))

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

        self.where = label("", "heading", wrap=True)
        self.surface = TextSurface()
        self.surface.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        paper = QFrame()
        paper.setProperty("role", "panel")
        inside = QVBoxLayout(paper)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.surface)
        self.versions = VersionsTable(self._theme)
        self.versions.picked.connect(self._tell_missing)
        self.versions.write_wanted.connect(self.write_field)
        self.state = label("", "muted", wrap=True)
        self.notice = label("", "warning", wrap=True)
        self.note = QLineEdit()
        self.note.setPlaceholderText(tr("A note on this decision, or the question to discuss"))
        self.note.setAccessibleName(tr("Note on this decision"))
        self._choices = QHBoxLayout()
        self._choices.setSpacing(6)
        self.choice_buttons: list[QPushButton] = []
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addLayout(self._choices)
        row.addWidget(self._button(self.reject_action))
        row.addStretch(1)
        row.addWidget(self._button(self.settle_action, "primary"))
        more = QHBoxLayout()
        more.setSpacing(6)
        more.addStretch(1)
        for action in (self.discuss_action, self.passage_action, self.write_action, self.who_action):
            more.addWidget(self._button(action))
        below = QWidget()
        stack = QVBoxLayout(below)
        stack.setContentsMargins(0, 6, 0, 0)
        stack.setSpacing(6)
        stack.addWidget(self.versions, 1)
        stack.addLayout(row)
        stack.addWidget(self.note)
        stack.addLayout(more)
        reading = QWidget()
        upper = QVBoxLayout(reading)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(4)
        upper.addWidget(self.where)
        upper.addWidget(paper, 1)
        right = Splitter(Qt.Orientation.Vertical)
        right.addWidget(reading)
        right.addWidget(below)
        right.setSizes([300, 420])
        middle = QWidget()
        whole = QVBoxLayout(middle)
        whole.setContentsMargins(6, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(right, 1)
        whole.addWidget(self.state)
        whole.addWidget(self.notice)
        sides = Splitter()
        sides.addWidget(left)
        sides.addWidget(middle)
        sides.setSizes([360, 900])
        sides.setStretchFactor(1, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.setSpacing(8)
        rows.addLayout(head)
        rows.addWidget(sides, 1)
        rows.addWidget(self.fault)
        rows.addLayout(self.foot())

    def _look(self) -> None:
        self.surface.set_theme(surface_theme(self._theme, 16))
        self.versions.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._look()

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
        self.notice.setText("")
        self.note.clear()
        self._enable()
        self._show_choices(case)
        if case is None or self.book is None or self._teller is None:
            self.where.setText(tr("No case is shown: choose another filter") if self.book else "")
            self.versions.show_case(None, None, {}, {})
            self.state.setText("")
            return
        document = self.book.documents[case.document_id]
        if self._text_of != case.document_id:
            self.surface.set_text(self._teller.text(case.document_id), document.zones)
            self._text_of = case.document_id
        self.where.setText(f"{document.number}. {document.title or document.source}")
        colour = self.book.codebook.layer(case.layer).colour
        self.surface.clear_selection()
        self.surface.caption_of = lambda shown: shown.id.removeprefix("v")
        self.surface.set_labels(
            SurfaceLabel(f"v{n}", f"{case.layer} {n}", v.label.fragments, colour, (n - 1) % 4)
            for n, v in enumerate(case.versions, start=1)
            if v.label is not None and v.label.fragments
        )
        self.surface.set_linked(_captions(case))
        if case.place:
            self.surface.reveal(*max(case.place, key=lambda f: f[1] - f[0]))  # pieces may lie far apart
        standing = self.book.standing(case)
        decided = standing.decision is not None and not standing.along and standing.decision.outcome == "settled"
        free = frozenset(f.key for f in case.fields if f.attribute and self._teller.attribute(f).type == "text")
        picks = (
            deciding.picks_of(self.study, case, standing.decision)
            if decided and standing.decision is not None
            else deciding.first_picks(case, free)
        )
        self.versions.show_case(case, self._teller, picks, self._names())
        self._tell_state()
        self._tell_missing()

    def _show_choices(self, case: Case | None) -> None:
        while (item := self._choices.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.choice_buttons = []
        for n, v in enumerate(case.versions[:9] if case is not None else (), start=1):
            words = tr("Version {n}", n=n) if v.label is not None else tr("{n}: no label", n=n)
            button = QPushButton(f"{words}  ({n})")
            button.setAutoDefault(False)
            button.setToolTip(tr("Settle this case as version {n} has it", n=n))
            button.clicked.connect(self.choose_actions[n - 1].trigger)
            self._choices.addWidget(button)
            self.choice_buttons.append(button)

    def _looked(self) -> bool:
        """Whether this person has looked up who coded the case in hand."""
        return self.case is not None and any(who == self.settler.id for who, _ in lifted(self.study, self.case.labels))

    def _names(self) -> dict[str, str]:
        return {c.id: c.name for c in self.study.coders()} if self._looked() else {}

    def _tell_state(self) -> None:
        if self.case is None or self.book is None:
            return
        standing = self.book.standing(self.case)
        told = state_words(standing.state)
        names = {c.id: c.name for c in self.study.coders()}
        d = standing.decision
        if d is not None:
            how = {
                "version": tr("one version taken"),
                "mixed": tr("mixed from several versions"),
                "written": tr("partly written anew"),
                "majority": tr("by majority"),
                "rejected": tr("no label"),
                "discuss": tr("laid aside"),
            }[d.how]
            if d.outcome == "rejected":
                how = tr("no label")
            told = tr(
                "{state} by {who}, {at}: {how}, {blind}",
                state=told,
                who=names.get(d.settled_by, "?"),
                at=d.at[:16].replace("T", " "),
                how=how,
                blind=tr("blind") if d.blind else tr("knowing who coded"),
            )
            if standing.along:
                told += tr("; settled along with what names it")
            mine = [k for k in decisions(self.study, self.case.document_id) if set(k.decision.labels) & set(d.labels)]
            if len(mine) > 1:
                told += tr("; {n} decisions so far, {m} taken back", n=len(mine), m=sum(bool(k.undone) for k in mine))
            note = next((n.text for n in self.study.notes(self.case.document_id) if n.id == d.note), "")
            told += f"\n“{note}”" if note else ""
        self.state.setToolTip(self._history(self.case, names))
        if standing.state == "changed":
            told += "\n" + tr("A coder has changed a label here since: settle it again")
        self.state.setText(told)
        looked = self._looked()
        self.blind.setText(tr("Not blind: you looked at who coded") if looked else tr("Blind: order shuffled"))
        self.who_action.setEnabled(self.ready and not looked)

    def _history(self, case: Case, names: dict[str, str]) -> str:
        """Every decision on the case, one a line."""
        own = {a.id for a in case.made()}
        return "\n".join(
            f"{k.decision.at[:16].replace('T', ' ')}  {names.get(k.decision.settled_by, '?')}: "
            f"{k.decision.outcome}, {k.decision.how}"
            + (tr(", taken back {at}", at=k.undone[:16].replace("T", " ")) if k.undone else "")
            for k in decisions(self.study, case.document_id)
            if own & set(k.decision.labels)
        )

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
            self.filters.count.setText(tr("{n} cases shown, {m} of them open", n=len(self.model.cases), m=waiting))

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
        for n, action in enumerate(self.choose_actions):
            action.setEnabled(here and self.case is not None and n < len(self.case.versions))
        self.settle_action.setEnabled(here and not self.versions.missing())
        for action in (
            self.reject_action,
            self.passage_action,
            self.write_action,
            self.discuss_action,
        ):
            action.setEnabled(here)
        self.who_action.setEnabled(here and not self._looked())
        for action in (self.next_action, self.previous_action, self.majority_action):
            action.setEnabled(self.ready and bool(self.model.cases))
        self.undo_action.setEnabled(self.ready and deciding.can_undo(self.study) is not None)
        self.redo_action.setEnabled(self.ready and deciding.can_redo(self.study) is not None)

    # deciding

    def choose(self, version: int) -> None:
        """Settle the case in hand as one version has it."""
        if self.case is not None and self.book is not None and version < len(self.case.versions):
            self._decide(lambda b, c: deciding.choose(self.study, b, c, version, self.settler.id, self.note.text()))

    def settle(self) -> None:
        """Settle the case in hand as picked field by field."""
        if self.case is not None and not self.versions.missing():
            picks = dict(self.versions.picks)
            self._decide(lambda b, c: deciding.settle(self.study, b, c, picks, self.settler.id, self.note.text()))

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
            self.notice.setText(tr("Who stands in a link is taken from a version: click the one that is right"))
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
        self.versions.show_case(self.case, self._teller, self.versions.picks, self._names())
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
        told = tr("{n} cases settled by majority; Undo takes them back together", n=settled)
        if left:
            told += tr("; {n} stay open because they overlap others", n=left)
        QTimer.singleShot(0, self, lambda: self.notice.setText(told))

    def end(self) -> None:
        """Stop the work first, a majority's too."""
        for dialog in self.findChildren(MajorityDialog):
            dialog.end()
        super().end()


def _captions(case: Case) -> dict[str, str]:
    """Surface label -> the numbers of all versions that begin there; one caption where several would lie on another."""
    found: dict[int, tuple[str, list[str]]] = {}
    for n, v in enumerate(case.versions, start=1):
        if v.label is None or not v.label.fragments:
            continue
        start = v.label.fragments[0][0]
        near = next((s for s in found if abs(s - start) <= _NEAR), None)
        if near is None:
            found[start] = (f"v{n}", [str(n)])
        else:
            found[near][1].append(str(n))
    return {key: ", ".join(numbers) for key, numbers in found.values()}
