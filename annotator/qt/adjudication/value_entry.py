"""Writing a value anew, in the same field that a coder has for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import Attribute
from annotator.domain.codebook.values import value_fault
from annotator.qt.form.fields import field_for
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr


class WriteDialog(QDialog):
    """One field; what is chosen is told when the person says so."""

    written = Signal(object)

    def __init__(
        self, attribute: Attribute, value: Any, entities: Callable[[], Sequence[Entity]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Write “{name}”", name=attribute.label))
        self.setMinimumWidth(460)
        self._attribute = attribute
        self.field = field_for(attribute, entities)
        self.field.committed.connect(self._committed)
        self.field.created.connect(self._unknown)
        self.field.show_value(value)
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        take = QPushButton(tr("Take this"))
        take.setProperty("role", "primary")
        take.setDefault(True)
        take.clicked.connect(self.take)
        nothing = QPushButton(tr("No value"))
        nothing.clicked.connect(self._nothing)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(nothing)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(take)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.addWidget(label(attribute.label, "heading"))
        if attribute.definition:
            rows.addWidget(label(attribute.definition, "muted", wrap=True))
        rows.addWidget(self.field)
        rows.addWidget(self.fault)
        rows.addLayout(foot)
        self.field.setFocus()

    def _committed(self, value: Any) -> None:
        fault = None if value is None else value_fault(self._attribute, value)
        self.fault.setText(spoken(fault))
        self.fault.setVisible(bool(fault))
        if not fault:
            self.field.show_value(value)

    def _unknown(self, name: str) -> None:
        self.fault.setText(tr("“{name}” is not in the register: add it while coding, then choose it here", name=name))
        self.fault.show()

    def _nothing(self) -> None:
        self.written.emit(None)
        self.accept()

    def take(self) -> None:
        """Tell what stands in the field."""
        self.field.flush()
        if not self.fault.isVisible():
            self.written.emit(self.field.value)
            self.accept()
