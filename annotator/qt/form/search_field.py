"""Fields that are searched by typing: long choices, trees, and whoever is in the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMoveEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListView, QToolButton

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import Attribute, EntityAttribute
from annotator.domain.codebook.values import same
from annotator.qt.form.doubtful_names import ask_who
from annotator.qt.form.field import Field
from annotator.qt.toolkit.icons import icon_button
from annotator.qt.toolkit.matching import best, may_be_another, plain, said
from annotator.qt.toolkit.words import tr

SHOWN = 200
_ROWS = 12
_OPTION = int(Qt.ItemDataRole.UserRole) + 1


class Choice:
    """One thing to choose. also: other names it is found by."""

    __slots__ = ("also", "names", "said", "text", "value")

    def __init__(self, value: Any, text: str, also: Sequence[str] = ()) -> None:
        self.value, self.text, self.also = value, text, tuple(also)
        self.names = tuple(plain(x) for x in (text, *also))
        self.said = tuple(said(x) for x in (text, *also))


def _shown(choice: Choice, typed: str) -> str:
    """How a choice reads: with the other name that was typed, where its own was not."""
    wanted = plain(typed)
    why = next((a for a in choice.also if wanted and wanted in plain(a)), "")
    return f"{choice.text}  ({why})" if why and wanted not in choice.names[0] else choice.text


class Offers(QListView):
    """The list below a line. It lies over the window and takes no focus: a press elsewhere is not for the list."""

    def __init__(self, line: SearchLine) -> None:
        super().__init__()
        self._line = line
        self.setProperty("role", "popup")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.hide()

    def open_below(self) -> None:
        """Below the line, or above it where there is more room."""
        line, window = self._line, self._line.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        row = max(20, self.sizeHintForRow(0))
        wanted = min(_ROWS, self.model().rowCount()) * row + 8
        top = line.mapTo(window, QPoint(0, 0))
        below, above = window.height() - top.y() - line.height() - 4, top.y() - 4
        height = min(wanted, max(below, above))
        width = min(max(line.width(), self.sizeHintForColumn(0) + 30, 220), window.width() - 8)
        x = max(4, min(top.x(), window.width() - width - 4))
        y = top.y() + line.height() + 1 if height <= below else top.y() - height - 1
        self.setGeometry(x, y, width, height)
        self.show()
        self.raise_()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys are the line's."""
        self._line.keyPressEvent(event)


class SearchLine(QLineEdit):
    """A line with a list below it that holds what fits best, a slip of the finger forgiven.

    Enter takes what is marked, first of all the best; Down opens the whole list, in which a digit takes a row while
    nothing is typed. Esc closes the list; what is typed stays.
    """

    def __init__(self, field: SearchField) -> None:
        super().__init__()
        self._field = field
        self._by_key = False
        """Whether the line is left by Enter or Tab."""
        self._doubtful = False
        """Whether what was typed may be a name of its own, or short for somebody known: then no row is marked."""
        self._model = QStandardItemModel(0, 1, self)
        self.popup = Offers(self)
        self.popup.setModel(self._model)
        self.popup.clicked.connect(self._chosen)
        self.destroyed.connect(self.popup.deleteLater)
        self.textEdited.connect(self.offer)

    def offer(self, typed: str) -> None:
        """Show what fits."""
        asked = typed.strip()
        found = best(typed, self._field.offered(typed), lambda c: c.names, SHOWN)
        told = said(typed)
        found.sort(key=lambda c: told not in c.said)  # names that differ by an accent are two
        self._model.clear()
        self._numbered = not asked and not any(c.names[0][:1].isdecimal() for c in self._field.choices)
        new = self._field.new_rows(asked or self._field.suggested)
        first = [] if asked else self._field.alike()
        known = [(_shown(c, typed), c) for c in found if c not in first]
        # what is new stands above what is known where nothing is typed, and below where something is
        for choice in first:
            self._add(choice.text, choice)
        for words, data in (*known, *new) if asked else (*new, *known):
            self._add(words, data)
        if not self._model.rowCount():
            self._tell_nothing(typed)
            return
        self.popup.open_below()
        # Enter must not make a name that was typed whole somebody else, nor a second one of somebody known
        self._doubtful = bool(asked and new and found) and may_be_another(typed, (found[0].text, *found[0].also))
        enough = not asked and self._field.value is None and self._field.may_go_on()  # then Enter goes on
        if enough or self._doubtful:
            self.popup.setCurrentIndex(QModelIndex())
        else:
            self.popup.setCurrentIndex(self._model.index(0 if asked else self._proposed_row(), 0))

    def _proposed_row(self) -> int:
        """The row of what is proposed; the first where nothing is."""
        proposed = self._field.proposed
        if proposed is None:
            return 0
        data = (self._model.item(r).data(_OPTION) for r in range(self._model.rowCount()))
        return next((i for i, d in enumerate(data) if isinstance(d, Choice) and same(d.value, proposed)), 0)

    def _tell_nothing(self, typed: str) -> None:
        """A row that cannot be chosen says that nothing fits."""
        self.popup.hide()
        if typed.strip():
            item = QStandardItem(tr("Nothing fits “{words}”", words=typed.strip()))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._model.appendRow(item)
            self.popup.open_below()

    def _add(self, text: str, data: object) -> None:
        number = self._model.rowCount() + 1
        item = QStandardItem(f"{number}   {text}" if self._numbered and number <= 9 else text)
        item.setEditable(False)
        item.setToolTip(text)
        item.setData(text, Qt.ItemDataRole.AccessibleTextRole)
        item.setData(data, _OPTION)
        self._model.appendRow(item)

    def _chosen(self, index: QModelIndex) -> None:
        data = index.data(_OPTION)
        self.popup.hide()
        # later: what is chosen may show another label in this line
        QTimer.singleShot(0, self, lambda: self._field.take(data))

    def event(self, event: QEvent) -> bool:
        """Keys that are the line's own before they are the window's; none that it has nothing to do with."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.popup.isVisible():
                event.accept()
                return True
            if event.key() == Qt.Key.Key_Delete and not self.text():
                event.ignore()  # nothing to delete here: it is for the label in hand
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down opens the list; with the list open the keys that choose are its own."""
        key, popup = event.key(), self.popup
        first = self._model.item(0)
        if popup.isVisible() and first is not None and not first.isEnabled() and key != Qt.Key.Key_Escape:
            popup.hide()  # nothing of it can be chosen: the key is for the line
        if not popup.isVisible():
            self._answer_closed(event)
        elif key == Qt.Key.Key_Escape:
            popup.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter_in_list()
        else:
            self._answer_open(event)

    def _answer_closed(self, event: QKeyEvent) -> None:
        """A key while the list is closed."""
        key = event.key()
        if key == Qt.Key.Key_Down:
            self.offer(self.text() if self.isModified() else "")
            return
        if key == Qt.Key.Key_Delete and not self.text():
            event.ignore()
            return
        self._by_key = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self._by_key and not self.isModified():
            if self._field.take_proposed() or self._field.may_go_on():
                self._field.go_on()
            else:
                self.offer("")
            self._by_key = False
            return
        super().keyPressEvent(event)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # it was for this line: what it asked is not answered by the same press
        self._by_key = False

    def _enter_in_list(self) -> None:
        """Take what is marked; where nothing is: ask who is meant, go on, or take the best."""
        index = self.popup.currentIndex()
        if index.row() >= 0:
            self._chosen(index)
        elif self._doubtful:
            ask_who(self)
        elif self._field.may_go_on():
            self.popup.hide()
            self._field.go_on()
        else:
            self._chosen(self._model.index(0, 0))

    def _answer_open(self, event: QKeyEvent) -> None:
        """Any other key while the list is open: it moves, takes a row by its number, or is typed."""
        key, popup = event.key(), self.popup
        row, rows = popup.currentIndex().row(), self._model.rowCount()
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
        text = event.text()
        if key in steps:
            start = rows if row < 0 and steps[Qt.Key(key)] < 0 else row  # where nothing is marked, Up begins below
            popup.setCurrentIndex(self._model.index(max(0, min(rows - 1, start + steps[Qt.Key(key)])), 0))
        elif self._numbered and not self.isModified() and text.isdecimal() and 0 < int(text) <= min(9, rows):
            self._chosen(self._model.index(int(text) - 1, 0))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """What is there is replaced by typing; whoever comes by key sees what can be chosen."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()
            QTimer.singleShot(0, self, self._offer_again)

    def _offer_again(self) -> None:
        if self.hasFocus() and not self.isModified() and not self.popup.isVisible():
            self.offer("")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The list goes with the focus."""
        self.popup.hide()
        self._by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusOutEvent(event)
        self._by_key = False

    def hideEvent(self, event: QHideEvent) -> None:
        """So it does with the line."""
        self.popup.hide()
        super().hideEvent(event)

    def moveEvent(self, event: QMoveEvent) -> None:
        """And stays at the line's place."""
        super().moveEvent(event)
        if self.popup.isVisible():
            self.popup.open_below()

    @property
    def left_by_key(self) -> bool:
        """Whether a person went on by Enter or Tab just now, and can be asked."""
        return self._by_key


class SearchField(Field):
    """Searched by typing."""

    takes_new = False
    """Whether a name that is not there can be given: then other accents are another name."""
    waits = Signal()
    """Words that are no answer, or a new name, were typed, and the line was left without a choice by key."""

    def __init__(self, attribute: Attribute, hint: str = "") -> None:
        super().__init__(attribute)
        self._telling: str | None = None
        """The words that are being told, for whoever refuses them."""
        self.suggested = ""
        """A name to offer where nothing is typed: the words of the label."""
        self.line = SearchLine(self)
        self._hint = hint or tr("Type to search")
        self.line.setPlaceholderText(self._hint)
        self.line.editingFinished.connect(self._left)
        more: QToolButton = icon_button("down", tr("Show all"))
        more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        more.clicked.connect(self._all)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.line, 1)
        layout.addWidget(more)
        self.setFocusProxy(self.line)

    @property
    def choices(self) -> Sequence[Choice]:
        """What may be chosen."""
        raise NotImplementedError

    def offered(self, typed: str) -> Sequence[Choice]:
        """What may be chosen, in the order in which it is offered."""
        return self.choices

    def offer(self) -> None:
        """The list, where nothing is answered yet."""
        if self.value is None and self.typed() is None:
            self.line.offer("")

    def take_proposed(self) -> bool:
        """Take what is proposed."""
        if self.proposed is None or self.value is not None:
            return False
        self._tell(self.proposed)
        return True

    def words_of(self, value: Any) -> str:
        """As it stands in the line."""
        return self.words(value)

    def may_go_on(self) -> bool:
        """Whether Enter on a line in which nothing is typed goes on."""
        return self.value is not None

    def go_on(self) -> None:
        """On to the next field."""
        self.answered.emit()

    def propose(self, value: Any) -> None:
        """Its words stand in the empty line."""
        super().propose(value)
        words = self.words(value) if value is not None else ""
        self.line.setPlaceholderText(tr("Enter: {words}", words=words) if words else self._hint)

    def _all(self) -> None:
        self.line.setFocus()
        self.line.offer("")

    def new_rows(self, typed: str) -> list[tuple[str, object]]:
        """Words and data of the rows that make something new of what was typed; none: nothing can be made."""
        return []

    def alike(self) -> list[Choice]:
        """What may well be meant, before anything is typed."""
        return []

    def take(self, data: object) -> None:
        """A row of the list was chosen."""
        if isinstance(data, Choice):
            self._tell(data.value)
            self.show_value(self.value)
            self.answered.emit()

    def words(self, value: Any) -> str:
        """How a value reads; empty for none."""
        return next((c.text for c in self.choices if value is not None and same(c.value, value)), "")

    def show_value(self, value: Any) -> None:
        """Show its words."""
        self.value = value
        with QSignalBlocker(self.line):
            self.line.setText(self.words(value))
        self.line.setModified(False)

    def flush(self) -> None:
        """What was typed and not chosen."""
        self._left()

    def typed(self) -> str | None:
        """What stands in the line, where nothing was chosen for it yet."""
        return self.line.text().strip() if self.line.isModified() else self._telling

    def put_typed(self, words: str) -> None:
        """As if it had just been typed."""
        with QSignalBlocker(self.line):
            self.line.setText(words)
        self.line.setModified(True)

    def _left(self) -> None:
        typed = self.typed()
        if typed is None or typed == self.refused or self._telling is not None:
            return  # being told moves the focus: the line is left once more meanwhile
        self.line.setModified(False)
        self._telling = typed
        try:
            known = self._told(typed)
        finally:
            self._telling = None
        if known and not self.line.isModified():  # else it was refused, and stands there as it was typed
            self.show_value(self.value)

    def _told(self, typed: str) -> bool:
        """Tell what was typed; whether it is known, or nothing could be made of it."""
        if not typed:
            self._tell(None)
            return True
        told = said(typed)
        exact = next((c for c in self.choices if told in c.said), None)
        if exact is None and not self.takes_new:
            wanted = plain(typed)
            exact = next((c for c in self.choices if wanted in c.names), None)
        if exact is not None:
            self._tell(exact.value)
            return True
        return not self.unknown(typed)

    def _tell(self, value: Any) -> None:
        if not same(value, self.value):
            self.committed.emit(value)

    def unknown(self, typed: str) -> bool:
        """Words that are in no option; whether something was made of them."""
        return False


class ChoiceField(SearchField):
    """One value of many: a long list, or a tree."""

    def __init__(self, attribute: Attribute, choices: Sequence[Choice]) -> None:
        self._choices = choices
        super().__init__(attribute)

    @property
    def choices(self) -> Sequence[Choice]:
        """As the codebook declares them."""
        return self._choices

    def unknown(self, typed: str) -> bool:
        """Words that are no answer stay as they were typed."""
        self.put_typed(typed)
        self.waits.emit()
        return False


@dataclass(frozen=True, slots=True)
class New:
    """A name that the register lacks, of a kind that was shown with it."""

    name: str
    kind: str


class EntityField(SearchField):
    """Somebody of the register, or somebody new."""

    takes_new = True
    made = Signal(str, str)
    """The name of somebody new, and the key of a kind."""

    def __init__(self, attribute: EntityAttribute, entities: Callable[[], Sequence[Entity]]) -> None:
        self._entities = entities
        self._types = attribute.entity_types
        self._choices: list[Choice] | None = None
        self.one_kind = False
        """Whether there is just one kind that somebody new can be of."""
        self.recent: Callable[[], Sequence[str]] = list
        """Ids of those who were named here before, the last one first."""
        self.near: Callable[[], set[str]] = set
        """Ids of those whose names stand in the words of the statement."""
        self.likely_kind: Callable[[str], str | None] = lambda name: None
        """Of which kind a new name may be."""
        self.kind_words: Callable[[str], str] = str
        """A kind in the codebook's words."""
        super().__init__(attribute, tr("Name of somebody known, or a new name"))

    @property
    def choices(self) -> list[Choice]:
        """Whoever may stand here, by name: made when a person looks for somebody, for a register can hold thousands."""
        if self._choices is None:
            living = [e for e in self._entities() if e.merged_into is None]
            fitting = [e for e in living if not self._types or e.type in self._types]
            fitting.sort(key=lambda e: e.name.casefold())
            self._choices = [Choice({"entity": e.id}, e.name, e.aliases) for e in fitting]
            self._choices += [Choice(o.key, o.label) for o in self.attribute.off_scale]
        return self._choices

    def offered(self, typed: str) -> Sequence[Choice]:
        """Who shares a word with the label stands first, then who is named in the statement's words; among them whoever
        was named here before."""
        if typed.strip():
            return self.choices
        place = {key: number for number, key in enumerate(self.recent())}
        wanted, near = set(plain(self.suggested).split()), self.near()

        def order(c: Choice) -> tuple[bool, bool, int]:
            alike = any(wanted & set(name.split()) for name in c.names)
            key = c.value.get("entity", "") if isinstance(c.value, Mapping) else ""
            return not alike, key not in near, place.get(key, len(place))

        return sorted(self.choices, key=order)

    def refresh(self) -> None:
        """After the register changed."""
        self._choices = None
        if not self.line.isModified():
            self.show_value(self.value)

    def words(self, value: Any) -> str:
        """Entities that the types exclude are named all the same: they are what the store has."""
        if isinstance(value, Mapping):
            return next((e.name for e in self._entities() if e.id == value.get("entity")), "")
        return next((o.label for o in self.attribute.off_scale if value is not None and o.key == value), "")

    def new_rows(self, typed: str) -> list[tuple[str, object]]:
        """A new name can be given where none is just that; first with the kind that names of its sort had here."""
        told = said(typed)
        if not told or any(told in c.said for c in self.choices):
            return []
        asked: list[tuple[str, object]] = [(tr("New in the register: “{name}”", name=typed), typed)]
        kind = None if self.one_kind else self.likely_kind(typed)
        if kind is None:
            return asked
        words = tr("New in the register: “{name}” ({kind})", name=typed, kind=self.kind_words(kind))
        return [(words, New(typed, kind)), (tr("New, of another kind: “{name}”…", name=typed), typed)]

    def alike(self) -> list[Choice]:
        """Whoever has a name like the words of the label."""
        return [c for c in self.choices if self.proposed is not None and same(c.value, self.proposed)]

    def take(self, data: object) -> None:
        """Somebody known, or a new name."""
        if isinstance(data, New):
            self.put_typed(data.name)
            self.made.emit(data.name, data.kind)
        elif isinstance(data, str):
            self.put_typed(data)  # it stands there until its kind is known
            self.created.emit(data)
        else:
            super().take(data)

    def unknown(self, typed: str) -> bool:
        """A name that the register lacks makes an entity.

        Of which kind it is is asked of whoever went on by key; a press elsewhere is for something else, and the name
        stays as it was typed.
        """
        if not (self.line.left_by_key or self.one_kind):
            self.put_typed(typed)
            self.waits.emit()
            return False
        self.put_typed(typed)  # it stands there until its kind is known, also where the question is given up
        self.created.emit(typed)
        return True
