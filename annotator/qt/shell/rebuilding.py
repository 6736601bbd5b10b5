"""Another language at once: everything that is shown is made anew, with the study as it stood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QByteArray, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMainWindow, QMenuBar

from annotator.qt.shell.language import use
from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.coding.session import Session
    from annotator.qt.desk.desk import Desk
    from annotator.qt.shell.bench import Bench
    from annotator.qt.shell.current_study import CurrentStudy
    from annotator.qt.shell.desk_page import DeskPage
    from annotator.qt.shell.features import Features
    from annotator.qt.shell.first_page import FirstPage
    from annotator.qt.shell.welcome import Welcome
    from annotator.qt.toolkit.action_table import ActionTable
    from annotator.qt.toolkit.side_windows import SideWindows
    from annotator.qt.toolkit.typed_words import TypedWords

_SHOWN_AGAIN = {
    name: name
    for name in (
        "articles",
        "search",
        "passages",
        "tables",
        "register",
        "network",
        "agreement",
        "own-figures",
        "reliability",
        "planning",
        "settle",
        "against-gold",
        "waiting-for-review",
        "progress",
        "questions",
        "conflicts",
        "suggestions-report",
    )
}
"""Windows beside the desk that their action alone brings back; others began with a question, for a folder say."""


class Parts(Protocol):
    """The window, as far as it is made anew here. The desk is made when it is first asked for."""

    actions_table: ActionTable
    bench: Bench
    current: CurrentStudy
    desk_page: DeskPage
    features: Features
    first_page: FirstPage
    typed: TypedWords
    welcome: Welcome
    windows: SideWindows

    @property
    def session(self) -> Session | None:
        """What the coder at the desk has open."""

    @property
    def desk(self) -> Desk:
        """Where a coder works."""

    def make_parts(self) -> None:
        """Make everything that has words in it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a coder was: article, label in hand, what was selected, and what is known of this session alone."""

    document: str | None
    label: str | None
    anchor: int
    caret: int
    touched: frozenset[str]
    confirmed: frozenset[str]
    at_desk: bool


def _place(session: Session, desk: Desk, at_desk: bool) -> _Place:
    return _Place(
        document=session.document.id if session.document is not None else None,
        label=session.current,
        anchor=desk.surface.anchor(),
        caret=desk.surface.caret(),
        touched=frozenset(session.touched),
        confirmed=frozenset(session.confirmed),
        at_desk=at_desk,
    )


def speak_anew(window: QMainWindow, parts: Parts, language: str) -> bool:
    """Make all that the window shows anew in a language. False: words that are typed would be lost, and are kept.

    language: as the settings have it. The study stays open; what was undone or can be undone is in its file.
    """
    if QApplication.activeModalWidget() is not None:
        return False  # what waits for an answer would go unanswered
    session = parts.session
    place = _place(session, parts.desk, parts.desk_page.in_front) if session is not None else None
    coder = session.coder if session is not None else None
    beside = parts.windows.visible()
    parts.desk_page.keep()
    if not parts.current.pause():
        return False
    app = QApplication.instance()
    assert app is not None
    _take_down(window, parts)
    use(language, app)
    parts.make_parts()
    parts.current.wanted_document = place.document if place is not None else None
    parts.current.asked = True  # what was in front comes back, and nothing else
    parts.current.go_on(coder)
    if place is not None and parts.session is not None:
        _go_back(parts, place)
        _show_again(window, parts, beside)
    return True


def _take_down(window: QMainWindow, parts: Parts) -> None:
    """What was made in the old language goes when the action that asked for it has ended."""
    for feature in vars(parts.features).values():
        if isinstance(feature, QObject):
            feature.deleteLater()
    parts.features.drop()
    for action in window.findChildren(QAction):
        action.setShortcuts([])  # it lives a moment longer, and two with one key would both do nothing
        if action.parent() is window:
            action.deleteLater()
    window.setMenuBar(QMenuBar())
    parts.desk_page.deleteLater()
    parts.first_page.deleteLater()
    parts.welcome.stop()
    parts.typed.watch_nothing()
    for made_late in ("desk", "coder_page"):
        vars(window).pop(made_late, None)


def _go_back(parts: Parts, place: _Place) -> None:
    session, desk = parts.session, parts.desk
    assert session is not None
    session.touched |= place.touched
    session.confirmed |= place.confirmed
    if session.document is None or session.document.id != place.document:
        return
    if place.label in session.labels:
        session.set_current(place.label)
    desk.surface.select_between(place.anchor, place.caret)
    desk.surface.reveal(place.caret, place.caret)
    if place.at_desk:
        desk.surface.setFocus()


def _show_again(window: QMainWindow, parts: Parts, beside: dict[str, tuple[str, QByteArray]]) -> None:
    """The windows that stood beside the desk; those that need an answer first are named instead."""
    gone = []
    for name, (title, geometry) in beside.items():
        action = _SHOWN_AGAIN.get("own-figures" if name.startswith("agreement-") else name)
        if action is None:
            gone.append(title)
            continue
        parts.actions_table.by_name[action].trigger()
        parts.windows.place(name, geometry)
    window.activateWindow()
    if gone:
        parts.bench.notice(
            tr("These windows were closed to change the language; open them again: {names}", names=", ".join(gone))
        )
