"""What can be done here, and by which key: the command palette, the list of keys, the program's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from annotator import __version__
from annotator.qt.toolkit.action_table import ActionTable
from annotator.qt.toolkit.keys.keymap import Keymap
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import tr


class Help:
    """Made from the table of actions. fixed_keys: keys that the codebook gives to values, key -> words."""

    def __init__(
        self,
        window: QWidget,
        actions: ActionTable,
        keymap: Keymap,
        theme: Callable[[], Theme],
        fixed_keys: Callable[[], Mapping[str, str]],
    ) -> None:
        self._window, self._actions, self._keymap = window, actions, keymap
        self._theme, self._fixed_keys = theme, fixed_keys
        add = partial(actions.add, menu="help", needs="nothing")
        add("palette", tr("Find a command…"), self.show_palette, keys="Ctrl+K / Ctrl+Shift+P")
        add("keys", tr("Keys…"), self.show_keys, keys="? / Ctrl+F1")
        add("about", tr("About Annotator"), self.show_about)

    def show_palette(self) -> None:
        """Everything that can be done or opened here, found by typing."""
        from annotator.qt.shell.command_palette import CommandPalette

        entries, found = list(self._actions.entries()), self._actions.found
        CommandPalette(self._window, entries, self._theme(), found).open_over(self._window)

    def show_keys(self) -> None:
        """All keys of where one is, to be read and changed."""
        from annotator.qt.toolkit.keys.keys_dialog import KeysDialog
        from annotator.qt.toolkit.keys.keys_here import keys_here

        here = keys_here(QApplication.focusWidget())
        KeysDialog(self._window, self._keymap, self._actions.by_menu(), self._fixed_keys(), here).open()

    def show_about(self) -> None:
        """Name, version and licence."""
        box = QMessageBox(self._window)
        box.setWindowTitle(tr("About Annotator"))
        box.setText(f"Annotator {__version__}\n\n" + tr("Offline, with no server. Licence: Apache-2.0."))
        box.open()
