"""Headings over the statements of a list: the title, and each paragraph of the article by its number."""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtCore import QAbstractItemModel, Qt

from annotator.qt.coding.session import Session
from annotator.qt.desk.statement_rows import Row
from annotator.qt.toolkit.words import tr


class Paragraphs:
    """Where the paragraphs of one article begin; empty ones are not counted, and neither is the title."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._starts: list[int] = []
        self._names: list[str] = []
        place, number = 0, 0
        for line in session.text.split("\n"):
            if line.strip():
                title = session.document is not None and session.document.zone_at(place) == "title"
                number += not title
                self._starts.append(place)
                self._names.append(tr("Title") if title else tr("Paragraph {n}", n=number))
            place += len(line) + 1

    def of(self, row: Row) -> str:
        """The heading that a statement stands under."""
        place = row.order[0]
        if not place:
            return tr("Without a passage")
        at = bisect_right(self._starts, place[0][0]) - 1
        return self._names[at] if at >= 0 else ""

    def heading(self, model: QAbstractItemModel, number: int) -> str:
        """The heading over a row: of the first of each paragraph in the list as it is shown."""
        own = self.of(_row(model, number))
        return own if number == 0 or own != self.of(_row(model, number - 1)) else ""


def _row(model: QAbstractItemModel, number: int) -> Row:
    row: Row = model.index(number, 0).data(Qt.ItemDataRole.UserRole)
    return row
