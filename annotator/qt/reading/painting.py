"""Draws one paragraph: tints, selection, letters, lanes, outlines, handles. Decides nothing about positions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from annotator.qt.reading.colours import SurfaceTheme, legible, luminance, tint
from annotator.qt.reading.labels import Bucket, Piece, SurfaceLabel
from annotator.qt.reading.lanes import LANES
from annotator.qt.reading.layout import LANE_PX, LANES_BELOW_PX, Measures, ParagraphLayout, Stretch

BAR_PX = 2.0
WAVE_PX = 6
DENSE = 60  # labels in view of one paragraph
KNOB_PX = 4.5
CAPTION_CHARACTERS = 28
PATTERNS = (
    Qt.BrushStyle.BDiagPattern,
    Qt.BrushStyle.Dense7Pattern,
    Qt.BrushStyle.VerPattern,
    Qt.BrushStyle.FDiagPattern,
)


@dataclass(slots=True)
class Scene:
    """What is to be seen besides the text: everything in code points of the document."""

    selection: tuple[int, int] | None = None
    caret: int | None = None
    current: str | None = None
    linked: Mapping[str, str] = field(default_factory=dict)
    found: Sequence[tuple[int, int]] = ()  # places that were looked for, in order, not overlapping
    found_at: int | None = None  # which of them is in hand
    dragged: SurfaceLabel | None = None  # the current label as it would be if the handle were let go now


def stretches(held: ParagraphLayout, start: int, end: int, first: int, last: int) -> list[Stretch]:
    """Where [start, end) lies on the lines `first` to `last`."""
    return held.stretches(max(start, held.start), min(end, held.end), first, last)


def lane_y(held: ParagraphLayout, line: int, lane: int) -> float:
    """The middle of a lane, from the paragraph's top."""
    return held.text_box(line)[1] + LANES_BELOW_PX + lane * LANE_PX


# Over 300 lines: one set of pens and measures, and one short function for each kind of mark that is drawn with them.
# `paint` calls them for every paragraph of every frame; only a new kind of mark or a new look is a reason to change it.
class SurfacePainter:
    """Pens and colours of one theme, and the drawing with them."""

    def __init__(self, theme: SurfaceTheme, measures: Measures) -> None:
        self.theme = theme
        self.measures = measures
        self.dark = luminance(theme.background) < 0.2
        self.background = QColor(theme.background)
        self.ink = QColor(theme.text)
        self.muted = QColor(theme.muted)
        self.current = QColor(theme.current)
        self.focus = QColor(theme.focus)
        self.selection = QColor(theme.selection)
        self.found = QColor(theme.found)
        self.found_frame = QColor(theme.found_frame)
        self.small_metrics = QFontMetricsF(measures.small)
        self._bars: dict[tuple[str, int, bool], QPen] = {}
        self._waves: dict[tuple[int, int, int], QPixmap] = {}

    def tint(self, colour: str, strong: bool) -> QColor:
        share = (0.34 if self.dark else 0.22) if strong else (0.22 if self.dark else 0.13)
        return QColor(tint(colour, self.theme.background, self.theme.text, share))

    def bar(self, label: SurfaceLabel, strong: bool) -> QPen:
        """The underline's pen; the pattern repeats in code what the colour says."""
        key = (label.colour, label.pattern, strong)
        pen = self._bars.get(key)
        if pen is None:
            colour = QColor(legible(label.colour, self.theme.background, self.theme.text))
            pen = QPen(colour, BAR_PX + (0.6 if strong else 0))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap if label.pattern in (0, 3) else Qt.PenCapStyle.FlatCap)
            if label.pattern == 1:
                pen.setDashPattern([3.2, 1.6])
            elif label.pattern == 2:
                pen.setDashPattern([0.9, 1.3])
            elif label.pattern == 3:
                pen.setWidthF(1.5 + (0.4 if strong else 0))
            self._bars[key] = pen
        return pen

    def paint(
        self,
        painter: QPainter,
        held: ParagraphLayout,
        bucket: Bucket | None,
        labels: Mapping[str, SurfaceLabel],
        scene: Scene,
        clip: tuple[float, float],
    ) -> None:
        """One paragraph's lines between the y positions `clip`; the painter's origin is the paragraph's corner."""
        first, last = held.line_at(clip[0]), held.line_at(clip[1])
        # Outlines and knobs reach over the line's edge: the neighbours are drawn too, Qt clips the rest.
        first, last = max(0, first - 1), min(len(held.lines) - 1, last + 1)
        low, high = held.line_range(first)[0], held.line_range(last)[1]
        pieces = bucket.within(low, high) if bucket else []
        hidden = self._hidden(held, bucket, pieces, first, last) if bucket else {}
        if bucket is not None and len(pieces) > DENSE:
            # Whoever has no lane is longer than all who have one there: its tint would hardly be seen.
            keep = {scene.current, *scene.linked}
            pieces = [p for p in pieces if bucket.lane(p[2]) < LANES or p[2] in keep]
        shown = [
            (key, stretches(held, start, end, first, last))
            for start, end, key in sorted(pieces, key=lambda p: (p[0] - p[1], p[0], p[2]))
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        for key, found in shown:
            self._tint(painter, held, found, self.tint(labels[key].colour, key == scene.current))
            if self.theme.patterns:
                self._pattern(painter, held, found, labels[key])
        if scene.dragged is not None:
            for start, end in scene.dragged.fragments:
                self._tint(painter, held, stretches(held, start, end, first, last), self.tint(self.theme.current, True))
        self._paint_found(painter, held, scene, (low, high), (first, last))
        self._paint_selection(painter, held, scene, first, last)
        for key, found in shown:
            if key in scene.linked and key != scene.current:
                self._outline(painter, held, found, QPen(self._linked_colour(labels[key]), 1.4, Qt.PenStyle.DashLine))
        self._paint_letters(painter, held, first, last)
        if bucket is not None:
            self._paint_lanes(painter, held, bucket, labels, shown, scene, (first, last))
            self._paint_counts(painter, held, hidden)
        self._paint_captions(painter, held, shown, scene, labels)
        self._paint_current(painter, held, scene, labels, first, last)
        if scene.caret is not None and held.start <= scene.caret <= held.end:
            self._paint_caret(painter, held, scene.caret)

    def _paint_letters(self, painter: QPainter, held: ParagraphLayout, first: int, last: int) -> None:
        painter.setPen(self.ink)
        for line in range(first, last + 1):
            held.lines[line].draw(painter, QPointF(0, 0))

    def _paint_counts(self, painter: QPainter, held: ParagraphLayout, hidden: Mapping[int, int]) -> None:
        """How many labels of a line have no lane."""
        painter.setPen(self.muted)
        painter.setFont(self.measures.small)
        for line, count in hidden.items():
            painter.drawText(self.more_box(held, line), Qt.AlignmentFlag.AlignLeft, f"+{count}")

    def _linked_colour(self, label: SurfaceLabel) -> QColor:
        return QColor(legible(label.colour, self.theme.background, self.theme.text, 4.5))

    def _tint(self, painter: QPainter, held: ParagraphLayout, found: list[Stretch], colour: QColor) -> None:
        for s in found:
            top, bottom = held.text_box(s.line)
            rect = QRectF(s.left - 0.5, top, s.right - s.left + 1, bottom - top)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(rect, 3, 3)
            if not s.begins:
                painter.drawRect(QRectF(rect.left(), top, min(4, rect.width()), bottom - top))
            if not s.ends:
                painter.drawRect(QRectF(rect.right() - min(4, rect.width()), top, min(4, rect.width()), bottom - top))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _pattern(self, painter: QPainter, held: ParagraphLayout, found: list[Stretch], label: SurfaceLabel) -> None:
        """The layer's pattern over its tint, faint enough to read through."""
        colour = QColor(legible(label.colour, self.theme.background, self.theme.text))
        colour.setAlphaF(0.38)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(colour, PATTERNS[label.pattern % len(PATTERNS)]))
        for s in found:
            top, bottom = held.text_box(s.line)
            painter.drawRect(QRectF(s.left, top, s.right - s.left, bottom - top))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_selection(self, painter: QPainter, held: ParagraphLayout, scene: Scene, first: int, last: int) -> None:
        if scene.selection is None:
            return
        start, end = scene.selection
        for s in stretches(held, start, end, first, last):
            top, bottom = held.text_box(s.line)
            painter.fillRect(QRectF(s.left, top - 1, s.right - s.left, bottom - top + 2), self.selection)
        if start <= held.end < end and first <= len(held.lines) - 1 <= last:
            # The line break is selected too: show it.
            line = len(held.lines) - 1
            top, bottom = held.text_box(line)
            right = held.lines[line].naturalTextRect().right()
            painter.fillRect(QRectF(right, top - 1, 7, bottom - top + 2), self.selection)

    def _paint_found(
        self,
        painter: QPainter,
        held: ParagraphLayout,
        scene: Scene,
        within: tuple[int, int],
        lines: tuple[int, int],
    ) -> None:
        """Places that were looked for: a ground and a thin frame; a thick one around the place in hand."""
        number = bisect_left(scene.found, within[0], key=lambda place: place[1])
        while number < len(scene.found) and scene.found[number][0] < within[1]:
            in_hand = number == scene.found_at
            painter.setPen(QPen(self.found_frame, 2.0 if in_hand else 1.0))
            painter.setBrush(self.found)
            for s in stretches(held, *scene.found[number], *lines):
                top, bottom = held.text_box(s.line)
                painter.drawRect(QRectF(s.left, top, s.right - s.left, bottom - top))
            number += 1
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_lanes(
        self,
        painter: QPainter,
        held: ParagraphLayout,
        bucket: Bucket,
        labels: Mapping[str, SurfaceLabel],
        shown: list[tuple[str, list[Stretch]]],
        scene: Scene,
        lines: tuple[int, int],
    ) -> None:
        joined: set[str] = set()
        for key, found in shown:
            lane, label = bucket.lane(key), labels[key]
            if lane >= LANES:
                continue
            painter.setPen(self.bar(label, key == scene.current))
            for s in found:
                y = lane_y(held, s.line, lane)
                inset = BAR_PX / 2 + 0.4
                left = s.left + (inset if s.begins else 0)
                right = max(left + 0.5, s.right - (inset if s.ends else 0))
                if label.pattern == 3:
                    self._wave(painter, left, right, y)
                else:
                    painter.drawLine(QLineF(left, y, right, y))
            if len(label.fragments) > 1 and key not in joined:
                joined.add(key)
                self._join(painter, held, label, lane, lines)

    def _hidden(
        self, held: ParagraphLayout, bucket: Bucket, pieces: list[Piece], first: int, last: int
    ) -> dict[int, int]:
        """How many labels found no lane, for each line that has such."""
        keys: dict[int, set[str]] = {}
        for start, end, key in pieces:
            if bucket.lane(key) >= LANES:
                for line in range(max(first, held.line_of(start)), min(last, held.line_of(end - 1)) + 1):
                    keys.setdefault(line, set()).add(key)
        return {line: len(found) for line, found in keys.items()}

    def _wave(self, painter: QPainter, left: float, right: float, y: float) -> None:
        """A wavy line in the painter's pen, from a tile made once: stroking a long curve costs milliseconds."""
        pen, ratio = painter.pen(), painter.device().devicePixelRatio()
        key = (pen.color().rgba(), round(pen.widthF() * 10), round(ratio * 100))
        tile = self._waves.get(key)
        if tile is None:
            tile = QPixmap(round(WAVE_PX * ratio), round(WAVE_PX * ratio))
            tile.setDevicePixelRatio(ratio)
            tile.fill(Qt.GlobalColor.transparent)
            inner = QPainter(tile)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.setPen(pen)
            middle, half = WAVE_PX / 2, WAVE_PX / 2
            path = QPainterPath(QPointF(-half, middle))
            for step in range(-1, 3):
                x = step * half
                rise = 2.6 if step % 2 else -2.6
                path.quadTo(QPointF(x + half / 2, middle + rise), QPointF(x + half, middle))
            inner.drawPath(path)
            inner.end()
            self._waves[key] = tile
        painter.drawTiledPixmap(QRectF(left, y - WAVE_PX / 2, right - left, WAVE_PX), tile, QPointF(0, 0))

    def more_box(self, held: ParagraphLayout, line: int) -> QRectF:
        """Where the count of labels without a lane stands: in the margin, beside the lanes."""
        top = held.text_box(line)[1] - 2
        return QRectF(self.measures.width + 8, top, 40, self.small_metrics.height() + 2)

    def _join(
        self, painter: QPainter, held: ParagraphLayout, label: SurfaceLabel, lane: int, lines: tuple[int, int]
    ) -> None:
        """A thin dotted line through the gaps of a discontinuous label."""
        pen = QPen(painter.pen())
        pen.setWidthF(1.2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([1.0, 2.4])
        painter.setPen(pen)
        for (_, start), (end, _) in pairwise(label.fragments):
            for s in stretches(held, start, end, *lines):
                y = lane_y(held, s.line, lane)
                painter.drawLine(QLineF(s.left, y, s.right, y))

    def _outline(self, painter: QPainter, held: ParagraphLayout, found: list[Stretch], pen: QPen) -> None:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for s in found:
            top, bottom = held.text_box(s.line)
            painter.drawPath(outline(s, top - 1, bottom + 0.5))

    def _paint_current(
        self,
        painter: QPainter,
        held: ParagraphLayout,
        scene: Scene,
        labels: Mapping[str, SurfaceLabel],
        first: int,
        last: int,
    ) -> None:
        label = scene.dragged or (labels.get(scene.current) if scene.current is not None else None)
        if label is None:
            return
        for start, end in label.fragments:
            found = stretches(held, start, end, first, last)
            self._outline(painter, held, found, QPen(self.current, 1.8))
            for cp, leading in ((start, True), (end, False)):
                if held.start <= cp <= held.end and (leading or cp > held.start):
                    self._handle(painter, held, cp, leading)

    def _handle(self, painter: QPainter, held: ParagraphLayout, cp: int, leading: bool) -> None:
        if leading and cp >= held.end:
            return
        line, x = held.edge(cp, leading)
        top, bottom = held.text_box(line)
        painter.setPen(QPen(self.current, 2.2))
        painter.drawLine(QLineF(x, top - 1, x, bottom + 0.5))
        painter.setPen(QPen(self.background, 1.4))
        painter.setBrush(self.current)
        painter.drawEllipse(QPointF(x, top - 2 if leading else bottom + 2), KNOB_PX, KNOB_PX)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_captions(
        self,
        painter: QPainter,
        held: ParagraphLayout,
        shown: list[tuple[str, list[Stretch]]],
        scene: Scene,
        labels: Mapping[str, SurfaceLabel],
    ) -> None:
        """What a linked label is to the current one, on a small tag over its first words."""
        if not scene.linked:
            return
        for key in {key for key, found in shown if found and key != scene.current}:
            caption, (start, end) = scene.linked.get(key, ""), labels[key].fragments[0]
            line = held.line_of(start)
            found = stretches(held, start, end, line, line) if caption and start >= held.start else []
            if not found:
                continue
            s = found[0]
            words = caption if len(caption) <= CAPTION_CHARACTERS else caption[: CAPTION_CHARACTERS - 1] + "…"
            width = self.small_metrics.horizontalAdvance(words) + 10
            height = self.small_metrics.height() + 1
            current = labels.get(scene.current) if scene.current is not None else None
            beside = KNOB_PX + 3 if current and any(f[0] == labels[key].start for f in current.fragments) else -1
            left = min(s.left + beside, self.measures.width - width)
            box = QRectF(left, held.text_box(s.line)[0] - height + 1, width, height)
            colour = self._linked_colour(labels[key])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(box, 4, 4)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self.background)
            painter.setFont(self.measures.small)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_caret(self, painter: QPainter, held: ParagraphLayout, cp: int) -> None:
        top, bottom = held.text_box(held.line_of(cp))
        x = held.x_of(cp)
        painter.fillRect(QRectF(x - 1, top - 1, 2, bottom - top + 2), self.ink)


def outline(s: Stretch, top: float, bottom: float) -> QPainterPath:
    """A rounded frame, open on the side where the label goes on."""
    if s.begins and s.ends:
        path = QPainterPath()
        path.addRoundedRect(QRectF(s.left - 1.5, top, s.right - s.left + 3, bottom - top), 4, 4)
        return path
    path = QPainterPath(QPointF(s.right, top))
    if s.begins:
        left = s.left - 1.5
        path.lineTo(left + 4, top)
        path.quadTo(QPointF(left, top), QPointF(left, top + 4))
        path.lineTo(left, bottom - 4)
        path.quadTo(QPointF(left, bottom), QPointF(left + 4, bottom))
        path.lineTo(s.right, bottom)
    elif s.ends:
        right = s.right + 1.5
        path = QPainterPath(QPointF(s.left, top))
        path.lineTo(right - 4, top)
        path.quadTo(QPointF(right, top), QPointF(right, top + 4))
        path.lineTo(right, bottom - 4)
        path.quadTo(QPointF(right, bottom), QPointF(right - 4, bottom))
        path.lineTo(s.left, bottom)
    else:
        path.lineTo(s.left, top)
        path.moveTo(QPointF(s.left, bottom))
        path.lineTo(s.right, bottom)
    return path
