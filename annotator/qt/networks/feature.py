"""The network in the menus: of the study that is open, and of a folder of studies."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.words import spoken, tr

if TYPE_CHECKING:
    from annotator.qt.coding.workbench import Workbench
    from annotator.qt.networks.window import NetworkWindow


class NetworksFeature:
    """A statement opens in its article; one of another study opens that study."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        add = partial(bench.actions.add, menu="analysis", group="results")
        add("network", tr("Discourse network…"), self.show, keys="Ctrl+Alt+D")
        add("networks", tr("Network of several studies…"), self.show_folder)

    def show(self) -> NetworkWindow | None:
        """The network of the study that is open."""
        from annotator.qt.networks.loading import Source
        from annotator.qt.networks.window import NetworkWindow
        from annotator.services.networks.choices import choices_of

        bench, study = self._bench, self._bench.study
        if study is None:
            return None
        choices = choices_of(study)
        window = bench.windows.show(
            "network", lambda: NetworkWindow(Source(study.file.path), choices, bench.theme, bench.window)
        )
        window.passage.connect(bench.show_passage)
        return window

    def show_folder(self) -> NetworkWindow | None:
        """One network of the studies that lie in a folder."""
        from annotator.qt.networks.loading import Source
        from annotator.qt.networks.window import NetworkWindow
        from annotator.services.networks.choices import choices_of
        from annotator.services.several.folder import gathered

        bench = self._bench
        name = QFileDialog.getExistingDirectory(bench.window, tr("Folder of studies with one codebook"))
        if not name:
            return None
        try:
            with gathered(Path(name)) as many:
                choices = choices_of(many.studies[0][1])
        except AnnotatorError as error:
            bench.notice("; ".join(spoken(p) for p in (error.what, error.remedy) if p))
            return None
        window = bench.windows.show(
            "networks", lambda: NetworkWindow(Source(Path(name)), choices, bench.theme, bench.window)
        )
        window.elsewhere.connect(lambda path, number: bench.open_study(path, document=number))
        return window
