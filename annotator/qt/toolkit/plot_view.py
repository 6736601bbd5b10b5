"""A plot that is painted in the theme's colours, and walked through with the mouse, with keys and by screen readers."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollArea, QToolTip, QWidget

from annotator.qt.toolkit.announcing import announce
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken
from annotator.services.agreement.svg import SHADES as PAPER
from annotator.services.tables.plot import SHADES, Box, Dot, Path, Plot, Shape, Words, mixed

_ON_DARK = ("#83b4ff", "#ff9f7a", "#8fd694", "#d59be0", "#b5bcc6", "#f0c76f")
_LETTERS = 12.0
"""Pixels of the letters that plots are laid out for."""
_NEAR = 5.0
_EDGE = 8
_SMALLEST = 0.78
"""How much smaller than usual its letters get before it is scrolled."""
_STEPS: Mapping[int, int] = {
    Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1,
}  # fmt: skip


def colours(theme: Theme) -> dict[str, str]:
    """The names of colours that plots have, in a theme."""
    dark = theme.name == "dark"
    lines = dict(zip(SHADES, _ON_DARK if dark else PAPER, strict=True))
    plus, minus = ("#4f86d9", "#c9673f") if dark else ("#1d5bb8", "#a3441c")
    bar = mixed(theme.accent, 0.6, theme.surface)
    return lines | {
        "ink": theme.text, "muted": theme.muted, "line": theme.border, "accent": bar, "plus": plus, "minus": minus,
    }  # fmt: skip


class PlotView(QWidget):
    """One plot. `moved`: a figure is in hand; `opened`: a person wants to see what is behind it. Both say its row."""

    moved = Signal(int)
    opened = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._colours = colours(theme)
        self.plot: Plot | None = None
        self._told: list[str] = []
        self.row: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._colours = colours(theme)
        self.update()

    def show_plot(self, plot: Plot | None, told: list[str]) -> None:
        """Another plot. told: of each row of the table, what it says in words."""
        self.plot, self._told, self.row = plot, told, None
        self.setAccessibleName(spoken(plot.title) if plot is not None else "")
        self.setAccessibleDescription("")
        self.setMinimumSize(self.minimumSizeHint())
        self.update()

    @property
    def rows(self) -> list[int]:
        """Rows of the figures that are drawn, in their order."""
        if self.plot is None:
            return []
        return sorted(s.row for s in self.plot.shapes if isinstance(s, (Box, Dot)) and s.row is not None)

    def set_row(self, row: int | None) -> None:
        """Take a figure in hand; one that is not drawn leaves none in hand."""
        row = row if row in self.rows else None
        if row == self.row:
            return
        self.row = row
        words = self._told[row] if row is not None else ""
        self.setAccessibleDescription(words)
        self.update()
        if row is not None:
            self._bring_in_view(row)

    def _bring_in_view(self, row: int) -> None:
        around = self.parentWidget()
        area = around.parentWidget() if around is not None else None
        place = self.place(row)
        if isinstance(area, QScrollArea) and place is not None:
            middle = place.center().toPoint()
            area.ensureVisible(middle.x(), middle.y(), 40, 40)

    # size and place

    @property
    def _usual(self) -> float:
        return max(1.0, QFontInfo(self.font()).pixelSize() / _LETTERS)

    @property
    def _scale(self) -> float:
        """As large as letters are elsewhere, and smaller where it would have to be scrolled to its last figure."""
        usual = self._usual
        if self.plot is None:
            return usual
        return max(usual * _SMALLEST, min(usual, (self.width() - _EDGE) / max(self.plot.width, 1)))

    def sizeHint(self) -> QSize:
        """All of it."""
        if self.plot is None:
            return QSize(200, 100)
        return QSize(round(self.plot.width * self._usual) + _EDGE, round(self.plot.height * self._scale) + _EDGE)

    def minimumSizeHint(self) -> QSize:
        """With letters that can just be read."""
        hint = self.sizeHint()
        least = round(self.plot.width * self._usual * _SMALLEST) + _EDGE if self.plot is not None else hint.width()
        return QSize(least, hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Its letters follow its width, and its height them."""
        super().resizeEvent(event)
        self.setMinimumSize(self.minimumSizeHint())

    def place(self, row: int) -> QRectF | None:
        """Where a figure is."""
        for s in self.plot.shapes if self.plot is not None else ():
            if isinstance(s, (Box, Dot)) and s.row == row:
                return self._place_of(s)
        return None

    def _place_of(self, s: Box | Dot) -> QRectF:
        k = self._scale
        if isinstance(s, Box):
            return QRectF(s.x * k, s.y * k, s.width * k, s.height * k)
        return QRectF((s.x - s.radius) * k, (s.y - s.radius) * k, 2 * s.radius * k, 2 * s.radius * k)

    def row_at(self, at: QPointF) -> int | None:
        """The figure under the mouse."""
        for s in reversed(self.plot.shapes if self.plot is not None else ()):
            if isinstance(s, (Box, Dot)) and s.row is not None:
                near = 0.0 if isinstance(s, Box) else _NEAR
                if self._place_of(s).adjusted(-near, -near, near, near).contains(at):
                    return s.row
        return None

    # mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click takes a figure in hand and opens what is behind it."""
        row = self.row_at(event.position())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self._move(row)
            self.opened.emit(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what can be opened."""
        over = self.row_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows from figure to figure, Enter opens."""
        rows = self.rows
        key = event.key()
        if not rows:
            super().keyPressEvent(event)
        elif key in _STEPS:
            at = rows.index(self.row) + _STEPS[key] if self.row is not None else 0
            self._move(rows[max(0, min(at, len(rows) - 1))])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move(rows[0 if key == Qt.Key.Key_Home else -1])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.row is not None:
            self.opened.emit(self.row)
        else:
            super().keyPressEvent(event)

    def _move(self, row: int) -> None:
        self.set_row(row)
        announce(self, self._told[row])
        self.moved.emit(row)

    def event(self, event: QEvent) -> bool:
        """The figure under the mouse in words."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.row_at(QPointF(event.pos()))
            if row is not None:
                QToolTip.showText(event.globalPos(), self._told[row], self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    # paint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shape after shape, and a frame around what is in hand."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.surface))
        if self.plot is None:
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.scale(self._scale, self._scale)
        font = QFont(self.font())
        font.setPixelSize(round(_LETTERS))
        painter.setFont(font)
        for s in self.plot.shapes:
            self._paint(painter, s)
        painter.restore()
        place = self.place(self.row) if self.row is not None else None
        if place is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.text), 2))
            painter.drawRoundedRect(place.adjusted(-2, -2, 2, 2), 3, 3)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 1, Qt.PenStyle.DotLine))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint(self, painter: QPainter, s: Shape) -> None:
        shade = self._colours.get(s.shade, self._theme.text)
        if isinstance(s, Box):
            ground = self._theme.surface
            strength = s.strength * (0.6 if s.shade in ("plus", "minus") else 1.0)
            painter.fillRect(QRectF(s.x, s.y, s.width, s.height), QColor(mixed(shade, strength, ground)))
        elif isinstance(s, Dot):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(shade))
            painter.drawEllipse(QPointF(s.x, s.y), s.radius, s.radius)
        elif isinstance(s, Path):
            pen = QPen(QColor(shade), s.wide)
            if s.dash:
                pen.setDashPattern([float(x) / s.wide for x in s.dash.split()])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in s.points]))
        else:
            self._words(painter, s, shade)

    @staticmethod
    def _words(painter: QPainter, s: Words, shade: str) -> None:
        painter.setPen(QColor(shade))
        words = spoken(s.text)
        wide = painter.fontMetrics().horizontalAdvance(words)
        left = {"start": 0.0, "middle": -wide / 2, "end": -float(wide)}[s.anchor]
        painter.save()
        painter.translate(s.x, s.y)
        if s.turned:
            painter.rotate(-90)
        painter.drawText(QPointF(left, 0), words)
        painter.restore()
