"""Suggestions in the menus and beside the article."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTabWidget

    from annotator.qt.coding.session import Session
    from annotator.qt.coding.workbench import Workbench
    from annotator.qt.reading import TextSurface
    from annotator.qt.suggestions.offering import Offering
    from annotator.qt.suggestions.panel import SuggestionsPanel
    from annotator.qt.toolkit.theme import Theme


class SuggestionsFeature:
    """One list beside the text, and a key for each answer."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self.offering: Offering | None = None
        self.panel: SuggestionsPanel | None = None
        add = partial(bench.actions.add, menu="edit", group="suggestions")
        self._answers = [
            add(
                "accept-suggestion",
                tr("Accept suggestion"),
                self._do(lambda o: o.accept()),
                keys="F11",
                tip=tr("Make the current suggestion a label, and go to the next one"),
            ),
            add(
                "change-suggestion",
                tr("Accept suggestion and change it"),
                self._do(lambda o: o.change()),
                keys="Shift+F11",
                tip=tr("Make the current suggestion a label, and go to its form"),
            ),
            add(
                "reject-suggestion",
                tr("Reject suggestion"),
                self._do(lambda o: o.reject()),
                keys="F12",
                tip=tr("Reject the current suggestion, and go to the next one"),
            ),
        ]
        go = partial(bench.actions.add, menu="go", group="suggestions")
        go(
            "next-suggestion",
            tr("Next suggestion"),
            self._do(lambda o: o.step(1)),
            keys="F5",
            tip=tr("Go to the next open suggestion"),
        )
        go(
            "previous-suggestion",
            tr("Previous suggestion"),
            self._do(lambda o: o.step(-1)),
            keys="Shift+F5",
            tip=tr("Go to the previous open suggestion"),
        )
        bench.actions.add(
            "suggestions-in-text",
            tr("Suggestions in the text"),
            self._do(lambda o: o.toggle_in_text()),
            menu="view",
            group="suggestions",
            tip=tr("Show or hide the suggestions in the text"),
        )
        bench.actions.tick("suggestions-in-text", lambda: self.panel is not None and self.panel.in_text.isChecked())

        study = partial(bench.actions.add, menu="study", group="suggestions")
        study("import-suggestions", tr("Import suggestions…"), self._ask_file)
        study("import-suggestions-folder", tr("Import suggestions from a folder…"), self._ask_folder)
        bench.actions.add(
            "suggestions-report",
            tr("What happened to suggestions…"),
            self.show_report,
            menu="analysis",
            group="suggestions",
        )

    def _ask_file(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        title = tr("Import suggestions")
        name, _ = QFileDialog.getOpenFileName(self._bench.window, title, str(Path.home()), tr("All files (*)"))
        if name:
            self.import_suggestions(Path(name))

    def _ask_folder(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        title = tr("Import suggestions from a folder")
        name = QFileDialog.getExistingDirectory(self._bench.window, title, str(Path.home()))
        if name:
            self.import_suggestions(Path(name))

    def import_suggestions(self, source: Path) -> None:
        """Show what would come in as suggestions; the person decides."""
        from annotator.qt.suggestions.import_dialog import ImportSuggestionsDialog

        bench, study = self._bench, self._bench.study
        if study is None:
            return
        dialog = bench.windows.show(
            "import-suggestions", lambda: ImportSuggestionsDialog(study, source, bench.window), modal=True
        )
        dialog.imported.connect(self._imported)

    def _imported(self, n: int) -> None:
        self._bench.written()
        self._bench.message(tr("{n} suggestions added", n=n), 8000)

    def show_report(self) -> None:
        """What became of suggestions, by source."""
        from annotator.qt.suggestions.report_window import SuggestionsReport

        bench, study = self._bench, self._bench.study
        if study is not None:
            bench.windows.show("suggestions-report", lambda: SuggestionsReport(study, bench.window))

    def _do(self, what: Callable[[Offering], None]) -> Callable[[], None]:
        def done() -> None:
            if self.offering is not None:
                what(self.offering)

        return done

    def stand_at(self, side: QTabWidget, surface: TextSurface) -> None:
        """The desk was made: the list stands beside statements and notes, which come first."""
        from annotator.qt.suggestions.offering import Offering
        from annotator.qt.suggestions.panel import SuggestionsPanel

        self.panel = SuggestionsPanel(self._answers)
        self.panel.set_theme(self._bench.theme)
        side.addTab(self.panel, tr("Suggestions"))
        self.offering = Offering(self.panel, side, surface, self._bench)
        self.offering.change_wanted.connect(self._change)

    def set_session(self, session: Session | None) -> None:
        """Somebody codes, or nobody."""
        if self.offering is not None:
            self.offering.set_session(session)

    def set_theme(self, theme: Theme) -> None:
        """Colours."""
        if self.panel is not None:
            self.panel.set_theme(theme)

    def _change(self, label: str) -> None:
        session = self._bench.session
        if session is None or session.document is None:
            return
        owner = session.owner_of(label)
        self._bench.show_label(session.document.id, owner.id if owner is not None else label)
        self._bench.actions.by_name["to-form"].trigger()
