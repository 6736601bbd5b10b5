"""The whole article as a strip beside the text: a mark for every label and note, to see and to jump by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QWidget

from annotator.qt.reading import SurfaceLabel, TextSurface
from annotator.qt.toolkit.theme import LIGHT, Theme
from annotator.qt.toolkit.words import tr

WIDTH = 30
SLOTS = 320
COLUMN = 5.0
LATER_MS = 150


class MarginMarks(QWidget):
    """One column a layer; a click goes to that part of the article."""

    jumped = Signal(int)
    """A code point."""

    def __init__(self, surface: TextSurface, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._surface = surface
        self._theme: Theme = LIGHT
        self._places: dict[str, tuple[int, str, str]] = {}
        self._counts: Counter[tuple[int, str, str]] = Counter()
        self._counted = False
        """Whether labels are counted as they are now."""
        self._columns: dict[str, int] = {}
        self.setFixedWidth(WIDTH)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Overview of the article's labels"))
        self.setToolTip(tr("Where labels and notes are; click to go there"))
        self._ticks: QPixmap | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._renew)
        surface.verticalScrollBar().valueChanged.connect(lambda _v: self.update())

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 200)

    def set_theme(self, theme: Theme) -> None:
        """Colours."""
        self._theme = theme
        self._renew()

    def set_columns(self, layers: Iterable[str]) -> None:
        """The layers from left to right; the fifth and later ones share the last column."""
        self._columns = {key: min(i, 4) for i, key in enumerate(layers)}

    def reload(self) -> None:
        """Count all labels of the surface anew, once the text is painted."""
        self._counted = False
        self._places, self._counts = {}, Counter()
        self._ticks = None
        self._later.start(0)
        self.update()

    def change(self, changed: Iterable[SurfaceLabel], removed: Iterable[str]) -> None:
        """Count new, changed and gone labels."""
        if not self._counted:
            return
        fresh = list(changed)
        for key in (*removed, *(x.id for x in fresh)):
            old = self._places.pop(key, None)
            if old is not None:
                self._counts[old] -= 1
                if not self._counts[old]:
                    del self._counts[old]
        for x in fresh:
            place = self._places[x.id] = self._place(x)
            self._counts[place] += 1
        self._later.start(LATER_MS)  # not on the way of the label

    def show_notes(self) -> None:
        """Mark the notes of the surface anew."""
        self._ticks = None
        self.update()

    def _count(self) -> None:
        self._places = {x.id: self._place(x) for x in self._surface.index.by_id.values() if x.fragments}
        self._counts = Counter(self._places.values())
        self._counted = True

    def _place(self, x: SurfaceLabel) -> tuple[int, str, str]:
        return x.start * SLOTS // max(1, len(self._surface.text)), x.layer, x.colour

    def _y(self, slot: float) -> float:
        return 4 + (self.height() - 8) * slot / SLOTS

    def _renew(self) -> None:
        if not self._counted:
            self._count()
        self._ticks = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._ticks = None

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._ticks is None:
            self._ticks = self._drawn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t, length = self._theme, max(1, len(self._surface.text))
        painter.fillRect(self.rect(), QColor(t.surface))
        low, high = self._surface.visible_range()
        top, bottom = self._y(low * SLOTS / length), self._y(high * SLOTS / length)
        painter.setPen(QPen(QColor(t.border), 1))
        painter.setBrush(QColor(t.hover))
        painter.drawRoundedRect(QRectF(0.5, top - 1, WIDTH - 2, max(6.0, bottom - top + 2)), 3, 3)
        painter.drawPixmap(0, 0, self._ticks)
        painter.end()

    def _drawn(self) -> QPixmap:
        """All marks on nothing: made anew only when labels changed."""
        t, length, ratio = self._theme, max(1, len(self._surface.text)), self.devicePixelRatioF()
        made = QPixmap(round(WIDTH * ratio), max(1, round(self.height() * ratio)))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        pitch = (self.height() - 8) / SLOTS
        high_px = max(2.0, pitch)
        by_colour: dict[str, list[QRectF]] = {}
        for slot, layer, colour in self._counts:
            x = 2 + COLUMN * self._columns.get(layer, 4)
            by_colour.setdefault(colour, []).append(QRectF(x, 4 + pitch * slot, COLUMN - 1, high_px))
        for colour, boxes in by_colour.items():
            painter.setBrush(QColor(colour))
            painter.drawRects(boxes)
        painter.setBrush(QColor(t.warning))
        for _, start, _, settled in self._surface.notes:
            if not settled:
                y = self._y(start * SLOTS / length)
                points = [QPointF(WIDTH - 5, y - 3), QPointF(WIDTH - 2, y), QPointF(WIDTH - 5, y + 3)]
                painter.drawPolygon(QPolygonF([*points, QPointF(WIDTH - 8, y)]))
        painter.end()
        return made

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._jump(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._jump(event)

    def _jump(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            share = (event.position().y() - 4) / max(1, self.height() - 8)
            length = len(self._surface.text)
            self.jumped.emit(min(max(0, int(share * length)), length))
