"""Makes the pictures of the manual from the demo study, unseen: `make pictures`. Light, English, always the same steps.

A test makes them all in a folder of its own, so that a window that no longer opens this way is found. Their bytes
depend on the fonts of the machine. What stands in ``docs/pictures`` is made by this script alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from annotator.data import resource_path
from annotator.domain.commands import AddAnnotation, AddEntity, AddNote, SetMemo
from annotator.qt.adjudication.window import SettlingWindow
from annotator.qt.agreement.window import AgreementWindow
from annotator.qt.articles.import_dialog import ImportDialog
from annotator.qt.codebooks.editor import CodebookEditor
from annotator.qt.networks.window import NetworkWindow
from annotator.qt.search.labelled_window import LabelledWindow
from annotator.qt.search.search_window import SearchWindow
from annotator.qt.shell.language import use
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.tables.window import TablesWindow
from annotator.qt.team.collect import CollectDialog
from annotator.qt.toolkit.settings import Settings
from annotator.services.codebooks import builtin_codebook
from annotator.services.demo import make_demo_study
from annotator.services.study import Study
from annotator.services.team.packing import pack
from annotator.services.team.receiving import open_package

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
_SIZE = (1240, 800)
_PATIENCE = 120.0
"""Seconds that a window may take to show what it was asked."""

Kind = TypeVar("Kind", bound=QDialog)


def wait(ready: Callable[[], object]) -> None:
    """Go on when a window shows what is wanted; raises TimeoutError where it never does."""
    until = time.monotonic() + _PATIENCE
    while not ready():
        if time.monotonic() > until:
            raise TimeoutError("a window did not come to show what the picture needs")
        QApplication.processEvents()
        time.sleep(0.005)
    for _ in range(5):
        QApplication.processEvents()


def save(widget: QWidget, to: Path) -> None:
    """A picture of a window, as large as on a common screen."""
    if not isinstance(widget, MainWindow):
        widget.resize(*_SIZE)
    wait(lambda: True)
    if not widget.grab().save(str(to)):
        raise OSError(f"{to}: the picture could not be written")


@contextmanager
def at_the_desk(study: Path, folder: Path) -> Iterator[MainWindow]:
    """The main window as Ada, with a look of its own."""
    settings = Settings(folder / "pictures.ini")
    settings.theme, settings.language = "light", "en"
    window = MainWindow(settings)
    window.resize(1440, 900)
    if not window.open_study(study, "Ada", "1"):
        raise RuntimeError("the demo study does not open")
    window.show()
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        QApplication.processEvents()


def opened(window: MainWindow, action: str, name: str, kind: type[Kind]) -> Kind:
    """The window that a command of the menu opens."""
    window.actions_table.by_name[action].trigger()
    found = window.windows.find(name, kind)
    if found is None:
        raise RuntimeError(f"{action} opens no window of its kind")
    found.show()
    return found


def desk(window: MainWindow, to: Path) -> None:
    """A statement in hand, its speaker and target framed."""
    session = window.session
    assert session is not None
    session.set_current(session.statements()[1].owner.id)
    save(window, to / "window.png")


def finding(window: MainWindow, to: Path) -> None:
    """Passages in their context, some ticked."""
    search = opened(window, "search", "search", SearchWindow)
    search.line.setText("harbour")
    search.search()
    wait(lambda: search.found is not None)
    search.model.tick({search.model.passages[n] for n in (0, 2, 3)}, True)
    save(search, to / "finding.png")
    search.close()


def network(window: MainWindow, to: Path) -> None:
    """Actors by concepts, one actor in hand."""
    drawn = opened(window, "network", "network", NetworkWindow)
    wait(lambda: not drawn.busy and drawn.shown is not None)
    drawn.canvas.choose((drawn.canvas.picture.order[1],))
    save(drawn, to / "network.png")
    drawn.close()


def passages(window: MainWindow, to: Path) -> None:
    """Who is far from the middle about the harbour, Chidi left out."""
    listed = opened(window, "passages", "passages", LabelledWindow)
    listed.line.setText('about.target="Harbour deepening" and (about.stance=-2 or about.stance=2) and not coder=Chidi')
    listed.search()
    wait(lambda: not listed._latest.busy)
    save(listed, to / "passages.png")
    listed.close()


def tables(window: MainWindow, to: Path) -> None:
    """Who says what about the harbour."""
    asked = opened(window, "tables", "tables", TablesWindow)
    asked.bar.ask("who_says_what")
    asked.bar.gaps["code"].setCurrentIndex(asked.bar.gaps["code"].findData("claim.claim_type"))
    wait(lambda: not asked._latest.busy and asked.model.columnCount() > 7)
    save(asked, to / "tables.png")
    asked.close()


def agreement(window: MainWindow, to: Path) -> None:
    """The line of stance, taken apart."""
    figures = opened(window, "agreement", "agreement", AgreementWindow)
    wait(lambda: not figures.loading.busy and figures.table.rowCount())
    figures.table.selectRow(figures.table.row_of(("about", "stance")))
    wait(lambda: not figures.loading.busy)
    save(figures, to / "agreement.png")
    figures.close()


def settling(window: MainWindow, to: Path) -> None:
    """An open case after some were settled."""
    settle = opened(window, "settle", "settle", SettlingWindow)
    wait(lambda: settle.book is not None and settle.case is not None)
    settle.show_at("about", "stance")
    for _ in range(3):
        wait(lambda: settle.ready)
        settle.decisions.choose(0)
        wait(lambda: settle.ready)
    save(settle, to / "settling.png")
    settle.close()


def codebook(window: MainWindow, to: Path) -> None:
    """The layer of claims, beside the coder's form."""
    editor = opened(window, "codebook", "codebook", CodebookEditor)
    save(editor, to / "codebook.png")
    editor.close()


def importing(window: MainWindow, folder: Path, to: Path) -> None:
    """A saved web page beside what was kept of it, on the way into an empty study."""
    empty = folder / "empty.annotator"
    Study.create(empty, builtin_codebook(), "Empty").close()
    pages = sorted(resource_path("demo/pages").iterdir())
    dialog = ImportDialog(empty, pages, window.theme, window)
    dialog.show()
    wait(lambda: dialog.list.count() == len(pages) and not dialog.running)
    dialog.list.setCurrentRow(1)
    save(dialog, to / "import.png")
    dialog.close()
    dialog.deleteLater()


def collecting(window: MainWindow, folder: Path, to: Path) -> None:
    """Packages of two coders, with a question and a name that may be known."""
    assert window.study is not None
    packages = [_worked(window.study, name, folder) for name in ("Ben", "Chidi")]
    window.features.team.collect(packages)
    dialog = window.windows.find("collect-packages", CollectDialog)
    assert dialog is not None
    wait(dialog.take.isEnabled)
    dialog.details.expandAll()
    save(dialog, to / "collect.png")
    dialog.reject()


def _worked(lead: Study, name: str, folder: Path) -> Path:
    """A package that came back: some labels, a remark, a question and a new name in it."""
    parcel, back = folder / name / f"{name}.annotator-package", folder / f"{name}.annotator-package"
    parcel.parent.mkdir()
    pack(lead, name, parcel)
    home, coder = open_package(parcel)
    with Study.open(home) as mine:
        document = mine.documents()[-1]
        text = mine.text(document.id)
        here = {"coder_id": coder, "document_id": document.id}
        for start, end in ((0, text.index("\n")), (len(text) - 60, len(text) - 20)):
            mine.coding.apply(AddAnnotation.model_validate({**here, "layer": "claim", "fragments": ((start, end),)}))
        first = mine.annotations(None, [coder], "claim")[0]
        mine.coding.apply(SetMemo(coder_id=coder, annotation_id=first.id, memo="the headline says it otherwise"))
        ask = {"kind": "question", "text": "Is this the outlet's own voice?", "start": 0, "end": 20}
        mine.coding.apply(AddNote.model_validate({**here, **ask}))
        if name == "Ben":
            mine.coding.apply(AddEntity(coder_id=coder, name="Ilsa Brandt Oyelaran", type="person"))
        pack(mine, name, back)
    return back


def make(to: Path) -> None:
    """All pictures into a folder."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    use("en", app)
    with tempfile.TemporaryDirectory(prefix="annotator-pictures-") as name:
        folder = Path(name)
        study = folder / "demo.annotator"
        make_demo_study(study)
        with at_the_desk(study, folder) as window:
            desk(window, to)
            finding(window, to)
            network(window, to)
            passages(window, to)
            tables(window, to)
            agreement(window, to)
            codebook(window, to)
            importing(window, folder, to)
            collecting(window, folder, to)
            settling(window, to)


if __name__ == "__main__":
    make(PICTURES)
