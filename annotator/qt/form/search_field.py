"""Fields that are searched by typing: long choices, trees, and whoever is in the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QToolButton

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import Attribute, EntityAttribute
from annotator.domain.codebook.values import same
from annotator.qt.form.field import Field
from annotator.qt.toolkit.matching import best, plain
from annotator.qt.toolkit.parts import flat_button
from annotator.qt.toolkit.words import tr

SHOWN = 200
_OPTION = int(Qt.ItemDataRole.UserRole) + 1


class Choice:
    """One thing to choose. also: other names it is found by."""

    __slots__ = ("also", "names", "text", "value")

    def __init__(self, value: Any, text: str, also: Sequence[str] = ()) -> None:
        self.value, self.text, self.also = value, text, tuple(also)
        self.names = tuple(plain(x) for x in (text, *also))


class SearchLine(QLineEdit):
    """A line with a list below it that holds what fits best, a slip of the finger forgiven.

    Enter takes what is marked, first of all the best; Down opens the whole list.
    """

    def __init__(self, field: SearchField) -> None:
        super().__init__()
        self._field = field
        self._model = QStandardItemModel(0, 1, self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(12)
        self._completer.setWidget(self)
        popup = self._completer.popup()
        assert popup is not None
        popup.setProperty("role", "popup")
        self.popup = popup
        self._completer.activated[QModelIndex].connect(self._chosen)  # type: ignore[index]
        self.textEdited.connect(self.offer)

    def offer(self, typed: str) -> None:
        """Show what fits."""
        found = best(typed, self._field.choices, lambda c: c.names, SHOWN)
        self._model.clear()
        for choice in found:
            why = next((a for a in choice.also if plain(typed) and plain(typed) in plain(a)), "")
            shown = f"{choice.text}  ({why})" if why and plain(typed) not in choice.names[0] else choice.text
            self._add(shown, choice)
        name = typed.strip() or self._field.suggested
        if new := self._field.new_words(name):
            self._add(new, name)
        if not self._model.rowCount():
            self.popup.hide()
            return
        self._completer.complete()
        self.popup.setCurrentIndex(self._completer.completionModel().index(0, 0))

    def _add(self, text: str, data: object) -> None:
        item = QStandardItem(text)
        item.setEditable(False)
        item.setToolTip(text)
        item.setData(data, _OPTION)
        self._model.appendRow(item)

    def _chosen(self, index: QModelIndex) -> None:
        data = index.data(_OPTION)
        # the completer writes the row's words into the line after this signal
        QTimer.singleShot(0, self, lambda: self._field.take(data))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down opens the list; Enter in it is the list's, which takes what is marked instead of what was typed."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.popup.isVisible():
            event.ignore()
            return
        if event.key() == Qt.Key.Key_Down and not self.popup.isVisible():
            self.offer(self.text() if self.isModified() else "")
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """What is there is replaced by typing."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()


class SearchField(Field):
    """Searched by typing."""

    def __init__(self, attribute: Attribute, hint: str = "") -> None:
        super().__init__(attribute)
        self._telling: str | None = None
        """The words that are being told, for whoever refuses them."""
        self.suggested = ""
        """A name to offer where nothing is typed: the words of the label."""
        self.line = SearchLine(self)
        self.line.setPlaceholderText(hint or tr("Type to search"))
        self.line.editingFinished.connect(self._left)
        more: QToolButton = flat_button("▾", tr("Show all"))
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

    def _all(self) -> None:
        self.line.setFocus()
        self.line.offer("")

    def new_words(self, typed: str) -> str:
        """The words of the row that makes something new of what was typed; empty: nothing can be made."""
        return ""

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


class EntityField(SearchField):
    """Somebody of the register, or somebody new."""

    def __init__(self, attribute: EntityAttribute, entities: Callable[[], Sequence[Entity]]) -> None:
        self._entities = entities
        self._types = attribute.entity_types
        self._choices: list[Choice] | None = None
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

    def new_words(self, typed: str) -> str:
        """A new name can be given where none is just that."""
        if not typed or any(plain(typed) == c.names[0] for c in self.choices):
            return ""
        return tr("New in the register: “{name}”", name=typed)

    def take(self, data: object) -> None:
        """Somebody known, or a new name."""
        if isinstance(data, str):
            self.line.setModified(False)
            self.created.emit(data)
        else:
            super().take(data)

    def unknown(self, typed: str) -> bool:
        """A name that the register lacks makes an entity."""
        self.created.emit(typed)
        return True
