"""Polarisation and modularity over time as lines; the table under it has the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import tr
from annotator.services.networks.measuring import Moment

_HIGH = 132
_DOTTED = 60
"""Windows of time up to which each has a mark on its line."""


class Course(QWidget):
    """taken: the place of the window of time that was clicked."""

    taken = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.moments: Sequence[Moment] = ()
        self.at: int | None = None
        """The window of time that is drawn."""
        self.setFixedHeight(_HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Polarisation and modularity over time"))
        self.setAccessibleDescription(tr("The table below has the same numbers"))

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def show_moments(self, moments: Sequence[Moment]) -> None:
        """Other windows of time."""
        self.moments = moments
        self.update()

    def mark(self, at: int | None) -> None:
        """Say which window of time is drawn."""
        self.at = at
        self.update()

    def _area(self) -> QRectF:
        letters = self.fontMetrics()
        left = letters.horizontalAdvance("0.0") + 8
        return QRectF(self.rect()).adjusted(left, letters.height() + 6, -10, -letters.height() - 4)

    def _x(self, place: int) -> float:
        area, steps = self._area(), max(1, len(self.moments) - 1)
        return area.left() + area.width() * (place / steps if len(self.moments) > 1 else 0.5)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The window of time nearest to the mouse is taken."""
        if self.moments:
            x = event.position().x()
            self.taken.emit(min(range(len(self.moments)), key=lambda i: abs(self._x(i) - x)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Both lines, broken where a window has no figure."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, area, letters = self._theme, self._area(), self.fontMetrics()
        for tick in (0.0, 0.5, 1.0):
            y = area.bottom() - tick * area.height()
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(theme.muted))
            painter.drawText(QPointF(2, y + letters.ascent() / 2 - 1), f"{tick:.1f}")
        if self.at is not None and self.at < len(self.moments):
            painter.setPen(QPen(QColor(theme.text), 1, Qt.PenStyle.DotLine))
            x = self._x(self.at)
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        solid, dashed = QPen(QColor(theme.accent), 2), QPen(QColor(theme.muted), 2, Qt.PenStyle.DashLine)
        self._line(painter, area, solid, lambda m: m.polarisation)
        self._line(painter, area, dashed, lambda m: m.modularity)
        left = area.left()
        for pen, words in ((solid, tr("Polarisation")), (dashed, tr("Modularity"))):
            painter.setPen(pen)
            painter.drawLine(QPointF(left, 9), QPointF(left + 22, 9))
            painter.setPen(QColor(theme.text))
            painter.drawText(QPointF(left + 27, 9 + letters.ascent() / 2 - 1), words)
            left += 45 + letters.horizontalAdvance(words)
        if self.moments:
            painter.setPen(QColor(theme.muted))
            first, last = str(self.moments[0].start), str(self.moments[-1].end)
            foot = area.bottom() + letters.ascent() + 3
            painter.drawText(QPointF(area.left(), foot), first)
            if len(self.moments) > 1:
                painter.drawText(QPointF(area.right() - letters.horizontalAdvance(last), foot), last)
        painter.end()

    def _line(self, painter: QPainter, area: QRectF, pen: QPen, of: Callable[[Moment], float | None]) -> None:
        before: QPointF | None = None
        for place, moment in enumerate(self.moments):
            value = of(moment)
            if value is None:
                before = None
                continue
            here = QPointF(self._x(place), area.bottom() - max(0.0, min(1.0, value)) * area.height())
            painter.setPen(pen)
            if before is not None:
                painter.drawLine(before, here)
            if len(self.moments) <= _DOTTED:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(pen.color())
                painter.drawEllipse(here, 3, 3)
            before = here
