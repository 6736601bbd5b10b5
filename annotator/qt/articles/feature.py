"""Articles in the menus: bringing them in, what is known of them, and correcting their texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.coding.workbench import Workbench

_SOURCES = (
    "*.txt *.html *.htm *.xhtml *.mht *.mhtml *.csv *.tsv *.jsonl *.ndjson *.json *.docx *.pdf *.rtf *.eml "
    "*.md *.xml *.srt *.vtt"
)


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

        add("articles", tr("Articles…"), self.show_articles, menu="study", group="in and out")
        add("correct-text", tr("Correct the text…"), self.correct_text, menu="study", group="in and out")

    def show_articles(self) -> None:
        """All articles with what is known of them."""
        from annotator.qt.articles.articles_window import ArticlesWindow

        bench, study, session = self._bench, self._bench.study, self._bench.session
        if study is None or session is None:
            return
        coder = session.coder.id
        window = bench.windows.show("articles", lambda: ArticlesWindow(study, coder, bench.window))
        window.changed.connect(lambda _ids: bench.written())
        window.correct.connect(self.correct_text)
        window.opened.connect(lambda key: bench.show_passage(key, 0, 0))

    def correct_text(self, document_id: str = "") -> None:
        """Correct the text of an article, the one in hand if none is named."""
        from annotator.qt.articles.correct_dialog import CorrectDialog

        bench, study, session = self._bench, self._bench.study, self._bench.session
        if study is None or session is None:
            return
        document = study.document(document_id) if document_id else session.document
        if document is None:
            return
        coder = session.coder.id
        dialog = bench.windows.show(
            "correct-text", lambda: CorrectDialog(study, coder, document, bench.window), modal=True
        )
        dialog.corrected.connect(self._corrected)
        dialog.passage.connect(bench.show_passage)

    def _corrected(self, _document_id: str) -> None:
        from annotator.qt.articles.articles_window import ArticlesWindow

        self._bench.written()
        if (window := self._bench.windows.find("articles", ArticlesWindow)) is not None:
            window.reload()

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
            "import",
            lambda: ImportDialog(study.file.path, paths, bench.theme, bench.window, bench.settings),
            modal=True,
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
