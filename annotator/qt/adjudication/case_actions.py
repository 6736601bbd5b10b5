"""Everything that a key does where cases are settled, in one table: its name, its words, its keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from annotator.qt.toolkit.keys.keymap import make_action, shown_keys
from annotator.qt.toolkit.words import tr

Do = Callable[[], object]


class CaseActions:
    """The actions of one window. do: name of an action -> what it does; choose: settles as a version has it."""

    def __init__(self, window: QWidget, choose: Callable[[int], object], do: dict[str, Do]) -> None:
        self._window = window

        def add(name: str, text: str, keys: str, act: Do) -> QAction:
            made = make_action(window, f"settle-{name}", text, keys, "", lambda: act())
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            window.addAction(made)
            return made

        self.choose = [
            add(f"version-{n}", tr("Take version {n}", n=n), str(n), partial(choose, n - 1)) for n in range(1, 10)
        ]
        self.settle = add("chosen", tr("Settle as chosen"), "Ctrl+Return / Ctrl+Enter", do["settle"])
        self.proposal = add("proposal", tr("Take the proposal"), "L", do["proposal"])
        self.proposal.setToolTip(
            tr(
                "Settles on the most likely answer by a model of each coder’s errors (Dawid and Skene). "
                "It needs three coders with 20 cases each, and a second model (MACE) that agrees"
            )
        )
        self.reject = add("reject", tr("No label here"), "0", do["reject"])
        self.next = add("next", tr("Next open case"), "N / F9", do["next"])
        self.previous = add("previous", tr("Previous case"), "P / Shift+F9", do["previous"])
        self.passage = add("passage", tr("Selection is the passage"), "W", do["passage"])
        self.write = add("write", tr("Write this field anew…"), "E", do["write"])
        self.discuss = add("discuss", tr("To discuss"), "D", do["discuss"])
        self.majority = add("majority", tr("By majority…"), "M", do["majority"])
        self.undo = add("undo", tr("Undo"), "Ctrl+Z", do["undo"])
        self.redo = add("redo", tr("Redo"), "Ctrl+Shift+Z / Ctrl+Y", do["redo"])
        self.who = add("who", tr("Show who coded"), "Ctrl+Shift+W", do["who"])
        self.gold = add("gold", tr("Coders against gold…"), "G", do["gold"])

    def enable_case(self, versions: int | None, *, complete: bool, proposed: bool, blind: bool) -> None:
        """What can be done with the case in hand. versions: how many it has, None where no case is in hand."""
        for n, action in enumerate(self.choose):
            action.setEnabled(n < (versions or 0))
        for action in (self.reject, self.passage, self.write, self.discuss):
            action.setEnabled(versions is not None)
        self.settle.setEnabled(complete)
        self.proposal.setEnabled(proposed)
        self.who.setEnabled(blind)

    def enable_list(self, some: bool) -> None:
        """What can be done where cases are listed."""
        for action in (self.next, self.previous, self.majority):
            action.setEnabled(some)

    @staticmethod
    def button(action: QAction, role: str = "") -> QPushButton:
        """A button that does the same, with its key."""
        made = QPushButton(f"{action.text()}  ({shown_keys(action)})")
        if role:
            made.setProperty("role", role)
        made.setAutoDefault(False)
        made.setToolTip(action.toolTip())
        made.clicked.connect(action.trigger)
        action.enabledChanged.connect(made.setEnabled)
        return made
