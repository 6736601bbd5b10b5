"""The register: everybody and everything that labels name, to be found, described, merged, separated and split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Entity
from annotator.domain.changes import ChangeSet
from annotator.domain.commands import AddEntity, AnyCommand, Batch, ChangeEntity, RemoveEntity
from annotator.domain.errors import AnnotatorError
from annotator.domain.queries import any_of
from annotator.qt.coding.session import Session
from annotator.qt.entities.answers import EntityAnswers
from annotator.qt.entities.answers_in_words import lines_of
from annotator.qt.entities.dialogs import LabelRow, MergeDialog, NewDialog, SplitDialog
from annotator.qt.entities.entity_form import EntityForm
from annotator.qt.entities.register_model import UNUSED, RegisterModel
from annotator.qt.entities.steps_in_words import step_in_words
from annotator.qt.form.picker import Option, Picker, Question
from annotator.qt.toolkit.keys.keymap import make_action
from annotator.qt.toolkit.keys.keys_dialog import add_keys_action
from annotator.qt.toolkit.parts import Splitter, label
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.entities import registry as entities

UNRESOLVED = "\x00unresolved"


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
        self._uses: dict[str, list[entities.Use]] = {}
        self._dirty = False
        self.dialog: MergeDialog | SplitDialog | NewDialog | None = None
        self._make()
        self._make_actions()
        add_keys_action(self, self.actions())
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.timeout.connect(self.reload)
        session.changed.connect(self._changed)
        self.reload()

    def _make(self) -> None:
        types = self._session.codebook.entity_types
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Find by name, alias or answer"))
        self.line.setAccessibleName(tr("Find by name, alias or answer"))
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(lambda _: self._narrow())
        self.filter = QComboBox()
        self.filter.setAccessibleName(tr("What is shown"))
        self.filter.addItem(tr("Everybody"), "")
        for t in types:
            self.filter.addItem(t.label, t.key)
        self.filter.insertSeparator(self.filter.count())
        self.filter.addItem(tr("Not used"), UNUSED)
        self.filter.addItem(tr("Labels that name nobody yet"), UNRESOLVED)
        self.filter.currentIndexChanged.connect(lambda _: self._narrow())
        top = QHBoxLayout()
        top.addWidget(self.line, 1)
        top.addWidget(self.filter)
        self.table = QTableView()
        self.table.setAccessibleName(tr("Register"))
        self.model = RegisterModel(self.table)
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.setSortingEnabled(True)
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._select())
        self.unresolved = QListWidget()
        self.unresolved.setAccessibleName(tr("Labels that name nobody yet"))
        self.unresolved.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.unresolved.itemSelectionChanged.connect(self._select)
        self.unresolved.itemActivated.connect(self._go)
        self.unresolved.itemClicked.connect(self._go)
        self.lists = QStackedWidget()
        self.lists.addWidget(self.table)
        self.lists.addWidget(self.unresolved)
        self.count = label("", "muted")
        self.form = EntityForm(types, EntityAnswers(self._session, self._answer))
        self.form.changed.connect(self._save)
        self.form.separated.connect(
            lambda key: self._apply(entities.separate_command(self._coder, [key]), tr("Separated again"))
        )
        self.told = label("", "section", wrap=True)
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
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
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 6, 0)
        column.addLayout(top)
        column.addWidget(self.lists, 1)
        column.addWidget(self.count)
        parts = Splitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.addWidget(left)
        parts.addWidget(panel)
        parts.setSizes([560, 400])
        self.foot = QHBoxLayout()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(8)
        rows.addWidget(parts, 1)
        rows.addWidget(self.told)
        rows.addWidget(self.fault)
        rows.addLayout(self.foot)
        self.told.hide()

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

        add("new", tr("New…"), "Ctrl+N", tr("Enter somebody or something by hand"), self.enter)
        add("merge", tr("Merge…"), "Ctrl+J", tr("The selected are one and the same"), self.merge)
        add(
            "split",
            tr("Split…"),
            "Ctrl+Shift+S",
            tr("The selected one is two; choose whose label is whose"),
            self.split,
        )
        add("remove", tr("Remove"), "Ctrl+Del", tr("Take the selected out, where no label names them"), self.remove)
        add("name", tr("This is…"), "Ctrl+Return", tr("Say who or what the selected labels name"), self.name_selected)
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
        add("find", tr("To the search"), "Ctrl+F", "", self._to_line, False)

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
        held = [e.id for e in self.selected()]
        self._uses = entities.uses(session.study)
        kinds = {t.key: t.label for t in session.codebook.entity_types}
        self.model.show_register(session.living(), kinds, {key: len(u) for key, u in self._uses.items()}, self._told())
        self._reselect(held)
        self._fill_unresolved()
        self._select()

    def _told(self) -> dict[str, list[str]]:
        """Entity id -> its values in words, those of what was merged into it too."""
        codebook, register, names = self._session.codebook, self._session.register, self._session.names()
        if not any(e.values for e in register.every.values()):
            return {}
        held = register.all_values()
        return {k: lines_of(codebook, register.every[k].type, v, names) for k, v in held.items() if v}

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

    def _narrow(self) -> None:
        held = [e.id for e in self.selected()]
        kind = self.filter.currentData() or ""
        self.lists.setCurrentIndex(1 if kind == UNRESOLVED else 0)
        if kind == UNRESOLVED:
            self._fill_unresolved()
        else:
            self.model.narrow(self.line.text(), kind)
            self._reselect(held)
        self._select()

    def _reselect(self, keys: list[str]) -> None:
        rows = [row for key in keys if (row := self.model.row_of(key)) is not None]
        if not rows and self.model.rows:
            rows = [0]
        chosen = self.table.selectionModel()
        flags = QItemSelectionModel.SelectionFlag
        for number, row in enumerate(rows):
            how = flags.Select if number else flags.ClearAndSelect
            chosen.setCurrentIndex(self.model.index(row, 0), how | flags.Rows)

    def _fill_unresolved(self) -> None:
        if self.filter.currentData() != UNRESOLVED:
            return
        study = self._session.study
        numbers = {d.id: d.number for d in study.documents()}
        texts: dict[str, str] = {}
        self.unresolved.clear()
        wanted = self.line.text().casefold().strip()
        for u in entities.unresolved(study, self._coder):
            a = u.annotation
            if a.document_id not in texts:
                texts[a.document_id] = study.text(a.document_id)
            layer = study.codebook.layer(a.layer)
            words = " … ".join(texts[a.document_id][s:e] for s, e in a.fragments)
            if wanted not in words.casefold():
                continue
            given = next((o.label for o in layer.attribute(u.attribute).off_scale if o.key == u.given), u.given)
            said = f"{numbers[a.document_id]}.  {layer.label}: “{' '.join(words.split())}”"
            item = QListWidgetItem(f"{said}  ({given})" if given else said)
            item.setToolTip(item.text())
            item.setData(Qt.ItemDataRole.UserRole, u)
            self.unresolved.addItem(item)

    def _go(self, item: QListWidgetItem) -> None:
        found: entities.Unresolved = item.data(Qt.ItemDataRole.UserRole)
        self.label_wanted.emit(found.annotation.document_id, found.annotation.id)

    def selected(self) -> list[Entity]:
        """Who is selected, as the store has them."""
        every = self._session.register.every
        rows = sorted(i.row() for i in self.table.selectionModel().selectedRows())
        keys = [self.model.rows[r].id for r in rows if r < len(self.model.rows)]
        return [every[k] for k in keys if k in every]

    def take(self, entity_id: str) -> None:
        """Select somebody; whoever was merged is found as the one it turned out to be."""
        key = self._session.register.root_id(entity_id)
        if self.model.row_of(key) is None:
            self.line.clear()
            self.filter.setCurrentIndex(0)
        self._reselect([key])

    def _select(self) -> None:
        chosen = self.selected() if self.lists.currentIndex() == 0 else []
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
        self.buttons["name"].setVisible(self.lists.currentIndex() == 1)
        self.buttons["name"].setEnabled(bool(self.unresolved.selectedItems()))
        if self.lists.currentIndex():
            self.count.setText(tr("{n} labels name nobody yet; a click shows one", n=self.unresolved.count()))
        else:
            shown, every = len(self.model.rows), len(self.model.every)
            told = tr("{n} in the register", n=every)
            told = told if shown == every else tr("{n} of {all}", n=shown, all=every)
            self.count.setText(told if len(chosen) < 2 else tr("{told}, {n} selected", told=told, n=len(chosen)))

    # doing

    def _apply(self, command: AnyCommand, told: str = "") -> bool:
        """Through the session, so that the desk hears of it; a refusal is told here."""
        refusals: list[AnnotatorError] = []
        heard = self._session.refused.connect(lambda error: refusals.append(error))
        try:
            done = self._session.apply(command)
        finally:
            self._session.refused.disconnect(heard)
        self._tell(told if done is not None else "", "" if done is not None else _said(refusals))
        self.reload()
        if told:  # not a field that was left: now keys such as Ctrl+Z are for what was just done
            self.activateWindow()
            (self.unresolved if self.lists.currentIndex() else self.table).setFocus()
        return done is not None

    def _save(self, fields: dict[str, Any]) -> None:
        """Save what was typed of an entity; what is refused is kept."""
        if not self._apply(ChangeEntity(coder_id=self._coder, **fields)):
            self.form.keep(fields)

    def _answer(self, command: AnyCommand) -> str:
        """Do what the form of answers asks; why not is told at its field, not below."""
        if self._apply(command):
            return ""
        why = self.fault.text()
        self._tell("")
        return why

    def _tell(self, words: str, fault: str = "") -> None:
        self.told.setText(words)
        self.told.setVisible(bool(words))
        self.fault.setText(fault[:1].upper() + fault[1:])
        self.fault.setVisible(bool(fault))

    def _step(self, step: Callable[[], None]) -> None:
        self.form.flush()
        step()
        self._tell("")
        self.reload()

    def _to_line(self) -> None:
        self.line.setFocus()
        self.line.selectAll()

    def enter(self) -> None:
        """Somebody new; what is typed in the search is the name to begin with."""
        types = self._session.codebook.entity_types
        kind = self.filter.currentData() or ""
        name = self.line.text().strip() if not self.model.rows else ""
        self.dialog = dialog = NewDialog(types, name, kind, self)

        def do(name: str, kind: str) -> None:
            key = self._session.study.ids()
            if self._apply(AddEntity(coder_id=self._coder, id=key, name=name, type=kind), tr("“{n}” entered", n=name)):
                self.line.clear()
                self.take(key)

        dialog.agreed.connect(do)
        dialog.open()

    def name_selected(self) -> None:
        """Ask whom the selected labels name; all of them get it in one step."""
        if self.lists.currentIndex() != 1 or not self.unresolved.selectedItems():
            return
        chosen = [i.data(Qt.ItemDataRole.UserRole) for i in self.unresolved.selectedItems()]
        kinds = {t.key: t.label for t in self._session.codebook.entity_types}
        options = [
            Option(e.name, kinds.get(e.type, e.type), e.id, also=e.aliases)
            for e in sorted(self._session.living(), key=lambda e: kinds.get(e.type, e.type))
        ]

        def do(key: str) -> None:
            try:
                command = entities.name_command(self._session.study, self._coder, chosen, key)
            except AnnotatorError as error:
                self._tell("", _said([error]))
                return
            self._apply(command, tr("Named; Ctrl+Z takes it back"))

        Picker(self, Question(options, lambda key: lambda: do(key))).open_at(self.buttons["name"])

    def merge(self) -> None:
        """The selected ones are one; a person says which name stays."""
        chosen = self.selected()
        if len(chosen) < 2:
            self._tell(tr("Select two or more, with Ctrl or Shift, to merge them"))
            return
        counts = {key: len(u) for key, u in self._uses.items()}
        self.dialog = dialog = MergeDialog(chosen, counts, self)

        def do(stays: str, others: list[str]) -> None:
            command = entities.merge_command(self._session.study, self._coder, stays, others)
            if self._apply(command, tr("Merged; Ctrl+Z takes it back")):
                self.take(stays)

        dialog.agreed.connect(do)
        dialog.open()

    def split(self) -> None:
        """The selected one is two; a person says which labels are the other's."""
        chosen = self.selected()
        if len(chosen) != 1:
            return
        one, study = chosen[0], self._session.study
        self.dialog = dialog = SplitDialog(one, study.codebook.entity_types, self._label_rows(one.id), self)

        def do(name: str, kind: str, keys: list[str]) -> None:
            try:
                command = entities.split_command(study, self._coder, one.id, name, kind, keys)
            except AnnotatorError as error:
                self._tell("", _said([error]))
                return
            self._apply(command, tr("Split; Ctrl+Z takes it back"))

        dialog.agreed.connect(do)
        dialog.open()

    def _label_rows(self, entity_id: str) -> list[LabelRow]:
        study = self._session.study
        numbers = {d.id: d.number for d in study.documents()}
        texts: dict[str, str] = {}
        rows: list[LabelRow] = []
        for use in sorted(
            self._uses.get(entity_id, ()), key=lambda u: (u.coder_id != self._coder, numbers[u.document_id])
        ):
            a = study.annotation(use.annotation_id)
            if a.document_id not in texts:
                texts[a.document_id] = study.text(a.document_id)
            anchors = a.fragments or next(
                (
                    other.fragments
                    for fillers in a.roles.values()
                    for f in fillers
                    if f.annotation and (other := study.annotation(f.annotation)).fragments
                ),
                (),
            )
            words = " … ".join(" ".join(texts[a.document_id][s:e].split()) for s, e in anchors)
            head = f"{numbers[a.document_id]}.  {study.codebook.layer(a.layer).label}"
            rows.append(LabelRow(a.id, f"{head}: “{words}”" if words else head, a.coder_id == self._coder))
        return rows

    def remove(self) -> None:
        """Take the selected out of the register; refused while a label names one of them."""
        chosen = self.selected()
        if chosen:
            steps = tuple(RemoveEntity(coder_id=self._coder, entity_id=e.id) for e in chosen)
            self._apply(
                Batch(coder_id=self._coder, name="RemoveEntity", commands=steps), tr("Removed; Ctrl+Z takes it back")
            )

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
