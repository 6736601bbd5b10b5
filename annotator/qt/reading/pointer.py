"""What the mouse means: a click on a label, a selection, or a pulled boundary."""

from __future__ import annotations

from time import monotonic
from typing import Literal

from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QMouseEvent

from annotator.domain.passages import is_unspaced
from annotator.qt.reading.labels import SurfaceLabel
from annotator.qt.reading.lanes import LANES
from annotator.qt.reading.layout import LANE_PX, Hit, ParagraphLayout
from annotator.qt.reading.overlays import note_at
from annotator.qt.reading.painting import KNOB_PX, lane_y, stretches
from annotator.qt.reading.selecting import word_at
from annotator.qt.reading.surface import Surface
from annotator.qt.reading.text_transfer import for_qt

DRAG_PX = 3.0
SAME_PLACE_PX = 4.0
SCROLL_MS = 30

Mode = Literal["", "press", "characters", "whole words", "words", "paragraphs", "boundary"]


# Over 300 lines: press, move, double click and release are one state machine. Each of them reads and sets the same few
# variables, and what a release means depends on the press before it.
class Pointer:
    """The mouse's state between press and release, for one surface."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._mode: Mode = ""
        self._pressed_at = QPointF()
        self._last = QPointF()
        self._letters = False
        """Whether a drag takes letters, not whole words."""
        self._loose = False
        """Whether it takes letters because the codebook says so, not the hand."""
        self._origin = (0, 0)
        self._boundary: tuple[int, bool] = (0, True)
        self._double_at: tuple[float, QPointF] | None = None
        self._walked: tuple[QPointF, list[str], int] | None = None
        self._timer = QTimer(surface)
        self._timer.setInterval(SCROLL_MS)
        self._timer.timeout.connect(self.scroll_on)

    def reset(self) -> None:
        """Forget what was begun: the text or the current label is another one now."""
        self._timer.stop()
        self._mode = ""
        if self._surface.scene.dragged is not None:
            self._preview(None)

    def cancel(self) -> bool:
        """Give up a boundary being pulled; answers whether one was."""
        pulled = self._mode == "boundary"
        if pulled:
            self.reset()
        return pulled

    # --- events ---

    def press(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        point, surface = event.position(), self._surface
        self._pressed_at = self._last = point
        self._letters = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self._loose = False
        surface.dragged_loosely = None
        note = note_at(surface, point)
        if note is not None:
            self._mode = ""
            surface.note_activated.emit(note)
            event.accept()
            return
        handle = self.handle_at(point)
        caret = surface.position_at(point)
        if self._is_third_click(point):
            paragraph = surface.flow.paragraph_of(caret)
            self._origin = (surface.flow.starts[paragraph], surface.flow.ends[paragraph])
            self._mode = "paragraphs"
            surface.select_between(*self._origin)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._mode = "characters"
            self._origin = (surface.anchor(), surface.anchor())
            surface.select_between(surface.anchor(), caret)
        elif handle is not None:
            self._mode, self._boundary = "boundary", handle
        else:
            self._mode, self._origin = "press", (caret, caret)
            surface.select_between(caret, caret)
        event.accept()

    def double_click(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        surface, point = self._surface, event.position()
        paragraph, hit = surface.flow.hit(*surface.to_page(point).toTuple())
        at = hit.character if hit.character is not None else hit.caret
        start, end = self._word(at)
        first, last = surface.flow.starts[paragraph], surface.flow.ends[paragraph]
        self._origin = (max(start, first), max(first, min(end, last)))
        self._mode = "words"
        self._double_at = (monotonic(), point)
        surface.select_between(*self._origin)
        event.accept()

    def move(self, event: QMouseEvent) -> None:
        point = event.position()
        if not event.buttons() & Qt.MouseButton.LeftButton or not self._mode:
            self._show_cursor(point)
            return
        self._last = point
        if self._mode == "press" or (self._mode == "boundary" and self._surface.scene.dragged is None):
            if (point - self._pressed_at).manhattanLength() < DRAG_PX:
                return
            if self._mode == "press":
                letters = self._letters or bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
                self._loose = not letters and self._surface.by_letters()
                self._mode = "characters" if letters or self._loose else "whole words"
        self._follow()
        outside = not 0 <= point.y() < self._surface.viewport().height()
        if outside != self._timer.isActive():
            self._timer.start() if outside else self._timer.stop()
        event.accept()

    def release(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._timer.stop()
        mode, self._mode = self._mode, ""
        if mode == "boundary" and self._surface.scene.dragged is not None:
            self._let_go()
        elif mode == "boundary":
            # Not pulled at all: a click like any other, else the first letter of a label could not be clicked.
            self._surface.move_caret(self._surface.position_at(event.position()), extend=False)
            self._click(event.position())
        elif mode == "press":
            self._click(event.position())
        elif mode:
            if self._loose:
                self._surface.dragged_loosely = self._surface.selection()
            self._offer_primary()
        event.accept()

    def scroll_on(self) -> None:
        """While the mouse is pulled beyond an edge: scroll, the faster the farther."""
        y, height = self._last.y(), self._surface.viewport().height()
        beyond = y if y < 0 else max(0.0, y - height + 1)
        if not self._mode or not beyond:
            self._timer.stop()
            return
        bar = self._surface.verticalScrollBar()
        bar.setValue(bar.value() + round(beyond / 2) + (4 if beyond > 0 else -4))
        self._follow()

    # --- selecting ---

    def _word(self, cp: int) -> tuple[int, int]:
        start, end = word_at(self._surface.text, cp)
        return self._surface.flow.snap(start), self._surface.flow.snap_up(end)

    def _is_third_click(self, point: QPointF) -> bool:
        if self._double_at is None:
            return False
        (when, where), self._double_at = self._double_at, None
        soon = (monotonic() - when) * 1000 <= QGuiApplication.styleHints().mouseDoubleClickInterval()
        return soon and (point - where).manhattanLength() <= SAME_PLACE_PX

    def _follow(self) -> None:
        surface = self._surface
        height = surface.viewport().height()
        inside = QPointF(self._last.x(), min(max(self._last.y(), 0.0), height - 1.0))
        caret = surface.position_at(inside)
        if self._mode == "boundary":
            self._preview(self._pulled(caret))
            return
        start, end = self._origin
        if self._mode == "words":
            low, high = self._word(caret)
        elif self._mode == "paragraphs":
            paragraph = surface.flow.paragraph_of(caret)
            low, high = surface.flow.starts[paragraph], surface.flow.ends[paragraph]
        elif self._mode == "whole words":
            back = caret < start
            surface.select_between(self._word_edge(start, not back), self._word_edge(caret, back))
            return
        else:
            low = high = caret
        if caret < start:
            surface.select_between(end, low)
        else:
            surface.select_between(start, max(end, high) if self._mode != "characters" else caret)

    def _word_edge(self, cp: int, to_start: bool) -> int:
        """The edge of the word that a drag begins or ends within; a place between words stays."""
        start, end = self._word(cp)
        words = self._surface.text[start:end]
        # scripts without spaces: what would be taken for a word there is a guess
        within = start < cp < end and words.strip() and not is_unspaced(words[0])
        return (start if to_start else end) if within else cp

    def _offer_primary(self) -> None:
        clipboard, selected = QGuiApplication.clipboard(), self._surface.selection()
        if selected is not None and clipboard.supportsSelection():
            clipboard.setText(for_qt(self._surface.text[selected[0] : selected[1]]), clipboard.Mode.Selection)

    # --- labels ---

    def _click(self, point: QPointF) -> None:
        stack = self.stack_at(point)
        if not stack:
            self._walked = None
            self._surface.label_activated.emit("")
            return
        at = 0
        if self._walked is not None:
            where, before, last = self._walked
            if before == stack and (point - where).manhattanLength() <= SAME_PLACE_PX:
                at, point = (last + 1) % len(stack), where
        self._walked = (point, stack, at)
        self._surface.label_activated.emit(stack[at])

    def stack_at(self, point: QPointF) -> list[str]:
        """Labels at a viewport point: that of the lane hit first, then those over the character, innermost first."""
        surface = self._surface
        x, y = surface.to_page(point).toTuple()
        if not 0 <= y < surface.flow.height:
            return []
        paragraph, hit = surface.flow.hit(x, y)
        held, bucket = surface.flow.layout(paragraph), surface.index.bucket(paragraph)
        if bucket is None or y - surface.flow.top_of(paragraph) > held.text_height:
            return []
        y -= surface.flow.top_of(paragraph)
        pieces = bucket.within(*held.line_range(hit.line))
        if surface.painter.more_box(held, hit.line).contains(QPointF(x, y)):
            return surface.index.innermost_first(p[2] for p in pieces if bucket.lane(p[2]) >= LANES)
        over = surface.labels_at(hit.character) if hit.character is not None else self._over_wrap(held, hit)
        lane = round((y - lane_y(held, hit.line, 0)) / LANE_PX)
        if y > held.text_box(hit.line)[1] and 0 <= lane < LANES:
            for start, end, key in pieces:
                if bucket.lane(key) == lane and any(
                    s.left <= x <= s.right for s in stretches(held, start, end, hit.line, hit.line)
                ):
                    return [key, *(other for other in over if other != key)]
        return over

    def _over_wrap(self, held: ParagraphLayout, hit: Hit) -> list[str]:
        """Labels that go on over the space at the end of a wrapped line, which fonts draw beyond the words."""
        end = held.line_range(hit.line)[1]
        if hit.line + 1 == len(held.lines) or hit.caret + 1 < end:
            return []
        before, behind = self._surface.labels_at(end - 1), set(self._surface.labels_at(end))
        return [key for key in before if key in behind]

    # --- boundaries ---

    def _current(self) -> SurfaceLabel | None:
        key = self._surface.scene.current
        return self._surface.index.by_id.get(key) if key is not None else None

    def handle_at(self, point: QPointF) -> tuple[int, bool] | None:
        """Fragment index and whether its start, of the current label's handle at a viewport point."""
        label, surface = self._current(), self._surface
        if label is None:
            return None
        x, y = surface.to_page(point).toTuple()
        low, high = surface.visible_range()
        best: tuple[float, tuple[int, bool]] | None = None
        for number, (start, end) in enumerate(label.fragments):
            for cp, leading in ((start, True), (end, False)):
                if not low <= cp <= high:
                    continue
                paragraph = surface.flow.paragraph_of(cp if leading else max(0, cp - 1))
                held = surface.flow.layout(paragraph)
                line, edge = held.edge(min(cp, held.end), leading)
                top, bottom = (surface.flow.top_of(paragraph) + v for v in held.text_box(line))
                knob = top - 2 if leading else bottom + 2
                far = abs(x - edge) + abs(y - knob)
                # by its knob alone: a drag from the label's first letter selects, and must not move the label
                if far <= KNOB_PX + 3.5 and (best is None or far < best[0]):
                    best = far, (number, leading)
        return best[1] if best else None

    def _pulled(self, caret: int) -> SurfaceLabel | None:
        """The current label with the pulled boundary at `caret`, kept clear of its other fragments."""
        label, flow = self._current(), self._surface.flow
        if label is None:
            return None
        number, leading = self._boundary
        fragments = list(label.fragments)
        start, end = fragments[number]
        low = fragments[number - 1][1] + 1 if number else 0
        high = fragments[number + 1][0] - 1 if number + 1 < len(fragments) else len(flow.text)
        if leading:
            start = max(low, min(caret, flow.previous_stop(end)))
        else:
            end = min(high, max(caret, flow.next_stop(start)))
        fragments[number] = (start, end)
        return label._replace(fragments=tuple(fragments))

    def _preview(self, label: SurfaceLabel | None) -> None:
        surface = self._surface
        before, surface.scene.dragged = surface.scene.dragged, label
        surface.repaint_label(before)
        surface.repaint_label(label)
        surface.repaint_label(self._current())

    def _let_go(self) -> None:
        pulled, number = self._surface.scene.dragged, self._boundary[0]
        label = self._current()
        self._preview(None)
        if pulled is not None and label is not None and pulled.fragments != label.fragments:
            self._surface.boundary_dragged.emit(label.id, number, *pulled.fragments[number])

    def _show_cursor(self, point: QPointF) -> None:
        shape = Qt.CursorShape.IBeamCursor
        if self.handle_at(point) is not None:
            shape = Qt.CursorShape.SizeHorCursor
        elif self.stack_at(point) or note_at(self._surface, point) is not None:
            shape = Qt.CursorShape.PointingHandCursor
        if self._surface.viewport().cursor().shape() != shape:
            self._surface.viewport().setCursor(shape)
