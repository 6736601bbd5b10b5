"""Keys of keyboards that write another script: a hotkey is a place on the keyboard, whatever letter stands there."""

from __future__ import annotations

import sys
import unicodedata

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

# places of the letters on an American keyboard: X11's and Wayland's codes are evdev's and eight, Apple's its own
_ROWS = ((24, "qwertyuiop"), (38, "asdfghjkl"), (52, "zxcvbnm"))
_EVDEV = {first + at: letter for first, row in _ROWS for at, letter in enumerate(row)}
_APPLE = dict(
    zip(
        (0, 11, 8, 2, 14, 3, 5, 4, 34, 38, 40, 37, 46, 45, 31, 35, 12, 15, 1, 17, 32, 9, 13, 7, 16, 6),
        "abcdefghijklmnopqrstuvwxyz",
        strict=True,
    )
)


def typed(event: QKeyEvent) -> str:
    """What a key stands for as a hotkey, in lower case: of another script's letter, the Latin one in its place.

    Digits of any script are European ones; empty for keys that type nothing.
    """
    text = event.text()
    if len(text) == 1 and text.isdecimal():
        return str(int(text))
    return _latin(event) if _is_foreign(text) else text.lower()


def foreign_sequence(event: QKeyEvent) -> QKeySequence | None:
    """The shortcut that a key of another script stands for; None of any other, which Qt knows itself."""
    text = event.text()
    wanted = typed(event)
    if not wanted.isascii() or not wanted.isalnum() or text.isascii():
        return None
    held = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier)
    return QKeySequence(QKeyCombination(held, Qt.Key(ord(wanted.upper()))))


def _is_foreign(text: str) -> bool:
    return len(text) == 1 and text.isalpha() and not unicodedata.name(text, "").startswith("LATIN")


def _latin(event: QKeyEvent) -> str:
    if sys.platform == "win32":
        code = event.nativeVirtualKey()  # Windows names keys by the Latin letter
        found = chr(code).lower() if ord("A") <= code <= ord("Z") else ""
    elif sys.platform == "darwin":
        found = _APPLE.get(event.nativeVirtualKey(), "")
    else:
        found = _EVDEV.get(event.nativeScanCode(), "")
    return found or event.text().lower()
