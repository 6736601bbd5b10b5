"""Suggestions over the text: a dashed frame without a ground, so that none is taken for a label."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from annotator.qt.reading.colours import legible
from annotator.qt.reading.painting import outline, stretches
from annotator.qt.reading.surface import Suggested, Surface

DASHES = (3.0, 2.2)
"""Dash and gap, in widths of the pen."""
_RING = 3.2


def paint_suggested(surface: Surface, painter: QPainter) -> None:
    """Those in view; the one in hand in the colour of what is in hand, and thicker."""
    low, high = surface.visible_range()
    for one in sorted(surface.suggested, key=lambda s: s.id == surface.suggested_at):
        if any(start < high and end > low for start, end in one.fragments):
            _paint(surface, painter, one, (low, high), one.id == surface.suggested_at)


def pen_of(colour: QColor, in_hand: bool) -> QPen:
    """The frame's pen; lists and legends draw with it, too."""
    pen = QPen(colour, 2.4 if in_hand else 1.5)
    pen.setDashPattern(list(DASHES))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _paint(surface: Surface, painter: QPainter, one: Suggested, seen: tuple[int, int], in_hand: bool) -> None:
    theme, flow = surface.theme, surface.flow
    colour = surface.painter.current if in_hand else QColor(legible(one.colour, theme.background, theme.text))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    scrolled = surface.to_page(QPointF(0, 0)).y()
    for number, (start, end) in enumerate(one.fragments):
        if end <= seen[0] or start >= seen[1]:
            continue
        first = flow.paragraph_of(max(start, seen[0]))
        for paragraph in range(first, flow.paragraph_of(min(end, seen[1]) - 1) + 1):
            held = flow.layout(paragraph)
            painter.save()
            painter.translate(surface.left, flow.top_of(paragraph) - scrolled)
            for s in stretches(held, start, end, 0, len(held.lines) - 1):
                top, bottom = held.text_box(s.line)
                painter.setPen(pen_of(colour, in_hand))
                painter.drawPath(outline(s, top - 2.5, bottom + 1.5))
                if s.begins and number == 0 and start >= held.start:
                    painter.setPen(QPen(colour, 1.4))
                    painter.setBrush(surface.painter.background)
                    painter.drawEllipse(QPointF(s.left - 1.5, top - 2.5), _RING, _RING)
                    painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.restore()
