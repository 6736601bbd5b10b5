"""The window in which a codebook is edited: its parts, the part in hand, and the coder's form beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path as FilePath
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QMessageBox,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.accounts import Account
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_json
from annotator.domain.errors import AnnotatorError
from annotator.qt.codebooks.part_form import PartForm
from annotator.qt.codebooks.part_tree import LIST_NAMES, PartTree, lists_in
from annotator.qt.codebooks.preview import Preview
from annotator.qt.codebooks.saving import Saving
from annotator.qt.toolkit.icons import menu_button
from annotator.qt.toolkit.keys.keymap import make_action
from annotator.qt.toolkit.parts import Splitter, label, open_at, restyle
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.codebooks import chosen_codebook
from annotator.services.codebooks.draft import Draft, Path
from annotator.services.files import write_whole
from annotator.store.places import Place

_FILES = "Codebooks (*.yaml *.yml *.json *.annotator *.qdc *.qdpx *.qde)"


class CodebookEditor(QDialog):
    """Edits a draft; the study changes only by “Save…”."""

    account: Account | None = None
    """Of the change that was saved last."""
    gallery_name = ""
    """The codebook of the gallery that was begun with."""
    with_example = True
    """Whether its coded article comes along when it is saved."""
    saved = Signal(int)
    """The study has this version now."""

    def __init__(self, study_path: Place, codebook: Codebook, version: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Codebook: {title}", title=codebook.title))
        open_at(self, 1240, 800)
        self._study_path, self._version = study_path, version
        self.draft = Draft(codebook)
        self.tree, self.form, self.preview = PartTree(self.draft), PartForm(self.draft), Preview()
        self.saving: Saving | None = None
        self._waiting = False
        self._make_actions()
        self._lay_out()
        self.tree.chosen.connect(self._choose)
        self.form.changed.connect(self._entered)
        self.tree.rebuild(("layers", 0))
        self._choose(self.tree.current())
        self.tree.setFocus()

    def _make_actions(self) -> None:
        self.undo_action = make_action(self, "codebook-undo", tr("Undo"), "Ctrl+Z", "", lambda: self._undo(True))
        self.redo_action = make_action(self, "codebook-redo", tr("Redo"), "Ctrl+Shift+Z", "", lambda: self._undo(False))
        self.add_action = make_action(self, "codebook-add", tr("Add another"), "Ins", "", self._add_another)
        self.up_action = make_action(self, "codebook-up", tr("Move up"), "Alt+Up", "", lambda: self._move(-1))
        self.down_action = make_action(self, "codebook-down", tr("Move down"), "Alt+Down", "", lambda: self._move(1))
        self.remove_action = make_action(self, "codebook-remove", tr("Remove"), "Ctrl+Delete", "", self._remove)
        for action in (self.undo_action, self.redo_action, self.add_action, self.up_action, self.down_action):
            self.addAction(action)
        self.addAction(self.remove_action)

    def _lay_out(self) -> None:
        self.add_button = menu_button(tr("Add"))
        self.add_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.add_button.setToolTip(tr("Add something inside the selected part, or beside it"))
        self.add_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.add_menu = QMenu(self.add_button)
        self.add_menu.aboutToShow.connect(self._fill_add_menu)
        self.add_button.setMenu(self.add_menu)
        tools = QHBoxLayout()
        tools.setSpacing(4)
        tools.addWidget(self.add_button)
        for action in (
            self.add_action,
            self.remove_action,
            self.up_action,
            self.down_action,
            self.undo_action,
            self.redo_action,
        ):
            tool = QToolButton()
            tool.setDefaultAction(action)
            tools.addWidget(tool)
        tools.addStretch(1)
        self.begin_button = menu_button(tr("Begin with"))
        self.begin_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.begin_button.setToolTip(tr("Begin with an empty codebook, one of the gallery, or that of another study"))
        self.begin_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.begin_menu = QMenu(self.begin_button)
        self.begin_menu.aboutToShow.connect(self._fill_begin_menu)
        self.begin_button.setMenu(self.begin_menu)
        tools.addWidget(self.begin_button)
        for text, tip, do in (
            (tr("Import…"), tr("Go on with a codebook from a file"), self._ask_import),
            (tr("Export…"), tr("Write this codebook to a file"), self._ask_export),
            (tr("Print…"), tr("Write a manual for coders, as HTML or PDF"), self._ask_print),
        ):
            other = QPushButton(text)
            other.setToolTip(tip)
            other.setAutoDefault(False)
            other.clicked.connect(do)
            tools.addWidget(other)
        middle = Splitter()
        for head, widget in (
            (tr("Parts"), self.tree),
            (tr("The selected part"), self.form),
            (tr("The coder's form"), self.preview),
        ):
            side = QWidget()
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(label(head, "section"))
            column.addWidget(widget)
            middle.addWidget(side)
        middle.setSizes([300, 510, 400])
        middle.setChildrenCollapsible(False)
        self.state = label("", "muted", wrap=True)
        self.to_fault = QPushButton(tr("Show the next fault"))
        self.to_fault.setAutoDefault(False)
        self.to_fault.clicked.connect(self._next_fault)
        self.save_button = QPushButton(tr("Save…"))
        self.save_button.setProperty("role", "primary")
        self.save_button.setAutoDefault(False)
        self.save_button.clicked.connect(self.save)
        close = QPushButton(tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(self.state, 1)
        for button in (self.to_fault, close, self.save_button):
            foot.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.addLayout(tools)
        rows.addWidget(middle, 1)
        rows.addLayout(foot)

    # the part in hand

    def _choose(self, path: Path) -> None:
        self.form.flush()
        self.form.show_part(tuple(path))
        self._check()

    def _entered(self, shape: bool) -> None:
        if shape:
            self._show_anew(self.form.path)
        elif not self._waiting:
            self._waiting = True
            QTimer.singleShot(0, self, self._check)

    def _show_anew(self, path: Path) -> None:
        self.tree.rebuild(path)
        self.form.show_part(self.tree.current())
        self._check()

    def _check(self) -> None:
        """Faults at their fields, names in the tree, the coder's form: after every entry."""
        self._waiting = False
        faults = self.draft.faults()
        self._faults = faults
        self.tree.retitle(path for path, _, _ in faults)
        self.form.show_faults(faults)
        advice = self.draft.advice()
        self.form.show_advice(advice)
        path = self.form.path
        data = self.draft.as_json()
        types = {str(t.get("key")): str(t.get("label")) for t in data.get("entity_types", ())}
        asking = path[:2] if len(path) > 1 and path[0] in ("layers", "entity_types") else None
        held: Any = None
        if asking is not None:
            held = next(iter(data.get(str(asking[0]), [])[int(asking[1]) :]), None)
        self.preview.show_part(asking, held, types)
        changed = self.draft.changed
        told = tr("Version {n} of the study.", n=self._version)
        if faults:
            told = (
                tr("{n} faults, marked ⚠ in the list.", n=len(faults)) if len(faults) > 1 else tr("1 fault, marked ⚠.")
            )
        elif changed:
            told = tr("Changed since version {n}; the study has it once you save.", n=self._version)
        if advice and not faults:
            told += " " + tr("{n} points to check: {first}", n=len(advice), first=spoken(advice[0].words))
        self.state.setText(told)
        restyle(self.state, "fault" if faults else "muted")
        self.to_fault.setVisible(bool(faults))
        self.save_button.setEnabled(changed and not faults and self.saving is None)
        part = bool(path) and isinstance(path[-1], int)
        self.add_action.setEnabled(bool(path))
        self.remove_action.setEnabled(part)
        self.up_action.setEnabled(part and path[-1] != 0)
        self.down_action.setEnabled(part and int(path[-1]) + 1 < len(self.draft.at(path[:-1])))
        self.undo_action.setEnabled(self.draft.can_undo)
        self.redo_action.setEnabled(self.draft.can_redo)

    def _next_fault(self) -> None:
        places: list[Path] = []
        for path, _, _ in self._faults:
            while path and not (isinstance(path[-1], int) and self._is_part(path)):
                path = path[:-1]
            places.append(path)
        here = self.form.path
        later = [p for p in places if p != here]
        self.tree.choose((later or places)[0])

    def _is_part(self, path: Path) -> bool:
        return path[-2] in LIST_NAMES and isinstance(self.draft.at(path), dict)

    # changing the shape

    def add_actions(self) -> list[QAction]:
        """What can be added where one stands: into the part in hand, or beside it."""
        found: list[QAction] = []
        path = self.form.path
        while True:
            if not path or isinstance(path[-1], int):
                for name in lists_in(self.draft, path):
                    if all(a.data()[-1] != name for a in found):
                        action = QAction(tr("To “{where}”", where=tr(LIST_NAMES[name])), self.add_menu)
                        action.setData((*path, name))
                        action.triggered.connect(lambda _=False, p=(*path, name): self.add(p))
                        found.append(action)
            if not path:
                return found
            path = path[:-1]

    def _fill_add_menu(self) -> None:
        self.add_menu.clear()
        self.add_menu.addActions(self.add_actions())

    def add(self, path: Path) -> None:
        """Put a new part into a list and take it in hand."""
        self.form.flush()
        self._show_anew(self.draft.add(path))
        editor = self.form.editors.get("label") or self.form.editors.get("text")
        if editor is not None:
            editor.setFocus()

    def _add_another(self) -> None:
        path = self.form.path
        if path:
            self.add(path[:-1] if isinstance(path[-1], int) else path)

    def _remove(self) -> None:
        path = self.form.path
        if path and isinstance(path[-1], int):
            self.draft.remove(path)
            left = len(self.draft.at(path[:-1]))
            self._show_anew((*path[:-1], min(path[-1], left - 1)) if left else path[:-1])

    def _move(self, by: int) -> None:
        self.form.flush()
        if self.form.path and isinstance(self.form.path[-1], int):
            self._show_anew(self.draft.move(self.form.path, by))

    def _undo(self, back: bool) -> None:
        self.form.flush()
        self.draft.undo() if back else self.draft.redo()
        self._show_anew(self.form.path)

    # files

    def _ask_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Import a codebook"), str(FilePath.home()), _FILES)
        if name:
            self.import_file(FilePath(name))

    def import_file(self, path: FilePath) -> None:
        """Go on with a codebook from a file; parts with the same keys count as the same."""
        try:
            self.draft.take(chosen_codebook(path))
        except AnnotatorError as error:
            self._tell(spoken(error))
            return
        self._show_anew(self.form.path)

    def _fill_begin_menu(self) -> None:
        from annotator.services.codebooks.gallery import gallery

        self.begin_menu.clear()
        self.begin_menu.addAction(tr("An empty codebook"), self.begin_empty)
        self.begin_menu.addSeparator()
        for one in gallery():
            self.begin_menu.addAction(one.codebook.title, partial(self.begin_with, one.codebook, one.name))
        brings = self.begin_menu.addAction(tr("Include its coded example article"))
        brings.setCheckable(True)
        brings.setChecked(self.with_example)
        brings.toggled.connect(self._bring_example)
        self.begin_menu.addSeparator()
        self.begin_menu.addAction(tr("The codebook of another study, or a file…"), self._ask_import)

    def begin_empty(self) -> None:
        """Go on with nothing; the first field is the title."""
        self.form.flush()
        self.draft.begin_empty()
        self._show_anew(())
        self.form.editors["title"].setFocus()

    def _bring_example(self, brings: bool) -> None:
        self.with_example = brings

    def begin_with(self, codebook: Codebook, gallery_name: str = "") -> None:
        """Go on with another codebook; parts with the same keys count as the same."""
        self.form.flush()
        self.gallery_name = gallery_name
        self.draft.take(codebook)
        self._show_anew(())

    def _ask_print(self) -> None:
        start = self._study_path.with_name(f"{self.draft.opened.key}.pdf")
        name, _ = QFileDialog.getSaveFileName(self, tr("Print the codebook"), str(start), "PDF (*.pdf);;HTML (*.html)")
        if name:
            self.print_file(FilePath(name))

    def print_file(self, path: FilePath) -> None:
        """Write the manual for coders; a codebook with faults is not printed."""
        from annotator.qt.toolkit.printing import pdf
        from annotator.services.codebooks.manual import write_manual

        # the catalogue has its own language's code for "en"
        self._write(path, lambda codebook: write_manual(codebook, path, pdf, language=tr("en")))

    def _ask_export(self) -> None:
        start = self._study_path.with_name(f"{self.draft.opened.key}.json")
        name, _ = QFileDialog.getSaveFileName(self, tr("Export the codebook"), str(start), "JSON (*.json *.annotator)")
        if name:
            self.export_file(FilePath(name))

    def export_file(self, path: FilePath) -> None:
        """Write the codebook as JSON; one with faults is not written."""
        self._write(path, lambda codebook: write_whole(path, [(codebook_json(codebook) + "\n").encode()]))

    def _write(self, path: FilePath, write: Callable[[Codebook], object]) -> None:
        """Write what is typed, where it is a codebook without faults, and say so."""
        self.form.flush()
        codebook = self.draft.codebook()
        if codebook is None:
            self._tell(tr("The codebook has faults: correct them first."))
            return
        try:
            write(codebook)
        except AnnotatorError as error:
            self._tell(spoken(error))
            return
        self.state.setText(tr("Written to {path}", path=path))

    def _tell(self, text: str) -> None:
        self.state.setText(text)
        restyle(self.state, "fault")

    # saving

    def save(self) -> None:
        """Compare with the study, ask where labels are touched, and make the new version."""
        self.form.flush()
        codebook = self.draft.codebook()
        if codebook is None:
            self._check()
            self._next_fault()
            return
        self.saving = Saving(self._study_path, self.draft.opened, codebook, self.draft.mapping(), self)
        self.saving.done.connect(self._saved)
        self.saving.ended.connect(self._ended)
        self.save_button.setEnabled(False)
        self.state.setText(tr("Counting what the change touches …"))
        restyle(self.state, "muted")
        self.saving.begin()

    def _saved(self, version: int) -> None:
        self.account = self.saving.account if self.saving is not None else None
        self.saving = None
        self.draft.opened = self.draft.codebook() or self.draft.opened
        self.saved.emit(version)
        self.accept()

    def _ended(self, why: str) -> None:
        self.saving = None
        self._check()
        if why:
            self._tell(why)

    # leaving

    def reject(self) -> None:
        """Esc closes as the window's own button does."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask before what was not saved goes."""
        self.form.flush()
        if self.result() != QDialog.DialogCode.Accepted and self.draft.can_undo and self.draft.changed:
            box = QMessageBox(self)
            box.setWindowTitle(tr("Codebook"))
            box.setText(tr("The changes are not in the study yet."))
            box.setStandardButtons(QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel)
            if box.exec() != QMessageBox.StandardButton.Discard:
                event.ignore()
                return
        if self.saving is not None:
            self.saving.stop()
        super().closeEvent(event)
