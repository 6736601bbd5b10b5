"""Keys that stand for values of the label in hand: hotkeys of the codebook, and numbers in the field in hand."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent

from annotator.domain.codebook.model import Codebook
from annotator.qt.form.inspector import Inspector
from annotator.qt.toolkit.keys.keyboard import typed


class ValueKeys:
    """Gives values to the fields of one form."""

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key stood for a value, which is given."""
        key = typed(event)
        if key.isdecimal() and self._inspector.field_in_hand() is not None and self._number(int(key)):
            return True
        return bool(key) and self.give(key)

    def give(self, key: str) -> bool:
        """Give the value that a hotkey stands for; whether there was one."""
        found = self._inspector.value_keys().get(key.lower())
        if found is None:
            return False
        field, value = found
        field.choose(value)
        return True

    def _number(self, number: int) -> bool:
        field = self._inspector.field_in_hand()
        assert field is not None
        declared = field.keys()
        if str(number) in declared:
            field.choose(declared[str(number)])
            field.answered.emit()
            return True
        return self._inspector.choose_number(number)


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
