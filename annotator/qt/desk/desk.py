"""The coder's desk: articles at the left, the article in the middle, statements and the form at the right."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QWidget

from annotator.domain.annotations import Document
from annotator.domain.changes import ChangeSet
from annotator.domain.commands import AnyCommand
from annotator.domain.errors import AnnotatorError
from annotator.qt.coding.session import ELSEWHERE, Session
from annotator.qt.desk.actions import DeskActions, Steps
from annotator.qt.desk.article_state import ArticleState
from annotator.qt.desk.document_list import DocumentList
from annotator.qt.desk.editing import Editing
from annotator.qt.desk.filtering import FilterBar
from annotator.qt.desk.find_bar import FindBar
from annotator.qt.desk.frame import Frame, Parts
from annotator.qt.desk.head import Head, Nothing, Notice
from annotator.qt.desk.label_display import LabelDisplay
from annotator.qt.desk.labelling import Labelling
from annotator.qt.desk.layer_bar import LayerBar
from annotator.qt.desk.letters_lacking import LettersLacking
from annotator.qt.desk.looking_back import LookingBack
from annotator.qt.desk.marks import MarginMarks
from annotator.qt.desk.navigating import Navigating
from annotator.qt.desk.note_entry import WritingBar
from annotator.qt.desk.notes_panel import NotesPanel
from annotator.qt.desk.noting import Noting
from annotator.qt.desk.outside_changes import OutsideChanges
from annotator.qt.desk.statements_list import StatementList
from annotator.qt.desk.value_keys import ValueKeys, fixed_keys
from annotator.qt.desk.values_pass import ValuesPass
from annotator.qt.desk.workplace import Workplace
from annotator.qt.form.guide import Guide
from annotator.qt.form.inspector import Inspector
from annotator.qt.reading import TextSurface, surface_theme
from annotator.qt.toolkit.action_table import ActionTable
from annotator.qt.toolkit.keys.keyboard import foreign_sequence
from annotator.qt.toolkit.theme import LIGHT, Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.team.queue import pile

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Desk(QWidget):
    """Everything a coder needs in one place: parts that show, steps that act, and what happens between them.

    Longer than most classes, because every part is made and connected here and nowhere else.
    """

    told = Signal(str)
    """A short word on what was done, for the status line."""
    selected = Signal(str)
    """How much is selected, for the status line; a screen reader is told the words themselves."""
    document_changed = Signal(str)
    coder_wanted = Signal()
    part_shown = Signal(str, bool)
    """A part that can be hidden was shown or hidden by hand."""

    def __init__(self, table: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("desk")
        self.places: dict[str, int] = {}
        """Document id -> where its caret stood when another one was opened."""
        self._shown: str | None = None
        """The document whose text is shown."""
        self.theme: Theme = LIGHT
        self._patterns = False
        self._make_parts()
        self._make_steps(table)
        self._connect()

    def _make_parts(self) -> None:
        self.documents = DocumentList()
        self.surface = TextSurface()
        self.at = Workplace(self.surface, self)
        self.marks = MarginMarks(self.surface)
        self.statements = StatementList()
        self.notes = NotesPanel()
        self.inspector = Inspector()
        self.guide = Guide()
        self.filter = FilterBar()
        self.values_pass = ValuesPass()
        self.writing = WritingBar()
        self.finder = FindBar(self.at)
        self.head = Head()
        self.notice = Notice()
        self.nothing = Nothing()
        self.letters = LettersLacking()
        self._notice_text = self.notice.words
        self.coder_button, self.done_button = self.head.coder, self.head.done

    def _make_steps(self, table: ActionTable) -> None:
        at = self.at
        self.value_keys = ValueKeys(self.inspector, at.message)
        self.showing = LabelDisplay(at, self.filter, self.marks, self.statements)
        self.labelling = Labelling(at, self.showing, self.value_keys.give, self._to_text, self.inspector.go_on)
        self.editing = Editing(at, self.inspector.go_on)
        self.navigating = Navigating(at, self.documents, self.statements, self.inspector, self.finder, self._seen_as)
        self.day = ArticleState(
            at,
            self.writing,
            self.documents,
            self.open_document,
            self.statements.open_things,
            self.navigating.to_open,
        )
        self.layer_bar = LayerBar(table, self, self.label_selection, self.navigating.to_link)
        bars = (self.layer_bar, self.filter, self.values_pass, self.writing, self.finder)
        self.frame = Frame(
            self,
            Parts(
                head=self.head,
                bars=bars,
                notice=self.notice,
                nothing=self.nothing,
                surface=self.surface,
                marks=self.marks,
                documents=self.documents,
                statements=self.statements,
                notes=self.notes,
                inspector=self.inspector,
                guide=self.guide,
            ),
        )
        self.side, self.right, self.splitter = self.frame.side, self.frame.right, self.frame.splitter
        self.left, self.beside = self.frame.left, self.frame.beside
        self.noting = Noting(at, self.writing, self.notes, self.frame.show_notes)
        self.history = LookingBack(at, self, self.open_document, self.noting.has, self.noting.open_note)
        self.watch = OutsideChanges(at, self.isVisible, self.refresh_documents)
        self.actions_of = DeskActions(
            table,
            self,
            Steps(
                labelling=self.labelling,
                editing=self.editing,
                navigating=self.navigating,
                finder=self.finder,
                state=self.day,
                noting=self.noting,
                history=self.history,
                display=self.showing,
                filter=self.filter,
                frame=self.frame,
                documents=self.documents,
                surface=self.surface,
                values_pass=self.toggle_pass,
            ),
        )

    def _connect(self) -> None:
        self.at.said.connect(self.told)
        self.at.noticed.connect(self.show_notice)
        self.frame.part_shown.connect(self.part_shown)
        self.head.coder.clicked.connect(self.coder_wanted)
        done, skip = self.actions_of.done, next(a for a in self.actions_of.day if a.objectName() == "skip")
        self.head.done.clicked.connect(done.trigger)
        self.head.skip.clicked.connect(skip.trigger)
        self.head.back.clicked.connect(lambda: self.go(-1))
        self.head.on.clicked.connect(lambda: self.go(1))
        self.documents.chosen.connect(self.open_document)
        self.statements.jump.connect(self.jump)
        self.statements.counted.connect(lambda words: self.side.setTabText(0, words))
        self.statements.tools.article_wanted.connect(self.navigating.to_article_values)
        self.inspector.jump.connect(self.jump)
        self.inspector.in_text = lambda: self.window().focusWidget() is self.surface
        self.inspector.finished.connect(self.surface.setFocus)
        self.surface.label_activated.connect(self.jump)
        self.surface.boundary_dragged.connect(self.labelling.move_boundary)
        self.surface.selection_changed.connect(self._selection_changed)
        self.surface.note_activated.connect(self.noting.open_note)
        self.marks.jumped.connect(self._jump_to_place)
        self.notes.opened.connect(self.noting.open_note)
        self.notes.answer.connect(self.noting.answer)
        self.notes.settle.connect(self.noting.settle)
        self.notes.removed.connect(self.noting.remove_note)
        self.notes.counted.connect(self._count_notes)
        self.values_pass.shown.connect(self.jump)
        self.values_pass.closed.connect(self.surface.setFocus)
        self.filter.changed.connect(self.showing.filter_labels)

    # what is typed

    def save_typed(self) -> None:
        """Save what was typed in the form, as far as it can be saved."""
        self.inspector.flush()

    def unsaved(self) -> list[str]:
        """What was typed and cannot be saved: in the form, and in the bar for notes."""
        return self.inspector.unsaved() + self.writing.held()

    # the study

    @property
    def session(self) -> Session | None:
        """What is open."""
        return self.at.session

    @property
    def layer_actions(self) -> dict[str, QAction]:
        """The action of each layer."""
        return self.layer_bar.layer_actions

    def set_session(self, session: Session | None) -> None:
        """Open or close a study."""
        self.at.session = session
        self.places, self._shown = {}, None
        self.head.clear()
        self.surface.set_text("")
        self.notice.hide()
        self.nothing.hide()
        self.documents.clear()
        self.finder.stop()
        self.finder.set_layers()
        for part in (self.statements, self.inspector, self.notes, self.guide, self.filter):
            part.set_session(session)
        self.values_pass.leave_session()
        self.writing.give_up()
        if session is not None:
            session.safe_colours = self._patterns
        self.layer_bar.set_session(session)
        if session is None:
            self.watch.stop()
            self.marks.reload()
            return
        self.watch.start()
        session.opened.connect(self._opened)
        session.changed.connect(self._changed)
        session.refused.connect(self._refused)
        session.noticed.connect(lambda told: self.show_notice(spoken(told)))
        session.current_changed.connect(self._current_changed)
        session.changed_elsewhere.connect(self.watch.changed_elsewhere)
        self.set_coder_shown()

    def refresh_documents(self) -> None:
        """After articles came in."""
        session = self.session
        if session is not None:
            study, coder = session.study, session.coder.id
            self.documents.show_documents(
                pile(study, coder), study.article_lines, study.document_states(coder), study.skipped(coder)
            )
            if session.document is not None:
                self.documents.set_current(session.document.id)

    def _seen_as(self, document: Document) -> Document:
        """An article with the number under which the coder sees it."""
        model = self.documents.model
        place = model.place_of(document.id)
        return document if place is None else model.pile.shown(document, place)

    def set_coder_shown(self) -> None:
        """After somebody else took over."""
        if self.session is not None:
            self.head.show_coder(self.session.coder.name)
        self.refresh_documents()

    # looks

    def set_theme(self, theme: Theme, size: int, spacing: float = 1.6, patterns: bool = False) -> None:
        """Colours, the size of letters, the distance of lines, and whether patterns stand beside the colours."""
        self.theme = theme
        if self.session is not None and self.session.safe_colours != patterns:
            self.session.safe_colours = patterns
            self._recolour()
        self._patterns = patterns
        self.surface.set_theme(surface_theme(theme, size, spacing, patterns))
        self.marks.set_theme(theme)
        self.documents.set_theme(theme)
        self.statements.set_theme(theme)

    def _recolour(self) -> None:
        assert self.session is not None
        self.layer_bar.recolour(self.session)
        self.showing.show_labels()
        self.statements.reload()
        self.inspector.rebuild()

    # showing

    def _opened(self) -> None:
        session = self.session
        assert session is not None
        assert session.document is not None
        d = session.document
        if self._shown is not None:  # whoever opened another one, and where it is the same one anew
            self.places[self._shown] = self.surface.caret()
        self._shown = d.id
        self.surface.set_text(session.text, d.zones)
        self.showing.show_labels()
        self.head.show_document(d)
        self.documents.set_current(d.id)
        self.notice.hide()
        self.nothing.hide()
        self.finder.search()
        place = min(self.places.get(d.id, 0), len(session.text))
        self.surface.set_caret(place)
        self.surface.reveal(place, place)
        self._show_state()
        self.surface.setFocus()
        if lacking := self.letters.lacking(session.text, self.surface.theme.family):
            self.show_notice(lacking)
        self.document_changed.emit(d.id)

    def _changed(self, changes: ChangeSet) -> None:
        self.showing.update(changes)
        self.notice.hide()
        if changes.documents:
            self._show_state(changes.documents, every=changes.command == ELSEWHERE)
        self.showing.show_links()
        if changes.command != ELSEWHERE:
            self.at.message(_in_words(changes))

    def _show_state(self, keys: Iterable[str] = (), every: bool = False) -> None:
        """How far the coder is with these articles and the one in hand; every: others may have said so of any."""
        session = self.session
        assert session is not None
        assert session.document is not None
        study, coder, here = session.study, session.coder.id, session.document.id
        if every:
            self.documents.set_states(study.document_states(coder), study.skipped(coder))
        for key in {here, *keys}:
            state, reason = study.document_state(key, coder)
            self.documents.set_state(key, state, reason)
            if key == here:
                self.head.show_state(state, reason)

    def _current_changed(self) -> None:
        session = self.session
        assert session is not None
        self.surface.set_current(session.current)
        self.showing.current_changed()
        self.showing.show_links()
        a = session.label()
        if a is not None and a.roles:
            a = session.owner_of(a.id)
        if a is not None and a.fragments:
            self.surface.reveal(a.fragments[0][0], a.fragments[-1][1])

    def _count_notes(self, n: int) -> None:
        self.side.setTabText(self.side.indexOf(self.notes), tr("Notes ({n})", n=n) if n else tr("Notes"))
        self.surface.set_notes(
            [(note.id, note.start, note.kind, note.settled) for note, _ in self.notes.notes if note.start is not None]
        )
        self.marks.show_notes()

    def _jump_to_place(self, cp: int) -> None:
        self.surface.set_caret(cp)
        self.surface.reveal(cp, cp)
        self.surface.setFocus()

    def _to_text(self) -> None:
        if not self.values_pass.hasFocus():  # there the next unit is in hand
            self.surface.setFocus()

    def _refused(self, error: AnnotatorError) -> None:
        where = "" if _ID.fullmatch(error.where) else error.where  # an id tells a person nothing
        self.show_notice(spoken(AnnotatorError(error.what, where, error.remedy)))

    def show_nothing(self, words: str, do: QAction | None) -> None:
        """No article is open: why, and what to do."""
        self.nothing.tell(words, do)

    def show_notice(self, text: str) -> None:
        """A note over the foot of the article that stays until the next step."""
        self.notice.tell(text)

    def _selection_changed(self) -> None:
        chosen = self.surface.selection()
        if chosen is not None:
            focus = self.window().focusWidget()
            if focus is not None and self.inspector.isAncestorOf(focus):
                self.surface.setFocus()  # the next key is for the words
            self.selected.emit(tr("{n} characters selected", n=chosen[1] - chosen[0]))

    def toggle_pass(self) -> None:
        """Begin the values pass, or end it."""
        if self.session is None or self.session.document is None:
            return
        if self.values_pass.isVisible():
            self.values_pass.end()
        elif not self.values_pass.open_pass(self.session):
            self.show_notice(tr("The codebook has no values that one key could give"))

    # what others ask of the desk

    def open_document(self, document_id: str) -> None:
        """Show an article; what was typed in the form is saved first."""
        self.navigating.open_document(document_id)

    def show_passage(self, document_id: str, start: int, end: int) -> None:
        """Open an article with a place selected and in view."""
        self.navigating.show_passage(document_id, start, end)

    def jump(self, key: str) -> None:
        """Take a label in hand and show it."""
        self.navigating.jump(key)

    def go(self, step: int) -> None:
        """Open the next article, or the one before."""
        self.navigating.go(step)

    def show_mentions(self, entity_id: str) -> None:
        """Mark where the entity is named in this article, and take the next place in hand."""
        self.navigating.show_mentions(entity_id)

    def label_selection(self, layer_key: str) -> None:
        """Label the selected passage; with none selected, the key may stand for a value of the label in hand."""
        self.labelling.label_selection(layer_key)

    def _label(self, command: AnyCommand) -> None:
        self.labelling.label(command)

    def step_back(self, back: bool) -> None:
        """Undo, or redo."""
        self.save_typed()
        self.labelling.step_back(back)

    def remove_label(self) -> None:
        """Remove the label in hand."""
        self.labelling.remove()

    def toggle_done(self) -> None:
        """Say that the article is done, or open it again."""
        self.save_typed()
        self.day.toggle_done()

    def show_side(self, which: Literal["statements", "notes"]) -> None:
        """Bring one of the two lists at the right to the front."""
        self.frame.show_side(which)

    def to_notes(self) -> None:
        """Go to the notes on this article."""
        self.frame.to_notes()

    def toggle_guide(self) -> None:
        """Show or hide the codebook beside the form."""
        self.frame.toggle_guide()

    def fixed_keys(self) -> dict[str, str]:
        """Keys that the codebook gives to values: key -> words."""
        return fixed_keys(self.session.codebook) if self.session is not None else {}

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of other scripts, then those that the codebook gives to values, and numbers in the field in hand."""
        foreign = foreign_sequence(event)
        own = Qt.FindChildOption.FindDirectChildrenOnly
        for action in (*self.actions(), *self.window().findChildren(QAction, options=own)) if foreign else ():
            if action.isEnabled() and foreign in action.shortcuts():
                action.trigger()
                return
        if not self.value_keys.press(event):
            super().keyPressEvent(event)


def _in_words(changes: ChangeSet) -> str:
    verbs = {"Undo": tr("taken back"), "Redo": tr("brought back")}
    parts = [
        tr("{n} added", n=len(changes.added)) if changes.added else "",
        tr("{n} changed", n=len(changes.changed)) if changes.changed else "",
        tr("{n} removed", n=len(changes.removed)) if changes.removed else "",
    ]
    told = ", ".join(p for p in (verbs.get(changes.command, ""), *parts) if p)
    return tr("Saved: {what}", what=told) if told else tr("Saved")
