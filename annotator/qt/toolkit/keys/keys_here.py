"""Which keys hold where the focus is, beside those of menus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

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
