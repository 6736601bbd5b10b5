"""What a screen reader says although the focus is elsewhere: that a step is saved, refused, or how much was found."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget


def announce(source: QWidget, words: str, at_once: bool = False) -> None:
    """Have a running screen reader say `words`. at_once: before what it is saying; else after it."""
    if not words or not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(source, words)
    polite = QAccessible.AnnouncementPoliteness
    event.setPoliteness(polite.Assertive if at_once else polite.Polite)
    QAccessible.updateAccessibility(event)


def announce_rows(view: QAbstractItemView, source: QWidget) -> None:
    """Have the marked row of a list said while the focus stays in the line that one types in."""
    later = QTimer(view)  # a list that is filled anew marks several rows on the way
    later.setSingleShot(True)
    later.timeout.connect(lambda: _announce_row(view, source))
    view.selectionModel().currentChanged.connect(lambda *_: later.start())


def _announce_row(view: QAbstractItemView, source: QWidget) -> None:
    row = view.currentIndex()
    if row.isValid() and view.isVisible():
        words = row.data(Qt.ItemDataRole.AccessibleTextRole) or row.data()
        announce(source, f"{words}, {row.row() + 1}/{view.model().rowCount()}")
