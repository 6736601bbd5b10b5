"""One attribute of a form: its name, its field, and why an answer was refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import Attribute, EntityType
from annotator.qt.form.field import Field
from annotator.qt.form.fields import EntitiesField, field_for
from annotator.qt.form.picker import Option, Picker, Question
from annotator.qt.form.search_field import EntityField
from annotator.qt.toolkit.parts import label, restyle
from annotator.qt.toolkit.words import tr

BAR_PX, EDGE_PX = 3, 8
"""The bar of what is in hand, and the room for it."""


class MarkedRow(QWidget):
    """A row with a bar at its edge while the next key is for it."""

    def __init__(self) -> None:
        super().__init__()
        self._in_hand = False

    @property
    def in_hand(self) -> bool:
        """Whether the bar is drawn."""
        return self._in_hand

    def mark(self, held: bool) -> None:
        """Draw the bar, or not."""
        if held != self._in_hand:
            self._in_hand = held
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bar."""
        if self._in_hand:
            painter = QPainter(self)
            painter.fillRect(0, 1, BAR_PX, self.height() - 2, self.palette().color(QPalette.ColorRole.Highlight))
            painter.end()


class AnswerRow(MarkedRow):
    """What the codebook asks, made from it; whoever holds the row listens to its field."""

    def __init__(self, attribute: Attribute, entities: Callable[[], Sequence[Entity]]) -> None:
        super().__init__()
        self.attribute = attribute
        self.name = label(attribute.label, wrap=True)
        self.name.setToolTip(explained(attribute))
        self.head = QHBoxLayout()
        self.head.addWidget(self.name, 1)
        self.field = field_for(attribute, entities)
        for part in (self.field, self.field.focusProxy(), *self.field.findChildren(QLineEdit)):
            if part is not None:
                part.setAccessibleName(attribute.label)
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(EDGE_PX, 0, 0, 0)
        self.rows.setSpacing(3)
        self.rows.addLayout(self.head)
        self.rows.addWidget(self.field)
        self.rows.addWidget(self.fault)

    def tell_state(self, lacking: bool, asked: bool = True, about: str = "") -> None:
        """Mark an answer that must be given and is not, or that is given and not asked for any more.

        about: whose it is, where the same is asked of several.
        """
        said = tr("  • still open") if lacking else "" if asked else tr("  • not asked for any more")
        self.name.setText(" · ".join(x for x in (self.attribute.label, about) if x) + said)
        restyle(self.name, "warning" if lacking else "" if asked else "muted")

    def tell_fault(self, words: str) -> None:
        """Why the answer was refused; nothing where it was not."""
        self.fault.setText(words)
        self.fault.setVisible(bool(words))

    def refresh(self) -> None:
        """After the register changed."""
        if isinstance(self.field, (EntityField, EntitiesField)):
            self.field.refresh()


def explained(attribute: Attribute) -> str:
    """What the codebook says about an attribute, for a tool tip."""
    lines = [attribute.definition, *(f"+ {x}" for x in attribute.include), *(f"- {x}" for x in attribute.exclude)]
    return "\n".join(lines).strip()


def ask_type(
    parent: QWidget,
    at: QWidget,
    types: Sequence[EntityType],
    name: str,
    make: Callable[[str], object],
    likely: str | None = None,
) -> Picker | None:
    """Say of what type somebody new is; `make` gets its key, at once where there is just one."""
    if len(types) == 1:
        make(types[0].key)
        return None
    picker = Picker(parent, kind_question(types, name, lambda kind: lambda: make(kind), likely))
    picker.open_at(at, at.first_part() if isinstance(at, Field) else None)
    return picker


def kind_question(
    types: Sequence[EntityType], name: str, chosen: Callable[[str], Callable[[], object]], likely: str | None = None
) -> Question:
    """Of what kind somebody new is: a digit answers. Marked is only what earlier names give a reason for."""
    options = [Option(t.label, tr("“{name}” is a", name=name), t.key) for t in types]
    return Question(options, chosen, by_digit=True, likely=likely)


def with_named(attribute: Attribute, held: Any, entity_id: str) -> Any:
    """The answer after somebody was named: beside those who are held where several can be, else alone."""
    named = {"entity": entity_id}
    if not (attribute.type == "entity" and attribute.many):
        return named
    return [*(held if isinstance(held, list) else []), named]  # an answer off the scale gives way


def types_for(attribute: Attribute, types: Sequence[EntityType]) -> list[EntityType]:
    """The types of which somebody may be named there."""
    wanted = attribute.entity_types if attribute.type == "entity" else ()
    return [t for t in types if not wanted or t.key in wanted]
