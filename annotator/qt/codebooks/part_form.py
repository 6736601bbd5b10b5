"""The form of one part of a codebook, with each fault under the field that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from annotator.domain.codebook.advice import Advice
from annotator.qt.codebooks.field_editors import Editor
from annotator.qt.codebooks.part_fields import fields_of, title_of
from annotator.qt.codebooks.part_tree import LIST_NAMES
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.codebooks.draft import Draft, Path

_SHAPING = ("kind", "type")
"""Fields on which the other fields depend."""


class PartForm(QScrollArea):
    """Shows the part at a path; every entry goes into the draft at once."""

    changed = Signal(bool)
    """Something was entered; True where names or the shape of the tree may differ."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self.path: Path = ()
        self.editors: dict[str, Editor] = {}
        self._faults: dict[str, Any] = {}
        self._advice: dict[str, Any] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("The selected part"))

    def flush(self) -> None:
        """Take what was entered and not yet told."""
        for editor in list(self.editors.values()):
            editor.flush()

    def show_part(self, path: Path) -> None:
        """Show another part, or a list with what it is for."""
        self.path = path
        self.editors, self._faults, self._advice = {}, {}, {}
        self._own_advice = label("", "warning", wrap=True)
        self._own_advice.hide()
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(14, 10, 14, 14)
        rows.setSpacing(4)
        if path and isinstance(path[-1], str):
            self._list_page(rows, path)
        else:
            rows.addWidget(label(title_of(self._draft, path), "heading", wrap=True))
            self._own = label("", "fault", wrap=True)
            self._own.hide()
            rows.addWidget(self._own)
            rows.addWidget(self._own_advice)
            for spec in fields_of(self._draft, path):
                rows.addSpacing(5)
                if spec.words:
                    name = label(spec.words, "muted")
                    name.setToolTip(spec.hint)
                    rows.addWidget(name)
                editor = spec.make()
                editor.setToolTip(spec.hint)
                self._name(editor, spec.words)
                editor.show_value(self._draft.at(path).get(spec.name))
                editor.edited.connect(lambda value, n=spec.name, e=editor: self._take(e, n, value))
                rows.addWidget(editor)
                fault = label("", "fault", wrap=True)
                fault.hide()
                rows.addWidget(fault)
                advice = label("", "warning", wrap=True)
                advice.hide()
                rows.addWidget(advice)
                self._advice[spec.name] = advice
                self.editors[spec.name], self._faults[spec.name] = editor, fault
        rows.addStretch(1)
        old = self.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()
        self.setWidget(page)

    @staticmethod
    def _name(editor: Editor, words: str) -> None:
        proxy = editor.focusProxy()
        if proxy is not None and words:
            proxy.setAccessibleName(words)

    def _list_page(self, rows: QVBoxLayout, path: Path) -> None:
        rows.addWidget(label(tr(LIST_NAMES[str(path[-1])]), "heading"))
        count = len(self._draft.at(path))
        rows.addWidget(label(tr("{n} entries. “Add” appends another.", n=count), "muted", wrap=True))
        self._own = label("", "fault", wrap=True)
        self._own.hide()
        rows.addWidget(self._own)

    def refresh(self) -> None:
        """The values as the draft has them: after an undo."""
        part = self._draft.at(self.path)
        for name, editor in self.editors.items():
            editor.show_value(part.get(name))

    def show_faults(self, faults: Iterable[tuple[Path, str, str]]) -> None:
        """Each under its field; those of the part as a whole at the top."""
        told: dict[str, list[str]] = {}
        for path, what, remedy in faults:
            if path[: len(self.path)] != self.path:
                continue
            rest = path[len(self.path) :]
            name = str(rest[0]) if rest else ""
            nested = len(rest) > 2 and isinstance(rest[1], int) and name not in self.editors
            if not nested:
                told.setdefault(name if name in self.editors else "", []).append(f"⚠ {spoken(what)}: {spoken(remedy)}")
        for name, widget in (*self._faults.items(), ("", self._own)):
            widget.setText("\n".join(told.get(name, [])))
            widget.setVisible(name in told)

    def show_advice(self, found: Iterable[Advice]) -> None:
        """Each under its field, in a quieter tone than faults; those of fields that are not here at the top."""
        told: dict[str, list[str]] = {}
        for one in found:
            if one.path == self.path:
                told.setdefault(one.field if one.field in self.editors else "", []).append(spoken(one.words))
        for name, widget in (*self._advice.items(), ("", self._own_advice)):
            widget.setText("\n".join(told.get(name, [])))
            widget.setVisible(name in told)

    def _take(self, editor: Editor, name: str, value: Any) -> None:
        if self.editors.get(name) is not editor:
            return  # a field that goes away loses the focus and tells what stood in it: the part is another by now
        part = self._draft.at(self.path)
        if name == "key" and self.path:
            self._draft.rename(self.path, str(value or ""))
        elif name in _SHAPING and part.get(name) != value:
            self._draft.set_type(self.path, str(value))
        else:
            self._draft.put(self.path, name, value)
        if name in ("label", "title"):  # what nobody has typed follows the name
            for follower in ("key", "hotkey"):
                if follower in self.editors and follower in part:
                    self.editors[follower].show_value(part[follower])
        self.changed.emit(name in _SHAPING)
