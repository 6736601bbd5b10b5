"""Keys that move the caret and select; everything else belongs to the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from annotator.qt.desk.article import words

if TYPE_CHECKING:
    from annotator.qt.desk.article.widget import TextSurface


def handle(surface: TextSurface, event: QKeyEvent) -> bool:
    """Do what the key says; whether it was one of ours."""
    if event.matches(QKeySequence.StandardKey.Copy):
        surface.copy()
        return True
    if event.matches(QKeySequence.StandardKey.SelectAll):
        surface.set_selection(0, len(surface.text))
        return True
    modifiers = event.modifiers()
    if modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier) or not surface.paragraphs:
        return False
    keep = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    target = _target(surface, Qt.Key(event.key()), control)
    if target is None:
        return False
    vertical = event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
    surface.move_caret(target, keep, keep_x=vertical)
    surface.reveal(target, target + 1)
    return True


def _target(surface: TextSurface, key: Qt.Key, control: bool) -> int | None:
    text, at = surface.text, surface.caret()
    if key == Qt.Key.Key_Right:
        return words.next_word(text, at) if control else words.next_character(text, at)
    if key == Qt.Key.Key_Left:
        return words.previous_word(text, at) if control else words.previous_character(text, at)
    if key == Qt.Key.Key_Down and not control:
        return surface.position_on_line(1)
    if key == Qt.Key.Key_Up and not control:
        return surface.position_on_line(-1)
    if key == Qt.Key.Key_PageDown:
        return surface.position_on_line(surface.lines_on_a_page())
    if key == Qt.Key.Key_PageUp:
        return surface.position_on_line(-surface.lines_on_a_page())
    if key == Qt.Key.Key_Home:
        return 0 if control else surface.line_ends()[0]
    if key == Qt.Key.Key_End:
        return len(text) if control else surface.line_ends()[1]
    return None
