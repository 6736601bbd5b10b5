"""What the codebook asks of an entity, as a form: the fields of its type, and what was kept from another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from annotator.domain.annotations import Entity
from annotator.domain.codebook.mapping import type_of
from annotator.domain.codebook.model import EntityType
from annotator.domain.codebook.values import is_open, unasked
from annotator.domain.commands import AddEntity, AnyCommand, Batch, ChangeEntity
from annotator.qt.coding.session import Session
from annotator.qt.entities.answers_in_words import value_words
from annotator.qt.form.answer_row import AnswerRow, ask_type, types_for, with_named
from annotator.qt.form.carried import KeptRow, Notice
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.undoing import UndoPassing
from annotator.qt.toolkit.words import tr


class EntityAnswers(QWidget):
    """Every answer is a command of its own, which `apply` does; why it could not be done is told at its field."""

    answered = Signal()
    """A field was answered by key: on to the next."""

    def __init__(self, session: Session, apply: Callable[[AnyCommand], str]) -> None:
        super().__init__()
        self._session, self._apply = session, apply
        self._entity: Entity | None = None
        self._kind: EntityType | None = None
        self.rows: dict[str, AnswerRow] = {}
        self._refused: dict[tuple[str, str], str] = {}
        """(entity, attribute) -> words that were typed and could not be saved."""
        self._notes: dict[str, Any] = {}
        self._undoing = UndoPassing(self)
        self.kept = Notice()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 4, 0, 4)
        self._layout.setSpacing(9)
        self._layout.addWidget(self.kept)
        self.answered.connect(self._go_on)
        self.hide()

    def show_entity(self, entity: Entity | None) -> None:
        """Show what the store has of an entity."""
        kind = type_of(self._session.codebook, entity.type) if entity is not None else None
        same_one = entity is not None and self._entity is not None and entity.id == self._entity.id
        self._entity = entity
        if kind is not self._kind:
            self._make(kind)
            same_one = False
        values: Mapping[str, Any] = entity.values if entity is not None else {}
        filled = self._session.register.values_of(entity.id) if entity is not None else {}
        for key, row in self.rows.items():
            assert kind is not None
            row.setVisible(is_open(kind, row.attribute, values, None) or key in values)
            row.refresh()
            if same_one and row.field.typed() is not None:
                row.field.refresh_value(values.get(key))  # what is typed there stays
            else:
                row.tell_fault("")
                row.field.forget()
                row.field.show_value(values.get(key))
            words = self._refused.pop((entity.id, key), None) if entity is not None else None
            if words is not None:
                row.field.put_typed(words)
                row.tell_fault(tr("This could not be saved; it is as you typed it"))
            row.tell_state(row.attribute.required and filled.get(key) is None)
            self._tell_merged(row, None if key in values else filled.get(key))
        self._show_kept(entity, kind)
        self.setVisible(bool(self.rows) or not self.kept.isHidden())

    def _make(self, kind: EntityType | None) -> None:
        for row in self.rows.values():
            row.hide()
            row.deleteLater()
        self.rows, self._notes, self._kind = {}, {}, kind
        for attribute in kind.attributes if kind is not None else ():
            row = AnswerRow(attribute, lambda: list(self._session.entities.values()))
            row.field.committed.connect(lambda value, k=attribute.key: self._set(k, value))
            row.field.created.connect(lambda name, k=attribute.key: self._new_entity(k, name))
            row.field.answered.connect(self.answered)
            for line in row.field.findChildren(QLineEdit):
                self._undoing.watch(line)
            note = label("", "muted", wrap=True)
            note.hide()
            self._notes[attribute.key] = note
            row.rows.addWidget(note)
            self._layout.insertWidget(self._layout.count() - 1, row)
            self.rows[attribute.key] = row

    def _tell_merged(self, row: AnswerRow, value: Any) -> None:
        note = self._notes[row.attribute.key]
        if value is not None:
            words = value_words(row.attribute, value, self._session.names())
            note.setText(tr("“{value}”, by what was merged into this one", value=words))
        note.setVisible(value is not None)

    def _show_kept(self, entity: Entity | None, kind: EntityType | None) -> None:
        rows: list[QWidget] = []
        for key, _attribute, value in unasked(kind, entity.values) if entity is not None else ():
            name, words = self._session.former_entity_words(key, value)
            message = tr("Kept, and not asked for: {name} “{value}”", name=name, value=words)
            row = KeptRow(message, tr("Take “{name}” away", name=name))
            row.away.clicked.connect(lambda _=False, k=key: QTimer.singleShot(0, self, lambda: self._set(k, None)))
            rows.append(row)
        self.kept.show_rows(rows)

    def flush(self) -> None:
        """Save what was typed."""
        for row in list(self.rows.values()):
            if not row.isHidden():
                row.field.flush()

    def leave(self) -> None:
        """As `flush`; what cannot be saved is kept until its entity is shown again."""
        before = self._entity
        self.flush()
        if before is not None and self._entity is not None and self._entity.id == before.id:
            typed = {key: row.field.typed() for key, row in self.rows.items() if not row.isHidden()}
            self._refused.update({(before.id, key): words for key, words in typed.items() if words})
            self._entity = None

    def _set(self, key: str, value: Any) -> None:
        entity = self._entity
        if entity is None:
            return
        step = ChangeEntity(coder_id=self._session.coder.id, entity_id=entity.id, values={key: value})
        self._do(key, step)

    def unsaved(self) -> list[str]:
        """Words that were typed and could not be saved, here or for an entity that was shown before."""
        shown = self.rows.values() if self._entity is not None else ()
        here = [words for row in shown if not row.isHidden() and (words := row.field.typed())]
        return [*here, *self._refused.values()]

    def _do(self, key: str, command: AnyCommand) -> None:
        before, row = self._entity, self.rows.get(key)
        words = row.field.typed() if row is not None else None
        fault = self._apply(command)
        if not fault or before is None:
            return
        row = self.rows.get(key)
        if row is None or self._entity is None or self._entity.id != before.id:
            if words:
                self._refused[before.id, key] = words
            return
        row.field.show_value(self._entity.values.get(key))
        row.tell_fault(fault)
        if words:
            row.field.put_typed(words)
            row.field.refused = words

    def _new_entity(self, key: str, name: str) -> None:
        row = self.rows[key]
        types = types_for(row.attribute, self._session.codebook.entity_types)
        ask_type(self, row.field, types, name, lambda kind: self._enter(key, name, kind))

    def _enter(self, key: str, name: str, kind: str) -> None:
        entity, coder = self._entity, self._session.coder.id
        if entity is None or key not in self.rows:
            return
        new = self._session.study.ids()
        value = with_named(self.rows[key].attribute, entity.values.get(key), new)
        steps = (
            AddEntity(coder_id=coder, id=new, name=name, type=kind),
            ChangeEntity(coder_id=coder, entity_id=entity.id, values={key: value}),
        )
        self._do(key, Batch(coder_id=coder, name="AddEntity", commands=steps))

    def _in_hand(self) -> AnswerRow | None:
        held = QApplication.focusWidget()
        return next((r for r in self.rows.values() if held is not None and r.isAncestorOf(held)), None)

    def _go_on(self) -> None:
        """To the next field that is asked for; later, for the answer may open or close some."""
        QTimer.singleShot(0, self, lambda: self.focusNextChild())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The codebook's keys and the digits, for the field in hand."""
        row, typed = self._in_hand(), event.text().lower()
        if row is not None and typed and row.field.press_key(typed):
            return
        super().keyPressEvent(event)
