"""Studies in the menus: making, opening, checking and closing them; files that are dropped on the window."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.words import spoken, tr
from annotator.store.places import DatabaseUrl

if TYPE_CHECKING:
    from annotator.qt.coding.workbench import Workbench
    from annotator.qt.team.feature import TeamFeature
    from annotator.store.places import Place

_FILTER = "Annotator (*.annotator *.annotator-package)"


class StudyActions:
    """Whatever is opened here goes through the workbench, which opens it first and leaves what is open then."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        add = partial(bench.actions.add, menu="study", group="opening", needs="nothing")
        add("new-study", tr("New…"), self.ask_new, keys="Ctrl+N")
        add("new-study-from", tr("New study from other programs' files…"), self.ask_new_from)
        add("open-study", tr("Open…"), self.ask_open, keys="Ctrl+O")
        add("open-database", tr("Open a database…"), self.ask_database)
        add("demo", tr("Look at the demo"), self.open_demo)
        self.team: TeamFeature | None = None
        """Who opens packages."""

    def add_check(self) -> None:
        """Behind what the features offer."""
        self._bench.actions.add("check", tr("Check this study"), self.check, menu="study", group="looking")
        self._bench.actions.add(
            "save-confirmed", tr("Save what was confirmed as…"), self.save_confirmed, menu="study", group="looking"
        )

    def ask_new(self) -> None:
        """Ask for a name and a codebook."""
        from annotator.qt.shell.new_study import NewStudyDialog

        dialog = NewStudyDialog(self._bench.window)
        dialog.made.connect(self._bench.open_study)
        dialog.open()

    def ask_new_from(self) -> None:
        """Ask for files of other programs, and show what a study of them would hold."""
        from annotator.qt.exchange.new_from_dialog import NewFromDialog

        dialog = NewFromDialog(self._bench.window)
        dialog.made.connect(self._made_from)
        dialog.open()

    def _made_from(self, path: Path, text: str) -> None:
        if self._bench.open_study(path) is not False:
            self._bench.notice(text)

    def ask_open(self) -> None:
        """Ask for a study or a package."""
        name, _ = QFileDialog.getOpenFileName(self._bench.window, tr("Open a study"), str(Path.home()), _FILTER)
        if name:
            self.open_file(Path(name))

    def ask_database(self, url: DatabaseUrl | None = None, told: str = "") -> None:
        """Ask for the address of a database, or for the login that it wants."""
        from annotator.qt.shell.open_database import OpenDatabaseDialog

        dialog = OpenDatabaseDialog(self._bench.window, url, told)
        dialog.chosen.connect(self._bench.open_study)
        dialog.open()

    @staticmethod
    def demo_place() -> Path:
        """Where the demo study of this person lies."""
        return Path.home() / "Annotator demo" / "demo.annotator"

    def open_demo(self) -> None:
        """Make the demo study where it is not there yet, and open it."""
        path = self.demo_place()
        folder = path.parent
        try:
            if not path.exists():
                from annotator.services.demo import make_demo_study

                folder.mkdir(parents=True, exist_ok=True)
                make_demo_study(path)
        except (AnnotatorError, OSError) as error:
            self._bench.notice(spoken(error))
            return
        self._bench.open_study(path, "Ada")

    def open_file(self, place: Place, coder: str | None = None, document: str | None = None) -> None:
        """Open a study, or a package: then the study file that it becomes."""
        from annotator.services.team.package_file import is_package

        if isinstance(place, Path) and (place.suffix == ".annotator-package" or is_package(place)):
            assert self.team is not None
            self.team.open_package(place)
        else:
            self._bench.open_study(place, coder, document)

    def save_confirmed(self) -> None:
        """Save the study as it was at the last confirmed step, whatever another program did to its file."""
        from annotator.services.study.saving_beside import save_confirmed_beside

        study = self._bench.study
        if study is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self._bench.window, tr("Save what was confirmed as"), str(Path.home()), "Annotator (*.annotator)"
        )
        if not name:
            return
        try:
            save_confirmed_beside(study, Path(name).with_suffix(".annotator"))
        except AnnotatorError as error:
            self._bench.notice(spoken(error))
        else:
            self._bench.message(tr("Everything that was confirmed is saved in {file}", file=name))

    def check(self) -> None:
        """Look for damage in the file."""
        from annotator.services.study.integrity import check

        if self._bench.study is None:
            return
        found = check(self._bench.study)
        if found:
            first = found[0]
            self._bench.notice(
                tr("{n} faults; the first: {where}: {what}", n=len(found), where=first.where, what=first.what)
            )
        else:
            self._bench.message(tr("Nothing is wrong with this study"))
