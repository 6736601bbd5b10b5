"""One field a type of attribute."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QVBoxLayout, QWidget

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import (
    Attribute,
    BooleanAttribute,
    ChoiceAttribute,
    ChoicesAttribute,
    DateAttribute,
    EntityAttribute,
    NumberAttribute,
    ScaleAttribute,
    TreeAttribute,
    tree_nodes,
)
from annotator.domain.codebook.values import number_text, same
from annotator.qt.form.field import Field
from annotator.qt.form.search_field import Choice, ChoiceField, EntityField
from annotator.qt.form.value_button import ChosenButton, ValueButton
from annotator.qt.form.values import KeyReader, keys_of_values
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.words import tr

_MANY = 8
"""With more values than this a choice is a list to search, not a row of buttons."""


class ButtonsField(Field):
    """A row of buttons: choice, scale, boolean, choices. Off-scale answers stand apart with another look.

    The row is one stop for Tab; the arrows go from button to button. Enter takes the one they led to, Space the one
    in hand.
    """

    def __init__(self, attribute: Attribute, options: Sequence[tuple[Any, str, str]], many: bool) -> None:
        super().__init__(attribute)
        self.many = many
        self._buttons: list[tuple[Any, ValueButton]] = []
        self._keys = keys_of_values(attribute)
        self._reader = KeyReader()
        self._walked_to: ValueButton | None = None
        """The button that arrows led to: only then Enter means it."""
        flow = FlowLayout(self)
        for value, text, tip in options:
            self._add(flow, value, text, tip, "value")
        for off in attribute.off_scale:
            self._add(flow, off.key, off.label, off.definition, "off")
        self._give_stop()

    def _add(self, flow: FlowLayout, value: Any, text: str, tip: str, role: str) -> None:
        key = next((k for k, v in self._keys.items() if same(v, value)), None)
        button = ValueButton(text, tip, role, key, show=not isinstance(self.attribute, ScaleAttribute) or role == "off")
        button.clicked.connect(lambda _checked=False, v=value: self._press(v))
        button.installEventFilter(self)
        flow.addWidget(button)
        self._buttons.append((value, button))

    def keys(self) -> Mapping[str, Any]:
        """From the codebook, and digits in order; on a scale its numbers."""
        return self._keys

    def press_key(self, key: str) -> bool:
        """Take the value that a key stands for; whether there was one."""
        known, value = self._reader.read(key, self._keys)
        self._tell_sign()
        if value is not None:
            self._press(value)
        return known

    def _tell_sign(self) -> None:
        for value, button in self._buttons:
            low = isinstance(value, (int, float)) and value < 0
            waits = bool(self._reader.sign) and isinstance(value, (int, float)) and value != 0
            button.set_waiting(waits and low == (self._reader.sign == "-"))

    def _press(self, value: Any) -> None:
        """By key or mouse; an answer leads on, but for a value that is taken away, or where several can be given."""
        taken_away = not self.many and self.value is not None and same(self.value, value)
        self.choose_one(value)
        if not self.many and not taken_away:
            self.answered.emit()

    def first_part(self) -> QWidget:
        """The button that is pressed, else what is proposed, else the first."""
        return self._stop()

    def _stop(self) -> ValueButton:
        held = next((b for _, b in self._buttons if b.isChecked()), None)
        if held is None and self.proposed is not None:
            held = next((b for v, b in self._buttons if same(v, self.proposed)), None)
        return held or self._buttons[0][1]

    def _give_stop(self) -> None:
        """Tab stops at one button of the row."""
        held = next((b for _, b in self._buttons if b.hasFocus()), None) or self._stop()
        for _, button in self._buttons:
            policy = Qt.FocusPolicy.StrongFocus if button is held else Qt.FocusPolicy.ClickFocus
            if button.focusPolicy() != policy:
                button.setFocusPolicy(policy)

    def show_in_hand(self, held: bool) -> None:
        """Whether the next key is for this field: then its digits are shown."""
        for _, button in self._buttons:
            button.set_in_hand(held)
        if not held and self._reader.sign:
            self._reader.sign = ""
            self._tell_sign()

    def propose(self, value: Any) -> None:
        """A value to be taken by one key."""
        super().propose(value)
        for own, button in self._buttons:
            button.set_proposed(value is not None and self.value is None and same(own, value))
        self._give_stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows go from button to button; Enter takes the one in hand."""
        kind = event.type()
        if kind == QEvent.Type.FocusIn:
            if watched is not self._walked_to:
                self._walked_to = None
            self._give_stop()
            self.show_in_hand(True)
        elif kind == QEvent.Type.FocusOut:
            self.show_in_hand(False)
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            buttons = [b for _, b in self._buttons]
            key, at = event.key(), buttons.index(watched) if watched in buttons else 0
            step = 1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Down) else -1
            if key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up) and not event.modifiers():
                self._walked_to = buttons[(at + step) % len(buttons)]
                self._walked_to.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
                self._enter(self._buttons[at][0])
                return True
        return super().eventFilter(watched, event)

    def _enter(self, value: Any) -> None:
        """Take it and go on; what is held already stays. Where the keys only arrived, nothing is taken: it may be read
        past, and would be an answer that nobody gave."""
        meant = self._walked_to is not None or (self.proposed is not None and same(self.proposed, value))
        if self.many:
            if meant and not _several(self.value):
                self.choose_one(value)
        elif self.value is None or not same(self.value, value):
            if not meant:
                if self.value is not None:
                    self.answered.emit()
                else:
                    self._tell_how()
                return
            self.choose_one(value)
        self.answered.emit()

    def _tell_how(self) -> None:
        at = self._stop()
        words = tr("A digit, the arrows or Space choose a value; Enter takes what is marked")
        QToolTip.showText(at.mapToGlobal(at.rect().bottomLeft()), words, at)

    def proposed_part(self) -> QWidget:
        """Its button."""
        return next((b for v, b in self._buttons if self.proposed is not None and same(v, self.proposed)), self)

    def words_of(self, value: Any) -> str:
        """What stands on its button."""
        return next((b.text() for v, b in self._buttons if value is not None and same(v, value)), "")

    def take_proposed(self) -> bool:
        """Take what is proposed; whether anything was."""
        if self.proposed is None or self.value is not None:
            return False
        self._press(self.proposed)
        return True

    def choose_one(self, value: Any) -> None:
        """As a click on its button."""
        if not self.many:
            self.choose(value)
            return
        off = {o.key for o in self.attribute.off_scale}
        before = _several(self.value)
        held = [v for v in before if v not in off] if value not in off else []
        if value in before:
            held = [v for v in before if v != value]
        else:
            order = [v for v, _ in self._buttons]
            held = sorted([*held, value], key=lambda v: order.index(v) if v in order else len(order))
        self.committed.emit(held or None)

    def show_value(self, value: Any) -> None:
        """Press the buttons that hold."""
        self.value = value
        several = _several(value)
        for own, button in self._buttons:
            held = own in several if self.many else value is not None and same(own, value)
            button.setChecked(held)
        self._give_stop()


class TextField(Field):
    """Free text, numbers and dates: told when the person leaves the field or presses Enter."""

    def __init__(self, attribute: Attribute, hint: str, read: Callable[[str], Any]) -> None:
        super().__init__(attribute)
        self._read = read
        self._off: list[tuple[str, ValueButton]] = []
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(hint)
        self.edit.editingFinished.connect(self.flush)
        self.edit.returnPressed.connect(self._entered)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.edit)
        if attribute.off_scale:
            row = QWidget()
            flow = FlowLayout(row)
            for off in attribute.off_scale:
                button = ValueButton(off.label, off.definition, "off", off.hotkey)
                button.clicked.connect(lambda _checked=False, v=off.key: self.choose(v))
                flow.addWidget(button)
                self._off.append((off.key, button))
            layout.addWidget(row)
        self.setFocusProxy(self.edit)

    def _entered(self) -> None:
        """Enter goes on, unless what is typed was refused."""
        QTimer.singleShot(0, self, lambda: None if self.typed() is not None else self.answered.emit())

    def flush(self) -> None:
        """Tell what stands in the field, where that is something else than before."""
        typed = self.typed()
        if typed is not None and typed != self.refused:
            self.committed.emit(self._read(typed) if typed else None)

    def typed(self) -> str | None:
        """What stands in the line, where it is not the value."""
        words = self.edit.text().strip()
        return None if words == self._text(self.value) else words

    def put_typed(self, words: str) -> None:
        """As if it had just been typed."""
        self.edit.setText(words)

    def _text(self, value: Any) -> str:
        if value is None or value in [key for key, _ in self._off]:
            return ""
        return number_text(value) if isinstance(value, (int, float)) else str(value)

    def show_value(self, value: Any) -> None:
        """Show it."""
        self.value = value
        self.edit.setText(self._text(value))
        for key, button in self._off:
            button.setChecked(value == key)


def _number(text: str) -> Any:
    """A number where it is one, else the text, which the codebook then refuses in words."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    if not math.isfinite(value):
        return text
    return int(value) if value.is_integer() else value


def field_for(attribute: Attribute, entities: Callable[[], Sequence[Entity]]) -> Field:
    """The field of an attribute."""
    if isinstance(attribute, (ChoiceAttribute, ChoicesAttribute)):
        many = isinstance(attribute, ChoicesAttribute)
        if many or len(attribute.values) + len(attribute.off_scale) <= _MANY:
            return ButtonsField(attribute, [(v.key, v.label, _explain(v)) for v in attribute.values], many)
        return ChoiceField(attribute, [*(Choice(v.key, v.label, (v.key,)) for v in attribute.values), *_off(attribute)])
    if isinstance(attribute, TreeAttribute):
        labels = {n.key: n.label for n, _ in tree_nodes(attribute.values)}
        options = [
            Choice(n.key, " › ".join(labels[k] for k in path), (n.label, n.key))
            for n, path in tree_nodes(attribute.values)
            if attribute.select == "any" or not n.children
        ]
        return ChoiceField(attribute, [*options, *_off(attribute)])
    if isinstance(attribute, ScaleAttribute):
        signed = any(p.value < 0 for p in attribute.points)
        points = [(p.value, _point(p.value, p.label, signed), p.definition or p.label) for p in attribute.points]
        return ButtonsField(attribute, points, False)
    if isinstance(attribute, BooleanAttribute):
        return ButtonsField(attribute, [(True, tr("Yes"), ""), (False, tr("No"), "")], False)
    if isinstance(attribute, NumberAttribute):
        return TextField(attribute, _range(attribute), _number)
    if isinstance(attribute, DateAttribute):
        hint = tr("YYYY-MM-DD, YYYY-MM or YYYY") if attribute.partial else tr("YYYY-MM-DD")
        return TextField(attribute, hint, str)
    if isinstance(attribute, EntityAttribute) and not attribute.many:
        return EntityField(attribute, entities)
    if isinstance(attribute, EntityAttribute):
        return EntitiesField(attribute, entities)
    return TextField(attribute, "", str)


class AddingField(EntityField):
    """Adds one more; Enter on the empty line goes on once somebody is given."""

    enough = Signal()

    def __init__(
        self, attribute: EntityAttribute, entities: Callable[[], Sequence[Entity]], given: Callable[[], bool]
    ) -> None:
        super().__init__(attribute, entities)
        self._given = given

    def may_go_on(self) -> bool:
        """Whether somebody is given."""
        return self._given()

    def go_on(self) -> None:
        """Enough are given."""
        self.enough.emit()

    def take(self, data: object) -> None:
        """One more; then the list is open again for the next, and marks nobody."""
        super().take(data)
        if not isinstance(data, Choice) or not self._given():
            return
        if isinstance(data.value, str):  # off the scale: nobody can stand beside it
            self.enough.emit()
        elif self.line.hasFocus():
            self.line.offer("")


class EntitiesField(Field):
    """Several of the register: those chosen as buttons that take them away, and a field to add one."""

    def __init__(self, attribute: EntityAttribute, entities: Callable[[], Sequence[Entity]]) -> None:
        super().__init__(attribute)
        self._entities = entities
        self._add = AddingField(attribute, entities, lambda: self.value is not None)
        self._add.committed.connect(self._added)
        self._add.enough.connect(self.answered)
        self._add.created.connect(self.created)
        self._held = QWidget()
        self._flow = FlowLayout(self._held)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._held)
        layout.addWidget(self._add)

    def refresh(self) -> None:
        """After the register changed."""
        self._add.refresh()
        self.show_value(self.value)

    def first_part(self) -> QWidget:
        """Where somebody is added."""
        return self._add.line

    def offer(self) -> None:
        """Whom one could name."""
        if self.value is None:
            self._add.offer()

    def typed(self) -> str | None:
        """The name of somebody to add."""
        return self._add.typed()

    def put_typed(self, words: str) -> None:
        """As if it had just been typed."""
        self._add.put_typed(words)

    def forget(self) -> None:
        """The name of somebody to add goes too."""
        super().forget()
        self._add.forget()

    def refresh_value(self, value: Any) -> None:
        """Those chosen stand apart from what is being typed."""
        self.show_value(value)

    def flush(self) -> None:
        """Add whoever was typed."""
        self._add.flush()

    def _added(self, value: Any) -> None:
        if isinstance(value, str):  # off the scale: it stands alone
            self.committed.emit(value)
        elif value is not None and value not in self._chosen():
            self.committed.emit([*self._chosen(), value])

    def _chosen(self) -> list[Any]:
        """Those of the register that are chosen; none beside an answer off the scale."""
        return [] if self.value is None or isinstance(self.value, str) else list(self.value)

    def show_value(self, value: Any) -> None:
        """One button each."""
        self.value = value
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()  # it goes later, and would be seen till then
                widget.deleteLater()
        names = {e.id: e.name for e in self._entities()}
        for one in self._chosen():
            button = ChosenButton(names.get(one["entity"], "?"), "value")
            button.clicked.connect(
                lambda _checked=False, v=one: self.committed.emit([x for x in self._chosen() if x != v] or None)
            )
            self._flow.addWidget(button)
        for off in self.attribute.off_scale:
            if value == off.key:
                button = ChosenButton(off.label, "off")
                button.clicked.connect(lambda _checked=False: self.committed.emit(None))
                self._flow.addWidget(button)
        self._held.setVisible(bool(value))
        QTimer.singleShot(0, self._add, self._clear)

    def _clear(self) -> None:
        if self._add.typed() is None:
            self._add.show_value(None)


def _several(value: Any) -> list[Any]:
    """What holds where several can; an answer off the scale may stand by itself."""
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


def _off(attribute: Attribute) -> list[Choice]:
    return [Choice(o.key, o.label, (o.key,)) for o in attribute.off_scale]


def _explain(v: Any) -> str:
    parts = [v.definition, *(f"+ {x}" for x in v.include), *(f"- {x}" for x in v.exclude)]
    return "\n".join(p for p in parts if p)


def _point(value: float, label: str, signed: bool) -> str:
    shown = f"{'+' if signed and value > 0 else ''}{number_text(value).replace('-', '−')}"
    return f"{shown} {label}" if len(label) <= 18 else shown


def _range(attribute: NumberAttribute) -> str:
    low = "" if attribute.min is None else number_text(attribute.min)
    high = "" if attribute.max is None else number_text(attribute.max)
    bounds = f"{low} – {high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""
    return " ".join(x for x in (bounds, attribute.unit) if x)
