"""The drawn network: 2,000 nodes and 10,000 ties moved, at rest, laid out and measured."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from annotator.domain.networks import Network
from annotator.graphs.layout import places
from annotator.qt.networks.canvas import NetworkCanvas
from annotator.qt.networks.painting import Brushes, Picture, fitted, paint
from annotator.qt.toolkit.theme import LIGHT
from annotator.services.networks.drawing import Dot, Drawing
from tests.bench.timing import Figure, timed

NODES, TIES = 2_000, 10_000
SIZE = (1000, 700)


def network() -> tuple[list[str], list[tuple[int, int, float]]]:
    """Communities of a hundred, most ties within them."""
    chance = random.Random(5)
    names = [f"Office of something {n}" for n in range(NODES)]
    ties: dict[tuple[int, int], float] = {}
    while len(ties) < TIES:
        a = chance.randrange(NODES)
        b = chance.randrange(NODES) if chance.random() < 0.2 else a // 100 * 100 + chance.randrange(100)
        if a != b:
            ties[min(a, b), max(a, b)] = chance.choice((1.0, 1.0, 2.0, 4.0, -1.0))
    return names, [(a, b, w) for (a, b), w in ties.items()]


def measure(folder: Path) -> Iterator[Figure]:
    """A frame while it moves and at rest, against Qt drawing the same lines and dots with one pen each."""
    app = QApplication.instance() or QApplication([])
    names, ties = network()
    yield Figure(f"lay out {NODES} nodes, {TIES} ties", timed(lambda: places(names, ties), 2), _layout_floor())
    at = places(names, ties)
    dots = tuple(Dot(("actor", n), *at[i], 1 + i % 40) for i, n in enumerate(names))
    drawing = Drawing(dots, tuple(ties), Network((), (), {}, False, 0))
    picture = Picture(drawing, {i: 1 + i // 100 % 8 for i in range(NODES)})
    view, area, brushes = fitted(picture, *SIZE), QRectF(0, 0, *SIZE), Brushes(LIGHT)
    image = QImage(*SIZE, QImage.Format.Format_RGB32)

    def frame(moving: bool) -> None:
        painter = QPainter(image)
        paint(painter, picture, view, area, brushes, moving=moving)
        painter.end()

    frame(True)
    floor = _drawing_floor(picture, image)
    yield Figure(f"frame of {NODES} nodes, {TIES} ties, moving", timed(lambda: frame(True), 15), floor)
    yield Figure(f"frame of {NODES} nodes, {TIES} ties, at rest", timed(lambda: frame(False), 8), floor)
    canvas = NetworkCanvas(LIGHT)
    canvas.resize(*SIZE)
    canvas.show_drawing(drawing)
    yield Figure(f"what is under the mouse among {TIES} ties", timed(lambda: canvas.under(QPointF(500, 350)), 8), 0.0)
    canvas.deleteLater()
    assert app is not None


def _drawing_floor(picture: Picture, image: QImage) -> float:
    """Qt alone: all lines with one pen without smooth edges, all dots with another."""
    view = fitted(picture, *SIZE)
    dots = [view.shown(d.x, d.y) for d in picture.drawing.dots]
    lines = [QLineF(dots[a], dots[b]) for a, b, _ in picture.drawing.lines]

    def work() -> None:
        painter = QPainter(image)
        painter.fillRect(QRectF(0, 0, *SIZE), Qt.GlobalColor.white)
        painter.setPen(QPen(QColor("#888888"), 1))
        painter.drawLines(lines)
        painter.setPen(QPen(QColor("#1d5bb8"), 8))
        painter.drawPoints(dots)
        painter.end()

    return statistics.median(timed(work, 8))


def _layout_floor() -> float:
    """The distances of all pairs of nodes, as often as the layout has rounds, by numpy alone."""
    at = np.random.default_rng(1).random((2, NODES), dtype=np.float32)

    def work() -> None:
        for _ in range(80):
            for start in range(0, NODES, 30):
                dx = at[0][start : start + 30, None] - at[0][None, :]
                dy = at[1][start : start + 30, None] - at[1][None, :]
                np.hypot(dx, dy)

    return statistics.median(timed(work, 1))
