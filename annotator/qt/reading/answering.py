"""The two answers that PySide6 lets no Python class give: where a selection is, and how far text attributes reach.

Both are C++ functions that write through pointers. PySide6 leaves them without a body, and whoever asks is answered
with what happens to lie in memory: Orca then reads out no line at all, or counts the characters of a selection of
billions. So the object gets a copy of its table of virtual functions in which these two are answered. The order of
the table belongs to the binary interface of Qt 6; it is tried out on functions whose answers are known before
anything is changed. Attributes come as a QString, whose place Python learns on x86-64 alone; elsewhere the function
of Qt's own line edit stands in, which answers none for any text, and has Orca swallow the last letter of a line.

Linux alone: Windows and macOS ask for the number of selections first, which is none, and for no attributes.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtGui import QAccessible, QAccessibleTextInterface
from PySide6.QtWidgets import QLineEdit

_FRONT = 2  # words before the first function: the distance to the whole object, and its type
_SELECTION, _CURSOR, _COUNT, _ATTRIBUTES, _LENGTH = 2, 7, 13, 17, 18
_WORD = ctypes.sizeof(ctypes.c_void_p)
_ASK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_PLACE = ctypes.POINTER(ctypes.c_int)
_STRING = 3 * _WORD  # a QString of zeros is the empty one
_SELECT = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, _PLACE, _PLACE)
_DESCRIBE = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, _PLACE, _PLACE)


def answer(text: QAccessibleTextInterface, selection: Callable[[], tuple[int, int]]) -> Any:
    """Have `text` tell its selection and that it has no attributes. The answer is to be kept as long as `text`.

    None: this cannot be done here, and nothing was changed.
    """
    if not sys.platform.startswith("linux"):
        return None
    (place,) = shiboken6.getCppPointer(text)
    own = _table(place)
    if not (_ASK(own[_CURSOR])(place) == text.cursorPosition() and _ASK(own[_COUNT])(place) == text.characterCount()):
        return None

    def told(_this: int, _number: int, start: Any, end: Any) -> None:
        start[0], end[0] = selection()

    def none(string: int, _this: int, _offset: int, start: Any, end: Any) -> int:
        ctypes.memset(string, 0, _STRING)
        start[0], end[0] = 0, text.characterCount()
        return string

    select, attributes = _SELECT(told), _DESCRIBE(none)
    words = (ctypes.c_void_p * (_FRONT + _LENGTH)).from_buffer_copy(
        ctypes.string_at(_at(place) - _FRONT * _WORD, (_FRONT + _LENGTH) * _WORD)
    )
    words[_FRONT + _SELECTION] = ctypes.cast(select, ctypes.c_void_p).value
    if platform.machine() == "x86_64":
        words[_FRONT + _ATTRIBUTES] = ctypes.cast(attributes, ctypes.c_void_p).value
    else:
        words[_FRONT + _ATTRIBUTES] = _table(_line_interface(QLineEdit()))[_ATTRIBUTES]
    ctypes.c_void_p.from_address(place).value = ctypes.addressof(words) + _FRONT * _WORD
    return words, select, attributes


def _line_interface(line: QLineEdit) -> int:
    found = QAccessible.queryAccessibleInterface(line).interface_cast(QAccessible.InterfaceType.TextInterface)
    return int(found)


def _at(place: int) -> int:
    """Where the table of an object is."""
    return int(ctypes.c_void_p.from_address(place).value or 0)


def _table(place: int) -> Any:
    return (ctypes.c_void_p * _LENGTH).from_address(_at(place))
