"""Choosing what stands in a role: a label, somebody of the register, somebody new, or a reason for nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from shiboken6 import isValid

from annotator.qt.form.doubtful_names import ask_who
from annotator.qt.toolkit.announcing import announce_rows
from annotator.qt.toolkit.matching import best, may_be_another, plain, said
from annotator.qt.toolkit.parts import swatch
from annotator.qt.toolkit.words import tr


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. group: the heading it stands under. data: what the caller gets back."""

    text: str
    group: str
    data: Any
    colour: str | None = None
    tip: str = ""
    also: tuple[str, ...] = ()
    """Other names it is found by."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked.

    `chosen` gets the data of an option, `named` a name that no option has (None: no new names may be given). Each
    answers with what to do once the list is closed, or with the next question, which the same list then asks.
    """

    options: Sequence[Option]
    chosen: Callable[[Any], Question | Callable[[], object]]
    named: Callable[[str], Question | Callable[[], object]] | None = None
    new: str = ""
    """The words before a new name, such as "New in the register"."""
    by_digit: bool = False
    """Whether nothing is marked until a person marks it, and a digit takes a row: Enter twice must decide nothing."""
    likely: Any = None
    """The data of the row that is marked beforehand all the same: there is a reason to expect it."""


_OWN_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Up, Qt.Key.Key_Down)
_OF_OTHERS = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


class Picker(QFrame):
    """A list that opens at a button, is searched by typing, and closes when the last question is answered.

    It lies over its window and is no window itself: a press elsewhere closes it and does what it was meant for.
    Follow-up questions swap the options in place.
    """

    given_up = Signal(str)
    """Closed without an answer, with what was typed by then."""

    def __init__(self, parent: QWidget, question: Question, typed: str = "") -> None:
        super().__init__(parent.window())
        self.asker = parent
        """Who asked: it is in hand while the list is open."""
        self._focus_before: QWidget | None = None
        self._before: list[tuple[Question, str]] = []
        """The questions before this one, with what was typed there."""
        self._answered = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "panel")
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._take)
        announce_rows(self.list, self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.resize(360, 340)
        self._ask(question)
        self.search.setText(typed)

    def _ask(self, question: Question) -> None:
        self._question = question
        # what is asked for: the headings, of which the later question's is the question itself
        asked = ", ".join(dict.fromkeys(o.group for o in question.options)) or question.new
        # a later question may have nothing to choose from yet: then a name is all that can be given
        self.search.setPlaceholderText(
            tr("Name of somebody known, or a new name")
            if question.named is not None and not question.options
            else tr("Type to search, Enter to choose")
        )
        self.search.setAccessibleName(asked)
        self.list.setAccessibleName(asked)
        if self.search.text():
            self.search.clear()
        else:
            self._fill("")

    def open_at(self, widget: QWidget, back_to: QWidget | None = None) -> None:
        """Show it under a widget, or above it, within the window. back_to: who gets the focus once it is closed."""
        window = self.window()
        place = widget.mapTo(window, QPoint(0, 0)) if window.isAncestorOf(widget) else QPoint(0, 0)
        width = min(self.width(), window.width() - 8)
        top = place.y() + widget.height() + 2
        below, above = window.height() - top - 4, place.y() - 4
        height = min(self.height(), max(below, above))
        self.setGeometry(
            max(4, min(place.x(), window.width() - width - 4)),
            top if height <= below else place.y() - height - 2,
            width,
            height,
        )
        self._focus_before = back_to or QApplication.focusWidget()
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.installEventFilter(self)
            app.focusChanged.connect(self._focus_moved)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and not self._holds(new) and self.isVisible():
            self._focus_before = None  # it is somewhere else by a person's will
            self.close()

    def _holds(self, widget: QWidget) -> bool:
        return widget is self or self.isAncestorOf(widget)

    def _fill(self, typed: str) -> None:
        self.list.clear()
        wanted = plain(typed)
        options = self._question.options
        groups = list(dict.fromkeys(o.group for o in options))
        found = best(typed, options, lambda o: (plain(o.text), *map(plain, o.also)), len(options))
        told = said(typed)
        whole = [o for o in found if told in map(said, (o.text, *o.also))] if told else []
        group = None
        # the groups keep their order, and within them what fits best comes first
        for option in sorted(found, key=lambda o: groups.index(o.group)):
            if option.group != group:
                group = option.group
                head = QListWidgetItem(group)
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                self.list.addItem(head)
            why = next(
                (a for a in option.also if wanted and wanted in plain(a) and wanted not in plain(option.text)), ""
            )
            number = options.index(option) + 1
            digit = f"{number}   " if self._question.by_digit and number <= 9 else ""
            item = QListWidgetItem(f"{digit}{option.text}  ({why})" if why else f"{digit}{option.text}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, option.text)
            item.setData(Qt.ItemDataRole.UserRole, option)
            item.setToolTip(option.tip or option.text)
            if option.colour:
                item.setIcon(swatch(option.colour))
            self.list.addItem(item)
        new = self._question.named is not None
        if new and told and not whole:
            item = QListWidgetItem(f"{self._question.new}: “{typed.strip()}”")
            item.setData(Qt.ItemDataRole.UserRole, typed.strip())
            self.list.addItem(item)
        likely = next((n for n in range(self.list.count()) if self._is_likely(self.list.item(n))), None)
        if likely is not None and not wanted:
            self.list.setCurrentRow(likely)
        elif wanted or not self._question.by_digit:
            self._move(0, 1)
            item = self.list.currentItem()
            marked = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
            if whole:  # a name that was typed whole goes before what begins with it, in whichever group
                rows = (r for r in range(self.list.count()) if self._holds_option(r, whole))
                self.list.setCurrentRow(next(rows))
            elif new and isinstance(marked, Option) and may_be_another(typed, (marked.text, *marked.also)):
                self.list.setCurrentRow(-1)  # Enter must not make it somebody else, nor a second one

    def _holds_option(self, row: int, options: Sequence[Option]) -> bool:
        data = self.list.item(row).data(Qt.ItemDataRole.UserRole)
        return any(data is o for o in options)

    def _is_likely(self, item: QListWidgetItem) -> bool:
        data, likely = item.data(Qt.ItemDataRole.UserRole), self._question.likely
        return likely is not None and isinstance(data, Option) and bool(data.data == likely)

    def _move(self, start: int, step: int) -> None:
        place = start
        while 0 <= place < self.list.count():
            if self.list.item(place).flags() & Qt.ItemFlag.ItemIsEnabled:
                self.list.setCurrentRow(place)
                return
            place += step

    def _take(self, item: QListWidgetItem) -> None:
        data = item.data(Qt.ItemDataRole.UserRole)
        question = self._question
        if isinstance(data, Option):
            answer = question.chosen(data.data)
        elif isinstance(data, str) and question.named is not None:
            answer = question.named(data)
        else:
            return
        if isinstance(answer, Question):
            self._before.append((question, self.search.text()))
            self._ask(answer)
            return
        self._answered = True
        self.close()
        answer()

    def _back(self) -> None:
        """To the question before, or away."""
        if not self._before:
            self.close()
            return
        question, typed = self._before.pop()
        self._ask(question)
        self.search.setText(typed)

    def closeEvent(self, event: QCloseEvent) -> None:
        """What was typed is not dropped with the list; the focus goes back where it was."""
        super().closeEvent(event)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.removeEventFilter(self)
        held, before = QApplication.focusWidget(), self._focus_before
        if before is not None and isValid(before) and held is not None and self._holds(held):
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        if not self._answered:
            self._answered = True
            self.given_up.emit(self._before[0][1] if self._before else self.search.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, Down, Enter and Escape while one types; a press elsewhere closes the list, and is not taken from it."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            if not self._holds(watched) and self.isVisible():
                self.close()
            return False
        if watched is self.search and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                if event.key() in _OWN_KEYS and not event.modifiers() & _OF_OTHERS:
                    event.accept()
                    return True
                return False
            if event.type() == QEvent.Type.KeyPress and self._answer_key(event):
                return True
        return super().eventFilter(watched, event)

    def _answer_key(self, event: QKeyEvent) -> bool:
        """Answer a key that is the list's; whether it was one."""
        key = event.key()
        if event.modifiers() & _OF_OTHERS:  # Alt+Enter takes proposals, and no row of this list
            return False
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            row = self.list.currentRow()
            self._move(self.list.count() - 1 if row < 0 and step < 0 else row + step, step)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.list.currentRow() >= 0:
                self._take(self.list.currentItem())
            elif self.search.text().strip() and self.list.count():
                ask_who(self.search)
        elif key == Qt.Key.Key_Escape:
            self._back()
        elif self._question.by_digit and not self.search.text() and event.text().isdecimal():
            self._take_numbered(int(event.text()))
        else:
            return False
        return True

    def _take_numbered(self, number: int) -> None:
        """Take the row of that number, of those that can be taken."""
        rows = [self.list.item(i) for i in range(self.list.count())]
        rows = [r for r in rows if r.flags() & Qt.ItemFlag.ItemIsEnabled]
        if 0 < number <= min(9, len(rows)):
            self._take(rows[number - 1])


def picker_in_hand() -> Picker | None:
    """The list that has the focus."""
    widget = QApplication.focusWidget()
    while widget is not None and not isinstance(widget, Picker):
        widget = widget.parentWidget()
    return widget
