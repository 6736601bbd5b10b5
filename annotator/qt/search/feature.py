"""Search in the menus: finding in all articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.qt.toolkit.requests import FindInArticles, ShowPassages
from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.coding.workbench import Workbench
    from annotator.qt.search.labelled_window import LabelledWindow
    from annotator.qt.search.search_window import SearchWindow
    from annotator.services.search.labelled import Asked, LabelPassage

_LONGEST = 60
"""Characters of a selection that are looked for first."""


class SearchFeature:
    """One window that stays beside the desk."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        bench.actions.add(
            "search", tr("Find in all articles…"), self.show, menu="study", group="looking", keys="Ctrl+Shift+F"
        )
        bench.actions.add(
            "passages",
            tr("Passages by what was coded…"),
            self.show_coded,
            menu="analysis",
            group="results",
            keys="Ctrl+Alt+W",
        )
        bench.requests.answer(FindInArticles, lambda asked: self.find(asked.query))
        bench.requests.answer(ShowPassages, lambda request: self.show_passages(request.asked))

    def show(self) -> SearchWindow | None:
        """Find in all articles; a short selection is what is looked for first."""
        from annotator.qt.search.search_window import SearchWindow

        bench, session = self._bench, self._bench.session
        if session is None:
            return None
        known = bench.windows.find("search", SearchWindow)
        window = bench.windows.keep("search", SearchWindow, lambda: SearchWindow(session, bench.theme, bench.window))
        if known is None:
            window.passage.connect(bench.show_passage)
        words = bench.selection()
        fits = len(words) <= _LONGEST and "\n" not in words and '"' not in words
        window.ask(words.strip() if fits else "")
        return window

    def show_coded(self) -> LabelledWindow | None:
        """Passages by layer, value, entity and whatever is known of a label."""
        from annotator.qt.search.labelled_window import LabelledWindow

        bench, session = self._bench, self._bench.session
        if session is None:
            return None
        known = bench.windows.find("passages", LabelledWindow)
        window = bench.windows.keep(
            "passages", LabelledWindow, lambda: LabelledWindow(session, bench.theme, bench.window)
        )
        if known is None:
            window.passage.connect(self._open)
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def _open(self, p: LabelPassage) -> None:
        """Its article, with the label in hand; another coder's label is only looked at."""
        start, end = (p.place[0][0], p.place[-1][1]) if p.place else (0, 0)
        self._bench.show_label_of(p.annotation.coder_id, p.annotation.document_id, p.annotation.id, start, end)

    def show_passages(self, asked: Asked) -> None:
        """Show the labels that were asked for."""
        window = self.show_coded()
        if window is not None:
            window.ask(asked)

    def find(self, query: str) -> None:
        """Find in all articles what a query asks for."""
        window = self.show()
        if window is not None:
            window.line.setText(query)
            window.search()
