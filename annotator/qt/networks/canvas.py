"""The drawn network: dragged and zoomed by mouse and keys, every node reached by arrow keys and said."""

from __future__ import annotations

from math import atan2, hypot, pi

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from annotator.domain.networks import Network
from annotator.qt.networks.painting import Brushes, Picture, View, fitted, paint
from annotator.qt.toolkit.announcing import announce
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import tr
from annotator.services.networks.drawing import Drawing

NOTHING = Drawing((), (), Network((), (), {}, False, 0))
_ARROWS = {
    Qt.Key.Key_Right: 0.0,
    Qt.Key.Key_Down: pi / 2,
    Qt.Key.Key_Left: pi,
    Qt.Key.Key_Up: -pi / 2,
}
_STEP = 60
_NEAR = 6.0
_ZOOM = 1.25
_REST = 180
"""Milliseconds without a move after which a large picture is drawn smoothly."""
_LEAST, _MOST = 20.0, 40_000.0


class NetworkCanvas(QWidget):
    """chosen: no dot, one (a node), or two (a tie)."""

    taken = Signal(object)
    """A tuple of dots: what a person took in hand."""
    entered = Signal()
    """Return was pressed: what stands behind it is wanted."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._brushes = Brushes(theme)
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(_REST)
        self._still.timeout.connect(self.update)
        self.picture = Picture(NOTHING)
        self.view = View(1.0, 0.0, 0.0)
        self.chosen: tuple[int, ...] = ()
        self.instead = ""
        """What is said where there is nothing to draw."""
        self._moved = False
        self._grip: QPointF | None = None
        self._dragged = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Network"))
        self.setAccessibleDescription(
            tr("Arrow keys go from node to node, Return lists its statements; the tables beside have the same")
        )

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.theme, self._brushes = theme, Brushes(theme)
        self.update()

    def show_drawing(self, drawing: Drawing, groups: dict[int, int] | None = None) -> None:
        """Another network; what is in hand stays so where it is there, and the view stays where it was moved."""
        held = [self.picture.drawing.dots[i].node for i in self.chosen]
        self.picture = Picture(drawing, groups or {})
        place = {d.node: i for i, d in enumerate(drawing.dots)}
        self.chosen = tuple(place[n] for n in held if n in place) if all(n in place for n in held) else ()
        if not self._moved:
            self.fit()
        self.update()

    def show_groups(self, groups: dict[int, int]) -> None:
        """Colours of groups, once they are known."""
        self.picture.group = groups
        self.update()

    def choose(self, chosen: tuple[int, ...]) -> None:
        """Take a node or a tie in hand, and bring it into view."""
        self.chosen = chosen
        inside = QRectF(self.rect()).adjusted(30, 30, -30, -30)
        at = [self._at(i) for i in chosen]
        if at and not all(inside.contains(p) for p in at):
            middle = QPointF(sum(p.x() for p in at) / len(at), sum(p.y() for p in at) / len(at))
            shift = inside.center() - middle
            self._show(View(self.view.scale, self.view.x + shift.x(), self.view.y + shift.y()))
        self.update()

    def fit(self) -> None:
        """All of it in view."""
        self._moved = False
        self.view = fitted(self.picture, self.width(), self.height())
        self.update()

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Nearer or further, about a point of the screen."""
        about = about or QPointF(self.rect().center())
        scale = max(_LEAST, min(_MOST, self.view.scale * factor))
        factor = scale / self.view.scale
        self._show(
            View(scale, about.x() + (self.view.x - about.x()) * factor, about.y() + (self.view.y - about.y()) * factor)
        )

    def _show(self, view: View) -> None:
        self.view, self._moved = view, True
        self._still.start()
        self.update()

    def _at(self, dot: int) -> QPointF:
        d = self.picture.drawing.dots[dot]
        return self.view.shown(d.x, d.y)

    # what is where

    def under(self, at: QPointF) -> tuple[int, ...]:
        """The dot at a point of the screen, else the two ends of the line there, else nothing."""
        best: tuple[float, int] | None = None
        for i, size in enumerate(self.picture.sizes):
            shown = self._at(i)
            away = hypot(shown.x() - at.x(), shown.y() - at.y()) - size / 2
            if away <= _NEAR and (best is None or away < best[0]):
                best = (away, i)
        if best is not None:
            return (best[1],)
        nearest: tuple[float, tuple[int, int]] | None = None
        for a, b, _ in self.picture.drawing.lines:
            away = _from_line(at, self._at(a), self._at(b))
            if away <= _NEAR and (nearest is None or away < nearest[0]):
                nearest = (away, (a, b))
        return nearest[1] if nearest is not None else ()

    def words(self, chosen: tuple[int, ...]) -> str:
        """A node or tie as it is said."""
        dots = self.picture.drawing.dots
        if len(chosen) == 1:
            dot = dots[chosen[0]]
            kind = tr("actor") if dot.node[0] == "actor" else tr("concept")
            ties = len(self.picture.neighbours.get(chosen[0], ()))
            told = tr("{name}, {kind}: {n} statements, {ties} ties", name=dot.node[1], kind=kind, n=dot.said, ties=ties)
            group = self.picture.group.get(chosen[0])
            return f"{told}, {tr('group {n}', n=group)}" if group else told
        if len(chosen) == 2:
            one, other = (dots[i].node[1] for i in chosen)
            weight = self.picture.drawing.network.cells.get((one, other), 0.0)
            return tr("{one} – {other}: {weight}", one=one, other=other, weight=f"{weight:g}")
        return ""

    def _take(self, chosen: tuple[int, ...]) -> None:
        self.choose(chosen)
        self.taken.emit(chosen)
        announce(self, self.words(chosen))

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to the next node in that direction, with Ctrl they move the picture."""
        key, held = Qt.Key(event.key()), event.modifiers()
        if key in _ARROWS and held & Qt.KeyboardModifier.ControlModifier:
            way = {Qt.Key.Key_Right: (-1, 0), Qt.Key.Key_Left: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}
            x, y = way[key]
            self._show(View(self.view.scale, self.view.x + x * _STEP, self.view.y + y * _STEP))
        elif key in _ARROWS:
            self._step(_ARROWS[key])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / _ZOOM)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.picture.order:
            self._take((self.picture.order[0 if key == Qt.Key.Key_Home else -1],))
        elif key == Qt.Key.Key_Escape and self.chosen:
            self._take(())
        else:
            super().keyPressEvent(event)

    def _step(self, way: float) -> None:
        """Take the nearest node in a direction; the most talked of where none is in hand."""
        if not self.picture.order:
            return
        if not self.chosen:
            self._take((self.picture.order[0],))
            return
        here = self._at(self.chosen[0])
        best: tuple[float, int] | None = None
        for i in range(len(self.picture.drawing.dots)):
            there = self._at(i) - here
            away = hypot(there.x(), there.y())
            if i in self.chosen or away == 0:
                continue
            turn = abs((atan2(there.y(), there.x()) - way + pi) % (2 * pi) - pi)
            if turn < pi / 3 and (best is None or away * (1 + turn) < best[0]):
                best = (away * (1 + turn), i)
        if best is not None:
            self._take((best[1],))

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press takes hold of the picture, or takes what is under it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A drag moves the picture."""
        if self._grip is None:
            return
        way = event.position() - self._grip
        if not self._dragged and way.manhattanLength() < 4:
            return
        self._dragged, self._grip = True, event.position()
        self._show(View(self.view.scale, self.view.x + way.x(), self.view.y + way.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Without a drag, what is under the mouse is taken."""
        if self._grip is not None and not self._dragged:
            self._take(self.under(event.position()))
        self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On nothing: all of it in view; on a node or tie: its statements."""
        if self.under(event.position()):
            self.entered.emit()
        else:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer or further, about the mouse."""
        turned = event.angleDelta().y() or event.pixelDelta().y()
        if turned:
            self.zoom(1.0015**turned, event.position())
            event.accept()

    def event(self, event: QEvent) -> bool:
        """A tool tip says what is under the mouse in full."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            words = self.words(self.under(QPointF(event.pos())))
            QToolTip.showText(event.globalPos() if words else QPoint(), words, self)
            return True
        return super().event(event)

    # painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The whole stays in view until it is moved by hand."""
        if not self._moved:
            self.fit()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The network, and a frame where the keys go."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        if not self.picture.drawing.dots:
            painter.fillRect(area, QColor(self.theme.surface))
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.instead)
        else:
            if self._brushes.ratio != self.devicePixelRatioF():
                self._brushes = Brushes(self.theme, self.devicePixelRatioF())
            paint(painter, self.picture, self.view, area, self._brushes, self.chosen, self._still.isActive())
        if self.hasFocus():
            painter.setPen(QColor(self.theme.accent))
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()


def _from_line(at: QPointF, one: QPointF, other: QPointF) -> float:
    """How far a point is from a stretch of line."""
    x, y = other.x() - one.x(), other.y() - one.y()
    length = x * x + y * y
    if not length:
        return hypot(at.x() - one.x(), at.y() - one.y())
    along = max(0.0, min(1.0, ((at.x() - one.x()) * x + (at.y() - one.y()) * y) / length))
    return hypot(at.x() - one.x() - along * x, at.y() - one.y() - along * y)
