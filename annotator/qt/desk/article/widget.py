"""The widget: scrolling, selecting, hitting labels. Painting is in `painting`, keys are in `keys`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from annotator.qt.desk.article import keys, painting, words
from annotator.qt.desk.article.labels import Segment, SurfaceLabel, stack
from annotator.qt.desk.article.paragraphs import Paragraph
from annotator.qt.theme import LIGHT, Theme, reading_family
from annotator.qt.words import tr

COLUMN = 720
"""The widest column of text, in pixels at the usual size; longer lines are hard to read."""
MARGIN = 28
GRIP = 7


class TextSurface(QAbstractScrollArea):
    """Shows one text with labels. All positions are code points of that text."""

    selection_changed = Signal()
    label_activated = Signal(str)
    """A label was clicked or stepped to; an empty string where the click hit none."""
    boundary_dragged = Signal(str, int, int, int)
    """Label id, number of its fragment, new start, new end: a grip was let go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # The text is read-only: an input method has nothing to compose here, and would swallow hotkeys.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Article"))
        self.theme: Theme = LIGHT
        self.text = ""
        self.paragraphs: list[Paragraph] = []
        self.current: str | None = None
        self.linked: Mapping[str, str] = {}
        self._zones: tuple[tuple[str, int, int], ...] = ()
        self._labels: dict[str, SurfaceLabel] = {}
        self._starts: list[int] = []
        self._tops: list[float] = [0.0]
        self._size = 17
        self._anchor = self._caret = 0
        self._wanted_x: float | None = None
        self._dragging = False
        self._press: QPoint | None = None
        self._clicks = 0
        self._grip: tuple[str, int, bool] | None = None
        self._scroller = QTimer(self, interval=40)
        self._scroller.timeout.connect(self._scroll_while_dragging)
        self.verticalScrollBar().setSingleStep(24)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.viewport().update())

    # what the desk asks

    def set_text(self, text: str, zones: Sequence[tuple[str, int, int]] = ()) -> None:
        """Show another text, without labels, from its beginning."""
        self.text = text
        self._zones = tuple(zones)
        self._labels = {}
        self.current, self.linked = None, {}
        self._anchor = self._caret = 0
        self._make_paragraphs()
        self.verticalScrollBar().setValue(0)
        self.selection_changed.emit()

    def set_labels(self, labels: Iterable[SurfaceLabel]) -> None:
        """Show these labels and no others."""
        self._labels = {a.id: a for a in labels}
        self._index_all()
        self.viewport().update()

    def update_labels(self, changed: Iterable[SurfaceLabel], removed: Iterable[str] = ()) -> None:
        """Add or replace some labels and take others away; repaints the paragraphs concerned."""
        touched: set[int] = set()
        for key in removed:
            old = self._labels.pop(key, None)
            if old is not None:
                touched |= self._take_out(old)
        for label in changed:
            old = self._labels.get(label.id)
            if old is not None:
                touched |= self._take_out(old)
            self._labels[label.id] = label
            touched |= self._put_in(label)
        for index in touched:
            self.paragraphs[index].forget_lanes()
            self._repaint(index)

    def label(self, key: str) -> SurfaceLabel | None:
        """A label that is shown."""
        return self._labels.get(key)

    def set_current(self, key: str | None) -> None:
        """Give one label an outline and grips."""
        before, self.current = self.current, key
        for one in {before, key}:
            if one is not None and one in self._labels:
                for index in self._touched(self._labels[one]):
                    self._repaint(index)
        shown = self._labels.get(key or "")
        self.setAccessibleDescription("" if shown is None else f"{shown.caption}: {self.text[shown.start : shown.end]}")

    def set_linked(self, captions: Mapping[str, str]) -> None:
        """Give labels that are tied to the current one an outline and a caption (id -> words)."""
        self.linked = dict(captions)
        self.viewport().update()

    def set_theme(self, theme: Theme, size: int) -> None:
        """Colours and the size of letters in pixels."""
        self.theme = theme
        place = self.first_visible()
        self._size = size
        self._make_paragraphs()
        self._index_all()
        self.reveal(place, place, at_top=True)

    @property
    def text_size(self) -> int:
        """Pixels of a letter."""
        return self._size

    def selection(self) -> tuple[int, int] | None:
        """The selected range, None where nothing is."""
        if self._anchor == self._caret:
            return None
        return min(self._anchor, self._caret), max(self._anchor, self._caret)

    def set_selection(self, start: int, end: int) -> None:
        """Select a range; the caret is at its end."""
        self.move_caret(start, keep=False)
        self.move_caret(end, keep=True)

    def clear_selection(self) -> None:
        """Leave the caret where it is, with nothing selected."""
        self.move_caret(self._caret, keep=False)

    def caret(self) -> int:
        """Where the caret is."""
        return self._caret

    def move_caret(self, position: int, keep: bool, keep_x: bool = False) -> None:
        """Put the caret between two characters; `keep` extends the selection to there."""
        position = min(max(position, 0), len(self.text))
        self._caret = position
        if not keep:
            self._anchor = position
        if not keep_x:
            self._wanted_x = None
        self.viewport().update()
        self.selection_changed.emit()

    def labels_at(self, position: int) -> list[str]:
        """Ids of the labels on a character, the smallest first."""
        if not self.paragraphs:
            return []
        here = {s.label.id: s.label for s in self.paragraphs[self._paragraph_of(position)].segments}
        return stack(list(here.values()), position)

    def step_label(self, direction: int) -> None:
        """Go to the next (1) or previous (-1) label in reading order."""
        order = sorted(self._labels.values(), key=lambda a: (a.start, -a.end, a.id))
        if not order:
            return
        ids = [a.id for a in order]
        if self.current in ids:
            place = (ids.index(self.current) + direction) % len(ids)
        else:
            after = [i for i, a in enumerate(order) if a.start >= self._caret]
            place = (after[0] if after else 0) if direction > 0 else (after[0] - 1 if after else len(ids) - 1)
        self.label_activated.emit(ids[place])

    def reveal(self, start: int, end: int, at_top: bool = False) -> None:
        """Scroll so far that a range is seen with some text around it."""
        if not self.paragraphs:
            return
        top, bottom = self._line_span(start), self._line_span(max(start, end - 1))
        bar, height = self.verticalScrollBar(), self.viewport().height()
        room = min(80, height // 4)
        if at_top:
            bar.setValue(int(top[0]) - 4)
        elif top[0] < bar.value() + 4 or bottom[1] > bar.value() + height - 4:
            from_top = bottom[1] - top[0] > height - 2 * room or top[0] < bar.value() + 4
            bar.setValue(int(top[0]) - room if from_top else int(bottom[1]) - height + room)
        self._settle()
        self.viewport().update()

    def first_visible(self) -> int:
        """The code point at the top of what is seen."""
        if not self.paragraphs:
            return 0
        return self._position_at(QPointF(self._left(), 4))

    def point_of(self, position: int) -> QPoint:
        """Where a position is in the viewport, at the middle of its line: for tests and pop-ups."""
        index = self._paragraph_of(position)
        p = self.paragraphs[index]
        self._ensure(index)
        number = p.line_of(position - p.start)
        x = p.x_of(position - p.start, p.line(number))
        y = self._tops[index] + number * p.pitch + self._letters(p) / 2 - self.verticalScrollBar().value()
        return QPoint(round(self._left() + x), round(y))

    # making and measuring

    def _make_paragraphs(self) -> None:
        body, title = QFont(reading_family()), QFont(reading_family())
        body.setPixelSize(self._size)
        title.setPixelSize(round(self._size * 1.5))
        title.setBold(True)
        heads = [(s, e) for zone, s, e in self._zones if zone == "title"]
        body_pitch, title_pitch = self._pitch(body), self._pitch(title)
        self.paragraphs = []
        place = 0
        for line in self.text.split("\n"):
            in_title = any(s <= place < e for s, e in heads)
            font, pitch = (title, title_pitch) if in_title else (body, body_pitch)
            # an empty line between paragraphs is room, not a line of its own
            pitch = pitch if line else body_pitch * 0.45
            self.paragraphs.append(Paragraph(line, place, font, pitch, 0.0))
            place += len(line) + 1
        self._starts = [p.start for p in self.paragraphs]
        self._estimate()

    @staticmethod
    def _pitch(font: QFont) -> float:
        return float(round(QFontMetricsF(font).height() * 1.12 + painting.LANE_ROOM))

    def _letters(self, p: Paragraph) -> float:
        return QFontMetricsF(p.font).height()

    def _estimate(self) -> None:
        width = self._width()
        body = QFont(reading_family())
        body.setPixelSize(self._size)
        character = QFontMetricsF(body).averageCharWidth()
        for p in self.paragraphs:
            p.estimate(width, character)
        self._stack_up()
        self._settle()

    def _stack_up(self) -> None:
        self._tops = list(accumulate((p.height for p in self.paragraphs), initial=float(MARGIN)))
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, int(self._tops[-1]) + MARGIN * 2 - self.viewport().height()))
        bar.setPageStep(self.viewport().height())

    def _width(self) -> float:
        column = COLUMN * max(1.0, self._size / 17)
        return max(120.0, min(column, float(self.viewport().width() - 2 * MARGIN)))

    def _left(self) -> float:
        return max(float(MARGIN), (self.viewport().width() - self._width()) / 2)

    def _paragraph_of(self, position: int) -> int:
        return max(0, bisect_right(self._starts, position) - 1)

    def _ensure(self, index: int) -> bool:
        """Lay a paragraph out; whether its height changed."""
        p = self.paragraphs[index]
        before = p.height
        p.lay_out(self._width())
        if p.height == before:
            return False
        delta = p.height - before
        above = self._tops[index] + before <= self.verticalScrollBar().value()
        self._stack_up()
        if above:  # what is seen must not jump
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + round(delta))
        return True

    def _settle(self) -> None:
        """Lay out everything that is seen."""
        if not self.paragraphs:
            return
        for _ in range(50):
            first, last = self._visible()
            changed = [self._ensure(i) for i in range(first, last + 1)]
            if True not in changed:
                return

    def _visible(self) -> tuple[int, int]:
        top = self.verticalScrollBar().value()
        first = max(0, bisect_right(self._tops, top) - 1)
        last = max(0, bisect_right(self._tops, top + self.viewport().height()) - 1)
        limit = len(self.paragraphs) - 1
        return min(first, limit), min(last, limit)

    def _line_span(self, position: int) -> tuple[float, float]:
        index = self._paragraph_of(position)
        self._ensure(index)
        p = self.paragraphs[index]
        top = self._tops[index] + p.line_of(position - p.start) * p.pitch
        return top, top + p.pitch

    # labels by paragraph

    def _touched(self, label: SurfaceLabel) -> set[int]:
        found: set[int] = set()
        for start, end in label.fragments:
            found.update(range(self._paragraph_of(start), self._paragraph_of(max(start, end - 1)) + 1))
        return found

    def _put_in(self, label: SurfaceLabel) -> set[int]:
        touched: set[int] = set()
        for number, (start, end) in enumerate(label.fragments):
            for index in range(self._paragraph_of(start), self._paragraph_of(max(start, end - 1)) + 1):
                p = self.paragraphs[index]
                a, b = max(start - p.start, 0), min(end - p.start, len(p.text))
                if a < b:
                    first = number == 0 and start >= p.start
                    last = number == len(label.fragments) - 1 and end <= p.start + len(p.text)
                    p.segments.append(Segment(label, number, a, b, first, last))
                    touched.add(index)
        return touched

    def _take_out(self, label: SurfaceLabel) -> set[int]:
        touched = self._touched(label)
        for index in touched:
            p = self.paragraphs[index]
            p.segments = [s for s in p.segments if s.label.id != label.id]
        return touched

    def _index_all(self) -> None:
        for p in self.paragraphs:
            p.segments = []
            p.forget_lanes()
        for label in self._labels.values():
            self._put_in(label)

    def _repaint(self, index: int) -> None:
        top = self._tops[index] - self.verticalScrollBar().value()
        height = self.paragraphs[index].height
        self.viewport().update(QRect(0, int(top) - 6, self.viewport().width(), int(height) + 12))

    # events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines break anew; what was at the top stays there."""
        if event.oldSize().width() != event.size().width() and self.paragraphs:
            place = self.first_visible() if event.oldSize().isValid() else 0
            self._estimate()
            if place:
                self.reveal(place, place, at_top=True)
        else:
            self._stack_up()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the paragraphs that are seen."""
        self._settle()
        painter = QPainter(self.viewport())
        painting.paint_ground(painter, self, event.rect())
        if self.paragraphs:
            first, last = self._visible()
            offset = self.verticalScrollBar().value()
            for index in range(first, last + 1):
                p = self.paragraphs[index]
                origin = QPointF(self._left(), self._tops[index] - offset)
                if origin.y() + p.height >= event.rect().top() and origin.y() <= event.rect().bottom():
                    painting.paint_paragraph(painter, self, p, origin, event.rect())
            if self.hasFocus():
                self._paint_caret(painter)
        if self.hasFocus():
            painting.paint_focus(painter, self)
        painter.end()

    def _paint_caret(self, painter: QPainter) -> None:
        if self._anchor != self._caret:
            return
        p = self.paragraphs[self._paragraph_of(self._caret)]
        point = self.point_of(self._caret)
        height = self._letters(p)
        painting.paint_caret(painter, self, QRectF(point.x() - 1, point.y() - height / 2, 2, height))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Moves and selects; everything else is left to the window's actions."""
        if not keys.handle(self, event):
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a selection, or take a grip."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position()
        self._grip = self._grip_at(point)
        if self._grip is not None:
            return
        position = self._position_at(point)
        near = self._press is not None and (event.position().toPoint() - self._press).manhattanLength() < 6
        self._clicks = self._clicks + 1 if self._clicks >= 2 and near else 1
        self._press = point.toPoint()
        if self._clicks == 3:
            p = self.paragraphs[self._paragraph_of(position)]
            self.set_selection(p.start, p.start + len(p.text))
            return
        self._dragging = True
        self.move_caret(position, keep=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select the word."""
        self._clicks = 2
        self._press = event.position().toPoint()
        found = self._character_at(event.position())
        if found is not None:
            self.set_selection(*words.word_at(self.text, found))
        self._dragging = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection, or move the boundary that is held."""
        if self._grip is not None:
            self._drag_grip(self._position_at(event.position()))
        elif self._dragging:
            self.move_caret(self._position_at(event.position()), keep=True)
            outside = not self.viewport().rect().contains(event.position().toPoint())
            if outside and not self._scroller.isActive():
                self._scroller.start()
            elif not outside:
                self._scroller.stop()
        else:
            held = self._grip_at(event.position()) is not None
            self.viewport().setCursor(Qt.CursorShape.SizeHorCursor if held else Qt.CursorShape.IBeamCursor)
            found = self._character_at(event.position())
            here = [] if found is None else self.labels_at(found)
            self.viewport().setToolTip("\n".join(self._labels[k].caption for k in here))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a selection; a click activates the label under it, and walks through a stack."""
        self._scroller.stop()
        if self._grip is not None:
            key, number, _ = self._grip
            self._grip = None
            start, end = self._labels[key].fragments[number]
            self.boundary_dragged.emit(key, number, start, end)
            return
        was, self._dragging = self._dragging, False
        if not was or self.selection() is not None:
            return
        found = self._character_at(event.position())
        here = [] if found is None else self.labels_at(found)
        if self.current in here:
            self.label_activated.emit(here[(here.index(self.current) + 1) % len(here)])
        else:
            self.label_activated.emit(here[0] if here else "")

    def copy(self) -> None:
        """Put the selected words of the stored text on the clipboard."""
        selected = self.selection()
        if selected is not None:
            QApplication.clipboard().setText(self.text[selected[0] : selected[1]])

    # hitting

    def _position_at(self, point: QPointF) -> int:
        index, local = self._local(point)
        p = self.paragraphs[index]
        return p.start + p.position_at(local.x(), local.y())

    def _character_at(self, point: QPointF) -> int | None:
        if not self.paragraphs:
            return None
        index, local = self._local(point)
        p = self.paragraphs[index]
        found = p.character_at(local.x(), local.y())
        return None if found is None or found >= len(p.text) else p.start + found

    def _local(self, point: QPointF) -> tuple[int, QPointF]:
        y = point.y() + self.verticalScrollBar().value()
        index = min(max(0, bisect_right(self._tops, y) - 1), len(self.paragraphs) - 1)
        self._ensure(index)
        return index, QPointF(point.x() - self._left(), y - self._tops[index])

    def _grip_at(self, point: QPointF) -> tuple[str, int, bool] | None:
        label = self._labels.get(self.current or "")
        if label is None:
            return None
        for number, (start, end) in enumerate(label.fragments):
            for position, at_start in ((start, True), (end, False)):
                place = self.point_of(position)
                tall = self._letters(self.paragraphs[self._paragraph_of(position)])
                if abs(point.x() - place.x()) <= GRIP and 0 <= point.y() - place.y() <= tall:
                    return label.id, number, at_start
        return None

    def _drag_grip(self, position: int) -> None:
        assert self._grip is not None
        key, number, at_start = self._grip
        label = self._labels[key]
        fragments = list(label.fragments)
        start, end = fragments[number]
        low = fragments[number - 1][1] + 1 if number else 0
        high = fragments[number + 1][0] - 1 if number + 1 < len(fragments) else len(self.text)
        if at_start:
            start = min(max(position, low), end - 1)
        else:
            end = max(min(position, high), start + 1)
        fragments[number] = (start, end)
        self.update_labels(
            [SurfaceLabel(label.id, label.layer, tuple(fragments), label.colour, label.caption, label.pattern)]
        )

    def _scroll_while_dragging(self) -> None:
        point = self.viewport().mapFromGlobal(self.cursor().pos())
        bar = self.verticalScrollBar()
        if point.y() < 0:
            bar.setValue(bar.value() + max(-60, point.y()))
        elif point.y() > self.viewport().height():
            bar.setValue(bar.value() + min(60, point.y() - self.viewport().height()))
        else:
            return
        self.move_caret(self._position_at(QPointF(point)), keep=True)

    # vertical moves, for the keys

    def position_on_line(self, delta_lines: float) -> int:
        """The position so many lines down (or up) from the caret, at the column where the walk began."""
        index = self._paragraph_of(self._caret)
        p = self.paragraphs[index]
        self._ensure(index)
        number = p.line_of(self._caret - p.start)
        if self._wanted_x is None:
            self._wanted_x = p.x_of(self._caret - p.start, p.line(number))
        step = 1 if delta_lines > 0 else -1
        for _ in range(abs(int(delta_lines))):
            number += step
            while not 0 <= number < max(1, self.paragraphs[index].line_count()) or not self.paragraphs[index].text:
                index += step
                if not 0 <= index < len(self.paragraphs):
                    return 0 if step < 0 else len(self.text)
                self._ensure(index)
                number = 0 if step > 0 else self.paragraphs[index].line_count() - 1
        p = self.paragraphs[index]
        return p.start + p.position_at(self._wanted_x, number * p.pitch + 1)

    def line_ends(self) -> tuple[int, int]:
        """Start and end of the line that holds the caret."""
        index = self._paragraph_of(self._caret)
        p = self.paragraphs[index]
        self._ensure(index)
        line = p.line(p.line_of(self._caret - p.start))
        end = p.map.to_cp(line.textStart() + line.textLength())
        text = p.text[:end]
        return p.start + p.map.to_cp(line.textStart()), p.start + len(text.rstrip(" ") if end < len(p.text) else text)

    def lines_on_a_page(self) -> int:
        """How many lines are seen at once."""
        p = self.paragraphs[self._paragraph_of(self._caret)]
        return max(1, int(self.viewport().height() / max(1.0, p.pitch)) - 1)
