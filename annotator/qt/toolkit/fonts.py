"""The fonts that come with the program, so that every machine shows the same page; other scripts are the system's."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtWidgets import QApplication

from annotator.data import resource_path

READING, INTERFACE = "Source Serif Pro", "Source Sans Pro"
_SMALL = 1.1
"""Source Sans has smaller letters than the fonts of most systems at the same size."""

_SYSTEM_DRESSES = (
    "QMenuBar",
    "QMenu",
    "QMessageBox",
    "QMessageBoxLabel",
    "QTipLabel",
    "QStatusBar",
    "QTitleBar",
    "QHeaderView",
    "QAbstractItemView",
)
"""What systems give letters of its own."""


def load_fonts() -> frozenset[str]:
    """Make the fonts of resources/fonts known to Qt, once there is a program. The families that are there now."""
    return _loaded() if QGuiApplication.instance() is not None else frozenset()


@cache
def _loaded() -> frozenset[str]:
    found: set[str] = set()
    for file in sorted(resource_path("fonts").glob("*.ttf")):
        found.update(QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file))))
    return frozenset(found)


def dress(app: QApplication) -> None:
    """Write the program in its own letters, once; the style has to be set before, and `dress_parts` comes after."""
    before = app.font()
    if INTERFACE not in load_fonts() or before.family() == INTERFACE:
        return
    font = QFont(before)
    font.setFamilies([INTERFACE, QFontInfo(before).family()])
    if before.pointSizeF() > 0:
        font.setPointSizeF(before.pointSizeF() * _SMALL)
    app.setFont(font)


def dress_parts(app: QApplication) -> None:
    """Menus, lists and what else a system has letters for; Windows gives them these back with every style sheet."""
    font = app.font()
    if font.family() != INTERFACE:
        return
    for part in _SYSTEM_DRESSES:
        if app.font(part).family() != INTERFACE:  # type: ignore[call-overload]  # stubs ask for bytes, which it refuses
            app.setFont(font, part)  # type: ignore[arg-type]
