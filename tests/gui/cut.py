"""Finds words that are cut: text that is wider or higher than the room that its widget shows."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QStyle,
    QTabBar,
    QTextEdit,
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
    if isinstance(w, QLineEdit):
        return w.text() or w.placeholderText()
    if isinstance(w, QPlainTextEdit | QTextEdit):
        return w.placeholderText()
    if isinstance(w, QGroupBox):
        return w.title()
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
    if isinstance(w, QHeaderView):
        return _header(w)
    if isinstance(w, QLineEdit) and w.placeholderText() and not w.text():
        return _placeholder(w) or _outside(w)
    if isinstance(w, QPlainTextEdit | QTextEdit) and w.placeholderText() and not w.toPlainText():
        room, wanted = w.viewport().height(), _wrapped(w)
        return f"wants {wanted} of height for its placeholder, has {room}" if wanted > room + SLACK else ""
    if isinstance(w, QGroupBox) and w.title():
        wanted = w.fontMetrics().horizontalAdvance(w.title().replace("&", ""))
        return f"wants {wanted}, has {w.width()}" if wanted > w.width() + SLACK else ""
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


def _header(w: QHeaderView) -> str:
    """The first column whose name is cut; a column that is mostly out of view can be scrolled to."""
    model, room = w.model(), Qt.ItemDataRole
    if w.orientation() != Qt.Orientation.Horizontal or model is None:
        return ""
    for n in range(w.count()):
        name = str(model.headerData(n, w.orientation(), room.DisplayRole) or "")
        told = str(model.headerData(n, w.orientation(), room.ToolTipRole) or "")
        if not name or w.isSectionHidden(n) or (told and name in told):
            continue
        margin = w.style().pixelMetric(QStyle.PixelMetric.PM_HeaderMargin, None, w)
        wanted = max(w.fontMetrics().horizontalAdvance(x) for x in name.split("\n")) + 2 * margin
        if wanted > w.sectionSize(n) + SLACK:
            return f"column “{name}” wants {wanted}, has {w.sectionSize(n)}"
    return ""


def _placeholder(w: QLineEdit) -> str:
    """What stands in an empty line; the icons at its ends take room, too."""
    margins, words_ = w.textMargins(), w.placeholderText()
    icons = sum(16 + 8 for a in w.actions() if a.isVisible() and not a.icon().isNull())
    room = w.contentsRect().width() - margins.left() - margins.right() - icons - 4
    wanted = w.fontMetrics().horizontalAdvance(words_)
    return f"wants {wanted} for its placeholder, has {room}" if wanted > room + SLACK else ""


def _wrapped(w: QPlainTextEdit | QTextEdit) -> int:
    margin = round(w.document().documentMargin())
    room = QRect(0, 0, w.viewport().width() - 2 * margin, 10_000)
    return w.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, w.placeholderText()).height() + margin


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
