"""Exchange with other programs in the menus: codings in, datasets out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.account_line import account_words
from annotator.qt.toolkit.words import spoken, tr

if TYPE_CHECKING:
    from annotator.qt.coding.workbench import Workbench
    from annotator.services.exchange.manifest import Manifest
    from annotator.services.exchange.outcome import Imported


class ExchangeFeature:
    """What comes in, and what stays behind, is shown first; the person decides."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        add = partial(bench.actions.add, menu="study", group="in and out")
        add("import-annotations", tr("Import codings…"), self._ask_file)
        add("import-codings-folder", tr("Import codings from a folder…"), self._ask_folder)
        add("export", tr("Export…"), self._ask_export, keys="Ctrl+E")

    def _ask_file(self) -> None:
        window = self._bench.window
        name, _ = QFileDialog.getOpenFileName(window, tr("Import codings"), str(Path.home()), tr("All files (*)"))
        if name:
            self.import_codings(Path(name))

    def _ask_folder(self) -> None:
        title = tr("Import codings from a folder")
        name = QFileDialog.getExistingDirectory(self._bench.window, title, str(Path.home()))
        if name:
            self.import_codings(Path(name))

    def import_codings(self, source: Path) -> None:
        """Show what would come in from a file or folder of any program; the person decides."""
        from annotator.qt.exchange.codings_dialog import CodingsDialog

        bench, study, session = self._bench, self._bench.study, self._bench.session
        if study is None or session is None:
            return
        coder = session.coder.name
        dialog = bench.windows.show(
            "import-annotations",
            lambda: CodingsDialog(study.file.path, source, coder, bench.settings, bench.window),
            modal=True,
        )
        dialog.imported.connect(self.codings_imported)

    def codings_imported(self, result: Imported) -> None:
        """Labels were added."""
        self._bench.written()
        self._bench.open_first()
        counts = result.annotations
        self._bench.message(tr("{n} labels added, {m} were here already", n=counts.added, m=counts.already))

    def _ask_export(self) -> None:
        from annotator.qt.exchange.export_dialog import ExportDialog

        bench, study = self._bench, self._bench.study
        if study is None:
            return
        dialog = bench.windows.show("export", lambda: ExportDialog(study.file.path, bench.window), modal=True)
        dialog.exported.connect(self._exported)

    def _exported(self, out: object, manifest: Manifest) -> None:
        told = tr("{n} rows written to {path}", n=manifest.counts.rows, path=out)
        self._bench.message(f"{told}. {account_words(manifest.account)[0]}")

    def export_to(self, out: Path, format: str, gold: bool = False) -> None:
        """Write the dataset with its manifest; gold: what was settled, and nothing else."""
        from annotator.services.exchange.exporting import export

        if self._bench.study is None:
            return
        try:
            manifest = export(self._bench.study, format, out, gold=gold)
        except AnnotatorError as error:
            self._bench.notice(spoken(error))
        else:
            self._exported(out, manifest)
