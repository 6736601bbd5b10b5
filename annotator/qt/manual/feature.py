"""The manual in the menus: `F1` opens it at the page about the place where one is, in every window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QWidget

from annotator.qt.manual.places import page_for
from annotator.qt.toolkit.keys.keymap import keys_of, make_action
from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.coding.workbench import Workbench
    from annotator.qt.manual.window import ManualWindow

_HERE = "manual-here"


class ManualFeature(QObject):
    """One window of its own; it needs no study, and no connection."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench.window)
        self._bench = bench
        self.window: ManualWindow | None = None
        self._action = bench.actions.add("manual", tr("Manual"), self.show, menu="help", keys="F1", needs="nothing")
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusWindowChanged.connect(self._window_changed)

    def show(self) -> None:
        """The page about where one is in the main window."""
        self._open(page_for(QApplication.focusWidget() or self._bench.window), self._bench.window)

    def _show_in(self, window: QWidget) -> None:
        self._open(page_for(window.focusWidget() or window), window)

    def _open(self, page: str, over: QWidget) -> None:
        """Over a dialog that waits for an answer the manual belongs to the dialog, or it could not be reached."""
        from annotator.qt.manual.window import ManualWindow

        parent = over if over.isModal() else self._bench.window
        if self.window is None or self.window.parentWidget() is not parent:
            self.drop()
            self.window = ManualWindow(self._bench.theme, self._show_keys, parent)
            self.window.destroyed.connect(self._gone)
        self.window.set_theme(self._bench.theme)
        self.window.open(page)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self.window.browser.setFocus()

    def _show_keys(self) -> None:
        self._bench.actions.by_name["keys"].trigger()

    def drop(self) -> None:
        """Close the manual for good."""
        if self.window is not None:
            self.window.destroyed.disconnect(self._gone)
            self.window.close()
            self.window.deleteLater()
            self.window = None

    def _gone(self) -> None:
        self.window = None

    def _window_changed(self, now: QWindow | None) -> None:
        """Windows beside the main one get the key when they are first used."""
        window = next((w for w in QApplication.topLevelWidgets() if now is not None and w.windowHandle() is now), None)
        if window is None or window is self.window or not self._is_ours(window):
            return
        if not any(a.objectName() == _HERE for a in window.actions()):
            do = partial(self._show_in, window)
            window.addAction(make_action(window, _HERE, tr("Manual"), keys_of(self._action), "", lambda: do()))

    def _is_ours(self, window: QWidget) -> bool:
        """It stands beside or over the main window, and is no list or menu that goes with the next click."""
        above = window.parentWidget()
        while above is not None and above is not self._bench.window:
            above = above.parentWidget()
        return above is not None and window.windowType() != Qt.WindowType.Popup
