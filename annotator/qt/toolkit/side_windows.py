"""The windows beside the desk: one register, so that theme, typed words and closing reach every one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QDialog, QWidget

from annotator.qt.toolkit.columns import Head
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.typed_words import HoldsWords, TypedWords

Made = TypeVar("Made", bound=QWidget)


@runtime_checkable
class Themed(Protocol):
    """A window that paints in the theme's colours itself."""

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""


@runtime_checkable
class Ending(Protocol):
    """A window that is used again after it was closed, and has something to end before it goes for good."""

    def end(self) -> None:
        """Stop what runs; the study is about to be closed."""


class SideWindows:
    """By name. They belong to the study that is open, and are closed with it."""

    def __init__(self, typed: TypedWords, settings: Settings | None = None) -> None:
        """settings: where widths of columns are kept."""
        self._typed, self._settings = typed, settings
        self._open: dict[str, QWidget] = {}
        self._modal: set[str] = set()
        """Those that are opened over the desk, for one task."""
        typed.watch(self)

    def find(self, name: str, kind: type[Made]) -> Made | None:
        """The window of this name, if it was opened."""
        found = self._open.get(name)
        return found if isinstance(found, kind) else None

    def keep(self, name: str, kind: type[Made], make: Callable[[], Made]) -> Made:
        """The window of this name, made where there is none; what is typed elsewhere is saved first."""
        self._typed.save()
        return self.find(name, kind) or self._add(name, make())

    def show(self, name: str, make: Callable[[], Made], modal: bool = False) -> Made:
        """Open a new window in place of the one of this name; what is typed elsewhere is saved first.

        One in which words wait that would be lost comes to the front instead.
        """
        self._typed.save()
        before = self._open.get(name)
        if isinstance(before, HoldsWords) and before.isVisible() and before.unsaved():
            before.raise_()
            before.activateWindow()
            return cast(Made, before)
        self.close(name)
        made = self._add(name, make())
        if modal and isinstance(made, QDialog):
            self._modal.add(name)
            made.open()
        else:
            made.show()
        return made

    def _add(self, name: str, made: Made) -> Made:
        self._open[name] = made
        if self._settings is not None:
            for number, head in enumerate(made.findChildren(Head)):
                key = f"{name}-{number}"
                head.remember(self._settings.columns(key), partial(self._settings.set_columns, key))
        return made

    # one loop each

    def _each(self, kind: type[Any]) -> list[Any]:
        return [w for w in self._open.values() if isinstance(w, kind)]

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        for window in self._each(Themed):
            window.set_theme(theme)

    def save_typed(self) -> None:
        """Save what is typed in any of them."""
        for window in self._each(HoldsWords):
            window.save_typed()

    def unsaved(self) -> list[str]:
        """What is typed in any of them and cannot be saved."""
        return [words for window in self._each(HoldsWords) for words in window.unsaved()]

    def visible(self) -> dict[str, tuple[str, QByteArray]]:
        """Those that are seen: name -> title, and where it stands."""
        return {n: (w.windowTitle(), w.saveGeometry()) for n, w in self._open.items() if w.isVisible()}

    def place(self, name: str, geometry: QByteArray) -> None:
        """Put a window where one stood before."""
        if name in self._open:
            self._open[name].restoreGeometry(geometry)

    def close(self, name: str) -> None:
        """Close one of them for good."""
        window = self._open.pop(name, None)
        if window is not None:
            self._end(window)
            window.close()
            window.deleteLater()

    def close_all(self) -> None:
        """The study is about to be closed."""
        for name, window in list(self._open.items()):
            if name in self._modal:  # it may be the one whose work closes the study: it closes by itself
                self._end(window)
            else:
                self.close(name)

    @staticmethod
    def _end(window: QWidget) -> None:
        if isinstance(window, Ending):
            window.end()
