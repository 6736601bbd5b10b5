"""What lies over the text and is not a label: lines between linked labels, and signs of notes in the margin."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from annotator.qt.reading.colours import legible
from annotator.qt.reading.labels import SurfaceLabel
from annotator.qt.reading.surface import NoteSign, Surface
from annotator.qt.toolkit.icons import icon

SIGN_PX = 20
MOST_ARCS = 80
"""Lines drawn at a time: more could not be told apart, and each costs a little."""


def paint_arcs(surface: Surface, painter: QPainter) -> None:
    """Lines with an arrow; where one end is out of view, the line leaves the view towards it, beside the others."""
    low, high = surface.visible_range()
    drawn = 0
    leaving = {True: 0, False: 0}  # above the view, below it
    for arc in surface.arcs:
        first, last = surface.label(arc.start), surface.label(arc.end)
        if first is None or last is None:
            continue
        seen = [low <= x.start <= high for x in (first, last)]
        if not any(seen):
            continue
        drawn += 1
        if drawn > MOST_ARCS:
            break
        ends: list[QRectF] = []
        for cp, here in zip((first.start, _first_line_end(surface, last)), seen, strict=True):
            above = cp < low
            ends.append(_end(surface, cp) if here else _beyond(surface, above, leaving[above]))
            leaving[above] += not here
        colour = QColor(legible(arc.colour, surface.theme.background, surface.theme.text, 4.5))
        if all(seen):
            _draw(painter, ends[0], ends[1], colour)
        else:
            inside, outside = ends if seen[0] else ends[::-1]
            _draw_leaving(painter, inside, outside, colour, towards=seen[1])
    for above, count in leaving.items():
        if count:
            _tell_leaving(surface, painter, above, count)


def _tell_leaving(surface: Surface, painter: QPainter, above: bool, count: int) -> None:
    """How many lines go on beyond the edge of the view, and where to."""
    y = 6.0 if above else surface.viewport().height() - 24.0
    box = QRectF(surface.left - 42, y, 38, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(surface.painter.current)
    painter.drawRoundedRect(box, 5, 5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(surface.painter.background)
    painter.setFont(surface.painter.measures.small)
    painter.drawText(box.adjusted(0, 0, -14, 0), Qt.AlignmentFlag.AlignCenter, str(count))
    arrow = box.adjusted(box.width() - 18, 2, -4, -2).toRect()
    icon("up" if above else "down", surface.painter.background.name()).paint(painter, arrow)


def _first_line_end(surface: Surface, label: SurfaceLabel) -> int:
    """The last character of the label's first line: its beginning is under the tag."""
    start, end = label.fragments[0]
    held = surface.flow.layout(surface.flow.paragraph_of(start))
    return max(start, min(end, held.line_range(held.line_of(start))[1]) - 1)


def _end(surface: Surface, cp: int) -> QRectF:
    return QRectF(surface.character_rect(cp))


def _beyond(surface: Surface, above: bool, number: int) -> QRectF:
    x = surface.left - 14 - 6 * (number % 5)
    return QRectF(x, -30 if above else surface.viewport().height() + 20, 8, 10)


def _draw_leaving(painter: QPainter, here: QRectF, away: QRectF, colour: QColor, towards: bool) -> None:
    """Into the margin between two lines of text, and along it out of the view; towards: it comes from there."""
    down = 1 if away.top() > here.top() else -1
    a = QPointF(here.center().x(), here.bottom() + 1 if down > 0 else here.top() - 1)
    turn, out = QPointF(away.center().x(), a.y() + 20 * down), QPointF(away.center().x(), away.center().y())
    path = QPainterPath(a)
    path.cubicTo(a + QPointF(0, 13 * down), QPointF(turn.x(), a.y() + 5 * down), turn)
    path.lineTo(out)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.6))
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if towards:
        painter.drawPolygon(QPolygonF([a, a + QPointF(-4.5, 7 * down), a + QPointF(4.5, 7 * down)]))
    else:
        painter.drawEllipse(a, 2.6, 2.6)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw(painter: QPainter, start: QRectF, end: QRectF, colour: QColor) -> None:
    same_line = abs(start.top() - end.top()) < 2
    if same_line:
        a, b = QPointF(start.center().x(), start.top() - 1), QPointF(end.center().x(), end.top() - 2)
        lift = min(26.0, 12 + abs(a.x() - b.x()) / 14)
        c, d = a - QPointF(0, lift), b - QPointF(0, lift)
    elif start.top() < end.top():
        a, b = QPointF(start.center().x(), start.bottom() + 1), QPointF(end.center().x(), end.top() - 2)
        c, d = a + QPointF(0, 26), b - QPointF(0, 26)
    else:
        a, b = QPointF(start.center().x(), start.top() - 1), QPointF(end.center().x(), end.bottom() + 2)
        c, d = a - QPointF(0, 26), b + QPointF(0, 26)
    path = QPainterPath(a)
    path.cubicTo(c, d, b)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.6))
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(a, 2.6, 2.6)
    back = -1 if b.y() > d.y() else 1
    painter.drawPolygon(QPolygonF([b, b + QPointF(-4.5, 7 * back), b + QPointF(4.5, 7 * back)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _in_layers(notes: Sequence[NoteSign]) -> list[NoteSign]:
    """Settled ones below, questions that wait above: of several on one passage the most urgent is seen."""
    return sorted(notes, key=lambda note: (not note[3], note[2] == "question"))


def sign_box(surface: Surface, cp: int) -> QRectF:
    """Where the sign of a note at `cp` stands: in the left margin, beside its line."""
    at = surface.character_rect(cp)
    return QRectF(surface.left - SIGN_PX - 12, at.center().y() - SIGN_PX / 2, SIGN_PX, SIGN_PX)


def paint_notes(surface: Surface, painter: QPainter) -> None:
    """A sign for each note on a passage in view; a question's is filled, a settled one's is faint."""
    low, high = surface.visible_range()
    theme = surface.theme
    for _, cp, kind, settled in _in_layers(surface.notes):
        if not low <= cp <= high:
            continue
        box = sign_box(surface, cp)
        asked = kind == "question" and not settled
        painter.setPen(QPen(QColor(theme.muted if settled else theme.current), 1.4))
        painter.setBrush(QColor(theme.current) if asked else QColor(theme.background))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        sign = "done" if settled else "question" if kind == "question" else "pen"
        colour = theme.background if asked else theme.muted if settled else theme.current
        icon(sign, colour).paint(painter, box.adjusted(4, 4, -4, -4).toRect())
    painter.setBrush(Qt.BrushStyle.NoBrush)


def note_at(surface: Surface, point: QPointF) -> str | None:
    """The id of the note whose sign is at a viewport point."""
    if not surface.notes or not 0 <= surface.left - point.x() <= SIGN_PX + 14:
        return None
    low, high = surface.visible_range()
    for key, cp, _, _ in reversed(_in_layers(surface.notes)):
        if low <= cp <= high and sign_box(surface, cp).contains(point):
            return key
    return None
