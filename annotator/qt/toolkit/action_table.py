"""One table of everything that can be done. Menus, keys, the palette and the list of keys are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from annotator.qt.toolkit.keys.keymap import make_action
from annotator.qt.toolkit.matching import plain
from annotator.qt.toolkit.typed_words import TypedWords
from annotator.qt.toolkit.words import tr

Needs = Literal["nothing", "study", "desk"]
"""What must be there for an action: nothing, an open study, or a coder at the desk."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to choose in the palette. kind: what it is, in words. keys: its shortcut, if it has one."""

    text: str
    kind: str
    do: Callable[[], object]
    keys: str = ""
    icon: QIcon | None = None
    also: tuple[str, ...] = ()
    """Other names it is found by."""
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(plain(x) for x in (self.text, *self.also)))


Finder = Callable[[str, int], Iterable[Entry]]
"""(what is typed, how many at most) -> what fits best, in this order."""


class ActionTable:
    """Shell, desk and features put their actions in; each saves what is typed before it does anything."""

    def __init__(self, window: QMainWindow, typed: TypedWords) -> None:
        self._window, self._typed = window, typed
        self._menus: dict[str, QMenu] = {}
        self._needs: list[tuple[QAction, Needs]] = []
        self._group: dict[str, str] = {}
        """Menu -> the group that stands last in it."""
        self._entries: list[Callable[[], Iterable[Entry]]] = []
        self._finders: list[Finder] = []
        self._ticks: dict[str, Callable[[], bool]] = {}
        """Action -> whether what it switches is on."""
        self.by_name: dict[str, QAction] = {}

    # menus

    def add_menu(self, name: str, title: str) -> QMenu:
        """A menu at the end of the bar."""
        made = self._menus[name] = self._window.menuBar().addMenu(title)
        made.aboutToShow.connect(self.refresh_ticks)
        return made

    def menu(self, name: str) -> QMenu:
        """The menu of this name."""
        return self._menus[name]

    def add(
        self,
        name: str,
        text: str,
        do: Callable[[], object],
        *,
        menu: str,
        group: str = "",
        keys: str = "",
        tip: str = "",
        needs: Needs = "desk",
    ) -> QAction:
        """An action at the end of a menu. group: a line stands between one group and the next."""
        made = self.make(self._window, name, text, do, keys=keys, tip=tip, needs=needs)
        self.show_in(menu, [made], group)
        return made

    def make(
        self,
        owner: QWidget,
        name: str,
        text: str,
        do: Callable[[], object],
        *,
        keys: str = "",
        tip: str = "",
        needs: Needs = "desk",
    ) -> QAction:
        """An action in no menu yet. owner: the part in which its keys hold."""
        made = make_action(owner, name, text, keys, tip, self._typed.first(do))
        made.triggered.connect(self.refresh_ticks)
        self._needs.append((made, needs))
        self.by_name[name] = made
        return made

    def forget(self, action: QAction) -> None:
        """It is about to go."""
        self._needs = [(a, needs) for a, needs in self._needs if a is not action]
        self._ticks.pop(action.objectName(), None)
        self.by_name.pop(action.objectName(), None)

    def show_in(self, menu: str, actions: Sequence[QAction], group: str = "") -> None:
        """Put actions at the end of a menu."""
        at = self._menus[menu]
        if menu in self._group and self._group[menu] != group:
            at.addSeparator()
        self._group[menu] = group
        at.addActions(list(actions))

    def by_menu(self) -> list[tuple[str, list[QAction]]]:
        """Titles of the menus that are shown, with their actions, as they stand there."""
        groups: list[tuple[str, list[QAction]]] = []
        for head in self._window.menuBar().actions():
            menu = head.menu()
            if head.isVisible() and isinstance(menu, QMenu):
                actions = [a for a in menu.actions() if not a.isSeparator()]
                groups.append((head.text().replace("&", ""), actions))
        return groups

    # what is on

    def tick(self, name: str, is_on: Callable[[], bool]) -> None:
        """Show by a tick whether what this action switches is on."""
        self._ticks[name] = is_on
        self.by_name[name].setCheckable(True)
        self.by_name[name].setChecked(is_on())

    def refresh_ticks(self, *_: object) -> None:
        """It may have been switched by other means; a press turns a tick over by itself, whatever came of it."""
        for name, is_on in self._ticks.items():
            self.by_name[name].setChecked(is_on())

    # when

    def enable(self, study: bool, desk: bool) -> None:
        """What can be done now: whether a study is open, and a coder at the desk."""
        for action, needs in self._needs:
            if needs != "nothing":
                action.setEnabled(desk if needs == "desk" else study)
        self.refresh_ticks()

    # the palette

    def add_entries(self, entries: Callable[[], Iterable[Entry]]) -> None:
        """What the palette offers beside actions; asked each time it opens."""
        self._entries.append(entries)

    def add_finder(self, find: Finder) -> None:
        """What the palette offers of things too many to be listed."""
        self._finders.append(find)

    def found(self, typed: str, limit: int) -> list[Entry]:
        """What finders have for typed words, at most so many of each."""
        return [entry for find in self._finders for entry in find(typed, limit)]

    def entries(self) -> Iterator[Entry]:
        """All that can be chosen now: actions in the order of the menus, then what parts of the window add."""
        from annotator.qt.toolkit.keys.keymap import shown_keys

        seen: set[int] = set()
        for action in (a for _, actions in self.by_menu() for a in actions):
            if id(action) in seen or not action.isEnabled() or not action.text():
                continue
            seen.add(id(action))
            kind = tr("Layer") if action.objectName().startswith("layer-") else tr("Command")
            icon = None if action.icon().isNull() else action.icon()
            words, tip = action.text().replace("&", ""), (action.statusTip(),)
            yield Entry(words, kind, action.trigger, shown_keys(action), icon, tip)
        for entries in self._entries:
            yield from entries()
