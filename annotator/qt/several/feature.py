"""Looks at several studies in the menus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.coding.workbench import Workbench
    from annotator.qt.several.window import SeveralWindow


class SeveralFeature:
    """A passage opens its study at the article."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        bench.actions.add(
            "several", tr("Passages of several studies…"), self.show_folder, menu="analysis", group="results"
        )

    def show_folder(self) -> SeveralWindow | None:
        """Passages of the studies that lie in a folder."""
        from annotator.qt.several.window import SeveralWindow

        bench = self._bench
        name = QFileDialog.getExistingDirectory(bench.window, tr("Folder of studies with one codebook"))
        if not name:
            return None
        window = bench.windows.show("several", lambda: SeveralWindow(Path(name), bench.window))
        window.elsewhere.connect(lambda path, number: bench.open_study(path, document=number))
        return window
