"""What the first page of the program leads to besides studies: a package that was found, and the tour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.shell.bench import Bench
    from annotator.qt.shell.study_actions import StudyActions
    from annotator.qt.shell.tour import Tour
    from annotator.qt.team.feature import TeamFeature
    from annotator.services.team.packages_found import FoundPackage


class Guide:
    """Opens what is needed, and then does it."""

    def __init__(self, bench: Bench, studies: StudyActions, team: TeamFeature) -> None:
        self._bench, self._studies, self._team = bench, studies, team
        self.shown: Tour | None = None
        """The tour, once it was begun."""
        bench.actions.add(
            "tour", tr("Tour of the window"), self.tour, menu="help", needs="nothing",
            tip=tr("The window in six steps, on the demo study"),
        )  # fmt: skip

    def tour(self) -> None:
        """Open the demo study, and show the window step by step."""
        from annotator.qt.shell.tour import Tour

        self._studies.open_demo()
        session = self._bench.session
        if session is None or session.study.file.path != self._studies.demo_place():
            return  # it could not be opened, and that was said
        if self.shown is None:
            self.shown = Tour(self._bench.window, self._bench.theme)
        self.shown.begin(self._bench.desk, session)

    def take_package(self, found: FoundPackage) -> None:
        """Open it as a coder's study, or collect it into the study that it comes back to."""
        if found.do == "collect" and found.study is not None:
            if self._bench.open_study(found.study) and self._bench.session is not None:
                self._bench.to_desk()
                self._team.collect([found.path])
        else:
            self._team.open_package(found.path)

    def end(self) -> None:
        """The study is about to be closed."""
        if self.shown is not None:
            self.shown.end()
