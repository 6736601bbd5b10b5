"""Which keys hold where the focus is, beside those of menus; and the key that shows them in windows without menus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from annotator.qt.keymap import make_action
from annotator.qt.words import tr

Here = tuple[str, Mapping[str, str]]
"""A heading, and key -> what it does."""


@runtime_checkable
class HasKeys(Protocol):
    """A part of a window that answers keys of its own."""

    def own_keys(self) -> Here:
        """Its name and its keys."""


def keys_here(focus: QWidget | None) -> list[Here]:
    """The keys of the part that has the focus, then of the parts around it."""
    found: list[Here] = []
    while focus is not None:
        if isinstance(focus, HasKeys):
            found.append(focus.own_keys())
        focus = focus.parentWidget()
    return found


def add_keys_action(window: QWidget, actions: Sequence[QAction] = ()) -> None:
    """`F1` and `?` show the keys of a window that has no menus; actions: those that have keys there."""

    def show() -> None:
        from annotator.qt.keys_dialog import KeysDialog

        groups = [(window.windowTitle(), [a for a in actions if a.shortcuts()])] if actions else []
        KeysDialog(window, None, groups, {}, keys_here(window.focusWidget() or window)).open()

    window.addAction(make_action(window, "keys-here", tr("Keys…"), "F1 / ?", "", lambda: show()))
