"""The coder's form of a layer as it will be, to be tried: conditions open and close fields."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import Layer, LinkLayer, Role
from annotator.domain.codebook.values import defaults, is_open
from annotator.qt.desk.field import Field
from annotator.qt.desk.fields import field_for
from annotator.qt.desk.value_button import ValueButton
from annotator.qt.widgets.flow import FlowLayout
from annotator.qt.widgets.parts import label
from annotator.qt.words import tr
from annotator.services.codebooks.draft import Data

_layer: TypeAdapter[Any] = TypeAdapter(Layer)


class Preview(QScrollArea):
    """Holds what a person tries in it until another layer is shown; nothing of it is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("The coder's form, to be tried"))
        self._layer: Any = None
        self._place: int | None = None
        self._values: dict[str, Any] = {}
        self.fields: dict[str, tuple[QWidget, Field, QLabel]] = {}
        self._types: dict[str, str] = {}
        self.show_layer(None, None, {})

    def show_layer(self, place: int | None, data: Data | None, types: dict[str, str]) -> None:
        """Show the layer that the data describe; a faulty one leaves what was there, and says so."""
        if data is None:
            self._layer, self._place = None, None
            self._build(tr("Choose a layer: its form is shown here."))
            return
        try:
            layer = _layer.validate_python(data)
        except ValidationError:
            if place != self._place:
                self._layer, self._place = None, place
                self._build(tr("The form is shown once the layer has no faults."))
            return
        if layer == self._layer and place == self._place:
            return
        if place != self._place:
            self._values = defaults(layer)
        self._layer, self._place, self._types = layer, place, types
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
        layer = self._layer
        head = QHBoxLayout()
        mark = QLabel("■")
        mark.setStyleSheet(f"color: {layer.colour}; font-size: 15px;")
        title = label(layer.label, "heading")
        head.addWidget(mark)
        head.addWidget(title)
        head.addStretch(1)
        if layer.hotkey:
            head.addWidget(label(layer.hotkey.upper(), "muted"))
        rows.addLayout(head)
        if layer.definition:
            rows.addWidget(label(layer.definition, "muted", wrap=True))
        for role in layer.roles if isinstance(layer, LinkLayer) else ():
            rows.addWidget(self._role(role))
        for attribute in layer.attributes:
            row = QWidget()
            box = QVBoxLayout(row)
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(3)
            name = label(attribute.label, "", wrap=True)
            tip = [attribute.definition, *(f"+ {x}" for x in attribute.include), *(f"- {x}" for x in attribute.exclude)]
            name.setToolTip("\n".join(x for x in tip if x))
            field = field_for(attribute, self._people)
            field.committed.connect(lambda value, k=attribute.key: self._set(k, value))
            box.addWidget(name)
            box.addWidget(field)
            rows.addWidget(row)
            self.fields[attribute.key] = (row, field, name)

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
        for attribute in self._layer.attributes if self._layer is not None else ():
            row, field, name = self.fields[attribute.key]
            value = self._values.get(attribute.key)
            row.setVisible(is_open(self._layer, attribute, self._values, None) or value is not None)
            field.show_value(value)
            lacking = attribute.required and value is None
            name.setText(attribute.label + (tr("  • still open") if lacking else ""))
