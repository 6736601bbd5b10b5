"""The face of the reading surface: what its parts (pointer, keys, overlays, screen reader) may ask of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, Signal
from PySide6.QtGui import QAccessibleInterface
from PySide6.QtWidgets import QAbstractScrollArea

from annotator.domain.fragments import Fragment, Fragments
from annotator.qt.reading.colours import SurfaceTheme
from annotator.qt.reading.labels import LabelIndex, SurfaceLabel
from annotator.qt.reading.layout import TextFlow
from annotator.qt.reading.painting import Scene, SurfacePainter

NoteSign = tuple[str, int, str, bool]  # id, code point, kind, settled


class Arc(NamedTuple):
    """A line from one label to another."""

    start: str
    end: str
    colour: str


class Suggested(NamedTuple):
    """A label that is suggested: where it would stand, and what it would be, in words."""

    id: str
    fragments: Fragments
    colour: str
    words: str


class Surface(QAbstractScrollArea):
    """Shows a text; every offset in and out is a code point position of it. `TextSurface` does what this names."""

    selection_changed = Signal()  # selection or caret
    label_activated = Signal(str)  # an empty string where a click hit none
    labels_under = Signal(list)  # ids at the caret, innermost first; only when they change
    note_activated = Signal(str)
    boundary_dragged = Signal(str, int, int, int)  # id, fragment index, new start, new end

    accessible_interface: QAccessibleInterface | None
    """Kept here: Qt holds it by address only."""
    text: str
    theme: SurfaceTheme
    caption_of: Callable[[SurfaceLabel], str]
    """What a label is, in words; asked when somebody wants to know."""
    by_letters: Callable[[], bool]
    """Whether a drag takes letters without Alt, too; asked at each drag."""
    dragged_loosely: Fragment | None
    """What was dragged so by letters: whoever wants whole words may widen it."""
    scene: Scene
    arcs: Sequence[Arc]
    notes: Sequence[NoteSign]
    suggested: Sequence[Suggested]
    suggested_at: str | None
    """The suggestion in hand."""
    goal_x: float | None
    """The column of vertical moves; None: that of the caret."""
    flow: TextFlow
    index: LabelIndex
    painter: SurfacePainter

    # what is selected

    def caret(self) -> int:
        """Where the caret is."""
        raise NotImplementedError

    def anchor(self) -> int:
        """The end of the selection at which the caret is not."""
        raise NotImplementedError

    def selection(self) -> tuple[int, int] | None:
        """What is selected, `[start, end)`, or None."""
        raise NotImplementedError

    def set_caret(self, cp: int) -> None:
        """Put the caret at `cp`, or before the grapheme or line break that `cp` is inside of; nothing is selected."""
        raise NotImplementedError

    def move_caret(self, cp: int, extend: bool) -> None:
        """The person moved the caret to a caret stop."""
        raise NotImplementedError

    def set_selection(self, start: int, end: int) -> None:
        """Select exactly [start, end), clamped to the text; the caret is at `end`."""
        raise NotImplementedError

    def select_between(self, anchor: int, caret: int) -> None:
        """The person selects from `anchor` to `caret`, in either direction."""
        raise NotImplementedError

    def clear_selection(self) -> None:
        """Select nothing; the caret stays."""
        raise NotImplementedError

    def copy(self) -> None:
        """Put the selected stored text on the clipboard."""
        raise NotImplementedError

    # labels

    def label(self, key: str) -> SurfaceLabel | None:
        """A label that is shown."""
        raise NotImplementedError

    def labels_at(self, cp: int) -> list[str]:
        """Ids of the labels over the character behind `cp`, innermost first."""
        raise NotImplementedError

    def repaint_label(self, label: SurfaceLabel | None) -> None:
        """Repaint where `label` is, or would be."""
        raise NotImplementedError

    # where things are

    @property
    def left(self) -> float:
        """x of the column's left edge in the viewport."""
        raise NotImplementedError

    def to_page(self, point: QPointF) -> QPointF:
        """A viewport point as column x and document y."""
        raise NotImplementedError

    def position_at(self, point: QPoint | QPointF) -> int:
        """The caret stop nearest to a viewport point."""
        raise NotImplementedError

    def character_rect(self, cp: int) -> QRect:
        """Where the character behind `cp` is drawn, in the viewport; lays its paragraph out."""
        raise NotImplementedError

    def visible_range(self) -> tuple[int, int]:
        """First code point and end of the paragraphs in view."""
        raise NotImplementedError

    def reveal(self, start: int, end: int) -> None:
        """Scroll so that [start, end) can be seen with some margin; its beginning where it is too long."""
        raise NotImplementedError
