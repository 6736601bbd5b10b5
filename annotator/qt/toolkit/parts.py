"""Labels, lines and small buttons with the program's looks."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractSpinBox, QFrame, QLabel, QSizePolicy, QSplitter, QToolButton, QWidget

Spin = TypeVar("Spin", bound=QAbstractSpinBox)


def label(text: str, role: str = "", wrap: bool = False) -> QLabel:
    """Text in one of the theme's roles: title, heading, section, muted, fault, warning."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if wrap:
        made.setWordWrap(True)
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return made


class ElidedLabel(QLabel):
    """One line that ends in … where there is no room; the whole text is in the tool tip and for screen readers."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(80)

    def setText(self, text: str) -> None:
        """Another text."""
        super().setText(text)
        self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As much of it as there is room for."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.end()


class Splitter(QSplitter):
    """Parts that can be resized. Screen readers get them in their order; Qt hands them over the other way round."""

    def addWidget(self, widget: QWidget) -> None:
        """Another part behind the others."""
        super().addWidget(widget)
        widget.raise_()
        for at in range(self.count()):
            self.handle(at).raise_()


def line() -> QFrame:
    """A thin line between things."""
    made = QFrame()
    made.setProperty("role", "line")
    return made


def flat_button(text: str, tip: str) -> QToolButton:
    """A button without a frame."""
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setProperty("role", "flat")
    return made


def swatch(colour: str, size: int = 12) -> QIcon:
    """A square of a colour."""
    ratio = 2
    pixmap = QPixmap(size * ratio, size * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(0, 0, size * ratio, size * ratio, 5, 5)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return QIcon(pixmap)


def spaced(box: Spin) -> Spin:
    """Figures that begin where words in other fields do: a style sheet does not reach the line in such a box."""
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    return box


def restyle(widget: QWidget, role: str) -> None:
    """Give a widget another role of the theme."""
    if (widget.property("role") or "") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def open_at(window: QWidget, width: int, height: int) -> None:
    """The size at which a window first opens: a laptop's screen may be smaller."""
    frame = QSize(0, 40)  # what the system puts around it
    window.resize(QSize(width, height).boundedTo(window.screen().availableSize() - frame))
