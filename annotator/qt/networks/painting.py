"""Painting of a network, on the screen and on paper: shapes tell actors from concepts, dashes tell negative ties.

Thousands of ties must be drawn within a frame: colours are mixed with the ground beforehand, for lines that one sees
through take ten times as long; lines of one pen go together; dots are stamped; large ones are plain while they move.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil, log2, sqrt

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap

from annotator.qt.toolkit.theme import Theme
from annotator.services.networks.drawing import Drawing

GROUPS_LIGHT = ("#1d5bb8", "#b3541e", "#1d6b3c", "#8a2f8f", "#7a5a00", "#0f7f86", "#a3204f", "#555c66")
GROUPS_DARK = ("#83b4ff", "#ffb07a", "#7fd6a0", "#e3a3ea", "#f0c76f", "#7fdfe6", "#ff9fbf", "#b5bcc6")
LABELLED = 300
"""Nodes, the most talked of first, that may have their names written."""
LARGE = 1500
"""Ties from which a picture that moves is drawn without smooth edges and dashes, and with fewer names."""
_LABELLED_MOVING = 80
_ROOM = 6.0
_ROOMY = 200
"""Nodes up to which dots have their full size."""
_LONGEST = 34
"""Characters of a name that are written; the whole stands in the table, the tool tip and what is said."""


@dataclass
class Picture:
    """A drawing made ready: what is drawn with one pen lies together. group: dot -> which group's colour."""

    drawing: Drawing
    group: Mapping[int, int] = field(default_factory=dict)
    lines: dict[tuple[bool, int], list[QLineF]] = field(default_factory=dict)
    most: float = 1.0
    sizes: list[float] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    neighbours: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        dots, lines = self.drawing.dots, self.drawing.lines
        self.most = max((abs(w) for _, _, w in lines), default=1.0) or 1.0
        found: dict[tuple[bool, int], list[QLineF]] = defaultdict(list)
        for a, b, weight in lines:
            found[weight < 0, self.width_of(weight)].append(QLineF(dots[a].x, dots[a].y, dots[b].x, dots[b].y))
            self.neighbours[a].add(b)
            self.neighbours[b].add(a)
        self.lines = dict(sorted(found.items(), key=lambda x: x[0][1]))
        room = max(0.35, min(1.0, sqrt(_ROOMY / max(1, len(dots)))))  # many dots are smaller, not a heap
        self.sizes = [max(4, round(room * (7 + 3 * round(log2(1 + d.said))))) for d in dots]
        self.order = sorted(range(len(dots)), key=lambda i: (-dots[i].said, dots[i].node))

    def width_of(self, weight: float) -> int:
        """Pixels of a tie."""
        return 1 + round(4 * abs(weight) / self.most)


@dataclass(frozen=True, slots=True)
class View:
    """Where the middle of the drawing lies on the screen, and how many pixels a unit takes."""

    scale: float
    x: float
    y: float

    def shown(self, x: float, y: float) -> QPointF:
        """A place of the drawing on the screen."""
        return QPointF(x * self.scale + self.x, y * self.scale + self.y)


@dataclass
class Brushes:
    """Colours and stamps of a theme. ratio: pixels of the screen for one; None on paper, where shapes are drawn."""

    theme: Theme
    ratio: float | None = 1.0
    stamps: dict[tuple[str, int, float, bool], QPixmap] = field(default_factory=dict)

    def group(self, number: int) -> QColor:
        """The colour of a group; 0 for none."""
        colours = GROUPS_DARK if self.theme.name == "dark" else GROUPS_LIGHT
        return QColor(colours[(number - 1) % len(colours)] if number else self.theme.muted)

    def mixed(self, colour: QColor, share: float) -> QColor:
        """So much of a colour over the ground."""
        ground = QColor(self.theme.surface)
        one, other = (colour.red(), colour.green(), colour.blue()), (ground.red(), ground.green(), ground.blue())
        return QColor(*(round(x * share + y * (1 - share)) for x, y in zip(one, other, strict=True)))

    def stamp(self, mode: str, group: int, across: float, faded: bool) -> QPixmap:
        """A dot as a small picture, made once."""
        key = (mode, group, across, faded)
        if key not in self.stamps:
            ratio = self.ratio or 1.0
            side = across + 4
            made = QPixmap(ceil(side * ratio), ceil(side * ratio))
            made.setDevicePixelRatio(ratio)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.shape(painter, QPointF(side / 2, side / 2), *key)
            painter.end()
            self.stamps[key] = made
        return self.stamps[key]

    def shape(self, painter: QPainter, at: QPointF, mode: str, group: int, across: float, faded: bool) -> None:
        """A dot: an actor is round, a concept is square."""
        painter.setPen(QPen(QColor(self.theme.surface), 1.5))
        painter.setBrush(self.mixed(self.group(group), 0.25 if faded else 1.0))
        half = across / 2
        if mode == "actor":
            painter.drawEllipse(at, half, half)
        else:
            painter.drawRect(QRectF(at.x() - half, at.y() - half, across, across))


def paint(
    painter: QPainter,
    picture: Picture,
    view: View,
    size: QRectF,
    brushes: Brushes,
    chosen: Collection[int] = (),
    moving: bool = False,
) -> list[QRectF]:
    """Paint it all; chosen: dots in hand, beside whose ties the others stand back. The answer is where names stand."""
    theme = brushes.theme
    painter.fillRect(size, QColor(theme.surface))
    plain = moving and len(picture.drawing.lines) > LARGE
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not plain)
    near = set(chosen)
    if len(near) == 1:
        near |= {n for c in chosen for n in picture.neighbours.get(c, ())}
    _paint_lines(painter, picture, view, brushes, chosen, plain)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_dots(painter, picture, view, size, brushes, near, chosen)
    return _paint_names(painter, picture, view, size, theme, near, _LABELLED_MOVING if plain else LABELLED)


def _paint_lines(
    painter: QPainter, picture: Picture, view: View, brushes: Brushes, chosen: Collection[int], plain: bool
) -> None:
    painter.save()
    painter.translate(view.x, view.y)
    painter.scale(view.scale, view.scale)
    dashed = not plain and len(picture.drawing.lines) <= LARGE
    for (negative, width), lines in picture.lines.items():
        share = 0.22 if chosen else 0.3 + 0.1 * width
        painter.setPen(_line_pen(brushes, negative, 1.0 if plain else width, share, dashed))
        painter.drawLines(lines)
    if chosen:
        dots, both = picture.drawing.dots, len(chosen) == 2
        for a, b, weight in picture.drawing.lines:
            if (a in chosen and b in chosen) if both else (a in chosen or b in chosen):
                painter.setPen(_line_pen(brushes, weight < 0, picture.width_of(weight), 1.0, True))
                painter.drawLine(QLineF(dots[a].x, dots[a].y, dots[b].x, dots[b].y))
    painter.restore()


def _line_pen(brushes: Brushes, negative: bool, width: float, share: float, dashed: bool) -> QPen:
    colour = QColor(brushes.theme.danger if negative else brushes.theme.muted)
    pen = QPen(brushes.mixed(colour, min(1.0, share)), width)
    pen.setCosmetic(True)
    if negative and dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    return pen


def _paint_dots(
    painter: QPainter,
    picture: Picture,
    view: View,
    size: QRectF,
    brushes: Brushes,
    near: Collection[int],
    chosen: Collection[int],
) -> None:
    inside = size.adjusted(-60, -60, 60, 60)
    for i in reversed(picture.order):
        dot = picture.drawing.dots[i]
        at = view.shown(dot.x, dot.y)
        if not inside.contains(at):
            continue
        key = (dot.node[0], picture.group.get(i, 0), picture.sizes[i], bool(near) and i not in near)
        if brushes.ratio is None:
            brushes.shape(painter, at, *key)
        else:
            half = (picture.sizes[i] + 4) / 2
            painter.drawPixmap(QPointF(at.x() - half, at.y() - half), brushes.stamp(*key))
    for i in chosen:
        dot = picture.drawing.dots[i]
        painter.setPen(QPen(QColor(brushes.theme.text), 2.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = picture.sizes[i] / 2 + 4
        painter.drawEllipse(view.shown(dot.x, dot.y), half, half)


def _paint_names(
    painter: QPainter,
    picture: Picture,
    view: View,
    size: QRectF,
    theme: Theme,
    near: Collection[int],
    most: int,
) -> list[QRectF]:
    """Names that do not meet another name, the nodes in hand and the most talked of first."""
    metrics = QFontMetricsF(painter.font())
    halo, text = QColor(theme.surface), QColor(theme.text)
    taken = _Room(metrics.height() * 4)
    for i in picture.order[:most]:  # a name covers no dot either
        at, half = view.shown(picture.drawing.dots[i].x, picture.drawing.dots[i].y), picture.sizes[i] / 2
        if size.contains(at):
            taken.take(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half))
    dots = len(taken.boxes)
    for i in _first(picture, near)[:most]:
        dot = picture.drawing.dots[i]
        at = view.shown(dot.x, dot.y)
        if not size.contains(at):
            continue
        name = shortened(dot.node[1])
        width = metrics.horizontalAdvance(name)
        for box in _beside(at, picture.sizes[i] / 2 + _ROOM, width, metrics.height()):
            if size.contains(box) and taken.free(box):
                taken.take(box)
                painter.fillRect(box.adjusted(-1, 0, 1, 0), halo)
                painter.setPen(text)
                painter.drawText(QPointF(box.left(), box.bottom() - metrics.descent()), name)
                break
    return taken.boxes[dots:]


class _Room:
    """Boxes that are taken, by cells of a grid, so that one asks for a few of them alone."""

    def __init__(self, cell: float) -> None:
        self._cell = cell
        self._cells: dict[tuple[int, int], list[QRectF]] = defaultdict(list)
        self.boxes: list[QRectF] = []

    def _over(self, box: QRectF) -> Iterator[tuple[int, int]]:
        for column in range(int(box.left() // self._cell), int(box.right() // self._cell) + 1):
            for row in range(int(box.top() // self._cell), int(box.bottom() // self._cell) + 1):
                yield column, row

    def free(self, box: QRectF) -> bool:
        return not any(box.intersects(other) for cell in self._over(box) for other in self._cells.get(cell, ()))

    def take(self, box: QRectF) -> None:
        self.boxes.append(box)
        for cell in self._over(box):
            self._cells[cell].append(box)


def _first(picture: Picture, near: Collection[int]) -> list[int]:
    if not near:
        return picture.order
    return [i for i in picture.order if i in near]


def _beside(at: QPointF, away: float, width: float, height: float) -> tuple[QRectF, ...]:
    """Places for a name: right of its dot, left, under it, above it."""
    return (
        QRectF(at.x() + away, at.y() - height / 2, width, height),
        QRectF(at.x() - away - width, at.y() - height / 2, width, height),
        QRectF(at.x() - width / 2, at.y() + away, width, height),
        QRectF(at.x() - width / 2, at.y() - away - height, width, height),
    )


def shortened(name: str) -> str:
    """A name as it is written beside its dot."""
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"


def fitted(picture: Picture, width: float, height: float, margin: float = 46.0) -> View:
    """All of the drawing in view."""
    dots = picture.drawing.dots
    xs, ys = [d.x for d in dots] or [0.0], [d.y for d in dots] or [0.0]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    ratios = [(width - 2 * margin) / wide if wide else None, (height - 2 * margin) / high if high else None]
    scale = max(1.0, min([r for r in ratios if r is not None], default=min(width, height) / 2))
    return View(scale, width / 2 - scale * (max(xs) + min(xs)) / 2, height / 2 - scale * (max(ys) + min(ys)) / 2)
