"""When the first screen of a study is shown, and where its lines lead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStackedWidget, QWidget

    from annotator.qt.coding.workbench import Workbench
    from annotator.qt.shell.desk_page import DeskPage
    from annotator.qt.today.lines import Go
    from annotator.qt.today.page import TodayPage


class FirstPage(QObject):
    """Shown by itself once a day for a study and a coder, and where nothing is left to go on with; else on demand."""

    def __init__(
        self,
        pages: QStackedWidget,
        bench: Workbench,
        desk: DeskPage,
        show_page: Callable[[QWidget], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._pages, self._bench, self._desk, self._show_page = pages, bench, desk, show_page
        bench.actions.add(
            "today", tr("Today"), self.show, menu="view", group="today", keys="Alt+Home",
            tip=tr("What there is to do in this study"), needs="study",
        )  # fmt: skip

    @cached_property
    def page(self) -> TodayPage:
        """Made when it is first shown."""
        from annotator.qt.today.page import TodayPage

        page = TodayPage(self._bench.theme)
        self._pages.addWidget(page)
        page.left.connect(self.go_on)
        page.wanted.connect(self.go)
        page.each_day.toggled.connect(lambda on: self._bench.settings.set_shown("today", on))
        return page

    @property
    def here(self) -> bool:
        """Whether it was made."""
        return "page" in self.__dict__

    @property
    def in_front(self) -> bool:
        """Whether it is the page that is shown."""
        return self.here and self._pages.currentWidget() is self.page

    def begun(self, asked: bool) -> None:
        """A study was opened and somebody codes.

        asked: for this coder or this article: then the desk is what is wanted, for the rest of the day too.
        """
        session, settings = self._bench.session, self._bench.settings
        if session is None:
            return
        documents = self._desk.desk.documents
        nothing_left = bool(documents.model.pile.keys) and documents.next_to_do(None) is None
        key, day = f"{session.study.id}/{session.coder.id}", date.today().isoformat()
        first = settings.shown("today", True) and settings.today_shown(key) != day
        settings.set_today_shown(key, day)
        if not asked and (first or nothing_left):
            self.show()

    def show(self) -> None:
        """Whatever is asked for by the menu, a key, the palette."""
        session = self._bench.session
        if session is None:
            return
        page = self.page
        page.each_day.setChecked(self._bench.settings.shown("today", True))
        self._look()
        self._show_page(page)
        page.go_on.setFocus()

    def refresh(self) -> None:
        """The study was written to."""
        if self._bench.session is not None and self.in_front:
            self._look()

    def _look(self) -> None:
        session = self._bench.session
        assert session is not None
        document, key = session.document, self._following()
        if key is None:
            words = None
        elif document is not None and document.id == key:
            words = f"{document.number}. {document.title or document.source}"
        else:
            model, found = self._desk.desk.documents.model, session.study.document_with(key)
            assert found is not None
            shown = model.pile.shown(found, model.pile.keys.index(key))
            words = f"{shown.number}. {shown.title or shown.source}"
        self.page.look(session.study, session.coder.id, words)

    def _following(self) -> str | None:
        """The article to go on with: the one that is open, or the next that is to do; None where nothing is left."""
        session, documents = self._bench.session, self._desk.desk.documents
        here = session.document.id if session is not None and session.document is not None else None
        finished = documents.model.states.get(here or "") in ("done", "skipped")
        return documents.next_to_do(here) if here is None or finished else here

    def go_on(self) -> None:
        """Code: in the article that is open, or the next that is to do."""
        key = self._following()
        self.leave()
        session = self._bench.session
        if session is not None and key is not None and (session.document is None or session.document.id != key):
            self._desk.desk.open_document(key)

    def leave(self) -> None:
        """To the desk, where it is not there already."""
        if self.in_front and self._bench.session is not None:
            self._show_page(self._desk.desk)
            self._desk.desk.surface.setFocus()

    def end(self) -> None:
        """The study is about to be closed."""
        if self.here:
            self.page.stop()

    def go(self, to: Go) -> None:
        """Where a line leads; windows of the team open over this page, everything else at the desk."""
        if to.action:
            action = self._bench.actions.by_name[to.action]
            if not action.isEnabled():
                self.leave()
            action.trigger()
            return
        self.leave()
        if to.label:
            self._bench.show_label_of(to.coder, to.document, to.label, to.start, to.end)
        else:
            self._bench.show_passage(to.document, to.start, to.end)
