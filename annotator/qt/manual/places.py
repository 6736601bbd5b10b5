"""Which page is about the place where one is: told by the room of the window that a widget comes from."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

FIRST = "index.md"
ROOMS = {
    "adjudication": "how-to/settle.md",
    "agreement": "how-to/agreement.md",
    "articles": "how-to/correct.md",
    "articles.columns": "how-to/import-articles.md",
    "articles.doubts": "how-to/import-articles.md",
    "articles.import_dialog": "how-to/import-articles.md",
    "codebooks": "how-to/write-codebook.md",
    "codebooks.saving": "how-to/change-codebook.md",
    "coding": "how-to/code.md",
    "desk": "how-to/code.md",
    "desk.find_bar": "how-to/find.md",
    "entities": "how-to/entities.md",
    "exchange": "how-to/import-codings.md",
    "exchange.export_dialog": "how-to/export.md",
    "form": "how-to/code.md",
    "networks": "networks.md",
    "reading": "how-to/code.md",
    "search": "how-to/find.md",
    "search.labelled_window": "passages.md",
    "several": "passages.md",
    "shell": FIRST,
    "shell.new_study": "how-to/write-codebook.md",
    "shell.open_database": "how-to/shared-database.md",
    "tables": "tables.md",
    "suggestions": "how-to/suggestions.md",
    "team": "how-to/team.md",
    "today": "how-to/today.md",
}
"""Room, or module of a room -> page."""
_NO_PLACE = frozenset(["toolkit", "manual", "shell.main_window"])
"""Parts that stand in every room, and the window around them."""


def page_for(widget: QWidget | None) -> str:
    """The page about the innermost part around a widget that has one."""
    while widget is not None:
        page = _page_of(type(widget).__module__)
        if page is not None:
            return page
        widget = widget.parentWidget()
    return FIRST


def _page_of(module: str) -> str | None:
    _, _, inside = module.partition("annotator.qt.")
    room = inside.split(".")[0]
    return None if inside in _NO_PLACE or room in _NO_PLACE else ROOMS.get(inside, ROOMS.get(room))
