"""One paragraph of the article: its layout, made when it is first seen, and where its characters are."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextLine, QTextOption

from annotator.qt.desk.article.labels import Segment, assign_lanes
from annotator.qt.offsets import Utf16Map

_RTL = range(0x0590, 0x0900)


class Paragraph:
    """start: code point of the document's text where it begins. Positions inside are code points from there."""

    def __init__(self, text: str, start: int, font: QFont, pitch: float, after: float) -> None:
        self.text = text
        self.start = start
        self.font = font
        self.pitch = pitch  # from line to line, lanes included
        self.after = after  # room below the paragraph
        self.layout: QTextLayout | None = None
        self.height = 0.0
        self.segments: list[Segment] = []
        self._lanes: dict[str, int] | None = None
        self._lines: list[list[Segment]] | None = None
        self._map: Utf16Map | None = None
        self._width = 0.0

    @property
    def map(self) -> Utf16Map:
        """Code points of this paragraph <-> UTF-16 units of its layout."""
        if self._map is None:
            self._map = Utf16Map(self.text)
        return self._map

    @property
    def bidirectional(self) -> bool:
        """Whether letters of right-to-left scripts are in it."""
        return not self.text.isascii() and any(ord(c) in _RTL for c in self.text)

    def estimate(self, width: float, character: float) -> None:
        """A height to go on with until the paragraph is seen."""
        lines = max(1, -(-int(len(self.text) * character) // max(1, int(width))))
        self.height = lines * self.pitch + self.after
        self.layout = None
        self._lines = None
        self._width = width

    def lay_out(self, width: float) -> None:
        """Break the lines, once for a width."""
        if self.layout is not None and self._width == width:
            return
        layout = QTextLayout(self.text, self.font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTabStopDistance(QFontMetricsF(self.font).horizontalAdvance("0") * 4)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        layout.beginLayout()
        y = 0.0
        while True:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            line.setPosition(QPointF(0.0, y))
            y += self.pitch
        layout.endLayout()
        self.layout = layout
        self.height = max(y, self.pitch) + self.after
        self._width = width
        self._lines = None

    # labels

    def forget_lanes(self) -> None:
        """After `segments` changed."""
        self._lanes = None
        self._lines = None

    def lane(self, label_id: str) -> int:
        """The lane of a label in this paragraph."""
        if self._lanes is None:
            self._lanes = assign_lanes(self.segments)
        return self._lanes[label_id]

    def line_segments(self, number: int) -> list[Segment]:
        """The segments that touch a line, in the order they are painted."""
        assert self.layout is not None
        if self._lines is None:
            count = self.layout.lineCount()
            starts = [self.map.to_cp(self.layout.lineAt(i).textStart()) for i in range(count)]
            ends = [*starts[1:], len(self.text) + 1]
            self._lines = [[] for _ in range(count)]
            from bisect import bisect_right

            for segment in sorted(self.segments, key=lambda s: (s.start, -s.end)):
                place = max(0, bisect_right(starts, segment.start) - 1)
                while place < count and starts[place] < segment.end:
                    if ends[place] > segment.start:
                        self._lines[place].append(segment)
                    place += 1
        return self._lines[number]

    # geometry

    def line(self, number: int) -> QTextLine:
        """A line of the layout."""
        assert self.layout is not None
        return self.layout.lineAt(number)

    def line_count(self) -> int:
        """Lines of the layout."""
        return 0 if self.layout is None else self.layout.lineCount()

    def line_of(self, position: int) -> int:
        """The number of the line that holds a position."""
        assert self.layout is not None
        found = self.layout.lineForTextPosition(self.map.to_u16(position))
        return found.lineNumber() if found.isValid() else max(0, self.line_count() - 1)

    def x_of(self, position: int, line: QTextLine) -> float:
        """Where a position is on its line."""
        return self._x(line, self.map.to_u16(position))

    def position_at(self, x: float, y: float) -> int:
        """The nearest position between two characters; never inside a character."""
        if self.layout is None or not self.line_count():
            return 0
        number = min(max(int(y // self.pitch), 0), self.line_count() - 1)
        line = self.line(number)
        unit = line.xToCursor(x, QTextLine.CursorPosition.CursorBetweenCharacters)
        end = line.textStart() + line.textLength()
        if number < self.line_count() - 1 and unit >= end:
            unit = self.layout.previousCursorPosition(end)  # behind the last space is the next line's front
        return self.map.to_cp(unit)

    def character_at(self, x: float, y: float) -> int | None:
        """The code point under a point; None beside the text."""
        if self.layout is None or not 0 <= y < self.line_count() * self.pitch:
            return None
        line = self.line(int(y // self.pitch))
        used = line.naturalTextRect()
        if not used.left() - 1 <= x <= used.right() + 1:
            return None
        return self.map.to_cp(line.xToCursor(x, QTextLine.CursorPosition.CursorOnCharacter))

    def rectangles(self, start: int, end: int, number: int) -> list[QRectF]:
        """Where the characters [start, end) are on a line; several rectangles where directions mix."""
        line = self.line(number)
        first, last = line.textStart(), line.textStart() + line.textLength()
        a, b = max(self.map.to_u16(start), first), min(self.map.to_u16(end), last)
        if a >= b:
            return []
        top = number * self.pitch
        if not self.bidirectional:
            x1, x2 = self._x(line, a), self._x(line, b)
            return [QRectF(min(x1, x2), top, abs(x2 - x1), self.pitch)]
        assert self.layout is not None
        result: list[QRectF] = []
        while a < b:
            after = min(b, max(a + 1, self.layout.nextCursorPosition(a)))
            x1 = self._x(line, a)
            x2 = self._x(line, a, QTextLine.Edge.Trailing)
            left, right = min(x1, x2), max(x1, x2)
            if result and left <= result[-1].right() + 0.5 and right >= result[-1].left() - 0.5:
                result[-1] = result[-1].united(QRectF(left, top, right - left, self.pitch))
            else:
                result.append(QRectF(left, top, right - left, self.pitch))
            a = after
        return result

    @staticmethod
    def _x(line: QTextLine, unit: int, edge: QTextLine.Edge = QTextLine.Edge.Leading) -> float:
        found: Any = line.cursorToX(unit, edge)  # a pair or a number, as the binding's version has it
        return float(found[0] if isinstance(found, (tuple, list)) else found)
