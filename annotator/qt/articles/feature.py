"""Articles in the menus: bringing them in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.coding.workbench import Workbench

_SOURCES = "*.txt *.html *.htm *.csv *.tsv *.jsonl *.docx *.pdf"


class ArticlesFeature:
    """What is imported is shown first; the person decides."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        add = bench.actions.add
        add("import", tr("Import articles…"), self._ask_files, menu="study", group="in and out", keys="Ctrl+I")
        add(
            "import-folder",
            tr("Import a folder…"),
            self._ask_folder,
            menu="study",
            group="in and out",
            keys="Ctrl+Shift+I",
        )

    def _ask_files(self) -> None:
        kinds = f"{tr('Articles')} ({_SOURCES});;{tr('All files')} (*)"
        names, _ = QFileDialog.getOpenFileNames(self._bench.window, tr("Import articles"), str(Path.home()), kinds)
        if names:
            self.import_articles([Path(n) for n in names])

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self._bench.window, tr("Import a folder"), str(Path.home()))
        if name:
            self.import_articles([Path(name)])

    def import_articles(self, paths: list[Path]) -> None:
        """Show what would come in; the person decides."""
        from annotator.qt.articles.import_dialog import ImportDialog

        bench, study = self._bench, self._bench.study
        if study is None:
            return
        dialog = bench.windows.show(
            "import", lambda: ImportDialog(study.file.path, paths, bench.theme, bench.window), modal=True
        )
        dialog.imported.connect(self.imported)

    def imported(self, added: int, already: int) -> None:
        """Articles were added."""
        self._bench.articles_added()
        told = tr("{n} articles added", n=added)
        if already:
            told += tr(", {n} were here already", n=already)
        self._bench.message(told)
        self._bench.open_first()
