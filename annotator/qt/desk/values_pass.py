"""The second pass: one attribute, unit after unit, one key a value."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from annotator.domain.annotations import Annotation
from annotator.domain.changes import ChangeSet
from annotator.domain.codebook.model import Attribute, ChoicesAttribute, Layer
from annotator.domain.codebook.values import is_open, label_of, same
from annotator.domain.commands import AnyCommand
from annotator.domain.fragments import Fragments
from annotator.qt.coding.linking import value_command
from annotator.qt.coding.session import Session
from annotator.qt.coding.wording import words_of
from annotator.qt.form.value_button import ValueButton
from annotator.qt.form.values import KeyReader, keys_of_values, values_of
from annotator.qt.toolkit.announcing import announce
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.icons import icon_button
from annotator.qt.toolkit.keys.keyboard import typed
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr


class ValuesPass(QFrame):
    """Holds the focus while it is open: a value's key sets it and goes on; Backspace goes back, Space skips."""

    shown = Signal(str)
    """The id of the unit that is to be looked at."""
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "pass")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Values pass"))
        self._session: Session | None = None
        self._units: list[str] = []
        self._at = 0
        self._reader = KeyReader()
        self._choices: list[tuple[Layer, Attribute]] = []
        self.which = QComboBox()
        self.which.setAccessibleName(tr("Which value is given in this pass"))
        self.which.activated.connect(lambda _i: self.begin())
        self.all = QCheckBox(tr("Also those that have a value"))
        self.all.toggled.connect(lambda _on: self.begin())
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setProperty("role", "thin")
        self.progress.setAccessibleName(tr("Units that have a value"))
        self.words = label("", "", wrap=True)
        self.held = QLabel()
        self.held.setProperty("role", "muted")
        self.values = QWidget()
        self._flow = FlowLayout(self.values, 6)
        self.help = label(
            tr("A key sets the value and goes on · Backspace: back · Space: skip · Esc: end"), "muted", wrap=True
        )
        away = icon_button("close", tr("End the values pass (Esc)"))
        away.clicked.connect(self.end)
        top = QWidget()
        head = FlowLayout(top, 6)
        for part in (label(tr("Values pass"), "heading"), self.which, self.all):
            head.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(top, 1)
        row.addWidget(away, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 8, 8)
        box.setSpacing(6)
        box.addLayout(row)
        for widget in (self.progress, self.words, self.held, self.values, self.help):
            box.addWidget(widget)
        self.hide()

    # beginning and ending

    def open_pass(self, session: Session) -> bool:
        """Begin with the layer of the label in hand, else with the first that lacks values; whether there is any."""
        self._set_session(session)
        layers = session.codebook.layers
        self._choices = [
            (layer, a)
            for layer in layers
            if layer.kind != "document"
            for a in layer.attributes
            if values_of(a) and not isinstance(a, ChoicesAttribute)
        ]
        if not self._choices:
            return False
        kept = self.which.currentText()
        self.which.clear()
        self.which.addItems([f"{layer.label}: {a.label}" for layer, a in self._choices])
        a = session.label()
        mine = next((i for i, (x, _) in enumerate(self._choices) if a and x.key == a.layer and self._find(i)), None)
        old = self.which.findText(kept) if kept else -1
        lacking = next((i for i in range(len(self._choices)) if self._find(i)), 0)
        self.which.setCurrentIndex(mine if mine is not None else old if old >= 0 else lacking)
        self.show()
        self.begin()
        self.setFocus()
        return True

    def _set_session(self, session: Session | None) -> None:
        if self._session is session:
            return
        if self._session is not None:
            self._session.changed.disconnect(self._changed)
            self._session.opened.disconnect(self._opened)
            self._session.current_changed.disconnect(self._follow)
        self._session = session
        if session is not None:
            session.changed.connect(self._changed)
            session.opened.connect(self._opened)
            session.current_changed.connect(self._follow)

    def leave_session(self) -> None:
        """The study is closed."""
        self._set_session(None)
        self.hide()

    def end(self) -> None:
        """Close it."""
        self.hide()
        self.closed.emit()

    def begin(self) -> None:
        """Walk from the first unit on."""
        self._units = self._find(self.which.currentIndex(), self.all.isChecked())
        self._at = 0
        self._make_buttons()
        self._show()
        self.setFocus()

    # the units

    def _attribute(self) -> tuple[Layer, Attribute] | None:
        index = self.which.currentIndex()
        return self._choices[index] if 0 <= index < len(self._choices) else None

    def _find(self, index: int, every: bool = False) -> list[str]:
        """Ids of the units of a choice in reading order."""
        session = self._session
        if session is None or not 0 <= index < len(self._choices):
            return []
        layer, attribute = self._choices[index]
        found: list[tuple[Fragments, str, str]] = []
        for a in session.labels.values():
            if a.layer != layer.key or not (every or a.values.get(attribute.key) is None):
                continue
            place = self._place(a)
            zone = session.document.zone_at(place[0][0]) if session.document is not None and place else None
            if is_open(layer, attribute, a.values, zone):
                found.append((place, a.created, a.id))
        return [key for _, _, key in sorted(found)]

    def _place(self, a: Annotation) -> Fragments:
        owner = self._session.owner_of(a.id) if self._session is not None and not a.fragments else a
        return owner.fragments if owner is not None else ()

    def unit(self) -> Annotation | None:
        """The unit in hand."""
        if self._session is None or not self._at < len(self._units):
            return None
        return self._session.labels.get(self._units[self._at])

    def _opened(self) -> None:
        if self.isVisible():
            self.begin()

    def _changed(self, changes: ChangeSet) -> None:
        if not self.isVisible() or self._session is None:
            return
        here = self._units[self._at] if self._at < len(self._units) else None
        if changes.removed & set(self._units):
            self._units = [k for k in self._units if k in self._session.labels]
            self._at = self._units.index(here) if here in self._units else min(self._at, len(self._units))
            if here not in self._units:
                QTimer.singleShot(0, self, self._show)  # take the next in hand, once every view knows
        self._show(look=False)

    def _follow(self) -> None:
        """The unit that undo, or a click, took in hand is the one that the next key is for."""
        current = self._session.current if self._session is not None else None
        if self.isVisible() and current in self._units and self._units.index(current) != self._at:
            self._at = self._units.index(current)
            self._show(look=False)

    # showing

    def _make_buttons(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._buttons: list[tuple[Any, ValueButton]] = []
        found = self._attribute()
        if found is None:
            return
        keys = {repr(v): k for k, v in reversed(keys_of_values(found[1]).items())}
        off = {o.key for o in found[1].off_scale}
        for value, words in values_of(found[1]):
            button = ValueButton(words, "", "off" if value in off else "value", keys.get(repr(value)))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, v=value: self.choose(v))
            self._flow.addWidget(button)
            self._buttons.append((value, button))

    def _show(self, look: bool = True) -> None:
        session, found = self._session, self._attribute()
        if session is None or found is None:
            return
        _, attribute = found
        given = sum(
            k in session.labels and session.labels[k].values.get(attribute.key) is not None for k in self._units
        )
        self.progress.setMaximum(max(1, len(self._units)))
        self.progress.setValue(given if self._units else 1)
        a = self.unit()
        value = a.values.get(attribute.key) if a is not None else None
        for own, button in getattr(self, "_buttons", []):
            button.setChecked(value is not None and same(own, value))
            button.setEnabled(a is not None)
        if a is None:
            none = tr("Every label of this kind has a value") if not self._units else tr("This was the last one")
            self.words.setText(none)
            self.held.setText("")
            announce(self, none)
            return
        place = self._place(a)
        words = " ".join(" … ".join(session.text[s:e] for s, e in place).split())
        who = self._ties(a)
        self.words.setText(
            f"{self._at + 1}/{len(self._units)}  “{words if len(words) < 200 else words[:199] + '…'}”{who}"
        )
        self.held.setText(spoken(label_of(attribute, value)) if value is not None else tr("not decided"))
        if look:
            self.shown.emit(a.id)
            announce(self, f"{self.words.text()}, {self.held.text()}")

    def _ties(self, link: Annotation) -> str:
        """Whom a link names besides its owner."""
        session = self._session
        if session is None or not link.roles:
            return ""
        owner = session.owner_of(link.id)
        names = session.names()
        told = [
            names.get(f.entity or "") or words_of(session, session.labels[f.annotation or ""])
            for fillers in link.roles.values()
            for f in fillers
            if f.entity or (f.annotation in session.labels and (owner is None or f.annotation != owner.id))
        ]
        return f"  → {', '.join(told)}" if told else ""

    # doing

    def choose(self, value: Any) -> None:
        """Give the unit in hand a value and go on; what is refused stays in hand."""
        session, found, a = self._session, self._attribute(), self.unit()
        if session is None or found is None or a is None:
            return
        command: AnyCommand = value_command(session, a, found[1].key, value)
        if same(a.values.get(found[1].key), value) or session.apply(command) is not None:
            self.go(1)

    def go(self, step: int) -> None:
        """The next unit, or the one before."""
        self._at = min(max(0, self._at + step), len(self._units))
        self._show()

    def own_keys(self) -> tuple[str, dict[str, str]]:
        """The keys of the pass in words."""
        found = self._attribute()
        words = dict(values_of(found[1])) if found is not None else {}
        values = {key: words.get(value, str(value)) for key, value in self._keys().items()}
        return tr("the values pass"), {
            **values,
            "Space / Right": tr("Leave it open, and on to the next"),
            "Backspace / Left": tr("Back to the one before"),
            "Esc": tr("End the pass"),
        }

    def event(self, event: QEvent) -> bool:
        """While this is in hand, the keys are its own, and not those of layers."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_own(event):
            event.accept()
            return True
        return super().event(event)

    def _is_own(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        own = (Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right)
        return not held and (event.key() in own or self._gives(typed(event)))

    def _gives(self, key: str) -> bool:
        reader = KeyReader()
        reader.sign = self._reader.sign
        return bool(key) and reader.read(key, self._keys())[0]

    def _keys(self) -> dict[str, Any]:
        found = self._attribute()
        return keys_of_values(found[1]) if found is not None else {}

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A value's key, Backspace, Space, Escape."""
        key = event.key()
        if not self._is_own(event):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            self.end()
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Left):
            self.go(-1)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Right):
            self.go(1)
        else:
            _, value = self._reader.read(typed(event), self._keys())
            if value is not None:
                self.choose(value)
