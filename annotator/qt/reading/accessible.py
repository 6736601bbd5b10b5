"""What a screen reader gets: the stored text, the caret, where each character is, and the labels that it enters.

Qt finds out what a line is by the line breaks of `text()`: after a move by lines the spaces at both ends of the
caret's line are told as line breaks. Which labels the caret enters and leaves is announced, and so is what becomes
selected where a selection cannot be told (see `answering`). Offsets of this interface are UTF-16 units of the text.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QAccessibleTextCursorEvent,
    QAccessibleTextInterface,
    QAccessibleTextSelectionEvent,
)
from PySide6.QtWidgets import QAccessibleWidget
from shiboken6 import VoidPtr

from annotator.qt.reading import answering
from annotator.qt.reading.offsets import Utf16Map
from annotator.qt.reading.surface import Surface
from annotator.qt.reading.text_transfer import for_qt
from annotator.qt.toolkit.announcing import announce
from annotator.qt.toolkit.words import tr

LONGEST_SAID = 240


class SurfaceText(QAccessibleTextInterface):
    """Text and caret of one surface."""

    def __init__(self, surface: Surface) -> None:
        super().__init__()
        self._surface = surface
        self._text: str | None = None
        self._u16 = Utf16Map("")
        self.answering = answering.answer(self, self._selection)

    def _map(self) -> Utf16Map:
        if self._text is not self._surface.text:
            self._text = self._surface.text
            self._u16 = Utf16Map(self._text)
        return self._u16

    def to_u16(self, cp: int) -> int:
        return self._map().to_u16(cp)

    def text(self, startOffset: int, endOffset: int, /) -> str:
        u16 = self._map()
        start, end = u16.to_cp(startOffset), u16.to_cp(endOffset, "up")
        told = self._surface.text[start:end]
        for at in _turns(self._surface):
            if start <= at < end:
                told = f"{told[: at - start]}\n{told[at - start + 1 :]}"
        return for_qt(told)

    def characterCount(self, /) -> int:
        return self._map().length_u16

    def cursorPosition(self, /) -> int:
        return self._map().to_u16(self._surface.caret())

    def setCursorPosition(self, position: int, /) -> None:
        self._surface.set_caret(self._map().to_cp(position))

    def _selection(self) -> tuple[int, int]:
        start, end = self._surface.selection() or (self._surface.caret(),) * 2
        return self.to_u16(start), self.to_u16(end)

    def selectionCount(self, /) -> int:
        return int(self.answering is not None and self._surface.selection() is not None)

    def addSelection(self, startOffset: int, endOffset: int, /) -> None:
        u16 = self._map()
        self._surface.set_selection(u16.to_cp(startOffset), u16.to_cp(endOffset, "up"))

    def setSelection(self, selectionIndex: int, startOffset: int, endOffset: int, /) -> None:
        self.addSelection(startOffset, endOffset)

    def removeSelection(self, selectionIndex: int, /) -> None:
        self._surface.clear_selection()

    def characterRect(self, offset: int, /) -> QRect:
        box = self._surface.character_rect(self._map().to_cp(offset))
        return QRect(self._surface.viewport().mapToGlobal(box.topLeft()), box.size())

    def offsetAtPoint(self, point: QPoint, /) -> int:
        return self._map().to_u16(self._surface.position_at(self._surface.viewport().mapFromGlobal(point)))

    def scrollToSubstring(self, startIndex: int, endIndex: int, /) -> None:
        u16 = self._map()
        self._surface.reveal(u16.to_cp(startIndex), u16.to_cp(endIndex, "up"))


class SurfaceInterface(QAccessibleWidget):
    """The surface as a document to read."""

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface, QAccessible.Role.Document)
        # A separate object: one object with both bases would be handed to C++ at the wrong address.
        self.text_interface = SurfaceText(surface)

    def interface_cast(self, t: QAccessible.InterfaceType, /) -> Any:
        if t == QAccessible.InterfaceType.TextInterface:
            return self.text_interface
        # None would be read as an object of Python's, and so would what the base answers, at the wrong address.
        return VoidPtr(0)


_installed = False


def _make(key: str, item: QObject | None) -> QAccessibleInterface | None:
    if not isinstance(item, Surface):
        return None
    item.accessible_interface = SurfaceInterface(item)
    return item.accessible_interface


def install() -> None:
    """Make Qt ask us for the interface of a surface. Idempotent."""
    global _installed
    if not _installed:
        QAccessible.installFactory(_make)
        _installed = True


def _turns(surface: Surface) -> list[int]:
    """Where the spaces are at which the caret's line begins and ends, after a move by lines."""
    if surface.goal_x is None:
        return []
    flow = surface.flow
    held = flow.layout(flow.paragraph_of(flow.shown(surface.caret())))
    start, end = held.line_range(held.line_of(flow.shown(surface.caret())))
    return [at - 1 for at in (start, end) if held.start < at < held.end and surface.text[at - 1].isspace()]


def tell_caret(surface: Surface, before: tuple[int, int] | None) -> None:
    """Tell a running screen reader where the caret is now, and what became selected. before: what was selected."""
    held = surface.accessible_interface
    if not isinstance(held, SurfaceInterface) or not QAccessible.isActive() or not surface.isVisible():
        return
    text = held.text_interface
    QAccessible.updateAccessibility(QAccessibleTextCursorEvent(surface, text.to_u16(surface.caret())))
    selected = surface.selection()
    if text.answering is None:
        announce(surface, _selecting(surface.text, before, selected))
    elif before != selected:
        start, end = (text.to_u16(cp) for cp in selected or (surface.caret(),) * 2)
        QAccessible.updateAccessibility(QAccessibleTextSelectionEvent(surface, start, end))


def _selecting(text: str, before: tuple[int, int] | None, now: tuple[int, int] | None) -> str:
    """What was selected, or what came to a selection or left it at one of its ends."""
    if now is None or before == now:
        return ""
    if before is None or (before[0] != now[0] and before[1] != now[1]):
        return tr("{words} selected", words=_short(text[slice(*now)]))
    at = 1 if before[0] == now[0] else 0
    words = _short(text[min(before[at], now[at]) : max(before[at], now[at])])
    grown = now[1] - now[0] > before[1] - before[0]
    return tr("{words} selected", words=words) if grown else tr("{words} not selected any more", words=words)


def _short(words: str) -> str:
    words = words.strip() or words
    return words if len(words) <= LONGEST_SAID else f"{words[: LONGEST_SAID // 2]} … {words[-LONGEST_SAID // 2 :]}"


def tell_labels(surface: Surface, before: list[str], now: list[str]) -> None:
    """Tell a running screen reader which labels the caret came into, and which it left."""

    def names(ids: list[str], others: list[str]) -> list[str]:
        found = [label for key in ids if key not in others and (label := surface.label(key)) is not None]
        return [surface.caption_of(label) for label in found]

    entered, left = names(now, before), names(before, now)
    parts = [tr("end of {label}", label=", ".join(left))] if left else []
    announce(surface, "; ".join([*parts, *entered]))
