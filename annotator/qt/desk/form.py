"""The values, doubts and memo of one label, made from the codebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Attribute, Layer
from annotator.domain.codebook.values import is_open
from annotator.domain.commands import AddAnnotation, AddEntity, Batch, SetMemo, SetUncertain, SetValue
from annotator.qt.desk.carried import Carried
from annotator.qt.desk.field import Field
from annotator.qt.desk.fields import EntitiesField, field_for
from annotator.qt.desk.linking import value_command
from annotator.qt.desk.picker import Option, Picker, Question
from annotator.qt.desk.search_field import EntityField
from annotator.qt.desk.session import Session
from annotator.qt.widgets.parts import label, restyle
from annotator.qt.words import tr


class Form(QWidget):
    """The values of one label. `key` None: an article's own label, made with its first value."""

    answered = Signal()
    """A field was answered by key: on to the next."""

    def __init__(self, session: Session, key: str | None, layer: Layer) -> None:
        super().__init__()
        self._session, self.key, self.layer = session, key, layer
        self._rows: dict[str, tuple[QWidget, QLabel, Field, QToolButton, QLabel]] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(9)
        self.carried = Carried(session, layer)
        layout.addWidget(self.carried)
        for attribute in layer.attributes:
            layout.addWidget(self._row(attribute))
        self.memo = QPlainTextEdit()
        self.memo.setPlaceholderText(tr("Memo"))
        self.memo.setAccessibleName(tr("Memo on {layer}", layer=layer.label))
        self.memo.setTabChangesFocus(True)
        self.memo.setFixedHeight(44)
        self._timer = QTimer(self, singleShot=True, interval=700)
        self._timer.timeout.connect(self._save_memo)
        self.memo.textChanged.connect(self._timer.start)
        layout.addWidget(self.memo)  # before it is shown: a widget without a parent is a window
        self.memo.setVisible(key is not None and layer.kind != "link")
        self.refresh()

    def _row(self, attribute: Attribute) -> QWidget:
        row = QWidget()
        box = QVBoxLayout(row)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(3)
        head = QHBoxLayout()
        name = label(attribute.label)
        name.setToolTip(
            "\n".join(
                [attribute.definition, *(f"+ {x}" for x in attribute.include), *(f"- {x}" for x in attribute.exclude)]
            ).strip()
        )
        doubt = QToolButton()
        doubt.setText("?")
        doubt.setCheckable(True)
        doubt.setProperty("role", "doubt")
        doubt.setToolTip(tr("Mark a doubt about this value"))
        doubt.setAccessibleName(tr("Doubt: {what}", what=attribute.label))
        doubt.clicked.connect(lambda on, k=attribute.key: self._doubt(k, on))
        head.addWidget(name)
        head.addStretch(1)
        head.addWidget(doubt)
        field = field_for(attribute, lambda: list(self._session.entities.values()))
        for part in (field, field.focusProxy(), *field.findChildren(QLineEdit)):
            if part is not None:
                part.setAccessibleName(attribute.label)
        field.committed.connect(lambda value, k=attribute.key: self._set(k, value))
        field.created.connect(lambda text, k=attribute.key: self._new_entity(k, text))
        field.answered.connect(self.answered)
        fault = label("", "fault", wrap=True)
        fault.hide()
        box.addLayout(head)
        box.addWidget(field)
        box.addWidget(fault)
        self._rows[attribute.key] = (row, name, field, doubt, fault)
        return row

    def _annotation(self) -> Annotation | None:
        return self._session.labels.get(self.key or "")

    def open_fields(self) -> list[Field]:
        """Fields that are asked for now."""
        return [field for row, _, field, _, _ in self._rows.values() if not row.isHidden()]

    def refresh(self, register: bool = False) -> None:
        """Show what the store has."""
        a = self._annotation()
        values: Mapping[str, Any] = a.values if a else {}
        session = self._session
        zone = session.document.zone_at(a.fragments[0][0]) if a and a.fragments and session.document else None
        for attribute in self.layer.attributes:
            row, name, field, doubt, fault = self._rows[attribute.key]
            row.setVisible(is_open(self.layer, attribute, values, zone) or attribute.key in values)
            if register and isinstance(field, (EntityField, EntitiesField)):
                field.refresh()
            field.show_value(values.get(attribute.key))
            lacking = attribute.required and values.get(attribute.key) is None
            name.setText(attribute.label + (tr("  • still open") if lacking else ""))
            restyle(name, "warning" if lacking else "")
            field.describe(lacking)
            doubt.setChecked(a is not None and attribute.key in a.uncertain)
            doubt.setEnabled(a is not None)
            fault.hide()
            if isinstance(field, EntityField) and a is not None and a.fragments:
                field.suggested = " ".join(session.passage(a).split())[:80]
        self.carried.show_label(a)
        if a is not None and not self.memo.hasFocus() and self.memo.toPlainText() != a.memo:
            with QSignalBlocker(self.memo):
                self.memo.setPlainText(a.memo)

    def flush(self) -> None:
        """Save what was typed."""
        for field in self.open_fields():
            field.flush()
        if self._timer.isActive():
            self._timer.stop()
            self._save_memo()

    def _set(self, key: str, value: Any) -> None:
        session, a = self._session, self._annotation()
        self._refusal = ""
        session.refused.connect(self._catch)
        if a is not None:
            done = session.apply(value_command(session, a, key, value))
        elif value is not None and session.document is not None:
            done = session.apply(
                AddAnnotation(
                    coder_id=session.coder.id,
                    document_id=session.document.id,
                    layer=self.layer.key,
                    values={key: value},
                )
            )
        else:
            done = None
        session.refused.disconnect(self._catch)
        if done is None:
            _row, _name, field, _doubt, fault = self._rows[key]
            field.show_value(a.values.get(key) if a else None)
            fault.setText(self._refusal)
            fault.setVisible(bool(self._refusal))
            field.describe(False, self._refusal)

    def _catch(self, error: Exception) -> None:
        self._refusal = str(error)

    def _doubt(self, key: str, on: bool) -> None:
        if self.key is not None:
            self._session.apply(
                SetUncertain(coder_id=self._session.coder.id, annotation_id=self.key, attribute=key, uncertain=on)
            )

    def _save_memo(self) -> None:
        a = self._annotation()
        text = self.memo.toPlainText()
        if a is not None and text != a.memo:
            self._session.apply(SetMemo(coder_id=self._session.coder.id, annotation_id=a.id, memo=text))

    def _new_entity(self, key: str, name: str) -> None:
        attribute = self.layer.attribute(key)
        types = attribute.entity_types if attribute.type == "entity" else ()
        allowed = [t for t in self._session.codebook.entity_types if not types or t.key in types]
        if len(allowed) == 1:
            self._make(key, name, allowed[0].key)
            return
        field = self._rows[key][2]
        options = [Option(t.label, tr("“{name}” is a", name=name), t.key) for t in allowed]
        picker = Picker(self, Question(options, lambda kind: lambda: self._make(key, name, kind)))
        picker.destroyed.connect(self._picker_gone)  # a method: Qt forgets it when this form goes first
        picker.open_at(field)

    def _picker_gone(self) -> None:
        if self.isVisible():
            self.refresh()

    def _make(self, key: str, name: str, kind: str) -> None:
        session, a = self._session, self._annotation()
        entity = session.study.ids()
        add = AddEntity(coder_id=session.coder.id, name=name, type=kind, id=entity)
        if a is None:
            session.apply(add)
            return
        many = self.layer.attribute(key).type == "entity" and getattr(self.layer.attribute(key), "many", False)
        value: Any = [*(a.values.get(key) or []), {"entity": entity}] if many else {"entity": entity}
        rest = value_command(session, a, key, value)
        steps = rest.commands if isinstance(rest, Batch) else (rest,)
        assert all(isinstance(s, SetValue) for s in steps)
        session.apply(Batch(coder_id=session.coder.id, name="AddEntity", commands=(add, *steps)))


def has_focus_within(widget: QWidget) -> bool:
    """Whether the focus is on the widget or on a part of it."""
    held = QApplication.focusWidget()
    return held is not None and (held is widget or widget.isAncestorOf(held))
