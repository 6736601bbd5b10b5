"""The register: everybody and everything that labels name, to be found, described, merged, separated and split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Entity
from annotator.domain.changes import ChangeSet
from annotator.domain.commands import AnyCommand, ChangeEntity
from annotator.domain.errors import AnnotatorError
from annotator.domain.queries import any_of
from annotator.qt.coding.session import Session
from annotator.qt.entities.answers import EntityAnswers
from annotator.qt.entities.dialogs import MergeDialog, NewDialog, SplitDialog
from annotator.qt.entities.entity_form import EntityForm
from annotator.qt.entities.register_acts import RegisterActs
from annotator.qt.entities.register_lists import RegisterLists
from annotator.qt.entities.steps_in_words import step_in_words
from annotator.qt.toolkit.keys.keymap import make_action
from annotator.qt.toolkit.keys.keys_dialog import add_keys_action
from annotator.qt.toolkit.parts import Splitter, label
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.entities import registry as entities


class RegisterWindow(QDialog):
    """Stays open beside the desk; what is done here goes through the desk's session."""

    mentions_wanted = Signal(str)
    """Id of the entity whose mentions a person wants to see in the open article."""
    search_wanted = Signal(str)
    """A query over all articles."""
    label_wanted = Signal(str, str)
    """Document id and annotation id."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Register"))
        self.resize(980, 680)
        self._session = session
        self._dirty = False
        self._make()
        self._make_actions()
        add_keys_action(self, self.actions())
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.timeout.connect(self.reload)
        session.changed.connect(self._changed)
        self.reload()

    def _make(self) -> None:
        self.lists = RegisterLists(self._session)
        self.line, self.filter, self.count = self.lists.line, self.lists.filter, self.lists.count
        self.table, self.model, self.unresolved = self.lists.table, self.lists.model, self.lists.unresolved
        self.lists.selected_changed.connect(self._select)
        self.lists.label_wanted.connect(self.label_wanted)
        self.acts = RegisterActs(self._session, self.lists, self, self)
        self.form = EntityForm(self._session.codebook.entity_types, EntityAnswers(self._session, self._answer))
        self.form.changed.connect(self._save)
        self.form.separated.connect(
            lambda key: self.apply(entities.separate_command(self._coder, [key]), tr("Separated again"))
        )
        self.told = label("", "section", wrap=True)
        self.told.hide()
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        parts = Splitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.lists)
        parts.addWidget(self._made_panel())
        parts.setSizes([560, 400])
        self.foot = QHBoxLayout()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(8)
        rows.addWidget(parts, 1)
        rows.addWidget(self.told)
        rows.addWidget(self.fault)
        rows.addLayout(self.foot)

    def _made_panel(self) -> QFrame:
        panel = QFrame()
        panel.setProperty("role", "panel")
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(1, 1, 1, 1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.form)
        inside.addWidget(scroll)
        return panel

    def _make_actions(self) -> None:
        self.buttons: dict[str, QPushButton] = {}

        def add(name: str, words: str, keys: str, tip: str, do: Callable[[], object], button: bool = True) -> QAction:
            action = make_action(self, f"register-{name}", words, keys, tip, lambda _=False: do())
            self.addAction(action)
            if button:
                made = QPushButton(words)
                made.setAutoDefault(False)
                made.setToolTip(action.toolTip())
                made.clicked.connect(action.trigger)
                self.buttons[name] = made
                self.foot.addWidget(made)
            return action

        add("new", tr("New…"), "Ctrl+N", tr("Add an entity by hand"), self.acts.enter)
        add("merge", tr("Merge…"), "Ctrl+J", tr("The selected entities are one and the same"), self.acts.merge)
        add(
            "split",
            tr("Split…"),
            "Ctrl+Shift+S",
            tr("The selected entity is really two: choose which labels belong to which"),
            self.acts.split,
        )
        add(
            "remove", tr("Remove"), "Ctrl+Del", tr("Remove the selected entities that no label names"), self.acts.remove
        )
        add("name", tr("This is…"), "Ctrl+Return", tr("Choose whom or what the selected labels name"), self._name)
        self.foot.addStretch(1)
        add(
            "mentions",
            tr("Show mentions"),
            "Ctrl+M",
            tr("Mark every mention in the open article, to be labelled one by one"),
            self.show_mentions,
        )
        add("search", tr("In all articles"), "Ctrl+Shift+F", tr("Find every mention in all articles"), self.search_all)
        add("undo", tr("Undo"), "Ctrl+Z", "", lambda: self._step(self._session.undo), False)
        add("redo", tr("Redo"), "Ctrl+Shift+Z / Ctrl+Y", "", lambda: self._step(self._session.redo), False)
        add("find", tr("To the search"), "Ctrl+F", "", self.lists.focus_line, False)

    @property
    def dialog(self) -> MergeDialog | SplitDialog | NewDialog | None:
        """What was last asked."""
        return self.acts.dialog

    @property
    def _coder(self) -> str:
        return self._session.coder.id

    # showing

    def ask(self, entity_id: str | None = None) -> None:
        """Come to the front, with somebody in hand."""
        self.show()
        self.raise_()
        self.activateWindow()
        if entity_id is not None:
            self.take(entity_id)
        self.line.setFocus()

    def reload(self) -> None:
        """Ask the store again."""
        session = self._session
        if session.study.file.closed:
            return
        self._stale.stop()
        self.acts.uses = entities.uses(session.study)
        self.lists.reload(self.acts.uses)

    def _changed(self, changes: ChangeSet) -> None:
        if self.isVisible():
            self._stale.start(0)  # after the desk, which a person waits for
        else:
            self._dirty = True

    def showEvent(self, event: QShowEvent) -> None:
        """What happened meanwhile is shown."""
        super().showEvent(event)
        if self._dirty:
            self._dirty = False
            self.reload()

    def selected(self) -> list[Entity]:
        """Who is selected, as the store has them."""
        return self.lists.selected()

    def take(self, entity_id: str) -> None:
        """Select somebody; whoever was merged is found as the one it turned out to be."""
        self.lists.take(entity_id)

    def _select(self) -> None:
        chosen = [] if self.lists.shows_labels else self.selected()
        one = chosen[0] if len(chosen) == 1 else None
        if self.form.shown not in (None, one.id if one is not None else None):
            self.form.leave()  # a field that another window took the focus from has not said what was typed
        session = self._session
        register = session.register
        if one is not None:
            coders = {c.id: c.name for c in session.study.coders()}
            names = {key: e.name for key, e in register.every.items()}
            steps = [step_in_words(c, coders, names, session.codebook) for c in entities.history(session.study, one.id)]
            self.form.show_entity(one, register.merged_into(one.id), steps)
        else:
            self.form.show_entity(None, [], [])
        self.buttons["merge"].setEnabled(len(chosen) > 1)
        for name in ("split", "mentions", "search"):
            self.buttons[name].setEnabled(one is not None)
        self.buttons["remove"].setEnabled(bool(chosen))
        self.buttons["name"].setVisible(self.lists.shows_labels)
        self.buttons["name"].setEnabled(bool(self.unresolved.selectedItems()))
        self.lists.tell_count()

    # doing

    def apply(self, command: AnyCommand, told: str = "") -> bool:
        """Through the session, so that the desk hears of it; a refusal is told here."""
        refusals: list[AnnotatorError] = []
        heard = self._session.refused.connect(lambda error: refusals.append(error))
        try:
            done = self._session.apply(command)
        finally:
            self._session.refused.disconnect(heard)
        self.tell(told if done is not None else "", "" if done is not None else _said(refusals))
        self.reload()
        if told:  # not a field that was left: now keys such as Ctrl+Z are for what was just done
            self.activateWindow()
            self.lists.focus_list()
        return done is not None

    def _save(self, fields: dict[str, Any]) -> None:
        """Save what was typed of an entity; what is refused is kept."""
        if not self.apply(ChangeEntity(coder_id=self._coder, **fields)):
            self.form.keep(fields)

    def _answer(self, command: AnyCommand) -> str:
        """Do what the form of answers asks; why not is told at its field, not below."""
        if self.apply(command):
            return ""
        why = self.fault.text()
        self.tell("")
        return why

    def tell(self, words: str, fault: str = "") -> None:
        """Say below what was done, or why not."""
        self.told.setText(words)
        self.told.setVisible(bool(words))
        self.fault.setText(fault[:1].upper() + fault[1:])
        self.fault.setVisible(bool(fault))

    def _step(self, step: Callable[[], None]) -> None:
        self.form.flush()
        step()
        self.tell("")
        self.reload()

    def _name(self) -> None:
        self.acts.name_selected(self.buttons["name"])

    def show_mentions(self) -> None:
        """Mark every mention in the open article."""
        chosen = self.selected()
        if len(chosen) == 1:
            self.mentions_wanted.emit(chosen[0].id)

    def search_all(self) -> None:
        """Find every name in all articles."""
        chosen = self.selected()
        if len(chosen) == 1:
            self.search_wanted.emit(any_of(self._session.register.names_of(chosen[0].id)))

    # what is typed

    def save_typed(self) -> None:
        """Save what was typed in the form."""
        self.form.flush()

    def unsaved(self) -> list[str]:
        """What was typed there and cannot be saved."""
        return self.form.unsaved()

    # Qt

    def done(self, result: int) -> None:
        """Save what was typed."""
        self.form.flush()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """As Escape."""
        self.form.flush()
        super().closeEvent(event)


def _said(errors: list[AnnotatorError]) -> str:
    return "; ".join(spoken(e) for e in errors)
