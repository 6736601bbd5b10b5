"""Paragraph layouts: where each character is on the page. Laid out when first seen, estimated before.

One QTextLayout a paragraph. Outside positions are code points of the document; UTF-16 stays in this file.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from unicodedata import bidirectional

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextLine, QTextOption

from annotator.qt.reading.colours import SurfaceTheme
from annotator.qt.reading.lanes import LANES
from annotator.qt.reading.offsets import Utf16Map
from annotator.qt.reading.selecting import paragraph_bounds
from annotator.qt.reading.text_transfer import for_qt

LANE_PX = 3.2
LANES_BELOW_PX = 3.0  # from the letters' box to the middle of the first lane: room for a frame's lower edge
ABOVE_PX = 2.0
KEPT_LAYOUTS = 400
KEPT_STRETCHES, KEPT_LINES = 1000, 40  # of one paragraph: stretches of labels that are not very long
USUAL_SPACING = 1.6
TITLE_SCALE = 1.5

# What Qt would draw as a box or take for an object, shown as something harmless of the same length. Only what is
# shown changes; the stored text does not. A lone CR and the paragraph separator end a line, as U+2028 does.
_SHOWN = dict.fromkeys((*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0)), 0x200B)
_SHOWN |= dict.fromkeys((0x0B, 0x0C, 0x0D, 0x85, 0x2029), 0x2028)
_SHOWN |= dict.fromkeys((0xFFFC, 0xFFFE, 0xFFFF, 0xFDD0, 0xFDD1), 0xFFFD)
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2029\ufffc\ufffe\uffff\ufdd0\ufdd1]")
_RTL = re.compile("[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def has_rtl(text: str) -> bool:
    """Whether positions may run from right to left anywhere in `text`."""
    return not text.isascii() and _RTL.search(text) is not None


def runs_left(text: str) -> bool:
    """Whether a paragraph as a whole runs from right to left: its first letter with a direction says so."""
    return next((d != "L" for c in text if (d := bidirectional(c)) in ("L", "R", "AL")), False)


def _first(answer: object) -> float:
    """x of `QTextLine.cursorToX`, which PySide answers as (x, position) and declares as an object."""
    return float(answer[0]) if isinstance(answer, tuple) else 0.0


class Measures:
    """Fonts and distances for one theme and one width of column."""

    def __init__(self, theme: SurfaceTheme, width: float) -> None:
        self.width = width
        self.body = QFont(theme.family) if theme.family else QFont()
        self.body.setPixelSize(theme.font_px)
        self.title = QFont(self.body)
        self.title.setPixelSize(round(theme.font_px * TITLE_SCALE))
        self.title.setBold(True)
        self.small = QFont()
        self.small.setPixelSize(max(11, round(theme.font_px * 0.62)))
        metrics = QFontMetricsF(self.body)
        self.average = max(1.0, metrics.averageCharWidth())
        self.tab = metrics.horizontalAdvance(" ") * 8
        self.lanes_room = ABOVE_PX + LANES_BELOW_PX + (LANES - 1) * LANE_PX + 1.5
        height = metrics.height()
        # the lanes need their room at every spacing; what is asked for beyond the usual comes on top of it
        room = self.lanes_room + max(0.0, theme.line_spacing - USUAL_SPACING) * height
        self.pitch = max(height * theme.line_spacing, height + room)
        self.title_pitch = QFontMetricsF(self.title).height() + self.lanes_room * 0.6
        self.gap = round(self.pitch * 0.3)
        self.empty = round(self.pitch * 0.5)

    def estimate(self, length: int, title: bool) -> float:
        """Height of a paragraph of `length` characters that was not laid out yet."""
        if not length:
            return self.empty
        scale, pitch = (TITLE_SCALE * 1.1, self.title_pitch) if title else (1.0, self.pitch)
        return math.ceil(length * self.average * scale / self.width) * pitch + self.gap


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a point lies: the nearest caret position, the character there (None beside the text), its line."""

    caret: int
    character: int | None
    line: int
    y_in_line: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a label on one line: x from the column's left edge."""

    line: int
    left: float
    right: float
    begins: bool
    ends: bool


class ParagraphLayout:
    """One paragraph laid out; y counts from its top. Keeps its QTextLayout alive, as its lines need.

    bidi: whether anything in it runs from right to left. rtl: whether it does as a whole, and begins at the right.
    """

    def __init__(self, text: str, start: int, measures: Measures, title: bool) -> None:
        self.start, self.end = start, start + len(text)
        self._u16 = Utf16Map(text)
        font = measures.title if title else measures.body
        self._layout = QTextLayout(for_qt(text.translate(_SHOWN) if _ODD.search(text) else text), font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.bidi = has_rtl(text)
        self.rtl = self.bidi and runs_left(text)
        if self.rtl:
            option.setTextDirection(Qt.LayoutDirection.RightToLeft)
            option.setAlignment(Qt.AlignmentFlag.AlignRight)
        else:
            option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        option.setTabStopDistance(measures.tab)
        self._layout.setTextOption(option)
        self._layout.setCacheEnabled(True)
        self.tops: list[float] = []
        self.lines: list[QTextLine] = []
        self._firsts: list[int] = []
        self._line_heights: list[float] = []
        self._spans: dict[int, dict[int, tuple[float, float, bool]]] = {}
        self._stretches: dict[tuple[int, int], list[Stretch]] = {}
        self._lay_out(measures, title)

    def _lay_out(self, measures: Measures, title: bool) -> None:
        layout, y = self._layout, 0.0
        pitch = measures.title_pitch if title else measures.pitch
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(measures.width)
            height = line.height()
            line.setPosition(QPointF(0, y + ABOVE_PX))
            self.tops.append(y)
            self.lines.append(line)
            self._firsts.append(line.textStart())
            self._line_heights.append(height)
            y += pitch if title else max(pitch, height + measures.lanes_room)
        layout.endLayout()
        self.text_height = y
        if self.start == self.end:
            # An empty paragraph is the distance between two others: less than a line, yet room for the caret.
            self.text_height = y = measures.empty
        else:
            y += measures.gap
        self.height = y

    def u16(self, cp: int) -> int:
        return self._u16.to_u16(cp - self.start)

    def cp(self, u16: int) -> int:
        return self.start + self._u16.to_cp(u16)

    def line_at(self, y: float) -> int:
        return max(0, bisect_right(self.tops, y) - 1)

    def line_of(self, cp: int) -> int:
        """The line that shows the caret at `cp` (the later one at a wrap)."""
        return max(0, bisect_right(self._firsts, self.u16(cp)) - 1)

    def line_range(self, line: int) -> tuple[int, int]:
        """First code point and end of a line."""
        last = line + 1 == len(self._firsts)
        return self.cp(self._firsts[line]), self.end if last else self.cp(self._firsts[line + 1])

    def line_top(self, line: int) -> float:
        return self.tops[line]

    def line_bottom(self, line: int) -> float:
        return self.tops[line + 1] if line + 1 < len(self.tops) else self.text_height

    def text_box(self, line: int) -> tuple[float, float]:
        """Top and bottom of the letters of a line; lanes begin below."""
        top = self.tops[line] + (ABOVE_PX if self.start < self.end else 0)
        return top, top + self._line_heights[line]

    def x_of(self, cp: int) -> float:
        line = self.line_of(cp)
        return self._x(line, self.u16(cp))

    def _x(self, line: int, u16: int) -> float:
        return _first(self.lines[line].cursorToX(u16))

    def edge(self, cp: int, leading: bool) -> tuple[int, float]:
        """Line and x of the front of the character at `cp` (leading), or behind the one before `cp` (trailing)."""
        at = cp if leading else self.previous_stop(cp)
        line, u16 = self.line_of(at), self.u16(at)
        place = self._places(line).get(u16) if self.bidi else None
        if place is not None:
            left, right, rtl = place
            return line, left if leading != rtl else right
        return line, self._x(line, u16) if leading else self._trailing(line, at)

    def stretches(self, start: int, end: int, first: int, last: int) -> list[Stretch]:
        """Where [start, end), which is within the paragraph, lies on the lines `first` to `last`.

        Kept: every painting asks for the same labels, and the letters stay where they are.
        """
        if start >= end:
            return []
        known = self._stretches.get((start, end))
        if known is None:
            begin, until = self.line_of(start), self.line_of(end - 1)
            if until - begin > KEPT_LINES:
                return self._found(start, end, max(first, begin), min(last, until))
            if len(self._stretches) >= KEPT_STRETCHES:
                self._stretches.clear()
            known = self._stretches[start, end] = self._found(start, end, begin, until)
        if not known or (first <= known[0].line and known[-1].line <= last):
            return known
        return [s for s in known if first <= s.line <= last]

    def _found(self, start: int, end: int, first: int, last: int) -> list[Stretch]:
        found = []
        begin, until = self.line_of(start), self.line_of(end - 1)
        for line in range(first, last + 1):
            parts = self.segments(line, start, end)
            for number, (left, right) in enumerate(parts):
                begins = line == begin and number == 0
                ends = line == until and number == len(parts) - 1
                found.append(Stretch(line, left, right, begins, ends))
        return found

    def segments(self, line: int, start: int, end: int) -> list[tuple[float, float]]:
        """Horizontal stretches, left to right, that show [start, end) on a line; several where directions mix."""
        first, last = self.line_range(line)
        start, end = max(start, first), min(end, last)
        if start >= end:
            return []
        if self.bidi:
            return self._bidi_segments(line, self.u16(start), self.u16(end))
        left, right = self._x(line, self.u16(start)), self._right(line, end, last)
        return [(left, right)] if right > left else [(left, left + 2)]

    def _right(self, line: int, end: int, last: int) -> float:
        natural = self.lines[line].naturalTextRect().right()
        # Spaces at a wrap hang over the margin: nothing is painted there.
        return natural if end == last else min(self._x(line, self.u16(end)), natural)

    def _bidi_segments(self, line: int, start: int, end: int) -> list[tuple[float, float]]:
        merged: list[tuple[float, float]] = []
        joins = False
        for at, (left, right, _) in self._places(line).items():
            if start <= at < end:
                if joins:
                    merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
                else:
                    merged.append((left, right))
            joins = start <= at < end
        return merged

    def _places(self, line: int) -> dict[int, tuple[float, float, bool]]:
        """Left, right and direction (true: right to left) of each UTF-16 unit with a glyph, from left to right.

        A caret's x is ambiguous where directions meet; a glyph's place is not.
        """
        places = self._spans.get(line)
        if places is None:
            held, places = self.lines[line], {}
            natural = held.naturalTextRect()
            for at in range(held.textStart(), held.textStart() + held.textLength()):
                runs = held.glyphRuns(at, 1)
                if runs:
                    box = runs[0].boundingRect()
                    left, right = max(box.left(), natural.left()), min(box.right(), natural.right())
                    places[at] = (left, max(left, right), runs[0].isRightToLeft())
            places = self._spans[line] = dict(sorted(places.items(), key=lambda item: item[1][:2]))
        return places

    def hit(self, x: float, y: float) -> Hit:
        """What is at a point; x counts from the column's left edge, y from the paragraph's top."""
        number = self.line_at(y)
        line = self.lines[number]
        if self.bidi:
            # Qt's answer is off by a character beside a neutral one where directions meet; the glyphs' places are not.
            for at, (left, right, rtl) in self._places(number).items():
                if left <= x < right:
                    character = self.snap(self.cp(at))
                    behind = (x < (left + right) / 2) == rtl
                    caret = self._within_line(self.next_stop(character), number) if behind else character
                    return Hit(caret, character, number, y - self.tops[number])
        between = self.cp(line.xToCursor(x, QTextLine.CursorPosition.CursorBetweenCharacters))
        caret = self.snap(self._within_line(between, number))
        rect = line.naturalTextRect()
        if not rect.left() <= x <= rect.right() or self.start == self.end:
            return Hit(caret, None, number, y - self.tops[number])
        # Not xToCursor's own "on character": within a ligature it always names the first letter. What has no width
        # (U+FEFF, a joiner) is passed over: nobody points at it.
        found = self.previous_stop(caret) if x < self._x(number, self.u16(caret)) else caret
        last = self.line_range(number)[1]
        while (after := self.next_stop(found)) < last and self._x(number, self.u16(after)) <= x:
            found = after
        found = self.snap(min(found, self.end - 1))
        if x < (self._x(number, self.u16(found)) + self._trailing(number, found)) / 2:
            caret = found
        else:
            caret = self._within_line(self.next_stop(found), number)
        return Hit(caret, found, number, y - self.tops[number])

    def _trailing(self, line: int, cp: int) -> float:
        return _first(self.lines[line].cursorToX(self.u16(cp), QTextLine.Edge.Trailing))

    def _within_line(self, cp: int, line: int) -> int:
        """`cp`, but before the wrap: the place behind it belongs to the next line."""
        end = self.line_range(line)[1]
        return self.previous_stop(end) if line + 1 < len(self.lines) and cp >= end else cp

    def snap(self, cp: int) -> int:
        """The caret stop at or before `cp`: never inside a grapheme."""
        u16 = self.u16(cp)
        if not self._layout.isValidCursorPosition(u16):
            u16 = self._layout.previousCursorPosition(u16)
        return self.cp(u16)

    def next_stop(self, cp: int) -> int:
        return self.cp(self._layout.nextCursorPosition(self.u16(cp)))

    def previous_stop(self, cp: int) -> int:
        return self.cp(self._layout.previousCursorPosition(self.u16(cp)))


class TextFlow:
    """The document as a column of paragraphs; y counts from the top of the first."""

    def __init__(self, text: str, zones: Iterable[tuple[str, int, int]], measures: Measures) -> None:
        self.text = text
        self.starts, self.ends = paragraph_bounds(text)
        self._titles = [(start, end) for name, start, end in zones if name == "title"]
        self._layouts: dict[int, ParagraphLayout] = {}
        self.set_measures(measures)

    def set_measures(self, measures: Measures) -> None:
        """New fonts or width: every layout is dropped, every height estimated anew."""
        self.measures = measures
        self._layouts.clear()
        estimate, titled = measures.estimate, {i for i in range(self._last_title() + 1) if self.is_title(i)}
        self._heights = [
            estimate(end - start, i in titled)
            for i, (start, end) in enumerate(zip(self.starts, self.ends, strict=True))
        ]
        self._tops: Sequence[float] | None = None

    def _last_title(self) -> int:
        return max((self.paragraph_of(max(start, end - 1)) for start, end in self._titles), default=-1)

    def is_title(self, paragraph: int) -> bool:
        first, last = self.starts[paragraph], self.ends[paragraph]
        return any(start <= first and first < last <= end for start, end in self._titles)

    def paragraph_of(self, cp: int) -> int:
        return max(0, bisect_right(self.starts, cp) - 1)

    def shown(self, cp: int) -> int:
        """`cp` within the text, and before a CRLF where it was inside one."""
        cp = min(max(cp, 0), len(self.text))
        return min(cp, self.ends[self.paragraph_of(cp)])

    def is_laid_out(self, paragraph: int) -> bool:
        return paragraph in self._layouts

    def layout(self, paragraph: int) -> ParagraphLayout:
        """The paragraph's layout, made now if need be."""
        found = self._layouts.get(paragraph)
        if found is None:
            start, end = self.starts[paragraph], self.ends[paragraph]
            found = ParagraphLayout(self.text[start:end], start, self.measures, self.is_title(paragraph))
            while len(self._layouts) >= KEPT_LAYOUTS:
                del self._layouts[next(iter(self._layouts))]
            self._layouts[paragraph] = found
            if found.height != self._heights[paragraph]:
                self._heights[paragraph] = found.height
                self._tops = None
        return found

    def _sums(self) -> Sequence[float]:
        if self._tops is None:
            self._tops = list(accumulate(self._heights, initial=0.0))
        return self._tops

    @property
    def height(self) -> float:
        return self._sums()[-1]

    def top_of(self, paragraph: int) -> float:
        return self._sums()[paragraph]

    def height_of(self, paragraph: int) -> float:
        return self._heights[paragraph]

    def paragraph_at(self, y: float) -> int:
        return min(max(0, bisect_right(self._sums(), y) - 1), len(self.starts) - 1)

    def caret_line(self, cp: int) -> tuple[float, float]:
        """Top and bottom of the line with the caret at `cp`; lays its paragraph out."""
        paragraph = self.paragraph_of(cp)
        held = self.layout(paragraph)
        line, top = held.line_of(cp), self.top_of(paragraph)
        return top + held.line_top(line), top + held.line_bottom(line)

    def hit(self, x: float, y: float) -> tuple[int, Hit]:
        """The paragraph and what in it is at a point."""
        paragraph = self.paragraph_at(y)
        held = self.layout(paragraph)
        return paragraph, held.hit(x, min(max(y - self.top_of(paragraph), 0.0), held.text_height - 0.01))

    def next_stop(self, cp: int) -> int:
        paragraph = self.paragraph_of(cp)
        if cp >= self.ends[paragraph]:
            return self.starts[paragraph + 1] if paragraph + 1 < len(self.starts) else cp
        return self.layout(paragraph).next_stop(cp)

    def previous_stop(self, cp: int) -> int:
        paragraph = self.paragraph_of(cp)
        if cp <= self.starts[paragraph]:
            return self.ends[paragraph - 1] if paragraph else 0
        return self.layout(paragraph).previous_stop(cp)

    def snap(self, cp: int) -> int:
        cp = self.shown(cp)
        return self.layout(self.paragraph_of(cp)).snap(cp)

    def snap_up(self, cp: int) -> int:
        """The caret stop at or behind `cp`."""
        cp = self.shown(cp)
        snapped = self.snap(cp)
        return snapped if snapped == cp else self.next_stop(snapped)
