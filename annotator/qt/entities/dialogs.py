"""What is asked before entities are merged, split or entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import EntityType
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label that names an entity, as a person knows it. mine: whether it may be given another entity."""

    annotation_id: str
    words: str
    mine: bool


class _Asking(QDialog):
    def __init__(self, title: str, do: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(16, 14, 16, 14)
        self.rows.setSpacing(8)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.ok = self.buttons.addButton(do, QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setProperty("role", "primary")
        self.ok.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _kinds(self, types: tuple[EntityType, ...], chosen: str = "") -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("Kind"))
        for t in types:
            box.addItem(t.label, t.key)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        return box


class MergeDialog(_Asking):
    """Which of them stays; the others' names become other names of it."""

    agreed = Signal(str, list)
    """The id of the one that stays, and those of the others."""

    def __init__(self, entities: Sequence[Entity], uses: Mapping[str, int], parent: QWidget) -> None:
        super().__init__(tr("Merge"), tr("Merge {n}", n=len(entities)), parent)
        self.resize(460, 240)
        self._ids = [e.id for e in entities]
        self.stays = QComboBox()
        self.stays.setAccessibleName(tr("The entity to keep"))
        for e in sorted(entities, key=lambda e: -uses.get(e.id, 0)):
            self.stays.addItem(tr("{name} ({n} labels)", name=e.name, n=uses.get(e.id, 0)), e.id)
        names = ", ".join(f"“{e.name}”" for e in entities)
        self.rows.addWidget(label(tr("{names} are one and the same.", names=names), "section", wrap=True))
        self.rows.addWidget(label(tr("The entity to keep")))
        self.rows.addWidget(self.stays)
        message = tr(
            "The other names are kept as names of it. Labels stay as they were made: it can be separated again."
        )
        self.rows.addWidget(label(message, "muted", wrap=True))
        self.rows.addStretch(1)
        self.rows.addWidget(self.buttons)
        self.accepted.connect(self._agree)

    def _agree(self) -> None:
        stays = self.stays.currentData()
        self.agreed.emit(stays, [key for key in self._ids if key != stays])


class NewDialog(_Asking):
    """Somebody who is entered by hand."""

    agreed = Signal(str, str)

    def __init__(self, types: tuple[EntityType, ...], name: str, kind: str, parent: QWidget) -> None:
        super().__init__(tr("New in the register"), tr("Enter"), parent)
        self.name = QLineEdit(name)
        self.name.setAccessibleName(tr("Name"))
        self.name.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        self.ok.setEnabled(bool(name.strip()))
        self.kind = self._kinds(types, kind)
        for words, field in ((tr("Name"), self.name), (tr("Kind"), self.kind)):
            self.rows.addWidget(label(words))
            self.rows.addWidget(field)
        self.rows.addWidget(self.buttons)
        self.resize(380, 180)
        self.accepted.connect(lambda: self.agreed.emit(self.name.text().strip(), self.kind.currentData() or ""))


class SplitDialog(_Asking):
    """Which labels go to the new entity."""

    agreed = Signal(str, str, list)

    def __init__(self, entity: Entity, types: tuple[EntityType, ...], labels: Sequence[LabelRow], parent: QWidget):
        super().__init__(tr("Split"), tr("Split"), parent)
        self.resize(560, 460)
        self.rows.addWidget(label(tr("“{name}” is really two. The new one:", name=entity.name), "section", wrap=True))
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name of the new one"))
        self.name.setAccessibleName(tr("Name of the new one"))
        self.kind = self._kinds(types, entity.type)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Labels that go to the new one"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for row in labels:
            item = QListWidgetItem(row.words if row.mine else tr("{words} (another coder’s)", words=row.words))
            item.setToolTip(item.text())
            item.setData(Qt.ItemDataRole.UserRole, row.annotation_id)
            if row.mine:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Unchecked)
            else:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.itemChanged.connect(lambda _: self._may())
        self.name.textChanged.connect(lambda _: self._may())
        self.told = label("", "muted", wrap=True)
        for part in (self.name, self.kind, label(tr("Labels that go to it")), self.list, self.told, self.buttons):
            self.rows.addWidget(part)
        self.accepted.connect(
            lambda: self.agreed.emit(self.name.text().strip(), self.kind.currentData() or entity.type, self.chosen())
        )
        self._may()

    def chosen(self) -> list[str]:
        """Ids of the ticked labels."""
        items = (self.list.item(i) for i in range(self.list.count()))
        return [
            i.data(Qt.ItemDataRole.UserRole)
            for i in items
            if i.flags() & Qt.ItemFlag.ItemIsUserCheckable and i.checkState() == Qt.CheckState.Checked
        ]

    def _may(self) -> None:
        n = len(self.chosen())
        self.ok.setEnabled(bool(self.name.text().strip()))
        self.told.setText(
            tr("{n} labels go to the new one; all the others stay. One undo takes it back.", n=n)
            if n
            else tr("No label goes to the new one; all stay where they are.")
        )
