"""How text, selection and labels look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from annotator.qt.desk.article.labels import LANES, Segment
from annotator.qt.desk.article.paragraphs import Paragraph

if TYPE_CHECKING:
    from annotator.qt.desk.article.widget import TextSurface

LANE = 4.0
"""From one lane to the next."""
LANE_ROOM = LANES * LANE + 2
_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.SolidLine)


def paint_ground(painter: QPainter, surface: TextSurface, area: QRect) -> None:
    """What the text lies on."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(area, QColor(surface.theme.surface))


def paint_focus(painter: QPainter, surface: TextSurface) -> None:
    """A frame that says: keys go here."""
    pen = QPen(QColor(surface.theme.accent), 2)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(surface.viewport().rect()).adjusted(1, 1, -1, -1), 6, 6)


def paint_caret(painter: QPainter, surface: TextSurface, where: QRectF) -> None:
    """The caret."""
    painter.fillRect(where, QColor(surface.theme.accent))


def paint_paragraph(painter: QPainter, surface: TextSurface, p: Paragraph, origin: QPointF, area: QRect) -> None:
    """One paragraph, line by line: tints, selection, letters, then lanes."""
    if p.layout is None:
        return
    metrics = QFontMetricsF(p.font)
    first = max(0, int((area.top() - origin.y()) // p.pitch))
    last = min(p.line_count() - 1, int((area.bottom() - origin.y()) // p.pitch))
    selected = surface.selection()
    dark = surface.theme.name == "dark"
    for number in range(first, last + 1):
        segments = p.line_segments(number)
        for segment in segments:
            _tint(painter, surface, p, segment, number, origin, metrics.height(), dark)
        if selected is not None:
            for r in p.rectangles(selected[0] - p.start, selected[1] - p.start, number):
                painter.fillRect(
                    QRectF(origin.x() + r.x(), origin.y() + r.y(), max(r.width(), 3.0), metrics.height()),
                    QColor(surface.theme.selection),
                )
        painter.setPen(QColor(surface.theme.text))
        p.line(number).draw(painter, origin)
        hidden = set()
        for segment in segments:
            lane = p.lane(segment.label.id)
            if lane < LANES:
                _lane(painter, surface, p, segment, lane, number, origin, metrics.height(), dark)
            else:
                hidden.add(segment.label.id)
        if hidden:
            _more(painter, surface, p, len(hidden), number, origin, metrics.height())


def shade(colour: str, dark: bool) -> QColor:
    """A layer's colour so that a line of it can be told on the ground."""
    found = QColor(colour)
    return found.lighter(150) if dark and found.lightnessF() < 0.55 else found


def _tint(
    painter: QPainter,
    surface: TextSurface,
    p: Paragraph,
    s: Segment,
    number: int,
    origin: QPointF,
    height: float,
    dark: bool,
) -> None:
    current = s.label.id == surface.current
    linked = s.label.id in surface.linked
    colour = shade(s.label.colour, dark)
    ground = QColor(colour)
    ground.setAlphaF(0.34 if current else 0.2 if linked else 0.11)
    for r in p.rectangles(s.start, s.end, number):
        box = QRectF(origin.x() + r.x(), origin.y() + r.y(), r.width(), height)
        painter.setPen(QPen(colour, 1.4) if current or linked else Qt.PenStyle.NoPen)
        if linked and not current:
            painter.setPen(QPen(colour, 1.0, Qt.PenStyle.DashLine))
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 3, 3)


def _lane(
    painter: QPainter,
    surface: TextSurface,
    p: Paragraph,
    s: Segment,
    lane: int,
    number: int,
    origin: QPointF,
    height: float,
    dark: bool,
) -> None:
    current = s.label.id == surface.current
    colour = shade(s.label.colour, dark)
    rectangles = p.rectangles(s.start, s.end, number)
    for r in rectangles:
        y = origin.y() + r.y() + height + 2.0 + lane * LANE
        x1, x2 = origin.x() + r.left() + 1, origin.x() + r.right() - 1
        pen = QPen(colour, 3.0 if current else 2.0, _STYLES[s.label.pattern % len(_STYLES)])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        if s.label.pattern == 3:
            painter.setPen(QPen(colour, 1.0))
            painter.drawLine(QPointF(x1, y - 1.2), QPointF(x2, y - 1.2))
            painter.drawLine(QPointF(x1, y + 1.2), QPointF(x2, y + 1.2))
        else:
            painter.drawLine(QPointF(x1, y), QPointF(x2, y))
        if current:
            _grips(painter, surface, p, s, number, r, origin, height, colour)
    _bridge(painter, p, s, lane, number, rectangles, origin, height, colour)


def _bridge(
    painter: QPainter,
    p: Paragraph,
    s: Segment,
    lane: int,
    number: int,
    mine: list[QRectF],
    origin: QPointF,
    height: float,
    colour: QColor,
) -> None:
    """A thin line over the gap to the next fragment of the same label, where that is on this line too."""
    following = next(
        (o for o in p.line_segments(number) if o.label.id == s.label.id and o.fragment == s.fragment + 1), None
    )
    if following is None or not mine:
        return
    other = p.rectangles(following.start, following.end, number)
    if other:
        y = origin.y() + mine[0].y() + height + 2.0 + lane * LANE
        painter.setPen(QPen(colour, 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(origin.x() + mine[-1].right(), y), QPointF(origin.x() + other[0].left(), y))


def _grips(
    painter: QPainter,
    surface: TextSurface,
    p: Paragraph,
    s: Segment,
    number: int,
    r: QRectF,
    origin: QPointF,
    height: float,
    colour: QColor,
) -> None:
    """Knobs at the ends of the current label's fragments, to be dragged."""
    start, end = s.label.fragments[s.fragment]
    painter.setPen(QPen(QColor(surface.theme.surface), 1.5))
    painter.setBrush(colour)
    y = origin.y() + r.y() + height
    if start == p.start + s.start and p.line_of(s.start) == number:
        painter.drawEllipse(QPointF(origin.x() + p.x_of(s.start, p.line(number)), y), 4.5, 4.5)
    if end == p.start + s.end and p.line_of(s.end) == number:
        painter.drawEllipse(QPointF(origin.x() + p.x_of(s.end, p.line(number)), y), 4.5, 4.5)


def _more(
    painter: QPainter, surface: TextSurface, p: Paragraph, count: int, number: int, origin: QPointF, height: float
) -> None:
    """How many labels of this line have no lane."""
    font = QFont()
    font.setPixelSize(11)
    painter.setFont(font)
    painter.setPen(QColor(surface.theme.muted))
    used = p.line(number).naturalTextRect()
    painter.drawText(
        QPointF(origin.x() + used.right() + 4, origin.y() + number * p.pitch + height + LANE_ROOM - 2), f"+{count}"
    )
