"""The Team menu: what a supervisor does with packages, and what a coder does with theirs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog

from annotator.qt.toolkit.keymap import make_action
from annotator.qt.toolkit.words import spoken, tr

if TYPE_CHECKING:
    from annotator.domain.errors import AnnotatorError
    from annotator.qt.shell.main_window import MainWindow
    from annotator.services.study import Study


class TeamMenu(QObject):
    """Its actions open windows; those that look at an open study close with it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._open: dict[str, QDialog] = {}
        self.menu = window.menuBar().addMenu(tr("&Team"))
        add = self._add
        self.lead = [
            add("hand-out", tr("Hand out articles…"), "", self.hand_out),
            add("make-packages", tr("Make packages…"), "", self.make_packages),
            add("collect-packages", tr("Collect packages…"), "", self.collect),
            add("progress", tr("Progress…"), "", self.show_progress),
        ]
        self.menu.addSeparator()
        self.coder = [add("send-back", tr("Send my work back…"), "", self.send_back)]
        self.menu.addSeparator()
        self.both = [
            add("questions", tr("Questions…"), "", self.show_questions),
            add("conflicts", tr("Changed in two places…"), "", self.show_conflicts),
        ]

    def _add(self, name: str, text: str, keys: str, do: object) -> QAction:
        action = make_action(self._window, name, text, keys, "", do)
        self.menu.addAction(action)
        return action

    def update_for(self, study: Study | None, at_desk: bool) -> None:
        """Show what fits: a supervisor's study, or one that was made from a coder's package."""
        on = study is not None and at_desk
        self.menu.menuAction().setVisible(on)
        mine = False
        if study is not None and on:
            from annotator.services.team.origin import whose

            mine = whose(study) is not None
        for actions, shown in ((self.lead, on and not mine), (self.coder, on and mine), (self.both, on)):
            for action in actions:
                action.setEnabled(shown)
                action.setVisible(shown or not on)

    def close_windows(self) -> None:
        """The study is about to be closed."""
        for dialog in list(self._open.values()):
            dialog.close()
            dialog.deleteLater()
        self._open.clear()

    def _show(self, name: str, dialog: Any, modal: bool = False) -> None:
        old = self._open.pop(name, None)
        if old is not None:
            old.close()
            old.deleteLater()
        self._open[name] = dialog
        if modal:
            dialog.open()
        else:
            dialog.show()

    def shown(self, name: str) -> QDialog:
        """The window that the action of this name opened last."""
        return self._open[name]

    # a supervisor

    def hand_out(self) -> None:
        """Who codes what."""
        from annotator.qt.team.hand_out import HandOutDialog

        if (study := self._ready()) is not None:
            dialog = HandOutDialog(study, self._window)
            dialog.handed_out.connect(self._handed_out)
            self._show("hand-out", dialog, modal=True)

    def _handed_out(self, count: int) -> None:
        self._window.reload()
        self._window.statusBar().showMessage(tr("{n} assignments handed out", n=count))

    def make_packages(self) -> None:
        """For several coders at once."""
        from annotator.qt.team.make_packages import MakePackagesDialog

        if (study := self._ready()) is not None:
            self._show("make-packages", MakePackagesDialog(study, self._window), modal=True)

    def collect(self, *_: object, paths: Sequence[Path] = ()) -> None:
        """Bring packages in."""
        from annotator.qt.team.collect import CollectDialog

        session = self._window.session
        if (study := self._ready()) is not None and session is not None:
            dialog = CollectDialog(study, session.coder.id, paths, self._window)
            dialog.merged.connect(self._window.reload)
            dialog.conflicts_wanted.connect(self.show_conflicts)
            self._show("collect-packages", dialog, modal=True)

    def show_progress(self) -> None:
        """How far everybody is."""
        from annotator.qt.team.progress_window import ProgressWindow

        if (study := self._ready()) is not None:
            self._show("progress", ProgressWindow(study, self._window))

    # a coder

    def send_back(self) -> None:
        """Write the coder's package."""
        from annotator.qt.team.send_back import SendBackDialog
        from annotator.services.team.origin import whose

        if (study := self._ready()) is not None and (coder := whose(study)) is not None:
            self._show("send-back", SendBackDialog(study, coder, self._window), modal=True)

    def open_package(self, path: Path) -> None:
        """Make the study file of a package, or join the one that is there; then open it."""
        from annotator.qt.team.open_package import OpenPackageDialog

        self._window.close_study()
        files = [p for p in self._window.settings.recent() if isinstance(p, Path)]
        dialog = OpenPackageDialog(path, files, self._window)
        dialog.opened.connect(self._window.open_study)
        dialog.refused.connect(self._refused)
        self._show("open-package", dialog, modal=True)

    def _refused(self, error: AnnotatorError) -> None:
        self._window.welcome.tell(spoken(error))

    # both

    def show_questions(self) -> None:
        """What was asked and answered."""
        from annotator.qt.team.questions_window import QuestionsWindow

        session = self._window.session
        if (study := self._ready()) is not None and session is not None:
            dialog = QuestionsWindow(study, session.coder.id, self._window)
            dialog.passage.connect(self._window.show_passage)
            self._show("questions", dialog)

    def show_conflicts(self) -> None:
        """Both versions of what was changed in two places."""
        from annotator.qt.team.conflicts_window import ConflictsWindow

        if (study := self._ready()) is not None:
            dialog = ConflictsWindow(study, self._window)
            dialog.passage.connect(self._window.show_passage)
            dialog.settled.connect(self._window.reload)
            self._show("conflicts", dialog)

    def _ready(self) -> Study | None:
        if self._window.study is not None:
            self._window.desk.inspector.flush()
        return self._window.study
