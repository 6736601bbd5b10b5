"""The main window: its pages, and the parts that it is made of."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from annotator.domain.errors import AnnotatorError
from annotator.qt.shell.appearance import Appearance
from annotator.qt.shell.bench import Bench
from annotator.qt.shell.current_study import CurrentStudy, owner_of
from annotator.qt.shell.desk_page import DeskPage
from annotator.qt.shell.features import Features
from annotator.qt.shell.first_page import FirstPage
from annotator.qt.shell.guide import Guide
from annotator.qt.shell.help import Help
from annotator.qt.shell.study_actions import StudyActions
from annotator.qt.shell.welcome import Welcome
from annotator.qt.shell.window_names import WindowNames
from annotator.qt.toolkit.action_table import ActionTable
from annotator.qt.toolkit.announcing import announce
from annotator.qt.toolkit.keys.keymap import Keymap
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.side_windows import SideWindows
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.typed_words import TypedWords, gives_up
from annotator.qt.toolkit.words import spoken, tr
from annotator.store.places import CHECK_LOGIN, DatabaseUrl

if TYPE_CHECKING:
    from annotator.qt.coding.session import Session
    from annotator.qt.desk.desk import Desk
    from annotator.qt.shell.coder_page import CoderPage
    from annotator.qt.shell.remote_changes import Follower
    from annotator.services.study import Study
    from annotator.store.places import Place


class MainWindow(WindowNames, QMainWindow):
    """One study at a time. Parts do the work; here they are put together, and the page that fits is shown."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self.setWindowTitle("Annotator")
        self.resize(1360, 860)
        self.setAcceptDrops(True)
        self.typed = TypedWords()
        self.current = CurrentStudy(self.settings, self.typed, self)
        self.appearance = Appearance(self.settings, self._speak, self)
        self._follower: Follower | None = None
        self._connect()
        self.make_parts()
        geometry = self.settings.geometry("main")
        if geometry is not None:
            self.restoreGeometry(geometry)

    def make_parts(self) -> None:
        """Everything with words in it: at the start, and again in another language."""
        self.keymap = Keymap(self.settings)
        self.windows = SideWindows(self.typed, self.settings)
        self.actions_table = ActionTable(self, self.typed)
        self.welcome = Welcome(self.settings)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.setCentralWidget(self.pages)
        self.desk_page = DeskPage(self.pages, self.actions_table, self.keymap, self.settings, self)
        self.typed.watch(self.desk_page)
        self._fill_menus()
        self._connect_welcome()
        self.keymap.apply(self.findChildren(QAction))
        self.appearance.apply()
        self._show_page(self.welcome)

    def _fill_menus(self) -> None:
        table = self.actions_table
        for name, title in (
            ("study", tr("&Study")),
            ("edit", tr("&Edit")),
            ("coding", tr("&Coding")),
            ("go", tr("&Go")),
            ("day", tr("&Day")),
            ("team", tr("&Team")),
            ("analysis", tr("&Analysis")),
            ("view", tr("&View")),
            ("help", tr("&Help")),
        ):
            table.add_menu(name, title)
        self.bench = Bench(self, self)
        self.study_actions = StudyActions(self.bench)
        self.features = Features(self.bench)
        self.study_actions.team = self.features.team
        self.study_actions.add_check()
        add = partial(table.add, menu="study", group="leaving")
        add("close-study", tr("Close study"), self.leave_study, keys="Ctrl+W", needs="study")
        add("quit", tr("Quit"), self.close, keys="Ctrl+Q", needs="nothing")
        self.first_page = FirstPage(self.pages, self.bench, self.desk_page, self._show_page, self)
        self.appearance.add_actions(table)
        self.guide = Guide(self.bench, self.study_actions, self.features.team)
        self.help = Help(self, table, self.keymap, lambda: self.theme, self._fixed_keys)

    def _fixed_keys(self) -> dict[str, str]:
        return self.desk.fixed_keys() if self.session is not None else {}

    def _speak(self, language: str) -> bool:
        from annotator.qt.shell.rebuilding import speak_anew

        return speak_anew(self, self, language)

    def _connect_welcome(self) -> None:
        self.welcome.open_study.connect(self.open_study)
        self.welcome.open_file.connect(self.study_actions.ask_open)
        self.welcome.new_study.connect(self.study_actions.ask_new)
        self.welcome.new_from.connect(self.study_actions.ask_new_from)
        self.welcome.demo_study.connect(self.study_actions.open_demo)
        self.welcome.tour.connect(self.guide.tour)
        self.welcome.package.connect(self.guide.take_package)

    def _connect(self) -> None:
        self.appearance.changed.connect(self._dress)
        self.statusBar().messageChanged.connect(lambda words: announce(self.statusBar(), words))
        self.current.opened.connect(self._opened)
        self.current.begun.connect(self._begun)
        self.current.leaving.connect(self._leaving)
        self.current.left.connect(self._show_welcome)
        self.current.refused.connect(self._refused)

    # pages

    @property
    def study(self) -> Study | None:
        """The study that is open."""
        return self.current.study

    @property
    def session(self) -> Session | None:
        """What the coder at the desk has open."""
        return self.current.session

    @property
    def theme(self) -> Theme:
        """The colours now."""
        return self.appearance.theme

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
        """Where a coder works."""
        desk = self.desk_page.desk
        desk.told.connect(lambda text: self.statusBar().showMessage(text, 6000))
        desk.selected.connect(self._show_unspoken)
        desk.document_changed.connect(self._document_changed)
        desk.coder_wanted.connect(self._ask_coder)
        self.features.suggestions.stand_at(desk.side, desk.surface)
        self.desk_page.dress(self.theme)
        return desk

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        at_desk = self.desk_page.in_front
        self.actions_table.enable(study=self.study is not None, desk=at_desk)
        self.features.page_changed(at_desk or self.first_page.in_front)
        for name in ("edit", "coding", "go", "day", "analysis"):
            self.actions_table.menu(name).menuAction().setVisible(at_desk)

    def _dress(self) -> None:
        self.desk_page.dress(self.theme)
        self.features.suggestions.set_theme(self.theme)
        if self.first_page.here:
            self.first_page.page.set_theme(self.theme)
        self.windows.set_theme(self.theme)

    def _show_unspoken(self, words: str) -> None:
        """Words in the status line that a screen reader is not to say."""
        with QSignalBlocker(self.statusBar()):
            self.statusBar().showMessage(words, 6000)

    # the study

    def open_file(self, path: Place, coder: str | None = None, document: str | None = None) -> None:
        """Open a study, or a package: then the study file that it becomes."""
        self.typed.save()
        self.study_actions.open_file(path, coder, document)

    def open_study(self, path: Place, coder: str | None = None, document: str | None = None) -> bool:
        """Open a study, and then leave the one that is open. Whether it was opened."""
        return self.current.open(path, coder, document)

    def leave_study(self) -> bool:
        """Close the study, unless something that was typed would be lost. Whether it was closed."""
        return self.current.leave()

    close_study = leave_study

    def reload(self, *_: object) -> None:
        """The study was written to by other means than this window's own."""
        if self.session is not None:
            self.current.reload()
            self.desk.refresh_documents()
            self.first_page.refresh()

    def _opened(self) -> None:
        from annotator.qt.shell.remote_changes import follow

        study = self.study
        assert study is not None
        self.welcome.tell("")
        self._follower = follow(self.bench, self) if study.file.shared else None
        self.setWindowTitle(f"{study.title} – Annotator")
        if self.session is None:
            self._ask_coder()

    def _begun(self, first: bool) -> None:
        session = self.session
        assert session is not None
        if first:
            self.desk_page.begin(session)
        else:
            self.desk.set_coder_shown()
        self._show_page(self.desk)
        if first:
            self.features.suggestions.set_session(session)
        wanted, self.current.wanted_document = self.current.wanted_document, None
        self.desk_page.open_first(wanted)
        shared, self.current.shared = self.current.shared, False
        self.desk_page.tell_how_opened(shared)
        if first:
            self.desk_page.tell_of_file(session.study)
            self.first_page.begun(self.current.asked)

    def _refused(self, place: Place, error: AnnotatorError) -> None:
        self.welcome.reload()
        self.bench.notice(spoken(error))
        if isinstance(place, DatabaseUrl) and error.remedy == CHECK_LOGIN:
            self.study_actions.ask_database(place, spoken(error))

    def _leaving(self) -> None:
        self.first_page.end()
        self.guide.end()
        self.features.end()
        self.features.suggestions.set_session(None)
        self.windows.close_all()
        self.desk_page.end()
        if self._follower is not None:
            self._follower.close()
            self._follower = None

    def _show_welcome(self) -> None:
        self.setWindowTitle("Annotator")
        self.welcome.reload()
        self._show_page(self.welcome)

    def _document_changed(self, document_id: str) -> None:
        if self.study is not None and self.session is not None:
            self.settings.set_document(self.study.id, self.session.coder.id, document_id)

    # who codes

    def _ask_coder(self) -> None:
        study = self.study
        if study is None:
            return
        if (owner := owner_of(study)) is not None:
            self.first_page.leave()
            self.statusBar().showMessage(tr("This study came as the package of {name}", name=owner.name), 6000)
            return
        if self.session is not None:
            self.typed.save()
            held = self.desk.writing.held()
            if held and not gives_up(self, tr("What you were writing is not saved. Discard it?"), held):
                return
            self.desk.writing.give_up()
        self.coder_page.ask(study.title, [c for c in study.coders() if c.role != "gold"])
        self._show_page(self.coder_page)

    def _leave_coder_page(self) -> None:
        if self.session is None:
            self.leave_study()
        else:
            self._show_page(self.desk)

    def _coder_chosen(self, coder_id: str) -> None:
        if self.study is not None:
            self.current.begin(self.study.coder(coder_id))

    def _coder_named(self, name: str) -> None:
        if self.study is None:
            return
        try:
            self.current.begin(self.study.person(self.study.ensure_coder(name).id))
        except AnnotatorError as error:
            self.coder_page.study.setText(spoken(error))

    # Qt

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Packages may be dropped on the window."""
        from annotator.qt.team.files import dropped_packages

        if dropped_packages(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Collected where a supervisor's study is open, else opened."""
        from annotator.qt.team.files import dropped_packages

        paths = dropped_packages(event.mimeData())
        if paths and self.features.team.collects():
            self.typed.first(lambda: self.features.team.collect(paths))()
        elif paths:
            self.open_file(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave nothing open; stay where something that was typed would be lost."""
        self.settings.set_geometry("main", self.saveGeometry())
        self.desk_page.keep()
        if not self.leave_study():
            event.ignore()
            return
        self.welcome.stop()
        super().closeEvent(event)
