"""Lines of printed pages in the order in which they are read, and the paragraphs that they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from annotator.intake.hyphens import HYPHENS
from annotator.intake.lines import ends_sentence


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A piece of a line. Places in points, y upwards; size of the letters in points.

    start, end: its place in the raw text, once that is made.
    """

    text: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool = False
    start: int = -1
    end: int = -1


_FIRST_ROWS = 12
"""So many rows show whether columns begin; looking further at every row would take long on pages full of figures."""


def in_reading_order(lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """The columns of one page from first to last, each a list of whole lines from top to bottom.

    A page is cut where white runs through: down between columns, else across between what stands above and below.
    """
    return [_whole_lines(part) for part in _cut(list(lines)) if part]


def _cut(lines: list[PrintedLine]) -> list[list[PrintedLine]]:
    if len(lines) < 4:
        return [lines]
    if gutter := _gutter(lines):
        left = [x for x in lines if x.x1 <= gutter]
        right = [x for x in lines if x.x0 >= gutter]
        return [*_cut(left), *_cut(right)]
    strips = _strips(lines)
    groups: list[list[PrintedLine]] = []
    place = 0
    while place < len(strips):
        run = list(strips[place])
        end = place + 1
        best = end
        while end < len(strips) and end - place < 400:
            run += strips[end]
            end += 1
            if _gutter(run):
                best = end
            elif end - best > (2 if best > place + 1 else _FIRST_ROWS):
                break
        groups.append([x for strip in strips[place:best] for x in strip])
        place = best
    if len(groups) == 1:
        return [lines]
    result: list[list[PrintedLine]] = []
    was_columns = True
    for group in groups:
        parts = _cut(group) if _gutter(group) else [group]
        if len(parts) == 1 and not was_columns:
            result[-1] += parts[0]
        else:
            result += parts
        was_columns = len(parts) > 1
    return result


def _strips(lines: Iterable[PrintedLine]) -> list[list[PrintedLine]]:
    """Lines that stand beside each other, from top to bottom."""
    strips: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda x: (-x.y1, x.x0)):
        height = line.y1 - line.y0
        if strips and min(x.y0 for x in strips[-1]) < line.y1 - 0.35 * height:
            strips[-1].append(line)
        else:
            strips.append([line])
    return strips


def _gutter(lines: Sequence[PrintedLine]) -> float | None:
    """The place of a white strip that runs down the whole region with text on both sides; None where there is none."""
    size = median(x.size for x in lines)
    edges = sorted((x.x0, x.x1) for x in lines)
    reach = edges[0][1]
    found: list[tuple[float, float]] = []
    for x0, x1 in edges[1:]:
        if x0 - reach >= 0.75 * size:
            found.append((x0 - reach, (x0 + reach) / 2))
        reach = max(reach, x1)
    for _width, place in sorted(found, reverse=True):
        left = [x for x in lines if x.x1 <= place]
        right = [x for x in lines if x.x0 >= place]
        if _is_column(left) and _is_column(right):
            return place
    return None


def _is_column(lines: Sequence[PrintedLine]) -> bool:
    """Whether lines beside a white strip are running text: three lines, most of them of several words."""
    rows = len(_strips(lines))
    return rows >= 3 and sum(len(x.text) for x in lines) >= 20 * rows


def _whole_lines(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Pieces on one base line put together."""
    result: list[PrintedLine] = []
    for strip in _strips(lines):
        strip.sort(key=lambda x: x.x0)
        size = max(x.size for x in strip)
        text = strip[0].text
        for piece in strip[1:]:
            text = f"{text.rstrip()} {piece.text.lstrip()}"
        bold = sum(len(x.text) for x in strip if x.bold) * 2 > len(text)
        first, last = strip[0], max(strip, key=lambda x: x.x1)
        low, high = min(x.y0 for x in strip), max(x.y1 for x in strip)
        result.append(PrintedLine(text, first.page, first.x0, low, last.x1, high, size, bold))
    return result


def paragraphs(columns: Sequence[Sequence[PrintedLine]]) -> list[list[PrintedLine]]:
    """Lines put together to paragraphs, over the ends of columns and pages too."""
    found: list[list[PrintedLine]] = []
    body = body_size(x for column in columns for x in column)
    for column in columns:
        pitch = _pitch(column)
        left = min(x.x0 for x in column)
        right = sorted(x.x1 for x in column)[max(0, int(len(column) * 0.9) - 1)]
        for place, line in enumerate(column):
            if place == 0:
                fresh = not (found and _goes_on(found[-1][-1], line, body))
            else:
                fresh = _begins(column[place - 1], line, pitch, left, right)
            if fresh:
                found.append([line])
            else:
                found[-1].append(line)
    return found


def body_size(lines: Iterable[PrintedLine]) -> float:
    """The size in which most of the text is set."""
    count: dict[float, int] = {}
    for line in lines:
        key = round(line.size * 2) / 2
        count[key] = count.get(key, 0) + len(line.text)
    return max(count, key=lambda k: count[k]) if count else 0.0


def _pitch(column: Sequence[PrintedLine]) -> float:
    """The usual distance from line to line."""
    steps = sorted(a.y0 - b.y0 for a, b in pairwise(column) if 0 < a.y0 - b.y0 < 4 * a.size)
    return steps[len(steps) // 3] if steps else 0.0


def _same_letters(a: PrintedLine, b: PrintedLine) -> bool:
    return abs(a.size - b.size) <= 0.12 * max(a.size, b.size)


def _begins(before: PrintedLine, line: PrintedLine, pitch: float, left: float, right: float) -> bool:
    """Whether a line begins a paragraph, seen from the one above it in the same column."""
    if not _same_letters(before, line) or before.bold != line.bold:
        return not (_same_letters(before, line) and _open(before.text) and line.text[:1].islower())
    step = before.y0 - line.y0
    if step > 1.4 * max(pitch, line.size) or step > 2.2 * line.size:
        return True
    if before.text[-1:] in HYPHENS:
        return False
    indent = line.x0 - left
    if 0.6 * line.size < indent < 6 * line.size and before.x0 - left < 0.4 * line.size:
        return True
    return ends_sentence(before.text) and before.x1 < right - 0.18 * (right - left)


def _goes_on(before: PrintedLine, line: PrintedLine, body: float) -> bool:
    """Whether a sentence goes on from the end of a column or page."""
    if not _same_letters(before, line) or abs(line.size - body) > 0.12 * body:
        return False
    if before.text[-1:] in HYPHENS:
        return True
    return _open(before.text) and not before.bold and not line.bold


def _open(text: str) -> bool:
    return not ends_sentence(text) and not text.rstrip().endswith(":")
