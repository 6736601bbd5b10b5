"""The tree of a codebook's parts; faulty ones are marked, up to the top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from annotator.qt.codebooks.part_fields import title_of
from annotator.qt.toolkit.parts import swatch
from annotator.qt.toolkit.words import mark, tr
from annotator.services.codebooks.draft import LISTS, Draft, Path

_PATH = Qt.ItemDataRole.UserRole
LIST_NAMES = {
    "rules": mark("Rules"),
    "entity_types": mark("Kinds of entity"),
    "layers": mark("Layers"),
    "roles": mark("Roles"),
    "attributes": mark("Attributes"),
    "values": mark("Values"),
    "children": mark("Values under it"),
    "points": mark("Points"),
    "off_scale": mark("Answers outside the values"),
    "empty_because": mark("Reasons to stay empty"),
}
_HOLDS = {"choice": ("values",), "choices": ("values",), "tree": ("values",), "scale": ("points",)}


def lists_in(draft: Draft, path: Path) -> tuple[str, ...]:
    """The lists that the part at a path may hold."""
    if not path:
        return LISTS[""]
    kind, part = str(path[-2]), draft.at(path)
    if kind == "layers":
        return LISTS["layers"] if part.get("kind") == "link" else ("attributes",)
    if kind == "attributes":
        return (*_HOLDS.get(str(part.get("type")), ()), "off_scale")
    if kind in ("values", "children"):
        return ("children",) if draft.at(path[:4]).get("type") == "tree" else ()
    return LISTS.get(kind, ())


class PartTree(QTreeWidget):
    """Shows the draft; `chosen` tells the path of a part, or of a list."""

    chosen = Signal(tuple)

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self._items: dict[Path, QTreeWidgetItem] = {}
        self._closed: set[Path] = set()
        self.setHeaderHidden(True)
        self.setIndentation(15)
        self.setAccessibleName(tr("Parts of the codebook"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.currentItemChanged.connect(self._told)

    def _told(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(0, _PATH))

    def current(self) -> Path:
        """The path in hand."""
        item = self.currentItem()
        found: Path = tuple(item.data(0, _PATH)) if item is not None else ()
        return found

    def choose(self, path: Path) -> None:
        """Take a part in hand; the nearest around it where it is not there."""
        while path and path not in self._items:
            path = path[:-1]
        self.setCurrentItem(self._items[path])
        self.scrollToItem(self._items[path])

    def rebuild(self, path: Path) -> None:
        """Show the draft anew with this path in hand; what was closed stays closed."""
        opened = {p for p, item in self._items.items() if item.isExpanded()}
        first = not self._items
        with QSignalBlocker(self):
            self.clear()
            self._items = {}
            root = self._item(None, ())
            self._fill(root, ())
            for p, item in self._items.items():
                item.setExpanded(len(p) < 3 if first else p in opened or len(p) < 2 or p == path[: len(p)])
            while path and path not in self._items:
                path = path[:-1]
            self.setCurrentItem(self._items[path])
        self.scrollToItem(self._items[path])

    def _item(self, parent: QTreeWidgetItem | None, path: Path) -> QTreeWidgetItem:
        item = QTreeWidgetItem() if parent is not None else QTreeWidgetItem(self)
        if parent is not None:
            parent.addChild(item)
        item.setData(0, _PATH, path)
        self._items[path] = item
        return item

    def _fill(self, item: QTreeWidgetItem, path: Path) -> None:
        for name in lists_in(self._draft, path):
            here = (*path, name)
            parts = self._draft.at(here)
            if not parts and (name in ("off_scale", "children") or path[:1] == ("entity_types",)):
                continue
            group = self._item(item, here)
            for place in range(len(parts)):
                self._fill(self._item(group, (*here, place)), (*here, place))

    def retitle(self, faulty: Iterable[Path]) -> None:
        """Names as they are now, and a mark on what has a fault or holds one."""
        counts: Counter[Path] = Counter()
        for path in faulty:
            for end in range(len(path) + 1):
                counts[path[:end]] += 1
        for path, item in self._items.items():
            listed = bool(path) and isinstance(path[-1], str)
            text = tr(LIST_NAMES[str(path[-1])]) if listed else title_of(self._draft, path)
            bad = counts[path]
            item.setText(0, f"⚠ {text}" if bad else text)
            item.setToolTip(0, tr("{n} faults", n=bad) if bad else text)
            if len(path) == 2 and path[0] == "layers" and not listed:
                item.setIcon(0, swatch(str(self._draft.at(path).get("colour") or "#5a6b7b"), 12))
