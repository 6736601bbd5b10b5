"""The coder's form of a layer or an entity type as it will be, to be tried: conditions open and close fields."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import EntityType, Layer, LinkLayer, Role
from annotator.domain.codebook.values import defaults, is_open
from annotator.qt.form.answer_row import AnswerRow
from annotator.qt.form.value_button import ValueButton
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr
from annotator.services.codebooks.draft import Data, Path

_adapters: dict[str, TypeAdapter[Any]] = {"layers": TypeAdapter(Layer), "entity_types": TypeAdapter(EntityType)}


class Preview(QScrollArea):
    """Holds what a person tries in it until another part is shown; nothing of it is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("The coder's form, to try out"))
        self._part: Any = None
        self._place: Path | None = None
        self._values: dict[str, Any] = {}
        self.fields: dict[str, AnswerRow] = {}
        self._types: dict[str, str] = {}
        self.show_part(None, None, {})

    def show_part(self, place: Path | None, data: Data | None, types: dict[str, str]) -> None:
        """Show the layer or entity type that the data describe; a faulty one leaves what was there, and says so.

        place: ``("layers", 0)`` or ``("entity_types", 0)``. types: key of an entity type -> its words.
        """
        if place is None or data is None:
            self._part, self._place = None, None
            self._build(tr("Choose a layer or a kind of entity: its form is shown here."))
            return
        try:
            part = _adapters[str(place[0])].validate_python(data)
        except ValidationError:
            if place != self._place:
                self._part, self._place = None, place
                self._build(tr("The form is shown once this part has no faults."))
            return
        if part == self._part and place == self._place:
            return
        if place != self._place:
            self._values = defaults(part)
        self._part, self._place, self._types = part, place, types
        self._build("")

    def _build(self, instead: str) -> None:
        self.fields = {}
        place = self.verticalScrollBar().value()
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(14, 10, 14, 14)
        rows.setSpacing(9)
        if instead:
            rows.addWidget(label(instead, "muted", wrap=True))
        else:
            self._form(rows)
        rows.addStretch(1)
        old = self.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()
        self.setWidget(page)
        self._open()
        self.verticalScrollBar().setValue(place)

    def _form(self, rows: QVBoxLayout) -> None:
        part = self._part
        if isinstance(part, EntityType):
            rows.addWidget(label(part.label, "heading", wrap=True))
            message = (
                tr("In the register, for each of this kind:") if part.attributes else tr("Nothing is asked of these.")
            )
            rows.addWidget(label(message, "muted", wrap=True))
        else:
            self._layer_head(rows, part)
        for attribute in part.attributes:
            row = AnswerRow(attribute, self._people)
            row.field.committed.connect(lambda value, k=attribute.key: self._set(k, value))
            rows.addWidget(row)
            self.fields[attribute.key] = row

    def _layer_head(self, rows: QVBoxLayout, layer: Any) -> None:
        head = QHBoxLayout()
        mark = QLabel("■")
        mark.setStyleSheet(f"color: {layer.colour}; font-size: 15px;")
        head.addWidget(mark)
        head.addWidget(label(layer.label, "heading"))
        head.addStretch(1)
        if layer.hotkey:
            head.addWidget(label(layer.hotkey.upper(), "muted"))
        rows.addLayout(head)
        if layer.definition:
            rows.addWidget(label(layer.definition, "muted", wrap=True))
        for role in layer.roles if isinstance(layer, LinkLayer) else ():
            rows.addWidget(self._role(role))

    def _role(self, role: Role) -> QWidget:
        row = QWidget()
        box = QVBoxLayout(row)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(3)
        fill = [tr("a label: {what}", what=", ".join(role.layers))] if role.layers else []
        if role.takes_entities:
            named = [self._types.get(t, t) for t in role.entity_types]
            fill.append(tr("of the register: {what}", what=", ".join(named) or tr("anybody")))
        box.addWidget(label(role.label or role.key))
        box.addWidget(label(" · ".join(fill), "muted", wrap=True))
        if role.empty_because:
            reasons = QWidget()
            flow = FlowLayout(reasons)
            for reason in role.empty_because:
                flow.addWidget(ValueButton(reason.label, "", "off", None))
            box.addWidget(reasons)
        return row

    def _people(self) -> list[Entity]:
        """Nobody of the register is needed to see how the field works."""
        kinds = list(self._types) or ["person"]
        return [Entity(f"example-{n}", tr("Example {n}", n=n), kinds[(n - 1) % len(kinds)]) for n in range(1, 7)]

    def _set(self, key: str, value: Any) -> None:
        self._values = {k: v for k, v in self._values.items() if k != key}
        if value is not None:
            self._values[key] = value
        self._open()

    def _open(self) -> None:
        for attribute in self._part.attributes if self._part is not None else ():
            row = self.fields[attribute.key]
            value = self._values.get(attribute.key)
            row.setVisible(is_open(self._part, attribute, self._values, None) or value is not None)
            row.field.show_value(value)
            row.tell_state(attribute.required and value is None)
