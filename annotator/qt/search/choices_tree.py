"""What conditions can be made of: every value of every field, with how many of the passages have it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from annotator.domain.codebook.model import Codebook
from annotator.domain.conditions import Labels, Test
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.tables.material import field_name

_HELD = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MOST = 200
"""Values of a field that stand there at once."""
_FIRST = ("layer", "entity")
_LAST = ("coder", "outlet", "month", "year", "round", "reading", "complete", "doubt", "language", "author", "tag")


class ChoicesTree(QWidget):
    """`chosen`: a value was activated."""

    chosen = Signal()

    def __init__(self, codebook: Codebook, labels: Labels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._codebook, self._labels = codebook, labels
        self._counts: dict[str, dict[str, int]] = {}
        self._open: set[str] = {"layer", "coder", "outlet"}
        self.typed = QLineEdit()
        self.typed.setPlaceholderText(tr("Find a value"))
        self.typed.setAccessibleName(tr("Find a value"))
        self.typed.setClearButtonEnabled(True)
        self.typed.textChanged.connect(lambda _: self._fill())
        self.tree = QTreeWidget()
        readable(self.tree)
        self.tree.setAccessibleName(tr("How often each value is there"))
        self.tree.setHeaderLabels([tr("Value"), tr("Passages")])
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setStretchLastSection(False)
        self.tree.itemActivated.connect(lambda item, _: self.chosen.emit() if item.parent() is not None else None)
        self.tree.itemExpanded.connect(lambda item: self._open.add(item.data(0, _HELD)))
        self.tree.itemCollapsed.connect(lambda item: self._open.discard(item.data(0, _HELD)))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(label(tr("Choices"), "section"))
        rows.addWidget(self.typed)
        rows.addWidget(self.tree, 1)

    def show_counts(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Of the passages that were found now; values of the codebook that none has stand there with 0."""
        listed: dict[str, dict[str, int]] = {}
        for name, value in self._labels:
            listed.setdefault(name, {})[value] = 0
        self._counts = {
            name: {**counts.get(name, {}), **{v: 0 for v in listed.get(name, {}) if v not in counts.get(name, {})}}
            for name in self._in_order({*counts, *listed})
        }
        self._fill()

    def _fill(self) -> None:
        """Just the values with what was typed, the most frequent first; how many more there are stands below."""
        in_hand = self.test()
        typed = self.typed.text().strip().casefold()
        self.tree.setUpdatesEnabled(False)
        self.tree.blockSignals(True)
        self.tree.clear()
        for name, values in self._counts.items():
            told = spoken(field_name(self._codebook, name))
            whole = not typed or typed in told.casefold()
            labels = {v: self._labels.get((name, v), v) for v in values}
            there = [v for v in values if whole or typed in labels[v].casefold()]
            if not there:
                continue
            head = QTreeWidgetItem([told, ""])
            head.setData(0, _HELD, name)
            head.setToolTip(0, name)
            self.tree.addTopLevelItem(head)
            for value in there[:MOST]:
                item = QTreeWidgetItem([labels[value], f"{values[value]:,}"])
                item.setTextAlignment(1, _RIGHT)
                item.setData(0, _HELD, Test(name, "=", value))
                item.setToolTip(0, item.text(0))
                head.addChild(item)
                if in_hand is not None and (in_hand.field, in_hand.value) == (name, value):
                    self.tree.setCurrentItem(item)
            if len(there) > MOST:
                rest = QTreeWidgetItem([tr("{n} more: type to find them", n=f"{len(there) - MOST:,}"), ""])
                rest.setFlags(Qt.ItemFlag.NoItemFlags)
                head.addChild(rest)
            head.setExpanded(bool(typed) or name in self._open)
        self.tree.blockSignals(False)
        self.tree.setUpdatesEnabled(True)

    def _in_order(self, names: set[str]) -> list[str]:
        def place(name: str) -> tuple[int, int, str]:
            if name in _FIRST:
                return 0, _FIRST.index(name), name
            if name in _LAST:
                return 2, _LAST.index(name), name
            layer, _, rest = name.partition(".")
            keys = [x.key for x in self._codebook.layers]
            # roles first: who says it, about whom
            role = any(x.key == layer and any(r.key == rest for r in x.roles) for x in self._codebook.link_layers)
            return 1, -1 if role else keys.index(layer) if layer in keys else len(keys), name

        return sorted(names, key=place)

    def clear(self) -> None:
        """Nothing was found."""
        self._counts = {}
        self.tree.clear()

    def test(self) -> Test | None:
        """The value in hand."""
        item = self.tree.currentItem()
        found = item.data(0, _HELD) if item is not None else None
        return found if isinstance(found, Test) else None

    def take(self, field: str, value: str | None = None) -> None:
        """Take a value in hand; the first of the field where none is named."""
        for n in range(self.tree.topLevelItemCount()):
            head = self.tree.topLevelItem(n)
            if head is None or head.data(0, _HELD) != field:
                continue
            for k in range(head.childCount()):
                child = head.child(k)
                held = child.data(0, _HELD) if child is not None else None
                if child is not None and isinstance(held, Test) and value in (None, held.value):
                    self.tree.setCurrentItem(child)
                    return
