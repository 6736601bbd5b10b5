"""What a screen reader gets: the stored text, the caret, and where each character is.

PySide6 lets Python give a QAccessibleTextInterface, with two gaps: `selection(index, start, end)` and
`attributes(offset, start, end)` hand their answers back through pointers that Python cannot reach. So the number
of selections told here is none, and the length of a selection is told in the status line instead.
Offsets of this interface are UTF-16 units of the document's text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

from annotator.qt.desk.surface.crossing import for_qt
from annotator.qt.offsets import Utf16Map

if TYPE_CHECKING:
    from annotator.qt.desk.surface.widget import TextSurface


class SurfaceText(QAccessibleTextInterface):
    """Text and caret of one surface."""

    def __init__(self, surface: TextSurface) -> None:
        super().__init__()
        self._surface = surface
        self._text: str | None = None
        self._u16 = Utf16Map("")

    def _map(self) -> Utf16Map:
        if self._text is not self._surface.text:
            self._text = self._surface.text
            self._u16 = Utf16Map(self._text)
        return self._u16

    def to_u16(self, cp: int) -> int:
        return self._map().to_u16(cp)

    def text(self, startOffset: int, endOffset: int, /) -> str:
        u16 = self._map()
        return for_qt(self._surface.text[u16.to_cp(startOffset) : u16.to_cp(endOffset, "up")])

    def characterCount(self, /) -> int:
        return self._map().length_u16

    def cursorPosition(self, /) -> int:
        return self._map().to_u16(self._surface.caret())

    def setCursorPosition(self, position: int, /) -> None:
        self._surface.set_caret(self._map().to_cp(position))

    def selectionCount(self, /) -> int:
        return 0

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

    def __init__(self, surface: TextSurface) -> None:
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
    from annotator.qt.desk.surface.widget import TextSurface

    if not isinstance(item, TextSurface):
        return None
    # Kept by the surface: Qt holds the interface by address only.
    item.accessible_interface = SurfaceInterface(item)
    return item.accessible_interface


def install() -> None:
    """Make Qt ask us for the interface of a surface. Idempotent."""
    global _installed
    if not _installed:
        QAccessible.installFactory(_make)
        _installed = True


def tell_caret(surface: TextSurface) -> None:
    """Tell a running screen reader where the caret and the selection are now."""
    held = surface.accessible_interface
    if held is None or not QAccessible.isActive() or not surface.isVisible():
        return
    text = held.text_interface
    QAccessible.updateAccessibility(QAccessibleTextCursorEvent(surface, text.to_u16(surface.caret())))
    selected = surface.selection()
    if selected is not None:
        start, end = (text.to_u16(cp) for cp in selected)
        QAccessible.updateAccessibility(QAccessibleTextSelectionEvent(surface, start, end))
