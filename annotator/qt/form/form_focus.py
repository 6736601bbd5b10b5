"""Where the focus is on a page of the form, to give it to the same place on another page."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from annotator.qt.form.field import Field
from annotator.qt.form.form import has_focus_within
from annotator.qt.form.form_page import FormPage, Place
from annotator.qt.form.roles import RoleField


class Held:
    """What had the focus on a page."""

    def __init__(self, page: FormPage) -> None:
        self.anywhere = has_focus_within(page)
        """Whether it was on the page at all."""
        self._place = (
            next((place for place, w in _places(page) if has_focus_within(w)), None) if self.anywhere else None
        )
        line = QApplication.focusWidget()
        self._cursor = line.cursorPosition() if isinstance(line, QLineEdit) else None

    def give_back(self, page: FormPage) -> bool:
        """Give it to the same place; whether the page has it."""
        found = next((w for place, w in _places(page) if place == self._place), None)
        if found is None:
            return False
        target = found.first_part() if isinstance(found, (Field, RoleField)) else found
        target.setFocus()
        if isinstance(target, QLineEdit) and self._cursor is not None:
            target.setCursorPosition(self._cursor)
        return has_focus_within(target)


def _places(page: FormPage) -> list[tuple[Place, QWidget]]:
    """Everything that can be in hand, by what it is about."""
    found: list[tuple[Place, QWidget]] = list(page.stops())
    return found + [((form.layer.key, form.key or "", ""), form.memo) for form in page.forms]
