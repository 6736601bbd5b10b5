"""The register in the menus: everybody and everything that labels name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.qt.toolkit.requests import FindInArticles
from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.coding.workbench import Workbench


class EntitiesFeature:
    """One window that stays beside the desk."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        bench.actions.add("register", tr("Register…"), self.show, menu="study", group="looking", keys="Ctrl+Shift+E")

    def show(self) -> None:
        """Everybody and everything that labels name."""
        from annotator.qt.entities.register_window import RegisterWindow

        bench, session = self._bench, self._bench.session
        if session is None:
            return
        known = bench.windows.find("register", RegisterWindow)
        window = bench.windows.keep("register", RegisterWindow, lambda: RegisterWindow(session, bench.window))
        if known is None:
            window.mentions_wanted.connect(bench.show_mentions)
            window.search_wanted.connect(lambda query: bench.requests.make(FindInArticles(query)))
            window.label_wanted.connect(bench.show_label)
        window.ask()
