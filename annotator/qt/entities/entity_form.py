"""The form of one entity: name, kind, what is asked of the kind, other names, note; what was merged; its history."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import EntityType
from annotator.qt.entities.answers import EntityAnswers
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.undoing import UndoPassing
from annotator.qt.toolkit.words import tr
from annotator.services.entities.registry import alias_list


class EntityForm(QWidget):
    """Shows an entity and says what a person wants changed; what is saved comes back through `show_entity`."""

    changed = Signal(dict)
    """Fields of ChangeEntity."""
    separated = Signal(str)

    def __init__(self, types: tuple[EntityType, ...], answers: EntityAnswers) -> None:
        super().__init__()
        self.answers = answers
        self._entity: Entity | None = None
        self._refused: dict[str, dict[str, Any]] = {}
        """Entity id -> fields of ChangeEntity that were typed for it and could not be saved."""
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name"))
        self.name.editingFinished.connect(self.flush)
        self._undoing = UndoPassing(self)
        self._undoing.watch(self.name)
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Kind"))
        for t in types:
            self.kind.addItem(t.label, t.key)
        self.kind.activated.connect(lambda _: self.flush())
        self.aliases = QPlainTextEdit()
        self.aliases.setAccessibleName(tr("Also called"))
        self.aliases.setPlaceholderText(tr("Other names, one a line"))
        self.note = QPlainTextEdit()
        self.note.setAccessibleName(tr("Note"))
        self.note.setPlaceholderText(tr("Who or what this is"))
        for box in (self.aliases, self.note):
            box.setTabChangesFocus(True)
            box.setMaximumHeight(84)
            box.installEventFilter(self)
        self.merged = QListWidget()
        self.merged.setAccessibleName(tr("Merged into this one"))
        self.merged.setMaximumHeight(92)
        self.merged.itemSelectionChanged.connect(self._may_separate)
        self.separate = QPushButton(tr("Separate again"))
        self.separate.setAutoDefault(False)
        self.separate.clicked.connect(self._separate)
        self._merged_part = QWidget()
        part = QVBoxLayout(self._merged_part)
        part.setContentsMargins(0, 0, 0, 0)
        part.addWidget(label(tr("Merged into this one")))
        part.addWidget(self.merged)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.separate)
        part.addLayout(row)
        self.history = QListWidget()
        self.history.setAccessibleName(tr("History"))
        self.history.setWordWrap(True)
        self.history.setMinimumHeight(110)
        self.history.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.setSpacing(6)
        for words, field in (
            (tr("Name"), self.name),
            (tr("Kind"), self.kind),
            ("", self.answers),
            (tr("Also called"), self.aliases),
            (tr("Note"), self.note),
        ):
            if words:
                rows.addWidget(label(words))
            rows.addWidget(field)
        rows.addWidget(self._merged_part)
        rows.addWidget(label(tr("History")))
        rows.addWidget(self.history, 1)
        self.show_entity(None, [], [])

    def show_entity(self, entity: Entity | None, merged: list[Entity], steps: list[str]) -> None:
        """entity: as it is stored, with its own aliases alone. steps: its history in words, oldest first.

        What was typed for it and is not saved stays.
        """
        same = entity is not None and self._entity is not None and entity.id == self._entity.id
        typed = self._typed() if same else {}
        if entity is not None:
            typed |= self._refused.pop(entity.id, {})
        self._entity = entity
        self.setEnabled(entity is not None)
        self.answers.show_entity(entity)
        with QSignalBlocker(self.name), QSignalBlocker(self.kind):
            self.name.setText(typed.get("name") or (entity.name if entity else ""))
            self.name.setModified(bool(typed.get("name")))
            if entity is not None and self.kind.findData(entity.type) < 0:
                self.kind.addItem(entity.type, entity.type)
            self.kind.setCurrentIndex(self.kind.findData(entity.type) if entity else -1)
        for box, key, text in (
            (self.aliases, "aliases", "\n".join(entity.aliases) if entity else ""),
            (self.note, "memo", entity.memo if entity else ""),
        ):
            words = typed.get(key)
            if words is None:
                wanted = text
            elif same:
                wanted = box.toPlainText()  # as it was typed, to the last line
            else:
                wanted = "\n".join(words) if key == "aliases" else words
            if not (same and box.hasFocus()) and box.toPlainText() != wanted:
                box.setPlainText(wanted)
        self.merged.clear()
        for e in merged:
            item = QListWidgetItem(", ".join((e.name, *e.aliases)))
            item.setData(Qt.ItemDataRole.UserRole, e.id)
            self.merged.addItem(item)
        self._merged_part.setVisible(bool(merged))
        self._may_separate()
        self.history.clear()
        for step in reversed(steps):
            item = QListWidgetItem(step)
            item.setToolTip(step)
            self.history.addItem(item)

    def flush(self) -> None:
        """Say what was typed and is not saved yet."""
        self.answers.flush()
        if new := self._typed():
            self.changed.emit(new)

    def leave(self) -> None:
        """Save what was typed: somebody else comes into the form, maybe while this is being saved."""
        new, self._entity = self._typed(), None
        self.answers.leave()
        if new:
            self.changed.emit(new)

    def keep(self, fields: dict[str, Any]) -> None:
        """What could not be saved of an entity that is not shown any more: it stands there when it is shown again."""
        if fields["entity_id"] != self.shown:
            self._refused[fields["entity_id"]] = fields

    def unsaved(self) -> list[str]:
        """Words that were typed and could not be saved, here or for an entity that was shown before."""
        found: list[str] = []
        for new in (self._typed(), *self._refused.values()):
            found += [new.get("name", ""), *new.get("aliases", ()), new.get("memo", "")]
        return [words for words in (*found, *self.answers.unsaved()) if words]

    @property
    def shown(self) -> str | None:
        """Id of the entity that is shown."""
        return self._entity.id if self._entity is not None else None

    def _typed(self) -> dict[str, Any]:
        e = self._entity
        if e is None:
            return {}
        wanted: dict[str, Any] = {
            "name": self.name.text().strip(),
            "type": self.kind.currentData(),
            "aliases": alias_list(self.aliases.toPlainText()),
            "memo": self.note.toPlainText().strip(),
        }
        new = {key: value for key, value in wanted.items() if value != getattr(e, key)}
        return {"entity_id": e.id, **new} if new else {}

    def _may_separate(self) -> None:
        self.separate.setEnabled(self.merged.currentItem() is not None)

    def _separate(self) -> None:
        item = self.merged.currentItem()
        if item is not None:
            self.separated.emit(item.data(Qt.ItemDataRole.UserRole))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What was typed is saved when the field is left."""
        if event.type() == QEvent.Type.FocusOut and watched in (self.aliases, self.note):
            self.flush()
        return super().eventFilter(watched, event)
