"""The coder's desk: articles at the left, the article in the middle, statements and the form at the right."""

from __future__ import annotations

import re
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QPushButton, QSplitter, QTabWidget, QToolButton, QWidget

from annotator.domain.annotations import Document
from annotator.domain.changes import ChangeSet
from annotator.domain.codebook.model import Layer, SpanLayer
from annotator.domain.codebook.values import entity_ids
from annotator.domain.commands import AnyCommand, RemoveAnnotation, SetFragments
from annotator.domain.errors import AnnotatorError
from annotator.domain.passages import tidy
from annotator.qt.coding.linking import label_command
from annotator.qt.coding.session import ELSEWHERE, Session
from annotator.qt.desk.actions import DeskActions
from annotator.qt.desk.article_state import Day
from annotator.qt.desk.document_list import DocumentList
from annotator.qt.desk.editing import Editing
from annotator.qt.desk.filtering import FilterBar
from annotator.qt.desk.find_bar import FindBar
from annotator.qt.desk.frame import lay_out
from annotator.qt.desk.head import Head, Notice
from annotator.qt.desk.label_display import Showing
from annotator.qt.desk.marks import MarginMarks
from annotator.qt.desk.note_entry import WritingBar
from annotator.qt.desk.notes_panel import NotesPanel
from annotator.qt.desk.outside_changes import Watch
from annotator.qt.desk.statements_list import StatementList
from annotator.qt.desk.values_pass import ValuesPass
from annotator.qt.form.guide import Guide
from annotator.qt.form.inspector import Inspector
from annotator.qt.reading import TextSurface, surface_theme
from annotator.qt.toolkit.action_table import ActionTable
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.keys.keyboard import foreign_sequence, typed
from annotator.qt.toolkit.keys.keymap import shown_keys
from annotator.qt.toolkit.parts import swatch
from annotator.qt.toolkit.theme import LIGHT, Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.team.queue import pile

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Desk(QWidget):
    """Everything a coder needs in one place. Actions are made here; the window puts them into its menus."""

    told = Signal(str)
    """A short word on what was done, for the status line."""
    selected = Signal(str)
    """How much is selected, for the status line; a screen reader is told the words themselves."""
    document_changed = Signal(str)
    coder_wanted = Signal()
    part_shown = Signal(str, bool)
    """A part that can be hidden was shown or hidden by hand."""

    head: Head
    notice: Notice
    coder_button: QPushButton
    done_button: QPushButton
    layer_bar: QWidget
    layers: FlowLayout
    side: QTabWidget
    right: QSplitter
    splitter: QSplitter
    left: QWidget
    beside: QWidget

    def __init__(self, table: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("desk")
        self.table = table
        self.session: Session | None = None
        self._pile: dict[str, Document] = {}
        self.places: dict[str, int] = {}
        """Document id -> where its caret stood when another one was opened."""
        self._shown: str | None = None
        """The document whose text is shown."""
        self.theme: Theme = LIGHT
        self.documents = DocumentList()
        self.surface = TextSurface()
        self.marks = MarginMarks(self.surface)
        self.statements = StatementList()
        self.notes = NotesPanel()
        self.inspector = Inspector()
        self.guide = Guide()
        self.filter = FilterBar()
        self.values_pass = ValuesPass()
        self.writing = WritingBar()
        self.layer_actions: dict[str, QAction] = {}
        self.editing = Editing(self)
        self.finder = FindBar(self)
        self.day = Day(self)
        self.showing = Showing(self)
        self._patterns = False
        self.watch = Watch(self)
        self.actions_of = DeskActions(self)
        lay_out(self)
        self._notice_text = self.notice.words
        self._connect()

    def _connect(self) -> None:
        self.documents.chosen.connect(self.open_document)
        self.statements.jump.connect(self.jump)
        self.statements.counted.connect(lambda words: self.side.setTabText(0, words))
        self.statements.tools.article_wanted.connect(self.to_article_values)
        self.inspector.jump.connect(self.jump)
        self.inspector.finished.connect(self.surface.setFocus)
        self.surface.label_activated.connect(self._activated)
        self.surface.boundary_dragged.connect(self._boundary_dragged)
        self.surface.selection_changed.connect(self._selection_changed)
        self.surface.note_activated.connect(self.day.open_note)
        self.marks.jumped.connect(self._jump_to_place)
        self.notes.opened.connect(self.day.open_note)
        self.notes.answer.connect(self.day.answer)
        self.notes.settle.connect(self.day.settle)
        self.notes.removed.connect(self.day.remove_note)
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

    def set_session(self, session: Session | None) -> None:
        """Open or close a study."""
        self.session = session
        self.places, self._shown = {}, None
        self.finder.stop()
        self.finder.set_layers()
        for part in (self.statements, self.inspector, self.notes, self.guide, self.filter):
            part.set_session(session)
        self.values_pass.leave_session()
        self.writing.give_up()
        for action in self.layer_actions.values():
            self.removeAction(action)
            self.table.forget(action)
            action.deleteLater()
        self.layer_actions = {}
        while (item := self.layers.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        if session is None:
            self.watch.stop()
            self.surface.set_text("")
            self.marks.reload()
            return
        self.watch.start()
        session.opened.connect(self._opened)
        session.changed.connect(self._changed)
        session.refused.connect(self._refused)
        session.current_changed.connect(self._current_changed)
        session.changed_elsewhere.connect(self.watch.changed_elsewhere)
        session.safe_colours = self._patterns
        for layer in session.codebook.span_layers:
            self._add_layer(layer)
        self.refresh_documents()
        self._show_coder()

    def _add_layer(self, layer: SpanLayer) -> None:
        tip = "\n".join(p for p in (layer.definition, tr("Select a passage first")) if p)
        label_it = partial(self.label_selection, layer.key)
        action = self.table.make(self, f"layer-{layer.key}", layer.label, label_it, keys=layer.hotkey or "", tip=tip)
        assert self.session is not None
        icon = swatch(self.session.colour_of(layer.key))
        action.setIcon(icon)
        action.setData(layer.key)
        self.addAction(action)
        self.layer_actions[layer.key] = action
        button = QToolButton()
        button.setIcon(icon)

        def show_key() -> None:
            button.setText("   ".join(x for x in (layer.label, shown_keys(action)) if x))
            button.setToolTip(action.toolTip())

        show_key()
        action.changed.connect(show_key)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("role", "layer")
        button.setProperty("layer", layer.key)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(action.trigger)
        self.layers.addWidget(button)

    def _recolour(self) -> None:
        session = self.session
        assert session is not None
        buttons = {b.property("layer"): b for b in self.layer_bar.findChildren(QToolButton)}
        for key, action in self.layer_actions.items():
            action.setIcon(swatch(session.colour_of(key)))
            buttons[key].setIcon(action.icon())
        self.showing.show_labels()
        self.statements.reload()
        self.inspector.rebuild()

    def refresh_documents(self) -> None:
        """After articles came in."""
        session = self.session
        if session is not None:
            study, coder = session.study, session.coder.id
            documents = pile(study, coder)
            self._pile = {d.id: d for d in documents}
            self.documents.show_documents(
                documents, study.document_states(coder), study.skipped(coder), study.queue(coder)
            )
            if session.document is not None:
                self.documents.set_current(session.document.id)

    def set_coder_shown(self) -> None:
        """After somebody else took over."""
        self._show_coder()
        self.refresh_documents()

    def _show_coder(self) -> None:
        if self.session is not None:
            self.head.show_coder(self.session.coder.name)

    def open_document(self, document_id: str) -> None:
        """Show an article; what was typed in the form is saved first."""
        session = self.session
        if session is None or (session.document is not None and session.document.id == document_id):
            return
        self.save_typed()
        session.open(self._pile.get(document_id) or session.study.document(document_id))

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
        self.finder.search()
        place = min(self.places.get(d.id, 0), len(session.text))
        self.surface.set_caret(place)
        self.surface.reveal(place, place)
        self._show_state()
        self.surface.setFocus()
        self.document_changed.emit(d.id)

    def _changed(self, changes: ChangeSet) -> None:
        session = self.session
        assert session is not None
        self.showing.update(changes)
        self.notice.hide()
        if changes.documents:
            self._show_state()
        self.showing.show_links()
        if changes.command != ELSEWHERE:
            self.told.emit(self._words(changes))

    def _words(self, changes: ChangeSet) -> str:
        verbs = {"Undo": tr("taken back"), "Redo": tr("brought back")}
        parts = [
            tr("{n} added", n=len(changes.added)) if changes.added else "",
            tr("{n} changed", n=len(changes.changed)) if changes.changed else "",
            tr("{n} removed", n=len(changes.removed)) if changes.removed else "",
        ]
        told = ", ".join(p for p in (verbs.get(changes.command, ""), *parts) if p)
        return tr("Saved: {what}", what=told) if told else tr("Saved")

    def _show_state(self) -> None:
        session = self.session
        assert session is not None
        states = session.study.document_states(session.coder.id)
        reasons = session.study.skipped(session.coder.id)
        self.documents.set_states(states, reasons)
        if session.document is not None:
            key = session.document.id
            self.head.show_state(states.get(key), reasons.get(key))

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

    def _refused(self, error: AnnotatorError) -> None:
        where = "" if _ID.fullmatch(error.where) else error.where  # an id tells a person nothing
        self.show_notice(spoken(AnnotatorError(error.what, where, error.remedy)))

    def show_notice(self, text: str) -> None:
        """A note over the foot of the article that stays until the next step."""
        self.notice.tell(text)

    def _selection_changed(self) -> None:
        chosen = self.surface.selection()
        if chosen is not None:
            self.selected.emit(tr("{n} characters selected", n=chosen[1] - chosen[0]))

    # doing

    def label_selection(self, layer_key: str) -> None:
        """Label the selected passage; with none selected, the key may stand for a value of the label in hand."""
        session = self.session
        if session is None or session.document is None:
            return
        if self.showing.reading_others:
            self.show_notice(tr("These are another coder's labels: choose “my labels” in the filter first"))
            return
        layer = session.codebook.layer(layer_key)
        chosen = self.chosen(layer)
        if chosen is None:
            if layer.hotkey and self._value_key(layer.hotkey):
                return
            self.show_notice(tr("Select a passage first, then press the key of “{layer}”", layer=layer.label))
            return
        self._label(label_command(session, layer, (chosen,)))

    def _label(self, command: AnyCommand) -> None:
        session = self.session
        assert session is not None
        done = session.apply(command)
        if done is None:
            return
        self.surface.clear_selection()
        new = next((k for k in done.added if session.labels[k].fragments), None)
        owner = session.owner_of(new) if new else None
        tied = owner is not None and owner.id != new
        # a label that joined the statement in hand leaves the statement in hand
        session.set_current(owner.id if tied and owner is not None else new)

    def repeat_label(self) -> None:
        """Label the selection like the coder's last label of this article, with its values."""
        session = self.session
        if session is None or session.document is None:
            return
        last = max((a for a in session.labels.values() if a.fragments), key=lambda a: (a.created, a.id), default=None)
        if last is None:
            self.show_notice(tr("There is no label here yet to repeat"))
            return
        layer = session.codebook.layer(last.layer)
        chosen = self.chosen(layer)
        if chosen is None:
            self.show_notice(tr("Select a passage first; it becomes a “{layer}”", layer=layer.label))
            return
        self._label(label_command(session, layer, (chosen,), last.values))

    def chosen(self, layer: Layer | None = None) -> tuple[int, int] | None:
        """The selection, made tidy as a layer wants it; the layer of the label in hand if none is given."""
        selected, session = self.surface.selection(), self.session
        if selected is None or session is None:
            return None
        if layer is None and (a := session.label()) is not None:
            layer = session.codebook.layer(a.layer)
        if isinstance(layer, SpanLayer):
            return tidy(session.text, *selected, layer.snap, layer.trim)
        return tidy(session.text, *selected)

    def step_back(self, back: bool) -> None:
        """Undo, or redo."""
        if self.session is not None:
            (self.session.undo if back else self.session.redo)()

    def remove_label(self) -> None:
        """Remove the label in hand."""
        session = self.session
        if session is None or session.current is None:
            return
        session.apply(RemoveAnnotation(coder_id=session.coder.id, annotation_id=session.current))
        if not self.values_pass.hasFocus():  # there the next unit is in hand
            self.surface.setFocus()

    def _boundary_dragged(self, key: str, number: int, start: int, end: int) -> None:
        session = self.session
        if session is None or key not in session.labels:
            return
        a = session.labels[key]
        fragments = list(a.fragments)
        if fragments[number] == (start, end):
            return
        fragments[number] = (start, end)
        done = session.apply(SetFragments(coder_id=session.coder.id, annotation_id=key, fragments=tuple(fragments)))
        if done is None:  # refused: the label is where the store has it
            self.showing.show_again(a)

    def _activated(self, key: str) -> None:
        if self.session is not None:
            self.save_typed()
            self.session.set_current(key or None)

    def jump(self, key: str) -> None:
        """Take a label in hand and show it."""
        if self.session is not None:
            self.save_typed()
            self.session.set_current(key)

    def show_passage(self, document_id: str, start: int, end: int) -> None:
        """Open an article with a place selected and in view."""
        self.open_document(document_id)
        if end > start:
            self.surface.set_selection(start, end)
            self.surface.reveal(start, end)

    def next_review(self) -> None:
        """Take the next label in hand that a change of the codebook marked; from the last on to the first."""
        session = self.session
        if session is None:
            return
        found = session.marked()
        if not found:
            self.show_notice(tr("No label of yours waits to be looked at again"))
            return
        here = next((place for place, key in enumerate(found) if key[1] == session.current), None)
        at = session.place_in_hand()
        after = [x for x in found if x[0] > at] if here is None else found[here + 1 :]
        _, key, document = (after or found)[0]
        self.open_document(document)
        self.jump(key)

    def step_label(self, direction: int) -> None:
        """Take the next label in hand, or the one before."""
        self.surface.step_label(direction)

    def walk_stack(self) -> None:
        """Take the label at the caret in hand; where it is in hand already, the next one of the stack."""
        session = self.session
        stack = self.surface.labels_at(self.surface.caret()) if session is not None else []
        if session is None or not stack:
            self.told.emit(tr("There is no label at the caret"))
            return
        place = stack.index(session.current) + 1 if session.current in stack else 0
        self._activated(stack[place % len(stack)])

    def next_incomplete(self) -> None:
        """Take the next statement in hand in which something is missing, from the one in hand or the caret."""
        session = self.session
        if session is None:
            return
        lacking = self.statements.lacking()
        a = session.label()
        at = (session.owner_of(a.id) or a) if a is not None else None
        place = at.fragments if at is not None and at.fragments else ((self.surface.caret(), 0),)
        later = [key for fragments, key in lacking if fragments > place]
        if not lacking:
            self.told.emit(tr("Nothing is missing in this article's statements"))
        else:
            self.jump(later[0] if later else lacking[0][1])

    def go(self, step: int) -> None:
        """Open the next article, or the one before."""
        session = self.session
        if session is None or session.document is None:
            return
        other = self.documents.neighbour(session.document.id, step)
        if other is None:
            self.told.emit(tr("This is the last article") if step > 0 else tr("This is the first article"))
        else:
            self.open_document(other)

    def toggle_done(self) -> None:
        """Say that the article is done, or open it again."""
        self.day.toggle_done()

    def show_side(self, which: Literal["statements", "notes"]) -> None:
        """Bring one of the two lists at the right to the front."""
        self.side.setCurrentWidget(self.notes if which == "notes" else self.statements)

    def to_notes(self) -> None:
        """Go to the notes on this article."""
        self.show_side("notes")
        first = next(iter(self.notes.cards.values()), None)
        (first or self.notes).setFocus()

    def to_statements(self) -> None:
        """Go to the list of statements."""
        self.show_side("statements")
        self.statements.view.setFocus()

    def find_statement(self) -> None:
        """Type what a statement is to be found by."""
        self.show_side("statements")
        self.statements.tools.open_finding()

    def to_article_values(self) -> None:
        """Go to what holds for the whole article."""
        if self.session is not None:
            self.save_typed()
            self.session.set_current(None)
            self.to_form()

    def toggle_guide(self) -> None:
        """Show or hide the codebook beside the form."""
        self._toggle("guide", self.guide)

    def toggle_articles(self) -> None:
        """Show or hide the list of articles: room for the text in a small window."""
        self._toggle("articles", self.left)

    def toggle_right(self) -> None:
        """Show or hide statements, form and codebook."""
        self._toggle("right", self.beside)

    def _toggle(self, name: str, part: QWidget) -> None:
        if not part.isHidden() and part.isAncestorOf(self.focusWidget() or self):
            self.surface.setFocus()
        part.setVisible(part.isHidden())
        self.part_shown.emit(name, not part.isHidden())

    def toggle_marks(self) -> None:
        """Show or hide the overview beside the text."""
        self._toggle("marks", self.marks)

    def toggle_pass(self) -> None:
        """Begin the values pass, or end it."""
        if self.session is None or self.session.document is None:
            return
        if self.values_pass.isVisible():
            self.values_pass.end()
        elif not self.values_pass.open_pass(self.session):
            self.show_notice(tr("The codebook has no values that one key could give"))

    def doubt(self) -> None:
        """Mark a doubt about the value in hand, or take it back."""
        if not self.inspector.doubt():
            self.told.emit(tr("Go to a value of the form first: the doubt is about it"))

    def to_form(self) -> None:
        """Go to the first open value."""
        field = self.inspector.first_open()
        if field is None:
            return
        self.inspector.go_to(field)

    def let_go(self) -> None:
        """Back to the text; there: close the find bar, give up the selection, then the label."""
        if self.finder.isVisible() and (self.surface.hasFocus() or self.finder.isAncestorOf(self.focusWidget())):
            self.finder.leave()
        elif self.surface.hasFocus() and self.session is not None:
            if self.surface.selection() is not None:
                self.surface.clear_selection()
            else:
                self.session.set_current(None)
        self.surface.setFocus()

    def fixed_keys(self) -> dict[str, str]:
        """Keys that the codebook gives to values: key -> words."""
        if self.session is None:
            return {}
        found: dict[str, str] = {}
        for layer in self.session.codebook.layers:
            for attribute in layer.attributes:
                for value in (
                    *getattr(attribute, "values", ()),
                    *getattr(attribute, "points", ()),
                    *attribute.off_scale,
                ):
                    if value.hotkey:
                        found.setdefault(value.hotkey, f"{layer.label}, {attribute.label}: {value.label}")
        return found

    def show_mentions(self, entity_id: str) -> None:
        """Mark where the entity is named in this article, and take the next place in hand."""
        if self.session is not None and entity_id in self.session.entities:
            self.finder.show_mentions(entity_id)

    def mentions_in_hand(self) -> None:
        """Mark where whoever the label in hand names is named."""
        session = self.session
        a = session.label() if session is not None else None
        found = next((key for v in a.values.values() for key in entity_ids(v)), None) if a is not None else None
        if found is None:
            self.told.emit(tr("Take a label in hand that names somebody"))
        else:
            self.show_mentions(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the codebook gives to values of the label in hand, and numbers in the field in hand."""
        foreign = foreign_sequence(event)
        own = Qt.FindChildOption.FindDirectChildrenOnly
        for action in (*self.actions(), *self.window().findChildren(QAction, options=own)) if foreign else ():
            if action.isEnabled() and foreign in action.shortcuts():
                action.trigger()
                return
        key = typed(event)
        if key.isdecimal() and self.inspector.field_in_hand() is not None and self._number(int(key)):
            return
        if not (key and self._value_key(key)):
            super().keyPressEvent(event)

    def _number(self, number: int) -> bool:
        field = self.inspector.field_in_hand()
        assert field is not None
        declared = field.keys()
        if str(number) in declared:
            field.choose(declared[str(number)])
            field.answered.emit()
            return True
        return self.inspector.choose_number(number)

    def _value_key(self, key: str) -> bool:
        found = self.inspector.value_keys().get(key.lower())
        if found is None:
            return False
        field, value = found
        field.choose(value)
        return True
