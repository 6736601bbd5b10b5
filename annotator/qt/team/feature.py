"""Teamwork in the menus: what a supervisor does with packages, and what a coder does with theirs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from annotator.qt.toolkit.words import spoken, tr

if TYPE_CHECKING:
    from annotator.domain.errors import AnnotatorError
    from annotator.qt.coding.workbench import Workbench
    from annotator.qt.toolkit.job_dialog import JobDialog


class TeamFeature:
    """Its actions open windows; a supervisor's study and one made from a coder's package show other ones."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        add = partial(bench.actions.add, menu="team")
        lead, coder, both = (partial(add, group=name) for name in ("supervisor", "coder", "both"))
        self.lead = [
            lead("hand-out", tr("Hand out articles…"), self.hand_out),
            lead("make-packages", tr("Make packages…"), self.make_packages),
            lead("collect-packages", tr("Collect packages…"), self.collect),
            lead("bring-study", tr("Bring another study in…"), self.bring_study),
            lead("progress", tr("Progress…"), self.show_progress),
        ]
        self.coder = [coder("send-back", tr("Send my work back…"), self.send_back)]
        self.both = [
            both("questions", tr("Questions…"), self.show_questions),
            both("conflicts", tr("Changed in two places…"), self.show_conflicts),
        ]
        self.menu = bench.actions.menu("team")

    def update(self, at_desk: bool) -> None:
        """Show what fits: a supervisor's study, or one that was made from a coder's package."""
        study = self._bench.study
        on = study is not None and at_desk
        self.menu.menuAction().setVisible(on)
        mine = False
        if study is not None and on:
            from annotator.services.study.package_origin import whose

            mine = whose(study) is not None
        for actions, shown in ((self.lead, on and not mine), (self.coder, on and mine), (self.both, on)):
            for action in actions:
                action.setEnabled(shown)
                action.setVisible(shown or not on)

    def collects(self) -> bool:
        """Whether packages can be collected here: a supervisor's study is open."""
        return self._bench.session is not None and self.lead[0].isEnabled()

    def shown(self, name: str) -> QDialog:
        """The window that the action of this name opened last."""
        found = self._bench.windows.find(name, QDialog)
        assert found is not None, f"no window {name}"
        return found

    def _tell_when_closed(self, dialog: JobDialog) -> None:
        """What it did stays in sight when it is gone."""
        dialog.finished.connect(lambda _=0: self._bench.message(dialog.done_words) if dialog.done_words else None)

    # a supervisor

    def hand_out(self) -> None:
        """Who codes what."""
        from annotator.qt.team.hand_out import HandOutDialog

        bench, study = self._bench, self._bench.study
        if study is not None:
            dialog = bench.windows.show("hand-out", lambda: HandOutDialog(study, bench.window), modal=True)
            dialog.handed_out.connect(self._handed_out)

    def _handed_out(self, count: int) -> None:
        self._bench.written()
        self._bench.message(tr("{n} assignments handed out", n=count))

    def make_packages(self) -> None:
        """For several coders at once."""
        from annotator.qt.team.make_packages import MakePackagesDialog

        bench, study = self._bench, self._bench.study
        if study is not None:
            made = bench.windows.show("make-packages", lambda: MakePackagesDialog(study, bench.window), modal=True)
            self._tell_when_closed(made)

    def collect(self, paths: Sequence[Path] = ()) -> None:
        """Bring packages in."""
        from annotator.qt.team.collect import CollectDialog

        bench, study, session = self._bench, self._bench.study, self._bench.session
        if study is None or session is None:
            return
        coder = session.coder.id
        dialog = bench.windows.show(
            "collect-packages", lambda: CollectDialog(study, coder, paths, bench.window), modal=True
        )
        dialog.merged.connect(bench.written)
        dialog.conflicts_wanted.connect(self.show_conflicts)
        self._tell_when_closed(dialog)

    def bring_study(self) -> None:
        """A study that others began by themselves: chosen, and then looked at like packages before it comes in."""
        from PySide6.QtWidgets import QFileDialog

        from annotator.qt.team.files import TO_COLLECT
        from annotator.store.places import folder_of

        study = self._bench.study
        if study is not None:
            title = tr("Bring another study in")
            names, _ = QFileDialog.getOpenFileNames(
                self._bench.window, title, str(folder_of(study.file.path)), TO_COLLECT
            )
            if names:
                self.collect([Path(n) for n in names])

    def show_progress(self) -> None:
        """How far everybody is."""
        from annotator.qt.team.progress_window import ProgressWindow

        bench, study = self._bench, self._bench.study
        if study is not None:
            bench.windows.show("progress", lambda: ProgressWindow(study, bench.window))

    # a coder

    def send_back(self) -> None:
        """Write the coder's package."""
        from annotator.qt.team.send_back import SendBackDialog
        from annotator.services.study.package_origin import whose

        bench, study = self._bench, self._bench.study
        if study is not None and (coder := whose(study)) is not None:
            made = bench.windows.show("send-back", lambda: SendBackDialog(study, coder, bench.window), modal=True)
            self._tell_when_closed(made)

    def open_package(self, path: Path) -> None:
        """Make the study file of a package, or join the one that is there; then open it in place of what is open."""
        from annotator.qt.team.open_package import OpenPackageDialog

        bench = self._bench
        files = [p for p in bench.settings.recent() if isinstance(p, Path)]
        dialog = bench.windows.show("open-package", lambda: OpenPackageDialog(path, files, bench.window), modal=True)
        dialog.opened.connect(bench.open_study)
        dialog.refused.connect(self._refused)

    def _refused(self, error: AnnotatorError) -> None:
        self._bench.notice(spoken(error))

    # both

    def show_questions(self) -> None:
        """What was asked and answered."""
        from annotator.qt.team.questions_window import QuestionsWindow

        bench, study, session = self._bench, self._bench.study, self._bench.session
        if study is not None and session is not None:
            coder = session.coder.id
            dialog = bench.windows.show("questions", lambda: QuestionsWindow(study, coder, bench.window))
            dialog.passage.connect(bench.show_passage)

    def show_conflicts(self) -> None:
        """Both versions of what was changed in two places."""
        from annotator.qt.team.conflicts_window import ConflictsWindow

        bench, study = self._bench, self._bench.study
        if study is not None:
            dialog = bench.windows.show("conflicts", lambda: ConflictsWindow(study, bench.window))
            dialog.passage.connect(bench.show_passage)
            dialog.settled.connect(bench.written)
