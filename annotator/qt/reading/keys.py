"""Which keys move the caret, and where to."""

from __future__ import annotations

from typing import Literal

from PySide6.QtGui import QKeyEvent, QKeySequence

from annotator.qt.reading.layout import TextFlow
from annotator.qt.reading.selecting import next_word, previous_word
from annotator.qt.reading.surface import Surface
from annotator.qt.toolkit.words import tr

Move = Literal[
    "left", "right", "word_left", "word_right", "up", "down", "page_up", "page_down",
    "line_start", "line_end", "text_start", "text_end",
]  # fmt: skip
VERTICAL = frozenset({"up", "down", "page_up", "page_down"})

_Key = QKeySequence.StandardKey
_MOVES: tuple[tuple[QKeySequence.StandardKey, QKeySequence.StandardKey, Move], ...] = (
    (_Key.MoveToPreviousChar, _Key.SelectPreviousChar, "left"),
    (_Key.MoveToNextChar, _Key.SelectNextChar, "right"),
    (_Key.MoveToPreviousWord, _Key.SelectPreviousWord, "word_left"),
    (_Key.MoveToNextWord, _Key.SelectNextWord, "word_right"),
    (_Key.MoveToPreviousLine, _Key.SelectPreviousLine, "up"),
    (_Key.MoveToNextLine, _Key.SelectNextLine, "down"),
    (_Key.MoveToPreviousPage, _Key.SelectPreviousPage, "page_up"),
    (_Key.MoveToNextPage, _Key.SelectNextPage, "page_down"),
    (_Key.MoveToStartOfLine, _Key.SelectStartOfLine, "line_start"),
    (_Key.MoveToEndOfLine, _Key.SelectEndOfLine, "line_end"),
    (_Key.MoveToStartOfDocument, _Key.SelectStartOfDocument, "text_start"),
    (_Key.MoveToEndOfDocument, _Key.SelectEndOfDocument, "text_end"),
)


def told() -> tuple[str, dict[str, str]]:
    """The keys in words."""
    return tr("the text"), {
        "Left / Right": tr("A character back or on; with Shift: select"),
        "Ctrl+Left / Ctrl+Right": tr("A word back or on; with Shift: select"),
        "Up / Down": tr("A line up or down; with Shift: select"),
        "PgUp / PgDown": tr("A page up or down; with Shift: select"),
        "Home / End": tr("To the beginning or end of the line; with Shift: select"),
        "Ctrl+Home / Ctrl+End": tr("To the beginning or end of the article; with Shift: select"),
        "Ctrl+A": tr("Select the whole article"),
        "Ctrl+C": tr("Copy the selected words"),
    }


def move_of(event: QKeyEvent) -> tuple[Move, bool] | None:
    """The move a key stands for and whether it selects; None for every other key."""
    for plain, selecting, move in _MOVES:
        if event.matches(plain):
            return move, False
        if event.matches(selecting):
            return move, True
    return None


def is_handled(event: QKeyEvent) -> bool:
    """Whether the surface answers this key; every other key is the window's."""
    return bool(event.matches(_Key.Copy) or event.matches(_Key.SelectAll) or move_of(event))


def press(surface: Surface, event: QKeyEvent) -> bool:
    """Do what the key asks of the surface; answers whether it was one of the surface's keys."""
    found = move_of(event)
    if found is not None:
        _move(surface, *found)
    elif event.matches(_Key.Copy) and surface.selection() is not None:
        surface.copy()
    elif event.matches(_Key.SelectAll):
        surface.set_selection(0, len(surface.text))
    else:
        return False
    return True


def _move(surface: Surface, move: Move, extend: bool) -> None:
    flow, caret, selected = surface.flow, surface.flow.shown(surface.caret()), surface.selection()
    pitch, height = flow.measures.pitch, surface.viewport().height()
    if selected is not None and not extend and move in ("left", "right"):
        # As everywhere: the arrow leaves a selection at that end of it.
        rtl = flow.layout(flow.paragraph_of(caret)).rtl
        surface.move_caret(flow.snap(selected[(move == "right") != rtl]), extend=False)
    else:
        goal = surface.goal_x
        if goal is None:
            goal = flow.layout(flow.paragraph_of(caret)).x_of(caret)
        page = max(pitch, height - pitch)
        if move in ("page_up", "page_down"):
            bar = surface.verticalScrollBar()
            bar.setValue(bar.value() + round(page if move == "page_down" else -page))
        surface.move_caret(target(flow, caret, move, goal, page), extend)
        surface.goal_x = goal if move in VERTICAL else None
    surface.reveal(surface.caret(), surface.caret())


def target(flow: TextFlow, caret: int, move: Move, goal_x: float, page: float) -> int:
    """Where `move` takes the caret. goal_x: column of vertical moves; page: their distance for whole pages, px."""
    if move in ("left", "right", "word_left", "word_right"):
        # As in Qt's own editors: the arrow that points along the paragraph's direction goes on in the text.
        rtl = flow.layout(flow.paragraph_of(caret)).rtl
        onward = move.endswith("right") != rtl
        if move in ("left", "right"):
            return flow.next_stop(caret) if onward else flow.previous_stop(caret)
        return flow.snap_up(next_word(flow.text, caret)) if onward else flow.snap(previous_word(flow.text, caret))
    if move in ("line_start", "line_end"):
        held = flow.layout(flow.paragraph_of(caret))
        line = held.line_of(caret)
        start, end = held.line_range(line)
        if move == "line_start":
            return start
        return end if line + 1 == len(held.lines) else held.previous_stop(end)
    if move == "text_start":
        return 0
    if move == "text_end":
        return flow.ends[-1]
    return _vertical(flow, caret, move, goal_x, page)


def _vertical(flow: TextFlow, caret: int, move: Move, goal_x: float, page: float) -> int:
    top, bottom = flow.caret_line(caret)
    paragraph = flow.paragraph_of(caret)
    held = flow.layout(paragraph)
    line = held.line_of(caret)
    if move == "up":
        if line > 0:
            return held.hit(goal_x, held.line_top(line - 1)).caret
        return flow.layout(paragraph - 1).hit(goal_x, 1e9).caret if paragraph else 0
    if move == "down":
        if line + 1 < len(held.lines):
            return held.hit(goal_x, held.line_top(line + 1)).caret
        last = paragraph + 1 == len(flow.starts)
        return flow.ends[-1] if last else flow.layout(paragraph + 1).hit(goal_x, 0.0).caret
    middle = (top + bottom) / 2
    y = middle - page if move == "page_up" else middle + page
    if y < 0:
        return 0
    if y > flow.height:
        return flow.ends[-1]
    return flow.hit(goal_x, y)[1].caret
