"""Finds words that are cut: text that is wider or higher than the room that its widget shows."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QTabBar,
    QToolButton,
    QWidget,
)

from annotator.qt.toolkit.parts import ElidedLabel

SLACK = 2
"""Pixels that rounding of a font's width may lack."""


def cut(window: QWidget) -> list[str]:
    """What is cut in a window, in words. What ends in … on purpose has all of it in its tool tip."""
    found = []
    for w in window.findChildren(QWidget):
        if not w.isVisible() or not w.width():
            continue
        lack = _lack(w)
        if lack and not _told_elsewhere(w):
            found.append(f"{type(w).__name__} “{words(w)[:60]}” {lack}")
    return found


def words(w: QWidget) -> str:
    """The words on it."""
    if isinstance(w, QLabel | QAbstractButton):
        return w.text()
    return w.currentText() if isinstance(w, QComboBox) else w.accessibleName()


def _told_elsewhere(w: QWidget) -> bool:
    text = words(w).replace("&", "").strip()
    return bool(text) and text.strip("…× ") in w.toolTip()


def _lack(w: QWidget) -> str:
    """How much room it lacks."""
    if isinstance(w, ElidedLabel):
        return ""
    if isinstance(w, QLabel) and w.text():
        return _label(w) or _outside(w)
    if isinstance(w, QPushButton | QToolButton | QCheckBox | QRadioButton) and w.text():
        if (
            isinstance(w, QToolButton)
            and w.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
            and not w.icon().isNull()
        ):
            return ""
        wanted = w.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, w.text()).width()
        if wanted > w.width() + SLACK or (w.sizeHint().width() > w.width() + 8):
            return f"wants {w.sizeHint().width()}, has {w.width()}"
        if w.fontMetrics().height() > w.height() + SLACK:
            return f"is {w.height()} high"
        return _outside(w)
    if isinstance(w, QComboBox) and w.currentText():
        wanted = w.fontMetrics().horizontalAdvance(w.currentText()) + 24
        return f"wants {wanted}, has {w.width()}" if wanted > w.width() + SLACK else _outside(w)
    if isinstance(w, QTabBar):
        for n in range(w.count()):
            if w.isTabVisible(n) and w.fontMetrics().horizontalAdvance(w.tabText(n)) > w.tabRect(n).width() + SLACK:
                return f"tab “{w.tabText(n)}”"
    return ""


def _label(w: QLabel) -> str:
    room = w.contentsRect()
    metrics = w.fontMetrics()
    if w.textFormat() == Qt.TextFormat.RichText:
        return ""
    if w.wordWrap():
        wanted = w.heightForWidth(w.width())
        longest = max((metrics.horizontalAdvance(x) for x in w.text().split()), default=0)
        if longest > room.width() + SLACK:
            return f"has a word of {longest} in {room.width()}"
        return f"wants {wanted} of height, has {w.height()}" if wanted > w.height() + SLACK else ""
    wanted = max(metrics.horizontalAdvance(x) for x in w.text().split("\n"))
    return f"wants {wanted}, has {room.width()}" if wanted > room.width() + SLACK else ""


def _outside(w: QWidget) -> str:
    """How far it reaches beyond what it lies in, but for what can be scrolled to."""
    rect, above = QRect(w.rect()), w
    while (parent := above.parentWidget()) is not None and not above.isWindow():
        rect.translate(above.pos())
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
            if area.horizontalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
                return ""
            beyond = max(rect.right() - parent.width() + 1, -rect.left())
            return f"reaches {beyond} out of view" if beyond > SLACK else ""
        beyond = max(rect.right() - parent.width() + 1, -rect.left())
        if beyond > SLACK:
            return f"reaches {beyond} out of {type(parent).__name__}"
        above = parent
    return ""
