"""Tables and plots in the menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.qt.toolkit.requests import ShowPassages
from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.coding.workbench import Workbench
    from annotator.qt.tables.window import TablesWindow


class TablesFeature:
    """One window that stays beside the desk."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        bench.actions.add(
            "tables", tr("Tables and plots…"), self.show, menu="analysis", group="results", keys="Ctrl+Alt+B"
        )

    def show(self) -> TablesWindow | None:
        """Ask what was coded."""
        from annotator.qt.tables.window import TablesWindow

        bench, session = self._bench, self._bench.session
        if session is None:
            return None
        known = bench.windows.find("tables", TablesWindow)
        window = bench.windows.keep("tables", TablesWindow, lambda: TablesWindow(session, bench.theme, bench.window))
        if known is None:
            window.passages.connect(lambda asked: bench.requests.make(ShowPassages(asked)))
        window.show()
        window.raise_()
        window.activateWindow()
        return window
