"""Keys that stand for values of the label in hand: hotkeys of the codebook, and numbers in the field in hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from annotator.domain.codebook.model import Codebook
from annotator.qt.form.form import has_focus_within
from annotator.qt.form.inspector import Inspector
from annotator.qt.form.roles import RoleField
from annotator.qt.toolkit.keys.keyboard import typed
from annotator.qt.toolkit.words import tr


class ValueKeys:
    """Gives values to what is in hand, and to nothing else. tell: says why a key did nothing."""

    def __init__(self, inspector: Inspector, tell: Callable[[str], None]) -> None:
        self._inspector, self._tell = inspector, tell

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key was for what is in hand."""
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._inspector.enter()
        key = typed(event)
        if not key or not key.isprintable() or key.isspace():
            return False
        if self.give(key):
            return True
        self._explain(key)
        return False

    def give(self, key: str) -> bool:
        """Give the value that a key stands for to what is in hand; whether there was one.

        In a role that has the focus a letter begins to search, also one that is a layer's key while nothing is
        selected.
        """
        if self._inspector.press_key(key.lower()):
            return True
        stop = self._inspector.in_hand()
        if isinstance(stop, RoleField) and len(key) == 1 and key.isalpha() and has_focus_within(stop):
            stop.choose(key)
            return True
        return False

    def _explain(self, key: str) -> None:
        """A key of a value that is not in hand changes nothing, and that is told."""
        found = self._inspector.value_keys().get(key)
        if found is not None and (key.isdecimal() or found[0].attribute.type != "boolean"):
            name = found[0].attribute.label
            self._tell(tr("“{key}” is a key of “{name}”, another field: go there with F6 or Tab", key=key, name=name))


def fixed_keys(codebook: Codebook) -> dict[str, str]:
    """Keys that a codebook gives to values: key -> words."""
    found: dict[str, str] = {}
    for layer in codebook.layers:
        for attribute in layer.attributes:
            for value in (
                *getattr(attribute, "values", ()),
                *getattr(attribute, "points", ()),
                *attribute.off_scale,
            ):
                if value.hotkey:
                    found.setdefault(value.hotkey, f"{layer.label}, {attribute.label}: {value.label}")
    return found
