"""The main window: its pages, its menus, and what opens and closes a study."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QMenu, QMessageBox, QStackedWidget

from annotator import __version__
from annotator.domain.errors import AnnotatorError
from annotator.qt.shell.welcome import Welcome
from annotator.qt.shell.window_state import keep_desk, restore_desk
from annotator.qt.team.menu import TeamMenu
from annotator.qt.toolkit.announcing import announce
from annotator.qt.toolkit.keymap import Keymap, make_action
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import DARK, LIGHT, Theme, apply_theme, system_theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.store.places import CHECK_LOGIN, DatabaseUrl

if TYPE_CHECKING:
    from annotator.domain.annotations import Coder
    from annotator.qt.adjudication.gold_window import GoldWindow
    from annotator.qt.adjudication.window import SettlingWindow
    from annotator.qt.agreement.window import AgreementWindow
    from annotator.qt.coding.session import Session
    from annotator.qt.desk.desk import Desk
    from annotator.qt.entities.register_window import RegisterWindow
    from annotator.qt.search.search_window import SearchWindow
    from annotator.qt.shell.coder_page import CoderPage
    from annotator.qt.shell.remote_changes import Follower
    from annotator.qt.toolkit.keymap import Clash
    from annotator.qt.toolkit.worker import Worker
    from annotator.services.study import Study
    from annotator.store.places import Place

_FILTER = "Annotator (*.annotator *.annotator-package)"
_SOURCES = "*.txt *.html *.htm *.csv *.tsv *.jsonl *.docx *.pdf"


class MainWindow(QMainWindow):
    """One study at a time."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self.study: Study | None = None
        self.session: Session | None = None
        self._follower: Follower | None = None
        self.theme: Theme = LIGHT
        self.keymap = Keymap(self.settings)
        self._wanted_document: str | None = None
        self._shared = False
        self._lost_keys: list[Clash] = []
        self._codebook_worker: Worker | None = None
        self.setWindowTitle("Annotator")
        self.resize(1360, 860)
        self.welcome = Welcome(self.settings)
        self.agreement_window: AgreementWindow | None = None
        self.settling_window: SettlingWindow | None = None
        self.gold_window: GoldWindow | None = None
        self.search_window: SearchWindow | None = None
        self.register_window: RegisterWindow | None = None
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.setCentralWidget(self.pages)
        self.welcome.open_study.connect(self.open_study)
        self.welcome.open_file.connect(self._ask_open)
        self.setAcceptDrops(True)
        self.welcome.new_study.connect(self._ask_new)
        self.welcome.demo_study.connect(self._open_demo)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_theme_changed)
        self.statusBar().messageChanged.connect(lambda words: announce(self.statusBar(), words))
        self._make_menus()
        self.keymap.apply(self.findChildren(QAction))
        self.apply_theme()
        geometry = self.settings.geometry("main")
        if geometry is not None:
            self.restoreGeometry(geometry)
        self._show_page(self.welcome)

    # pages that come with the first study: the first window needs neither them nor the store

    @cached_property
    def coder_page(self) -> CoderPage:
        """Who is coding."""
        from annotator.qt.shell.coder_page import CoderPage

        page = CoderPage()
        self.pages.addWidget(page)
        page.chosen.connect(self._coder_chosen)
        page.named.connect(self._coder_named)
        page.left.connect(self._leave_coder_page)
        return page

    @cached_property
    def desk(self) -> Desk:
        """Where a coder works; its actions go into the menus."""
        from annotator.qt.desk.desk import Desk

        desk = Desk()
        self.pages.addWidget(desk)
        desk.told.connect(lambda text: self.statusBar().showMessage(text, 6000))
        desk.selected.connect(self._show_unspoken)
        desk.document_changed.connect(self._document_changed)
        desk.coder_wanted.connect(self._ask_coder)
        made = desk.actions_of
        for menu, groups in (
            (self.edit_menu, (made.editing, made.selecting, made.boundaries)),
            (self.go_menu, (made.going, made.finding, made.places)),
            (self.day_menu, (made.day,)),
            (self.view_menu, (made.looking,)),
        ):
            for group in groups:
                menu.addActions(group)
                menu.addSeparator()
        self.keymap.apply(desk.actions())
        self._dress(desk)
        restore_desk(desk, self.settings)
        desk.part_shown.connect(self.settings.set_shown)
        return desk

    @property
    def _has_desk(self) -> bool:
        return "desk" in self.__dict__

    # menus

    def _make_menus(self) -> None:
        bar = self.menuBar()
        study = bar.addMenu(tr("&Study"))
        self._add(study, "new-study", tr("New…"), "Ctrl+N", self._ask_new)
        self._add(study, "open-study", tr("Open…"), "Ctrl+O", self._ask_open)
        self._add(study, "open-database", tr("Open a database…"), "", self._ask_database)
        self._add(study, "demo", tr("Look at the demo"), "", self._open_demo)
        study.addSeparator()
        self.import_action = self._add(study, "import", tr("Import articles…"), "Ctrl+I", self._ask_import)
        self.folder_action = self._add(
            study, "import-folder", tr("Import a folder…"), "Ctrl+Shift+I", self._ask_import_folder
        )
        self.records_action = self._add(
            study, "import-annotations", tr("Import codings…"), "", self._ask_import_codings
        )
        self.codings_folder_action = self._add(
            study, "import-codings-folder", tr("Import codings from a folder…"), "", self._ask_import_codings_folder
        )
        self.export_action = self._add(study, "export", tr("Export…"), "Ctrl+E", self._ask_export)
        study.addSeparator()
        self.agreement_action = self._add(study, "agreement", tr("Agreement…"), "Ctrl+G", self.show_agreement)
        self.codebook_action = self._add(study, "codebook", tr("Codebook…"), "Ctrl+Shift+B", self.show_codebook)
        self.uncodebook_action = self._add(
            study, "undo-codebook", tr("Undo the last codebook change…"), "", self.ask_undo_codebook
        )
        self.settle_action = self._add(study, "settle", tr("Settle…"), "Ctrl+Shift+G", lambda: self.show_settling())
        self.gold_action = self._add(study, "against-gold", tr("Coders against gold…"), "", self.show_against_gold)
        self.own_action = self._add(study, "own-figures", tr("My own figures…"), "", self.show_own_figures)
        self.search_action = self._add(study, "search", tr("Find in all articles…"), "Ctrl+Shift+F", self.show_search)
        self.register_action = self._add(study, "register", tr("Register…"), "Ctrl+Shift+E", self.show_register)
        self.check_action = self._add(study, "check", tr("Check this study"), "", self.check_study)
        study.addSeparator()
        self.close_action = self._add(study, "close-study", tr("Close study"), "Ctrl+W", self.leave_study)
        self._add(study, "quit", tr("Quit"), "Ctrl+Q", self.close)

        self.edit_menu = bar.addMenu(tr("&Edit"))
        self.coding_menu = bar.addMenu(tr("&Coding"))
        self.go_menu = bar.addMenu(tr("&Go"))
        self.day_menu = bar.addMenu(tr("&Day"))
        self.team = TeamMenu(self)
        view = self.view_menu = bar.addMenu(tr("&View"))
        for name, text in (("system", tr("As the system")), ("light", tr("Light")), ("dark", tr("Dark"))):
            self._add(view, f"theme-{name}", text, "", lambda _checked=False, n=name: self._set_theme(n))
        view.addSeparator()
        self._add(view, "larger-text", tr("Larger text"), "Ctrl+Alt++ / Ctrl+Alt+=", lambda: self._resize_text(1))
        self._add(view, "smaller-text", tr("Smaller text"), "Ctrl+Alt+-", lambda: self._resize_text(-1))
        self._add(view, "wider-lines", tr("Lines further apart"), "Ctrl+Alt+.", lambda: self._space_lines(0.1))
        self._add(view, "closer-lines", tr("Lines closer together"), "Ctrl+Alt+,", lambda: self._space_lines(-0.1))
        self._add(view, "patterns", tr("Colours with patterns"), "Ctrl+Alt+P", self._toggle_patterns)
        view.addSeparator()
        for name, text in (
            ("system", tr("Language: as the system")),
            ("en", tr("Language: English")),
            ("de", tr("Language: German")),
        ):
            self._add(view, f"language-{name}", text, "", lambda _checked=False, n=name: self.set_language(n))
        view.addSeparator()
        info = bar.addMenu(tr("&Help"))
        self._add(info, "palette", tr("Find a command…"), "Ctrl+K / Ctrl+Shift+P", self.show_palette)
        self._add(info, "keys", tr("Keys…"), "F1 / ?", self.show_keys)
        self._add(info, "about", tr("About Annotator"), "", self._about)

    def _add(self, menu: QMenu, name: str, text: str, keys: str, do: object) -> QAction:
        action = make_action(self, name, text, keys, "", do)
        menu.addAction(action)
        return action

    def _fill_coding_menu(self) -> None:
        self.coding_menu.clear()
        self.coding_menu.addActions(list(self.desk.layer_actions.values()))
        self.coding_menu.addSeparator()
        self.coding_menu.addAction(self.desk.actions_of.done)
        every = [a for _, actions in self._menu_groups() for a in actions] + self.desk.actions()
        self._lost_keys = self.keymap.apply_beside(
            self.desk.layer_actions.values(), dict.fromkeys(every), self.desk.fixed_keys()
        )

    def _show_page(self, page: object) -> None:
        self.pages.setCurrentWidget(page)  # type: ignore[arg-type]
        at_desk = self._has_desk and page is self.desk
        for action in (
            self.import_action,
            self.folder_action,
            self.records_action,
            self.codings_folder_action,
            self.export_action,
            self.agreement_action,
            self.settle_action,
            self.gold_action,
            self.own_action,
            self.check_action,
            self.codebook_action,
            self.uncodebook_action,
            self.search_action,
            self.register_action,
        ):
            action.setEnabled(at_desk)
        self.close_action.setEnabled(self.study is not None)
        self.team.update_for(self.study, at_desk)
        for menu in (self.edit_menu, self.coding_menu, self.go_menu, self.day_menu):
            menu.menuAction().setVisible(at_desk)
        for action in self.desk.actions() if self._has_desk else ():
            action.setEnabled(at_desk)

    # theme

    def apply_theme(self) -> None:
        """The look that was chosen, or the system's."""
        self.theme = {"light": LIGHT, "dark": DARK}.get(self.settings.theme) or system_theme()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, self.theme)
        if self._has_desk:
            self._dress(self.desk)
        if self.settling_window is not None:
            self.settling_window.set_theme(self.theme)
        if self.search_window is not None:
            self.search_window.set_theme(self.theme)

    def _dress(self, desk: Desk) -> None:
        s = self.settings
        desk.set_theme(self.theme, s.text_size, s.line_spacing, s.patterns)

    def _system_theme_changed(self) -> None:
        if self.settings.theme == "system":
            self.apply_theme()

    def _set_theme(self, name: str) -> None:
        self.settings.theme = name
        self.apply_theme()

    def set_language(self, name: str) -> None:
        """system, en or de, from the next start on: what stands on the screen was said already."""
        self.settings.language = name
        self.statusBar().showMessage(tr("The language changes when Annotator is started again"), 8000)

    def _resize_text(self, step: int) -> None:
        self.settings.text_size += step
        self._redress()

    def _space_lines(self, step: float) -> None:
        self.settings.line_spacing += step
        self._redress()

    def _toggle_patterns(self) -> None:
        self.settings.patterns = not self.settings.patterns
        self._redress()

    def _redress(self) -> None:
        if self._has_desk:
            self._dress(self.desk)

    def _show_unspoken(self, words: str) -> None:
        """Words in the status line that a screen reader is not to say."""
        with QSignalBlocker(self.statusBar()):
            self.statusBar().showMessage(words, 6000)

    # opening and closing

    def open_file(self, path: Place, coder: str | None = None, document: str | None = None) -> None:
        """Open a study, or a package: then the study file that it becomes."""
        from annotator.services.team.package_file import is_package

        if isinstance(path, Path) and (path.suffix == ".annotator-package" or is_package(path)):
            self.team.open_package(path)
        else:
            self.open_study(path, coder, document)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Packages may be dropped on the window."""
        from annotator.qt.team.files import dropped_packages

        if dropped_packages(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Collected where a supervisor's study is open, else opened."""
        from annotator.qt.team.files import dropped_packages

        paths = dropped_packages(event.mimeData())
        if self.study is not None and self.session is not None and self.team.lead[0].isEnabled():
            self.team.collect(paths=paths)
        elif paths:
            self.open_file(paths[0])

    def reload(self, *_: object) -> None:
        """The study was written to by other means than this window's own."""
        if self.study is not None and self.session is not None:
            self.study.coding.forget()
            self.session.seen()
            self.session.reload()
            self.desk.refresh_documents()

    def open_study(self, path: Place, coder: str | None = None, document: str | None = None) -> bool:
        """Open a study; errors are told on the first page. Whether it was opened."""
        from annotator.qt.shell.remote_changes import follow
        from annotator.services.study.study import Study, held_elsewhere

        if not self.may_leave():
            return False
        mine = self.study is not None and self.study.file.path == path
        shared = isinstance(path, Path) and not mine and held_elsewhere(path)
        try:
            study = Study.open(path)
        except AnnotatorError as error:
            self.close_study()
            self.welcome.reload()
            self.welcome.tell(spoken(error))
            if isinstance(path, DatabaseUrl) and error.remedy == CHECK_LOGIN:
                self._ask_database(path, spoken(error))
            return False
        try:
            person = self._owner(study) or (study.person(coder) if coder else self._known_coder(study))
        except AnnotatorError as error:
            study.close()
            self.close_study()
            self.welcome.tell(spoken(error))
            return False
        self.close_study()
        self.welcome.tell("")
        self.study = study
        self.settings.remember(path)
        self._follower = follow(self) if study.file.shared else None
        self._wanted_document = document
        self._shared = shared
        self.setWindowTitle(f"{study.title} – Annotator")
        if person is None:
            self._ask_coder()
        else:
            self._begin(person)
        return True

    @staticmethod
    def _owner(study: Study) -> Coder | None:
        """Whose package the study came as: nobody else codes in it, for nobody else's work would go back."""
        from annotator.services.team.origin import whose

        owner = whose(study)
        return study.coder(owner) if owner is not None else None

    def _known_coder(self, study: Study) -> Coder | None:
        known = study.file.login_coder or self.settings.coder(study.id)
        return next((c for c in study.coders() if c.id == known), None)

    def _ask_coder(self) -> None:
        if self.study is not None and (owner := self._owner(self.study)) is not None:
            self.statusBar().showMessage(tr("This study came as the package of {name}", name=owner.name), 6000)
        elif self.study is not None:
            if self.session is not None:
                self.desk.inspector.flush()
                self.desk.writing.keep()
            self.coder_page.ask(self.study.title, [c for c in self.study.coders() if c.role != "gold"])
            self._show_page(self.coder_page)

    def _leave_coder_page(self) -> None:
        if self.session is None:
            self.close_study()
        else:
            self._show_page(self.desk)

    def _coder_chosen(self, coder_id: str) -> None:
        if self.study is not None:
            self._begin(self.study.coder(coder_id))

    def _coder_named(self, name: str) -> None:
        if self.study is None:
            return
        try:
            self._begin(self.study.person(self.study.ensure_coder(name).id))
        except AnnotatorError as error:
            self.coder_page.study.setText(spoken(error))

    def _begin(self, coder: Coder) -> None:
        from annotator.qt.coding.session import Session

        assert self.study is not None
        study = self.study
        self.settings.set_coder(study.id, coder.id)
        if self.session is None:
            self.session = Session(study, coder, self)
            self.desk.set_session(self.session)
            if (left := self.settings.place(study.id, coder.id)) is not None:
                self.desk.places[left[0]] = left[1]
            self._fill_coding_menu()
        else:
            self.session.set_coder(coder)
            self.desk.set_coder_shown()
        self._show_page(self.desk)
        self._open_first()
        if self._shared:
            self._shared = False
            self.desk.show_notice(
                tr("This study is open in another window or program too: each sees what the other writes")
            )
        elif self._lost_keys:
            told = ", ".join(f"{clash.key} ({clash.other})" for clash in self._lost_keys)
            self.desk.show_notice(tr("This codebook takes keys that something else had: {keys}", keys=told))
        self._lost_keys = []

    def _open_first(self) -> None:
        from annotator.services.team.queue import pile

        session = self.session
        if session is None or self.study is None or session.document is not None:
            return
        documents = pile(self.study, session.coder.id)
        wanted, self._wanted_document = self._wanted_document, None
        if wanted is not None:
            try:
                self.desk.open_document(self.study.document(wanted).id)
            except AnnotatorError as error:
                self.desk.show_notice(spoken(error))
            else:
                return
        last = self.settings.document(self.study.id, session.coder.id)
        states = self.study.document_states(session.coder.id)
        queue = {key: i for i, key in enumerate(self.study.queue(session.coder.id))}
        ordered = sorted(documents, key=lambda d: (queue.get(d.id, len(queue)), d.number))
        chosen = next((d for d in documents if d.id == last), None) or next(
            (d for d in ordered if states.get(d.id) not in ("done", "skipped")), ordered[0] if ordered else None
        )
        if chosen is not None:
            self.desk.open_document(chosen.id)
        else:
            self.desk.show_notice(tr("This study has no articles yet: import some with Ctrl+I"))

    def _document_changed(self, document_id: str) -> None:
        if self.study is not None and self.session is not None:
            self.settings.set_document(self.study.id, self.session.coder.id, document_id)

    def may_leave(self) -> bool:
        """Whether all that was typed is saved, or a person gives up what cannot be."""
        unsaved = self.desk.inspector.unsaved() if self.session is not None else []
        if not unsaved:
            return True
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(tr("Not saved"))
        box.setText(tr("Some of what you typed could not be saved. Close all the same, and lose it?"))
        box.setInformativeText(
            "\n".join(tr("“{name}”", name=words if len(words) <= 200 else words[:199] + "…") for words in unsaved[:8])
        )
        box.setStandardButtons(QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        return box.exec() == QMessageBox.StandardButton.Discard

    def leave_study(self) -> None:
        """Close the study, unless something that was typed would be lost."""
        if self.may_leave():
            self.close_study()

    def close_study(self) -> None:
        """Save what was typed, fold the file into one, and go back to the first page."""
        if self.study is None:
            return
        if self._codebook_worker is not None:
            self._codebook_worker.finish()
            self._codebook_worker = None
        self._close_settling()
        self.team.close_windows()
        if self.register_window is not None:
            self.register_window.close()
            self.register_window.deleteLater()
            self.register_window = None
        if self.search_window is not None:
            self.search_window.stop()
            self.search_window.close()
            self.search_window.deleteLater()
            self.search_window = None
        if self.session is not None:
            self.desk.inspector.flush()
            self.desk.writing.keep()
            if self.session.document is not None:
                place = (self.session.document.id, self.desk.surface.caret())
                self.settings.set_place(self.study.id, self.session.coder.id, *place)
            self.desk.set_session(None)
            self.session.deleteLater()
        self.session = None
        if self._follower is not None:
            self._follower.close()
            self._follower = None
        self.study.close()
        self.study = None
        self.setWindowTitle("Annotator")
        self.welcome.reload()
        self._show_page(self.welcome)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave nothing open; stay where something that was typed would be lost."""
        if not self.may_leave():
            event.ignore()
            return
        self.settings.set_geometry("main", self.saveGeometry())
        if self._has_desk:
            keep_desk(self.desk, self.settings)
        self.close_study()
        super().closeEvent(event)

    # asking for files

    def _ask_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Open a study"), str(Path.home()), _FILTER)
        if name:
            self.open_file(Path(name))

    def _ask_database(self, url: object = None, told: str = "") -> None:
        from annotator.qt.shell.open_database import OpenDatabaseDialog

        dialog = OpenDatabaseDialog(self, url if isinstance(url, DatabaseUrl) else None, told)
        dialog.chosen.connect(self.open_study)
        dialog.open()

    def _ask_new(self) -> None:
        from annotator.qt.shell.new_study import NewStudyDialog

        dialog = NewStudyDialog(self)
        dialog.made.connect(self.open_study)
        dialog.open()

    def _open_demo(self) -> None:
        folder = Path.home() / "Annotator demo"
        path = folder / "demo.annotator"
        try:
            if not path.exists():
                from annotator.services.study.demo import make_demo_study

                folder.mkdir(parents=True, exist_ok=True)
                make_demo_study(path)
        except (AnnotatorError, OSError) as error:
            self.welcome.tell(spoken(error))
            return
        self.open_study(path, "Ada", None)

    def _ask_import(self) -> None:
        kinds = f"{tr('Articles')} ({_SOURCES});;{tr('All files')} (*)"
        names, _ = QFileDialog.getOpenFileNames(self, tr("Import articles"), str(Path.home()), kinds)
        if names:
            self.import_articles([Path(n) for n in names])

    def _ask_import_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Import a folder"), str(Path.home()))
        if name:
            self.import_articles([Path(name)])

    def import_articles(self, paths: list[Path]) -> None:
        """Show what would come in; the person decides."""
        if self.study is None:
            return
        from annotator.qt.articles.import_dialog import ImportDialog

        dialog = ImportDialog(self.study.file.path, paths, self.theme, self)
        dialog.imported.connect(self._imported)
        dialog.open()

    def _imported(self, added: int, already: int) -> None:
        if self.session is not None:
            self.session.articles_came_in()
        self.desk.refresh_documents()
        told = tr("{n} articles added", n=added)
        if already:
            told += tr(", {n} were here already", n=already)
        self.statusBar().showMessage(told)
        self.desk.notice.hide()
        self._open_first()

    def _ask_import_codings(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Import codings"), str(Path.home()), tr("All files (*)"))
        if name:
            self.import_codings(Path(name))

    def _ask_import_codings_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Import codings from a folder"), str(Path.home()))
        if name:
            self.import_codings(Path(name))

    def import_codings(self, source: Path) -> None:
        """Show what would come in from a file or folder of any program; the person decides."""
        if self.study is None or self.session is None:
            return
        from annotator.qt.exchange.codings_dialog import CodingsDialog

        self.desk.inspector.flush()
        dialog = CodingsDialog(self.study.file.path, source, self.session.coder.name, self.settings, self)
        dialog.imported.connect(self._codings_imported)
        dialog.open()

    def _codings_imported(self, result: dict[str, Any]) -> None:
        self.reload()
        if self.session is None or self.session.document is None:
            self._open_first()
        counts = result["annotations"]
        self.statusBar().showMessage(
            tr("{n} labels added, {m} were here already", n=counts["added"], m=counts["already"])
        )

    def _ask_export(self) -> None:
        if self.study is None:
            return
        from annotator.qt.exchange.export_dialog import ExportDialog

        self.desk.inspector.flush()
        dialog = ExportDialog(self.study.file.path, self)
        dialog.exported.connect(
            lambda out, manifest: self.statusBar().showMessage(
                tr("{n} rows written to {path}", n=manifest["counts"]["rows"], path=out)
            )
        )
        dialog.open()

    def export_to(self, out: Path, format: str, gold: bool = False) -> None:
        """Write the dataset with its manifest; gold: what was settled, and nothing else."""
        from annotator.services.exchange.exporting import export

        if self.study is None:
            return
        self.desk.inspector.flush()
        try:
            manifest = export(self.study, format, out, gold=gold)
        except AnnotatorError as error:
            self.desk.show_notice(spoken(error))
        else:
            self.statusBar().showMessage(tr("{n} rows written to {path}", n=manifest["counts"]["rows"], path=out))

    # looking

    def show_agreement(self) -> None:
        """Figures on all coders; a difference opens in the article."""
        self._show_figures(None)

    def show_own_figures(self) -> None:
        """The figures of whoever codes, against all others together and with nothing of anybody else."""
        if self.session is not None:
            self._show_figures(self.session.coder)

    def _show_figures(self, only: Coder | None) -> None:
        from annotator.qt.agreement.window import AgreementWindow

        if self.study is None:
            return
        self.desk.inspector.flush()
        window = AgreementWindow(self.study.file.path, self.theme, self, only)
        window.passage.connect(self._show_passage)
        settle = getattr(self, "show_settling", None)
        if settle is not None:
            window.settle.connect(settle)
            window.offer_settling()
        window.show()
        self.agreement_window = window

    def show_settling(
        self, layer: str | None = None, attribute: str | None = None, document_id: str | None = None
    ) -> None:
        """Settle cases to gold: those of a layer, of an attribute or role on which coders differ, of an article."""
        from annotator.qt.adjudication.window import SettlingWindow

        if self.study is None or self.session is None:
            return
        self.desk.inspector.flush()
        if self.settling_window is None or self.settling_window.settler != self.session.coder:
            self._close_settling()
            self.settling_window = SettlingWindow(self.study, self.session.coder, self.theme, self)
            self.settling_window.against_gold_wanted.connect(self.show_against_gold)
        elif not self.settling_window.isVisible():
            self.settling_window.look_again()
        self.settling_window.show_at(layer, attribute, document_id)
        self.settling_window.show()
        self.settling_window.raise_()
        self.settling_window.activateWindow()

    def show_against_gold(self) -> None:
        """How far each coder is from what was settled; a difference opens in the article."""
        from annotator.qt.adjudication.gold_window import GoldWindow

        if self.study is None:
            return
        self.desk.inspector.flush()
        if self.gold_window is not None:
            self.gold_window.close()
        self.gold_window = GoldWindow(self.study.file.path, self.theme, self)
        self.gold_window.passage.connect(self._show_passage)
        self.gold_window.show()

    def _close_settling(self) -> None:
        for window in (self.settling_window, self.gold_window):
            if window is not None:
                window.close()
                window.deleteLater()
        self.settling_window = self.gold_window = None

    def show_passage(self, document: str, start: int, end: int) -> None:
        """A place in an article, selected and in view."""
        if self.study is not None:
            self._show_passage(document, start, end)

    def show_search(self) -> None:
        """Find in all articles; a short selection is what is looked for first."""
        from annotator.qt.search.search_window import SearchWindow

        if self.session is None:
            return
        self.desk.inspector.flush()
        if self.search_window is None:
            self.search_window = SearchWindow(self.session, self.theme, self)
            self.search_window.passage.connect(self._show_passage)
        chosen = self.desk.surface.selection()
        words = self.session.text[slice(*chosen)] if chosen is not None and chosen[1] - chosen[0] <= 60 else ""
        self.search_window.ask("" if "\n" in words or '"' in words else words.strip())

    def search_for(self, query: str) -> None:
        """Find in all articles what a query asks for."""
        self.show_search()
        if self.search_window is not None:
            self.search_window.line.setText(query)
            self.search_window.search()

    def show_register(self) -> None:
        """Everybody and everything that labels name."""
        from annotator.qt.entities.register_window import RegisterWindow

        if self.session is None:
            return
        self.desk.inspector.flush()
        if self.register_window is None:
            self.register_window = RegisterWindow(self.session, self)
            self.register_window.mentions_wanted.connect(self._show_mentions)
            self.register_window.search_wanted.connect(self.search_for)
            self.register_window.label_wanted.connect(self._show_label)
        self.register_window.ask()

    def _show_mentions(self, entity_id: str) -> None:
        self.activateWindow()
        self.desk.show_mentions(entity_id)

    def _show_label(self, document_id: str, annotation_id: str) -> None:
        self.desk.open_document(document_id)
        self.desk.jump(annotation_id)

    def _show_passage(self, document: str, start: int, end: int) -> None:
        self.desk.open_document(document)
        if end > start:
            self.desk.surface.set_selection(start, end)
            self.desk.surface.reveal(start, end)

    def show_codebook(self) -> None:
        """Edit the codebook; a new version is taken up at once."""
        from annotator.qt.codebooks.editor import CodebookEditor

        if self.study is None:
            return
        self.desk.inspector.flush()
        editor = CodebookEditor(self.study.file.path, self.study.codebook, self.study.codebook_version, self)
        editor.saved.connect(self._codebook_changed)
        editor.open()
        self.codebook_editor = editor

    def _codebook_changed(self, version: int) -> None:
        """Every view is made from the codebook: the study is opened anew, where it was."""
        if self.study is None or self.session is None:
            return
        document = self.session.document.id if self.session.document is not None else None
        if self.open_study(self.study.file.path, self.session.coder.id, document):
            self.statusBar().showMessage(tr("The study has version {n} of its codebook now", n=version))

    def ask_undo_codebook(self) -> None:
        """Say what would be taken back; the person decides."""
        from annotator.services.codebooks.changing import undoable

        if self.study is None:
            return
        self.desk.inspector.flush()
        version = undoable(self.study)
        if version is None:
            self.desk.show_notice(tr("No change of the codebook can be taken back: none was made since the last merge"))
            return
        box = QMessageBox(self)
        box.setWindowTitle(tr("Undo the last codebook change"))
        box.setText(tr("Take version {n} of the codebook back?", n=version))
        box.setInformativeText(tr("Labels become as they were before it; what was coded since is kept."))
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
        box.accepted.connect(self.undo_codebook)
        box.open()

    def undo_codebook(self) -> None:
        """Take the last change of the codebook back, in a worker."""
        from annotator.qt.codebooks.saving import undo_work
        from annotator.qt.toolkit.worker import Worker

        if self.study is None:
            return
        worker = Worker(undo_work(self.study.file.path), self)
        self.desk.setEnabled(False)  # the study is being written to as a whole
        self.statusBar().showMessage(tr("Taking the codebook's last change back …"))
        worker.done.connect(lambda result: self._codebook_changed(result["to"]))
        worker.failed.connect(lambda error: self.desk.show_notice(spoken(error)))
        worker.finished.connect(lambda: self.desk.setEnabled(True))
        self._codebook_worker = worker
        worker.start()

    def check_study(self) -> None:
        """Look for damage in the file."""
        from annotator.services.study.integrity import check

        if self.study is None:
            return
        found = check(self.study)
        if found:
            first = found[0]
            self.desk.show_notice(tr("{n} faults; the first: {where}: {what}", n=len(found), **first))
        else:
            self.statusBar().showMessage(tr("Nothing is wrong with this study"))

    def _menu_groups(self) -> list[tuple[str, list[QAction]]]:
        """Menu titles with their actions, as they stand there."""
        groups: list[tuple[str, list[QAction]]] = []
        for head in self.menuBar().actions():
            menu = head.menu()
            if head.isVisible() and isinstance(menu, QMenu):
                actions = [a for a in menu.actions() if not a.isSeparator()]
                groups.append((head.text().replace("&", ""), actions))
        return groups

    def show_palette(self) -> None:
        """Everything that can be done or opened here, found by typing."""
        from annotator.qt.shell.palette import CommandPalette
        from annotator.qt.shell.palette_entries import command_entries, desk_entries

        entries = list(command_entries(a for _, actions in self._menu_groups() for a in actions))
        if self.session is not None and self.pages.currentWidget() is self.desk:
            self.desk.inspector.flush()
            entries += desk_entries(self.desk)
        CommandPalette(self, entries, self.theme).open_over(self)

    def show_keys(self) -> None:
        """All keys of where one is, to be read and changed."""
        from annotator.qt.shell.keys_dialog import KeysDialog
        from annotator.qt.toolkit.keys_here import keys_here

        fixed = self.desk.fixed_keys() if self.session is not None else {}
        here = keys_here(QApplication.focusWidget())
        KeysDialog(self, self.keymap, self._menu_groups(), fixed, here).open()

    def _about(self) -> None:
        box = QMessageBox(self)
        box.setWindowTitle(tr("About Annotator"))
        box.setText(f"Annotator {__version__}\n\n" + tr("Offline, with no server. Licence: Apache-2.0."))
        box.open()
