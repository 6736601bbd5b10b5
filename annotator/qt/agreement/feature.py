"""Agreement in the menus: figures on all coders, and one's own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from annotator.qt.toolkit.requests import Adjudicate
from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.domain.annotations import Coder
    from annotator.qt.agreement.window import AgreementWindow
    from annotator.qt.coding.workbench import Workbench


class AgreementFeature:
    """A difference opens in the article; settling is asked of whoever does it."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self.newest: AgreementWindow | None = None
        add = partial(bench.actions.add, menu="analysis", group="figures")
        add("agreement", tr("Agreement…"), self.show_all, keys="Ctrl+G")
        add("own-figures", tr("My own figures…"), self.show_own)
        add("reliability", tr("Reliability of results…"), self.show_reliability)
        add("planning", tr("Plan articles and coders…"), self.show_planning)

    def show_all(self) -> None:
        """Figures on all coders; a difference opens in the article."""
        self._show(None)

    def show_own(self) -> None:
        """The figures of whoever codes, against all others together and with nothing of anybody else."""
        if self._bench.session is not None:
            self._show(self._bench.session.coder)

    def show_reliability(self) -> None:
        """Shares, lines over time and networks made anew from each coder's codings."""
        from annotator.qt.agreement.reliability_window import ReliabilityWindow

        bench, study = self._bench, self._bench.study
        if study is not None:
            bench.windows.show("reliability", lambda: ReliabilityWindow(study.file.path, bench.theme, bench.window))

    def show_planning(self) -> None:
        """How many articles and coders an interval takes."""
        from annotator.qt.agreement.planning_window import PlanningWindow

        bench, study = self._bench, self._bench.study
        if study is not None:
            bench.windows.show("planning", lambda: PlanningWindow(study.file.path, bench.theme, bench.window))

    def _show(self, only: Coder | None) -> None:
        from annotator.qt.agreement.window import AgreementWindow

        bench, study = self._bench, self._bench.study
        if study is None:
            return
        name = "agreement" if only is None else f"agreement-{only.id}"
        window = bench.windows.show(name, lambda: AgreementWindow(study.file.path, bench.theme, bench.window, only))
        window.passage.connect(bench.show_passage)
        window.settle.connect(lambda *asked: bench.requests.make(Adjudicate(*asked)))
        window.offer_settling()
        self.newest = window
