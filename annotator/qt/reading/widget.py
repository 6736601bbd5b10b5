"""The reading surface: a scroll area that shows a text with its labels and says what the person wants."""

from __future__ import annotations

import html
from collections.abc import Container, Iterable, Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QToolTip, QWidget

from annotator.qt.reading import accessible, keys
from annotator.qt.reading.colours import SurfaceTheme
from annotator.qt.reading.labels import LabelIndex, SurfaceLabel
from annotator.qt.reading.layout import Measures, TextFlow
from annotator.qt.reading.overlays import paint_arcs, paint_notes
from annotator.qt.reading.painting import KNOB_PX, Scene, SurfacePainter
from annotator.qt.reading.pointer import Pointer
from annotator.qt.reading.suggested import paint_suggested
from annotator.qt.reading.surface import Arc, NoteSign, Suggested, Surface
from annotator.qt.reading.text_transfer import for_qt
from annotator.qt.toolkit.words import tr

PADDING_PX = 28
MARGIN_PX = 44  # beside the column: room for the count of hidden labels
REVEAL_PX = 60


# Over 300 lines: Qt sends every event of a widget to one object, and callers need one object to show a text in. The
# work is done by its parts (TextFlow, LabelIndex, SurfacePainter, Pointer, keys, overlays). What is left here hands
# each event and each change to them, and paints the smallest rectangle again that the change touches.
class TextSurface(Surface):
    """Shows a text; every offset in and out is a code point position of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        accessible.install()
        super().__init__(parent)
        self.accessible_interface = None
        self.text = ""
        self.theme = SurfaceTheme()
        self.by_letters = lambda: False
        self.dragged_loosely = None
        self.caption_of = lambda label: label.layer
        self.scene = Scene()
        self.arcs = []
        self.notes = []
        self.suggested, self.suggested_at = [], None
        self._anchor = self._caret = 0
        self.goal_x = None
        self._under: list[str] = []
        self._measures = Measures(self.theme, float(self.theme.column_px))
        self.flow = TextFlow("", (), self._measures)
        self.index = LabelIndex(self.flow.starts, self.flow.ends)
        self.painter = SurfacePainter(self.theme, self._measures)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The text is read-only: with input methods on, a composing keyboard would swallow the one-letter hotkeys.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Article text"))
        self.pointer = Pointer(self)

    # --- what is shown ---

    def sizeHint(self) -> QSize:
        return QSize(self.theme.column_px + 2 * MARGIN_PX, 600)

    def set_text(self, text: str, zones: Sequence[tuple[str, int, int]] = ()) -> None:
        """Show another text, from its top, with no label. Zone 'title' is drawn larger and bold."""
        self.text = text
        self.pointer.reset()
        self.flow = TextFlow(text, zones, self._measures)
        self.index = LabelIndex(self.flow.starts, self.flow.ends)
        self.scene = Scene()
        self.arcs, self.notes = [], []
        self.suggested, self.suggested_at = [], None
        self._anchor = self._caret = 0
        self.dragged_loosely = None
        self.goal_x = None
        self._under = []
        self._update_range()
        with QSignalBlocker(self.verticalScrollBar()):
            self.verticalScrollBar().setValue(0)
        self._settle()
        self.viewport().update()
        self.selection_changed.emit()

    def set_labels(self, labels: Iterable[SurfaceLabel]) -> None:
        """Show these labels and no others."""
        self.pointer.reset()
        self.index.set_all(labels)
        self._describe()
        self.viewport().update()
        self._tell_under()

    def show_only(self, keys: Iterable[str] | None) -> None:
        """Of the labels that are set show just these; None: all."""
        self.pointer.reset()
        self.index.show(keys)
        self._describe()
        self.viewport().update()
        self._tell_under()

    def update_labels(
        self, changed: Iterable[SurfaceLabel], removed: Iterable[str] = (), hidden: Container[str] = ()
    ) -> None:
        """Take in new, changed and gone labels; repaints the lines they touch. hidden: ids that are not shown."""
        changed, removed = list(changed), list(removed)
        current = self.scene.current
        if current is not None and (current in removed or any(label.id == current for label in changed)):
            self.pointer.reset()  # a boundary being pulled belongs to what the label was
        every, shown = self.index.every, self.index.by_id
        moved = [x for x in changed if every.get(x.id) != x or (x.id in shown) == (x.id in hidden)]
        for paragraph, (start, end) in self.index.change(moved, removed, hidden).items():
            self._repaint(paragraph, start, end)
        if self.arcs:
            self.viewport().update()
        self._describe()
        self._tell_under()

    def set_current(self, id: str | None) -> None:
        """The label at work: a strong frame and handles."""
        if id == self.scene.current:
            return
        self.pointer.reset()
        before, self.scene.current = self.scene.current, id
        self._repaint_labels(key for key in (before, id) if key is not None)
        self._describe()

    def set_linked(self, ids: Mapping[str, str]) -> None:
        """Labels linked with the current one, each with a short caption: framed and captioned."""
        before, self.scene.linked = self.scene.linked, dict(ids)
        self._repaint_labels({*before, *ids})

    def set_found(self, places: Sequence[tuple[int, int]], at: int | None = None) -> None:
        """Mark places that were looked for, in order; `at` is the one in hand."""
        self.scene.found, self.scene.found_at = tuple(places), at
        self.viewport().update()

    def set_arcs(self, arcs: Sequence[Arc]) -> None:
        """Draw lines between these labels."""
        if list(arcs) != self.arcs:
            self.arcs = list(arcs)
            self.viewport().update()

    def set_notes(self, notes: Sequence[NoteSign]) -> None:
        """Show signs of notes in the margin."""
        if list(notes) != self.notes:
            self.notes = list(notes)
            self.viewport().update()

    def set_suggested(self, suggested: Sequence[Suggested], at: str | None = None) -> None:
        """Show where labels are suggested, which are none; `at` is the one in hand."""
        if (list(suggested), at) != (self.suggested, self.suggested_at):
            self.suggested, self.suggested_at = list(suggested), at
            self.viewport().update()

    def suggested_under(self, cp: int) -> list[Suggested]:
        """The suggestions over the character behind `cp`, the shortest first."""
        found = [s for s in self.suggested if any(start <= cp < end for start, end in s.fragments)]
        return sorted(found, key=lambda s: sum(end - start for start, end in s.fragments))

    def set_theme(self, theme: SurfaceTheme) -> None:
        """Another look; the text at the top of the view stays there."""
        self.theme = theme
        self._relayout()
        self.updateGeometry()

    def reveal(self, start: int, end: int) -> None:
        """Scroll so that [start, end) can be seen with some margin; its beginning where it is too long."""
        start, end = self.flow.shown(start), self.flow.shown(max(start, end))
        bar, height = self.verticalScrollBar(), self.viewport().height()
        for _ in range(6):  # what comes into view gets its true height, which can move the place again
            top, bottom = self.flow.caret_line(start)[0], self.flow.caret_line(end)[1]
            top, bottom = top + PADDING_PX, bottom + PADDING_PX
            margin = min(REVEAL_PX, max(0, (height - (bottom - top)) / 2))
            y = float(bar.value())
            if bottom + margin > y + height:
                y = bottom + margin - height
            if top - margin < y:
                y = top - margin
            self._update_range()
            target = min(max(round(y), 0), bar.maximum())
            if target == bar.value():
                break
            bar.setValue(target)

    # --- selection and caret ---

    def selection(self) -> tuple[int, int] | None:
        """What is selected, `[start, end)`, or None."""
        if self._anchor == self._caret:
            return None
        return min(self._anchor, self._caret), max(self._anchor, self._caret)

    def set_selection(self, start: int, end: int) -> None:
        """Select exactly [start, end), clamped to the text; the caret is at `end`."""
        length = len(self.text)
        self._select(min(max(start, 0), length), min(max(end, 0), length))

    def clear_selection(self) -> None:
        self._select(self._caret, self._caret)

    def caret(self) -> int:
        return self._caret

    def set_caret(self, cp: int) -> None:
        """Put the caret at `cp`, or before the grapheme or line break that `cp` is inside of; nothing is selected."""
        self.move_caret(self.flow.snap(cp), extend=False)

    def move_caret(self, cp: int, extend: bool) -> None:
        """The person moved the caret to a caret stop."""
        self.goal_x = None
        self._select(self._anchor if extend else cp, cp)

    def select_between(self, anchor: int, caret: int) -> None:
        """The person selects from `anchor` to `caret`, in either direction."""
        self.goal_x = None
        self._select(anchor, caret)

    def anchor(self) -> int:
        return self._anchor

    def _select(self, anchor: int, caret: int) -> None:
        if (anchor, caret) == (self._anchor, self._caret):
            return
        before = self.selection()
        places = [self._caret, caret]
        self._anchor, self._caret = anchor, caret
        after = self.selection()
        places += [cp for pair in (before, after) if pair and before != after for cp in pair]
        self._repaint_range(min(places), max(places))
        accessible.tell_caret(self, before)
        self.selection_changed.emit()
        self._tell_under()

    # --- labels ---

    def label(self, key: str) -> SurfaceLabel | None:
        """A label that is shown."""
        return self.index.by_id.get(key)

    def labels_at(self, cp: int) -> list[str]:
        """Ids of the labels over the character behind `cp`, innermost first."""
        return self.index.at(cp)

    def step_label(self, direction: int) -> None:
        """Activate the next (+1) or previous (-1) label in reading order, from the current one or the caret."""
        order = self.index.reading_order()
        if not order:
            return
        if self.scene.current in self.index.by_id:
            at = order.index(str(self.scene.current)) + (1 if direction > 0 else -1)
        else:
            before = sum(1 for key in order if self.index.by_id[key].start < self._caret)
            at = before if direction > 0 else before - 1
        label = self.index.by_id[order[min(max(at, 0), len(order) - 1)]]
        self.reveal(label.start, label.end)
        self.label_activated.emit(label.id)

    def _tell_under(self) -> None:
        under = self.labels_at(self._caret)
        if under != self._under:
            accessible.tell_labels(self, self._under, under)
            self._under = under
            self.labels_under.emit(list(under))

    def _describe(self) -> None:
        label = self.index.by_id.get(self.scene.current) if self.scene.current is not None else None
        said = ""
        if label is not None:
            words = " … ".join(self.text[start:end] for start, end in label.fragments)
            said = tr("Label {caption}: {words}", caption=self.caption_of(label), words=words[:200])
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)

    # --- geometry ---

    @property
    def left(self) -> float:
        """x of the column's left edge in the viewport."""
        return float(max(MARGIN_PX, (self.viewport().width() - self._measures.width) // 2))

    def to_page(self, point: QPointF) -> QPointF:
        """A viewport point as column x and document y."""
        return QPointF(point.x() - self.left, point.y() + self.verticalScrollBar().value() - PADDING_PX)

    def position_at(self, point: QPoint | QPointF) -> int:
        """The caret stop nearest to a viewport point."""
        page = self.to_page(QPointF(point))
        return self.flow.hit(page.x(), page.y())[1].caret

    def character_rect(self, cp: int) -> QRect:
        """Where the character behind `cp` is drawn, in the viewport; lays its paragraph out."""
        cp = self.flow.shown(cp)
        paragraph = self.flow.paragraph_of(cp)
        held = self.flow.layout(paragraph)
        line = held.line_of(cp)
        x, (top, bottom) = held.x_of(cp), held.text_box(line)
        parts = held.segments(line, cp, held.next_stop(cp)) if cp < held.end else []
        left, right = parts[0] if parts else (x, x + 1)
        y = self.flow.top_of(paragraph) + PADDING_PX - self.verticalScrollBar().value()
        return QRectF(left + self.left, y + top, right - left, bottom - top).toAlignedRect()

    def visible_range(self) -> tuple[int, int]:
        """First code point and end of the paragraphs in view."""
        first = self.flow.paragraph_at(self.verticalScrollBar().value() - PADDING_PX)
        last = self.flow.paragraph_at(self.verticalScrollBar().value() + self.viewport().height() - PADDING_PX)
        return self.flow.starts[first], self.flow.ends[last]

    def _column(self) -> float:
        return float(max(120, min(self.theme.column_px, self.viewport().width() - 2 * MARGIN_PX)))

    def _relayout(self) -> None:
        bar = self.verticalScrollBar()
        at_top = bar.value() == 0
        anchor = self.position_at(QPointF(self.left, 1))
        before = self.character_rect(anchor).top()
        self._measures = Measures(self.theme, self._column())
        self.painter = SurfacePainter(self.theme, self._measures)
        self.flow.set_measures(self._measures)
        self._update_range()
        if not at_top:
            bar.setValue(bar.value() + self.character_rect(anchor).top() - before)
        self._settle()
        self.viewport().update()

    def _update_range(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        whole = round(self.flow.height) + 2 * PADDING_PX
        if bar.maximum() != max(0, whole - height) or bar.pageStep() != height:
            bar.setRange(0, max(0, whole - height))
            bar.setPageStep(height)
            bar.setSingleStep(round(self._measures.pitch))

    def _settle(self) -> None:
        """Lay out what is in view. What reaches in from above keeps its end in place when its height changes."""
        flow, bar, height = self.flow, self.verticalScrollBar(), self.viewport().height()
        value = bar.value()
        changed = False
        first = flow.paragraph_at(value - PADDING_PX)
        if not flow.is_laid_out(first):
            guessed, top = flow.height_of(first), flow.top_of(first) + PADDING_PX
            true = flow.layout(first).height
            changed = true != guessed
            if top < value and changed:
                value = max(0, round(value + true - guessed))
                first = flow.paragraph_at(value - PADDING_PX)
        y = flow.top_of(first) + PADDING_PX
        while y < value + height and first < len(flow.starts):
            if not flow.is_laid_out(first):
                changed = True
            y += flow.layout(first).height
            first += 1
        if changed:
            with QSignalBlocker(bar):
                self._update_range()
                bar.setValue(value)
            bar.update()

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        self._settle()
        painter = QPainter(self.viewport())
        clip = event.rect()
        # Over the edge and not smoothed: at 125 % the last pixel is half the viewport's, and nobody else's.
        painter.fillRect(clip.adjusted(-1, -1, 1, 1), self.painter.background)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.scene.selection = self.selection()
        self.scene.caret = self._caret if self.hasFocus() else None
        flow, value = self.flow, self.verticalScrollBar().value()
        paragraph = flow.paragraph_at(clip.top() + value - PADDING_PX)
        # The paragraph above may reach in with a handle or a caption's tag.
        paragraph = max(0, paragraph - 1)
        y = flow.top_of(paragraph) + PADDING_PX - value
        while y - 24 <= clip.bottom() and paragraph < len(flow.starts):
            held = flow.layout(paragraph)
            painter.save()
            painter.translate(self.left, y)
            self.painter.paint(
                painter, held, self.index.bucket(paragraph), self.index.by_id, self.scene,
                (clip.top() - y, clip.bottom() - y),
            )  # fmt: skip
            painter.restore()
            y += held.height
            paragraph += 1
        if self.suggested:
            paint_suggested(self, painter)
        if self.arcs:
            paint_arcs(self, painter)
        if self.notes:
            paint_notes(self, painter)
        if self.hasFocus():
            painter.setPen(QPen(self.painter.focus, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _repaint(self, paragraph: int, start: int, end: int) -> None:
        """Repaint the lines of one paragraph that show [start, end], with what hangs over their edges."""
        if not self.flow.is_laid_out(paragraph):
            return
        held = self.flow.layout(paragraph)
        first, last = held.line_of(max(start, held.start)), held.line_of(min(end, held.end))
        y = self.flow.top_of(paragraph) + PADDING_PX - self.verticalScrollBar().value()
        over = KNOB_PX * 2 + self.painter.small_metrics.height()
        top, bottom = y + held.line_top(first) - over, y + held.line_bottom(last) + over
        view = self.viewport().rect()
        box = QRect(0, int(max(top, -1)), view.width(), 0)
        box.setBottom(int(min(bottom, view.bottom() + 1)))
        if box.intersects(view):
            self.viewport().update(box)

    def _repaint_range(self, start: int, end: int) -> None:
        low, high = self.visible_range()
        if start > high or end < low:
            return
        first, last = self.flow.paragraph_of(max(start, low)), self.flow.paragraph_of(min(end, high))
        for paragraph in range(first, last + 1):
            self._repaint(paragraph, start, end)

    def _repaint_labels(self, ids: Iterable[str]) -> None:
        for key in ids:
            label = self.index.by_id.get(key)
            for start, end in label.fragments if label is not None else ():
                self._repaint_range(start, end)

    def repaint_label(self, label: SurfaceLabel | None) -> None:
        """Repaint where `label` is, or would be."""
        for start, end in label.fragments if label is not None else ():
            self._repaint_range(start, end)

    # --- events ---

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._settle()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._column() != self._measures.width:
            self._relayout()
        else:
            self._update_range()
            self._settle()
            self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and keys.is_handled(event):
            event.accept()
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            said = self._tip(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), said, self.viewport()) if said else QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def _tip(self, point: QPointF) -> str:
        found = [self.index.by_id[key] for key in self.pointer.stack_at(point)]
        told = [self.caption_of(label) for label in found]
        told += [s.words for s in self.suggested_under(self.position_at(point))] if self.suggested else []
        return "<br>".join(map(html.escape, told))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if keys.press(self, event) or (event.key() == Qt.Key.Key_Escape and self.pointer.cancel()):
            event.accept()
        else:
            event.ignore()

    def own_keys(self) -> tuple[str, dict[str, str]]:
        """The keys of the text in words."""
        return keys.told()

    def copy(self) -> None:
        """Put the selected stored text on the clipboard."""
        selected = self.selection()
        if selected is not None:
            QGuiApplication.clipboard().setText(for_qt(self.text[selected[0] : selected[1]]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pointer.double_click(event)
