"""What every field of the form has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPushButton, QWidget

from annotator.domain.codebook.model import Attribute
from annotator.domain.codebook.values import same
from annotator.qt.toolkit.words import tr


class Field(QWidget):
    """A field shows what it is given, and tells what a person chose."""

    committed = Signal(object)
    """The new value, None for "not decided"."""
    answered = Signal()
    """A person answered by key and wants to go on to the next field."""
    created = Signal(str)
    """The name of an entity that is to be made and chosen."""

    def __init__(self, attribute: Attribute) -> None:
        super().__init__()
        self.attribute = attribute
        self.value: Any = None
        self.refused: str | None = None
        """Words that the codebook refused: they are not told again until they are others."""
        self.proposed: Any = None
        """What one key takes while nothing is answered; shown, and never saved by itself."""

    def show_value(self, value: Any) -> None:
        """Show what the store has, without telling anybody."""
        raise NotImplementedError

    def typed(self) -> str | None:
        """Words that a person typed and that are not told yet, or were refused; None where there are none."""
        return None

    def put_typed(self, words: str) -> None:
        """Put words back into the field that could not be told."""

    def forget(self) -> None:
        """Show nothing, and keep nothing that was typed."""
        self.refused = None
        self.show_value(None)

    def refresh_value(self, value: Any) -> None:
        """As `show_value`, but what a person is typing stays."""
        if self.typed() is None:
            self.show_value(value)
        else:
            self.value = value

    def first_part(self) -> QWidget:
        """Where the focus goes."""
        return self.focusProxy() or next(
            (w for w in self.findChildren(QPushButton) if w.focusPolicy() != Qt.FocusPolicy.NoFocus), self
        )

    def describe(self, lacking: bool, fault: str = "") -> None:
        """What screen readers say of each part besides its name: whose it is, that it is open, what was refused."""
        wanted = tr("still open") if lacking else ""
        parts: list[tuple[QWidget, list[str]]] = [
            *((x, [fault, self.attribute.label, wanted, x.toolTip()]) for x in self.findChildren(QAbstractButton)),
            *((x, [fault, wanted, x.placeholderText()]) for x in self.findChildren(QLineEdit)),
        ]
        for part, told in parts:
            said = ", ".join(x for x in told if x)
            if said != part.accessibleDescription():
                part.setAccessibleDescription(said)

    def keys(self) -> Mapping[str, Any]:
        """Hotkey -> value, as the codebook declares them."""
        return {}

    def press_key(self, key: str) -> bool:
        """A key that a person pressed while the field is in hand; whether it stood for anything here."""
        return False

    def show_in_hand(self, held: bool) -> None:
        """Whether the next key is for this field."""

    def propose(self, value: Any) -> None:
        """Show a value that one key takes; None: nothing is proposed."""
        self.proposed = value

    def proposed_part(self) -> QWidget:
        """What shows it."""
        return self

    def words_of(self, value: Any) -> str:
        """A value in the codebook's words; empty where there are none."""
        return ""

    def take_proposed(self) -> bool:
        """Take what is proposed; whether anything was."""
        return False

    def offer(self) -> None:
        """The focus came here after an answer: show what can be chosen."""

    def flush(self) -> None:
        """Tell what was typed and not yet told: called before the form goes."""

    def choose_one(self, value: Any) -> None:
        """A person chose one value by its name; where several can hold, it joins or leaves them."""
        self.choose(value)

    def choose(self, value: Any) -> None:
        """A person chose a value; choosing the present one again takes it away."""
        self.committed.emit(None if same(value, self.value) and self.value is not None else value)
