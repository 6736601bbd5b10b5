"""The desk in the window: made with the first study, put into menus and keys, dressed, and remembered."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.action_table import ActionTable
from annotator.qt.toolkit.keys.keymap import Clash, Keymap
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStackedWidget

    from annotator.qt.coding.session import Session
    from annotator.qt.desk.desk import Desk
    from annotator.services.study import Study


class DeskPage(QObject):
    """The first window needs neither the desk nor the store, so it is made late."""

    made = Signal()

    def __init__(
        self, pages: QStackedWidget, actions: ActionTable, keymap: Keymap, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._pages, self._actions, self._keymap, self._settings = pages, actions, keymap, settings
        self._lost_keys: list[Clash] = []

    @cached_property
    def desk(self) -> Desk:
        """Where a coder works; its actions go into the menus."""
        from annotator.qt.desk.desk import Desk
        from annotator.qt.desk.palette_entries import desk_entries, found_articles
        from annotator.qt.shell.window_state import restore_desk

        desk = Desk(self._actions)
        self._pages.addWidget(desk)
        for menu, groups in desk.actions_of.by_menu().items():
            for number, group in enumerate(groups):
                self._actions.show_in(menu, group, f"{menu}-{number}")
            self._actions.menu(menu).addSeparator()

        def here() -> bool:
            return self._pages.currentWidget() is desk and desk.session is not None

        self._actions.add_entries(lambda: desk_entries(desk) if here() else ())
        self._actions.add_finder(lambda typed, limit: found_articles(desk, typed, limit) if here() else ())
        self._keymap.apply(desk.actions())
        restore_desk(desk, self._settings)
        desk.part_shown.connect(self._settings.set_shown)
        return desk

    @property
    def here(self) -> bool:
        """Whether it was made."""
        return "desk" in self.__dict__

    @property
    def in_front(self) -> bool:
        """Whether it is the page that is shown."""
        return self.here and self._pages.currentWidget() is self.desk

    # what is typed there

    def save_typed(self) -> None:
        """Save what was typed at the desk."""
        if self.here:
            self.desk.save_typed()

    def unsaved(self) -> list[str]:
        """What was typed at the desk and cannot be saved."""
        return self.desk.unsaved() if self.here else []

    # looks

    def dress(self, theme: Theme) -> None:
        """Colours, letters and lines as they were chosen."""
        if self.here:
            s = self._settings
            self.desk.set_theme(theme, s.text_size, s.line_spacing, s.patterns)
            self.desk.statements.group(s.by_paragraph)

    def keep(self) -> None:
        """Remember how its parts are sized and shown."""
        from annotator.qt.shell.window_state import keep_desk

        if self.here:
            keep_desk(self.desk, self._settings)

    # a session

    def begin(self, session: Session) -> None:
        """A study was opened: its layers get their keys, and the caret stands where it stood."""
        self.desk.set_session(session)
        left = self._settings.place(session.study.id, session.coder.id)
        if left is not None:
            self.desk.places[left[0]] = left[1]
        menu = self._actions.menu("coding")
        menu.clear()
        menu.addActions(list(self.desk.layer_actions.values()))
        menu.addSeparator()
        menu.addActions(self.desk.actions_of.boundaries)
        menu.addSeparator()
        menu.addAction(self.desk.actions_of.done)
        every = [a for _, actions in self._actions.by_menu() for a in actions] + self.desk.actions()
        self._lost_keys = self._keymap.apply_beside(
            self.desk.layer_actions.values(), dict.fromkeys(every), self.desk.fixed_keys()
        )

    def end(self) -> None:
        """The study is about to be closed: where the caret stands is remembered."""
        session = self.desk.session if self.here else None
        if session is None:
            return
        self.desk.writing.give_up()
        if session.document is not None:
            place = (session.document.id, self.desk.surface.caret())
            self._settings.set_place(session.study.id, session.coder.id, *place)
        self.desk.set_session(None)

    def open_first(self, wanted: str | None = None) -> None:
        """Open the wanted article, or the one to begin with, where none is open."""
        session = self.desk.session
        if session is None or session.document is not None:
            return
        if wanted is not None:
            try:
                self.desk.open_document(session.study.document(wanted).id)
            except AnnotatorError as error:
                self.desk.show_notice(spoken(error))
            else:
                return
        chosen = self.desk.documents.first(self._settings.document(session.study.id, session.coder.id))
        if chosen is not None:
            self.desk.open_document(chosen)
        self.tell_what_lacks()

    def tell_what_lacks(self) -> None:
        """Where there is nothing to code yet: why, with the step that comes next as a button."""
        session = self.desk.session
        if session is None:
            return
        if session.document is None:
            self.desk.show_nothing(tr("This study has no articles yet."), self._actions.by_name["import"])
        elif session.study.has_assignments() and not session.study.has_assignments(session.coder.id):
            self.desk.show_notice(tr("No article is assigned to you; all of the study are listed"))

    def tell_how_opened(self, shared: bool) -> None:
        """What a person must know of a study that was just opened."""
        if shared:
            self.desk.show_notice(
                tr("This study is open in another window or program too: each sees what the other writes")
            )
        elif self._lost_keys:
            told = ", ".join(f"{clash.key} ({clash.other})" for clash in self._lost_keys)
            self.desk.show_notice(tr("This codebook uses keys that had another meaning: {keys}", keys=told))
        self._lost_keys = []

    def tell_of_file(self, study: Study) -> None:
        """What was put right on opening, and where the study lies."""
        from annotator.services.study.synced_folders import sync_warning

        told = [*study.file.notices, sync_warning(study.file.path)]
        if words := [spoken(t) for t in told if t is not None]:
            self.desk.show_notice("\n".join(words))
