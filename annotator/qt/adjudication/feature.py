"""Adjudication in the menus: settling cases to gold, and coders against gold."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from annotator.qt.toolkit.requests import Adjudicate
from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.coding.workbench import Workbench


class AdjudicationFeature:
    """One window in which one supervisor settles, and one with figures on what was settled."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        add = partial(bench.actions.add, menu="analysis", group="settling")
        add("settle", tr("Settle…"), self.show, keys="Ctrl+Shift+G")
        add("against-gold", tr("Coders against gold…"), self.show_against_gold)
        bench.requests.answer(Adjudicate, self._adjudicate)

    def _adjudicate(self, asked: Adjudicate) -> None:
        self.show(asked.layer, asked.attribute, asked.document_id)

    def show(self, layer: str | None = None, attribute: str | None = None, document_id: str | None = None) -> None:
        """Settle cases to gold: those of a layer, of an attribute or role on which coders differ, of an article."""
        from annotator.qt.adjudication.window import SettlingWindow

        bench, study, session = self._bench, self._bench.study, self._bench.session
        if study is None or session is None:
            return
        before = bench.windows.find("settle", SettlingWindow)
        if before is not None and before.settler != session.coder:
            bench.windows.close("settle")
            bench.windows.close("against-gold")
            before = None
        coder = session.coder
        window = bench.windows.keep(
            "settle", SettlingWindow, lambda: SettlingWindow(study, coder, bench.theme, bench.window)
        )
        if before is None:
            window.against_gold_wanted.connect(self.show_against_gold)
        elif not window.isVisible():
            window.look_again()
        window.show_at(layer, attribute, document_id)
        window.show()
        window.raise_()
        window.activateWindow()

    def show_against_gold(self) -> None:
        """How far each coder is from what was settled; a difference opens in the article."""
        from annotator.qt.adjudication.gold_window import GoldWindow

        bench, study = self._bench, self._bench.study
        if study is None:
            return
        window = bench.windows.show("against-gold", lambda: GoldWindow(study.file.path, bench.theme, bench.window))
        window.passage.connect(bench.show_passage)
