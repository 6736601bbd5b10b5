"""All keys at a glance, and other keys for whoever wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.keys.keymap import Keymap, clashes, default_keys, keys_of, make_action
from annotator.qt.toolkit.keys.keys_here import Here, keys_here
from annotator.qt.toolkit.matching import plain, rank
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr

Group = tuple[str, Sequence[QAction]]


class KeysDialog(QDialog):
    """Actions by place, each with its key; the key of the marked one can be changed.

    groups: a heading and its actions. fixed: keys of the codebook, key -> words; shown, not changed. here: the keys of
    the place where one is, which come first. keymap: where changed keys are kept; None: nothing can be changed.
    """

    def __init__(
        self,
        parent: QWidget,
        keymap: Keymap | None,
        groups: Sequence[Group],
        fixed: Mapping[str, str],
        here: Sequence[Here] = (),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._keymap, self._fixed = keymap, dict(fixed)
        self._actions = [a for _, actions in groups for a in actions]
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find a command or a key"))
        self.search.setAccessibleName(tr("Find a command or a key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._find)
        self.tree = QTreeWidget()
        readable(self.tree)
        self.tree.setAccessibleName(tr("Commands and their keys"))
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([tr("Command"), tr("Keys")])
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setStretchLastSection(False)
        self.tree.setRootIsDecorated(False)
        self.tree.currentItemChanged.connect(self._chosen)
        for heading, keys in here:
            self._fixed_keys(tr("Here: {place}", place=heading), keys)
        for heading, actions in groups:
            self._group(heading, [(a, a.text().replace("&", "")) for a in actions])
        self._fixed_keys(tr("Keys of the codebook"), fixed)
        self.edit = QKeySequenceEdit()
        self.edit.setAccessibleName(tr("New key"))
        self.edit.setMaximumSequenceLength(1)
        self.edit.setClearButtonEnabled(True)
        self.edit.keySequenceChanged.connect(self._check)
        self.set_button = QPushButton(tr("Use this key"))
        self.set_button.clicked.connect(self._set)
        self.reset_button = QPushButton(tr("As shipped"))
        self.reset_button.clicked.connect(self._reset)
        self.fault = label("", "fault", wrap=True)
        change = QWidget()
        row = QHBoxLayout(change)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(tr("New key")))
        row.addWidget(self.edit, 1)
        row.addWidget(self.set_button)
        row.addWidget(self.reset_button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(10)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        layout.addWidget(change)
        change.setVisible(keymap is not None)
        layout.addWidget(self.fault)
        layout.addWidget(buttons)
        self.resize(620, 640)
        self._chosen()

    def _heading(self, text: str) -> QTreeWidgetItem:
        top = QTreeWidgetItem(self.tree, [text])
        font = top.font(0)
        font.setBold(True)
        top.setFont(0, font)
        top.setFlags(Qt.ItemFlag.ItemIsEnabled)
        top.setFirstColumnSpanned(True)
        top.setExpanded(True)
        return top

    def _fixed_keys(self, heading: str, keys: Mapping[str, str]) -> None:
        if not keys:
            return
        top = self._heading(heading)
        for key, words in keys.items():
            shown = (QKeySequence(k).toString(QKeySequence.SequenceFormat.NativeText) or k for k in key.split(" / "))
            QTreeWidgetItem(top, [words, ", ".join(shown)])

    def _group(self, heading: str, rows: Sequence[tuple[QAction, str]]) -> None:
        top = self._heading(heading)
        for action, words in rows:
            item = QTreeWidgetItem(top, [words, self._shown(action)])
            item.setData(0, Qt.ItemDataRole.UserRole, action)
            item.setToolTip(0, action.statusTip())

    @staticmethod
    def _shown(action: QAction) -> str:
        return ", ".join(k.toString(QKeySequence.SequenceFormat.NativeText) for k in action.shortcuts())

    def _action(self) -> QAction | None:
        item = self.tree.currentItem()
        found = item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None
        return found if isinstance(found, QAction) and found.objectName() else None

    def _find(self, typed: str) -> None:
        wanted = plain(typed)
        for i in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(i)
            assert top is not None
            shown = 0
            for j in range(top.childCount()):
                item = top.child(j)
                assert item is not None
                fits = any(rank(wanted, plain(item.text(c))) is not None for c in (0, 1))
                item.setHidden(not fits)
                shown += fits
            top.setHidden(not shown)

    def _chosen(self) -> None:
        action = self._action() if self._keymap is not None else None
        for part in (self.edit, self.set_button, self.reset_button):
            part.setEnabled(action is not None)
        self.edit.setKeySequence(action.shortcut() if action is not None else QKeySequence())
        self.fault.hide()
        self.set_button.setEnabled(False)

    def _check(self, sequence: QKeySequence) -> None:
        action = self._action()
        if action is None:
            return
        found = clashes(action, sequence.toString(), self._actions, self._fixed)
        self.fault.setText(
            tr(
                "{key} is taken: {what}. Choose another key, or change that one first.",
                key=found[0].key,
                what=found[0].other,
            )
            if found
            else ""
        )
        self.fault.setVisible(bool(found))
        self.set_button.setEnabled(not found and sequence != action.shortcut())

    def _set(self) -> None:
        self._change(self.edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText))

    def _reset(self) -> None:
        action = self._action()
        if action is None:
            return
        found = clashes(action, default_keys(action), self._actions, self._fixed)
        if found:
            self.fault.setText(tr("{key} is taken: {what}", key=found[0].key, what=found[0].other))
            self.fault.show()
            return
        self._change(default_keys(action))

    def _change(self, keys: str) -> None:
        action, item = self._action(), self.tree.currentItem()
        if action is not None and item is not None and self._keymap is not None and keys != keys_of(action):
            self._keymap.change(action, keys)
            item.setText(1, self._shown(action))
        self._chosen()


def add_keys_action(window: QWidget, actions: Sequence[QAction] = ()) -> None:
    """`?` and `Ctrl+F1` show the keys of a window that has no menus; actions: those that have keys there."""

    def show() -> None:
        groups = [(window.windowTitle(), [a for a in actions if a.shortcuts()])] if actions else []
        KeysDialog(window, None, groups, {}, keys_here(window.focusWidget() or window)).open()

    window.addAction(make_action(window, "keys-here", tr("Keys…"), "? / Ctrl+F1", "", lambda: show()))
