"""Which key does what: the keys we ship, a person's own, and where two would clash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from annotator.qt.toolkit.settings import Settings

_DEFAULT = "default keys"


def make_action(owner: QWidget, name: str, text: str, keys: str, tip: str, do: object) -> QAction:
    """An action under a name that settings know it by. keys: shortcuts with `` / `` between them."""
    made = QAction(text, owner)
    made.setObjectName(name)
    made.setProperty(_DEFAULT, keys)
    made.setProperty("tip", tip)
    made.setStatusTip(tip)
    made.triggered.connect(do)
    set_keys(made, keys)
    return made


def set_keys(action: QAction, keys: str) -> None:
    """Give an action its shortcuts, and tell them in its tool tip."""
    action.setShortcuts([QKeySequence(k) for k in keys.split(" / ") if k])
    tip = str(action.property("tip") or action.text().replace("&", ""))
    action.setToolTip(f"{tip} ({shown_keys(action)})" if keys else tip)


def keys_of(action: QAction) -> str:
    """An action's shortcuts as `set_keys` takes them."""
    return " / ".join(k.toString(QKeySequence.SequenceFormat.PortableText) for k in action.shortcuts())


def shown_keys(action: QAction) -> str:
    """The first shortcut as this computer writes it."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def default_keys(action: QAction) -> str:
    """The shortcuts that the program ships with."""
    return str(action.property(_DEFAULT) or "")


@dataclass(frozen=True, slots=True)
class Clash:
    """A key that two things want. other: the words of what has it already."""

    key: str
    other: str


def clashes(
    action: QAction, keys: str, actions: Iterable[QAction], codebook_keys: Mapping[str, str] | None = None
) -> list[Clash]:
    """What the new keys of an action would clash with: other actions, and keys of the codebook (key -> words)."""
    wanted = [QKeySequence(k) for k in keys.split(" / ") if k]
    found = [
        Clash(key.toString(), other.text().replace("&", ""))
        for other in actions
        if other is not action
        for key in other.shortcuts()
        if any(key.matches(w) != QKeySequence.SequenceMatch.NoMatch for w in wanted)
    ]
    found += [
        Clash(key, words)
        for key, words in (codebook_keys or {}).items()
        if any(QKeySequence(key).matches(w) == QKeySequence.SequenceMatch.ExactMatch for w in wanted)
    ]
    return found


class Keymap:
    """A person's own keys, kept in the settings of this computer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._without: list[QAction] = []
        """Actions that have not all of their keys while this codebook is open."""

    def apply(self, actions: Iterable[QAction]) -> None:
        """Give actions the keys that the person chose; the others keep theirs."""
        own = self._settings.keys()
        for action in actions:
            if action.objectName() in own:
                set_keys(action, own[action.objectName()])

    def apply_beside(
        self, layers: Iterable[QAction], actions: Iterable[QAction], values: Mapping[str, str]
    ) -> list[Clash]:
        """The keys of a codebook that was opened: it wins, for two actions with one key would both do nothing.

        values: its keys for values -> words. Answers which keys others lost to it, until another one is opened.
        """
        for action in self._without:
            set_keys(action, self._settings.keys().get(action.objectName(), default_keys(action)))
        layers, found = list(layers), list[Clash]()
        self.apply(layers)
        for action in layers:
            if clashes(action, keys_of(action), layers):
                set_keys(action, default_keys(action))
        taken = {QKeySequence(key).toString(): words for key, words in values.items()}
        taken |= {key.toString(): action.text() for action in layers for key in action.shortcuts()}
        self._without = []
        for action in actions:
            lost = [key.toString() for key in action.shortcuts() if key.toString() in taken]
            if lost and action not in layers:
                self._without.append(action)
                found += [Clash(key, f"{taken[key]} / {action.text().replace('&', '')}") for key in lost]
                set_keys(action, " / ".join(k for k in keys_of(action).split(" / ") if k not in lost))
        return found

    def change(self, action: QAction, keys: str) -> None:
        """Another key for an action, from now on."""
        set_keys(action, keys)
        own = self._settings.keys()
        if keys == default_keys(action):
            own.pop(action.objectName(), None)
        else:
            own[action.objectName()] = keys
        self._settings.set_keys(own)
