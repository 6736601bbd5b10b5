"""Conditions put together by hand: groups of which all, one or none must hold, in each other as deep as one likes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from annotator.domain.conditions import ANY, EVERYTHING, All, Condition, Either, Not, Test
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import mark, tr

How = Literal["all", "one", "none"]
WORDS: dict[How, str] = {
    "all": mark("All of these hold"), "one": mark("One of these holds"), "none": mark("None of these holds"),
}  # fmt: skip
_HELD = Qt.ItemDataRole.UserRole
_IS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "~": "~"}


class ConditionTree(QWidget):
    """`changed`: by hand, not by `show_condition`."""

    changed = Signal()

    def __init__(self, told: Callable[[Test], tuple[str, str]], parent: QWidget | None = None) -> None:
        """told: how the field and the value of a comparison read."""
        super().__init__(parent)
        self._told = told
        self.tree = _Tree()
        self.tree.removed.connect(self.remove)
        self.tree.setAccessibleName(tr("Conditions"))
        self.tree.setHeaderHidden(True)
        self.tree.itemActivated.connect(lambda item, _: self.turn(item))
        self.tree.currentItemChanged.connect(lambda *_: self._enable())
        self.inside = {how: self._button(words, partial(self.group, how)) for how, words in _BUTTONS.items()}
        for button in self.inside.values():
            button.setToolTip(tr("Add a group here; the selected condition goes into it"))
        self.away = self._button(tr("Remove"), self.remove)
        row = QHBoxLayout()
        row.setSpacing(4)
        for button in (*self.inside.values(), self.away):
            row.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(label(tr("Conditions"), "section"))
        rows.addWidget(self.tree, 1)
        rows.addLayout(row)
        self.show_condition(EVERYTHING)

    def _button(self, words: str, do: Callable[[], None]) -> QPushButton:
        made = QPushButton(tr(words))
        made.setAutoDefault(False)
        made.clicked.connect(lambda _=False: do())
        return made

    # between a condition and the tree

    @property
    def condition(self) -> Condition:
        """What the tree says."""
        return self._read(self._root())

    def _read(self, item: QTreeWidgetItem) -> Condition:
        held = item.data(0, _HELD)
        if isinstance(held, Test):
            return held
        parts = [self._read(child) for child in _children(item)]
        parts = [p for p in parts if p != EVERYTHING]
        if held == "none":
            return Not(parts[0] if len(parts) == 1 else Either(tuple(parts))) if parts else EVERYTHING
        if len(parts) == 1:
            return parts[0]
        return (Either if held == "one" and parts else All)(tuple(parts))

    def show_condition(self, condition: Condition) -> None:
        """Show a condition, however it was made."""
        self.tree.clear()
        root = self._item("all")
        self.tree.addTopLevelItem(root)
        if isinstance(condition, (All, Either)) and condition != EVERYTHING:
            self._set_how(root, "all" if isinstance(condition, All) else "one")
            for part in condition.parts:
                self._put(root, part)
        elif condition != EVERYTHING:
            self._put(root, condition)
        self.tree.expandAll()
        self.tree.setCurrentItem(root)
        self._enable()

    def _put(self, above: QTreeWidgetItem, condition: Condition) -> QTreeWidgetItem:
        if isinstance(condition, Test):
            item = self._item(condition)
            above.addChild(item)
            return item
        if isinstance(condition, Not):
            item = self._item("none")
            above.addChild(item)
            parts = condition.part.parts if isinstance(condition.part, Either) else (condition.part,)
        else:
            item = self._item("all" if isinstance(condition, All) else "one")
            above.addChild(item)
            parts = condition.parts
        for part in parts:
            self._put(item, part)
        return item

    def _item(self, held: How | Test) -> QTreeWidgetItem:
        item = QTreeWidgetItem()
        item.setData(0, _HELD, held)
        if isinstance(held, Test):
            field, value = self._told(held)
            any_ = held.operator == "=" and held.value == ANY
            item.setText(0, tr("{field} is there", field=field) if any_ else f"{field} {_IS[held.operator]} {value}")
            item.setToolTip(0, item.text(0))
        else:
            self._set_how(item, held)
        return item

    @staticmethod
    def _set_how(item: QTreeWidgetItem, how: How) -> None:
        item.setData(0, _HELD, how)
        item.setText(0, tr(WORDS[how]))
        item.setToolTip(0, tr("Enter: all, one or none of the conditions in it"))

    def _root(self) -> QTreeWidgetItem:
        root = self.tree.topLevelItem(0)
        assert root is not None
        return root

    # by hand

    def _group_in_hand(self) -> QTreeWidgetItem:
        item = self.tree.currentItem() or self._root()
        above = item.parent()
        return above if isinstance(item.data(0, _HELD), Test) and above is not None else item

    def add(self, test: Test, how: How) -> None:
        """Another comparison: into the group in hand, or into a group of its kind there."""
        group = self._group_in_hand()
        if how == "one":
            self._either(test)
        else:
            if how == "none" and group.data(0, _HELD) != "none":
                known = next((c for c in _children(group) if c.data(0, _HELD) == "none"), None)
                if known is None:
                    known = self._item("none")
                    group.addChild(known)
                group = known
            elif how == "all" and group.data(0, _HELD) == "none":
                group = group.parent() or group
            group.addChild(self._item(test))
        self._made()

    def _either(self, test: Test) -> None:
        """Put beside what is in hand, so that one of both must hold."""
        item = self.tree.currentItem() or self._root()
        if item.parent() is None and self._root().data(0, _HELD) == "all" and item.childCount() > 1:
            both = self._item("all")  # all that stands there until now, or this
            both.addChildren(item.takeChildren())
            item.addChild(both)
            self._set_how(item, "one")
            item.addChild(self._item(test))
            return
        group = self._group_in_hand()
        if group.data(0, _HELD) != "one" and item is not group:
            place = group.indexOfChild(item)
            group.takeChild(place)
            one = self._item("one")
            group.insertChild(place, one)
            one.addChild(item)
            group = one
        elif group.data(0, _HELD) == "all" and group.childCount() <= 1:
            self._set_how(group, "one")
        group.addChild(self._item(test))

    def group(self, how: How) -> None:
        """A group in the one in hand; a comparison in hand goes into it."""
        item = self.tree.currentItem() or self._root()
        group = self._group_in_hand()
        made = self._item(how)
        if item is not group:
            place = group.indexOfChild(item)
            group.takeChild(place)
            made.addChild(item)
            group.insertChild(place, made)
        else:
            group.addChild(made)
        self._made(made)

    def turn(self, item: QTreeWidgetItem) -> None:
        """Of a group: all, one, none."""
        held = item.data(0, _HELD)
        if not isinstance(held, Test):
            order: list[How] = ["all", "one", "none"]
            self._set_how(item, order[(order.index(held) + 1) % 3])
            self._made(item)

    def remove(self) -> None:
        """Take what is in hand away; of the whole, all that stands in it."""
        item = self.tree.currentItem()
        if item is None:
            return
        above = item.parent()
        if above is None:
            item.takeChildren()
            self._set_how(item, "all")
        else:
            above.removeChild(item)
        self._made(above or item)

    def _made(self, in_hand: QTreeWidgetItem | None = None) -> None:
        self.tree.expandAll()
        if in_hand is not None:
            self.tree.setCurrentItem(in_hand)
        self._enable()
        self.changed.emit()

    def _enable(self) -> None:
        self.away.setEnabled(self._root().childCount() > 0)


_BUTTONS: dict[How, str] = {"all": mark("All of…"), "one": mark("One of…"), "none": mark("None of…")}


class _Tree(QTreeWidget):
    removed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes away."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for n in range(item.childCount()) if (child := item.child(n)) is not None]
