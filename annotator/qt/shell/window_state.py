"""How the desk's parts were sized and shown when the window was last closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.qt.toolkit.settings import Settings

if TYPE_CHECKING:
    from annotator.qt.desk.desk import Desk


def keep_desk(desk: Desk, settings: Settings) -> None:
    """Remember the sizes of the parts, and which list is in front."""
    settings.set_geometry("desk-columns", desk.splitter.saveState())
    settings.set_geometry("desk-right", desk.right.saveState())
    settings.set_shown("notes-in-front", desk.side.currentWidget() is desk.notes)


def restore_desk(desk: Desk, settings: Settings) -> None:
    """Give the parts the sizes and places that they had."""
    for name, splitter in (("desk-columns", desk.splitter), ("desk-right", desk.right)):
        state = settings.geometry(name)
        if state is not None:
            splitter.restoreState(state)
    desk.side.setCurrentWidget(desk.notes if settings.shown("notes-in-front", False) else desk.statements)
    desk.guide.setVisible(settings.shown("guide", False))
    desk.marks.setVisible(settings.shown("marks", True))
    desk.left.setVisible(settings.shown("articles", True))
    desk.beside.setVisible(settings.shown("right", True))
