"""What features ask of the window, done: at the desk, in the status line, on the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QMainWindow

from annotator.qt.toolkit.requests import Requests
from annotator.qt.toolkit.theme import Theme

if TYPE_CHECKING:
    from annotator.qt.coding.session import Session
    from annotator.qt.desk.desk import Desk
    from annotator.qt.shell.appearance import Appearance
    from annotator.qt.shell.coder_page import CoderPage
    from annotator.qt.shell.current_study import CurrentStudy
    from annotator.qt.shell.desk_page import DeskPage
    from annotator.qt.shell.first_page import FirstPage
    from annotator.qt.shell.welcome import Welcome
    from annotator.qt.toolkit.action_table import ActionTable
    from annotator.qt.toolkit.settings import Settings
    from annotator.qt.toolkit.side_windows import SideWindows
    from annotator.services.study import Study
    from annotator.store.places import Place


class Pages(Protocol):
    """The window, as far as it is asked here. Desk and coder page are made when they are first asked for."""

    settings: Settings
    actions_table: ActionTable
    windows: SideWindows
    current: CurrentStudy
    appearance: Appearance
    welcome: Welcome
    desk_page: DeskPage
    first_page: FirstPage

    @property
    def coder_page(self) -> CoderPage:
        """Who is coding."""

    @property
    def desk(self) -> Desk:
        """Where a coder works."""

    def reload(self) -> None:
        """The study was written to by other means than this window's own."""


class Bench:
    """The window's `Workbench`."""

    def __init__(self, window: QMainWindow, pages: Pages) -> None:
        self.window, self._main = window, pages
        self.settings, self.actions, self.windows = pages.settings, pages.actions_table, pages.windows
        self.requests = Requests()

    @property
    def study(self) -> Study | None:
        """The study that is open."""
        return self._main.current.study

    @property
    def session(self) -> Session | None:
        """What the coder at the desk has open."""
        return self._main.current.session

    @property
    def theme(self) -> Theme:
        """The colours now."""
        return self._main.appearance.theme

    def open_study(self, place: Place, coder: str | None = None, document: str | None = None) -> bool:
        """Open a study in place of this one."""
        return self._main.current.open(place, coder, document)

    def message(self, words: str, ms: int = 0) -> None:
        """What was done, in the status line."""
        self.window.statusBar().showMessage(words, ms)

    def notice(self, words: str) -> None:
        """What a person must know, where they look."""
        if self.session is not None:
            self._main.desk.show_notice(words)
            if not self._main.desk_page.in_front:
                self.message(words)
        elif self.study is not None:
            self._main.coder_page.study.setText(words)
        else:
            self._main.welcome.tell(words)

    def selection(self) -> str:
        """The words that are selected in the article."""
        if self.session is None:
            return ""
        chosen = self._main.desk.surface.selection()
        return self.session.text[slice(*chosen)] if chosen is not None else ""

    def show_passage(self, document_id: str, start: int, end: int) -> None:
        """Open an article with a place selected and in view."""
        if self.session is not None:
            self._main.first_page.leave()
            self._main.desk.show_passage(document_id, start, end)

    def show_label(self, document_id: str, annotation_id: str) -> None:
        """Open an article and take a label in hand."""
        self._main.first_page.leave()
        self._main.desk.open_document(document_id)
        self._main.desk.jump(annotation_id)

    def show_label_of(self, coder_id: str, document_id: str, annotation_id: str, start: int, end: int) -> None:
        """Open an article at a label of whomever."""
        session = self.session
        if session is None:
            return
        own = coder_id == session.coder.id
        self._main.desk.filter.show_coder(None if own else coder_id)
        self.show_passage(document_id, start, end)
        if own:
            self._main.desk.jump(annotation_id)

    def show_mentions(self, entity_id: str) -> None:
        """Mark where somebody is named in the open article."""
        self.window.activateWindow()
        self._main.first_page.leave()
        self._main.desk.show_mentions(entity_id)

    @property
    def desk(self) -> Desk:
        """Where a coder works."""
        return self._main.desk

    def to_desk(self) -> None:
        """Show the desk, where the first screen of the study is shown."""
        self._main.first_page.leave()

    def open_first(self) -> None:
        """Open the article to begin with, where none is open."""
        self._main.desk_page.open_first()

    def written(self, *_: object) -> None:
        """Show what another connection of this window wrote to the study."""
        self._main.reload()

    def articles_added(self) -> None:
        """Show articles that another connection of this window added."""
        if self.session is not None:
            self.session.articles_came_in()
        self._main.desk.refresh_documents()
        self._main.desk.notice.hide()

    def refresh_articles(self) -> None:
        """Show the list of articles anew."""
        self._main.desk.refresh_documents()

    def hold_still(self, held: bool) -> None:
        """While the study is written to as a whole, nothing can be done at the desk."""
        self._main.desk.setEnabled(not held)
