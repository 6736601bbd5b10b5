"""One small editor for each form of field that a part of a codebook has. Each tells what a person entered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.codebook.values import number_text
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.parts import swatch
from annotator.qt.toolkit.words import tr


class Editor(QWidget):
    """Shows a value and tells another; None is told where nothing is entered."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(4)

    def show_value(self, value: Any) -> None:
        """Show it, without telling anybody."""
        raise NotImplementedError

    def flush(self) -> None:
        """Tell what was entered and not yet told."""


class Line(Editor):
    """One line; `late`: told when the person leaves it, not at every letter."""

    def __init__(self, late: bool = False, keep_empty: bool = False) -> None:
        super().__init__()
        self._late, self._keep_empty = late, keep_empty
        self._shown = ""
        self.edit = QLineEdit()
        self.setFocusProxy(self.edit)
        self.rows.addWidget(self.edit)
        if late:
            self.edit.editingFinished.connect(self.flush)
        else:
            self.edit.textEdited.connect(lambda _text: self._tell())

    def flush(self) -> None:
        """A late line that was changed."""
        if self._late and self.edit.text() != self._shown:
            self._tell()

    def _tell(self) -> None:
        self._shown = text = self.edit.text()
        self.edited.emit(self.read(text))

    def read(self, text: str) -> Any:
        """The value that a text stands for."""
        return text if text or self._keep_empty else None

    def show_value(self, value: Any) -> None:
        """As text."""
        self._shown = spelled(value)
        if self.edit.text() != self._shown:
            self.edit.setText(self._shown)


class NumberLine(Line):
    """A number; what is none stays text, which the fault below it says."""

    def read(self, text: str) -> Any:
        """A number where it is one."""
        text = text.strip().replace(",", ".")
        try:
            number = float(text)
        except ValueError:
            return text or None
        return int(number) if number == int(number) and "." not in text else number

    def show_value(self, value: Any) -> None:
        """Not over a number that is just being typed."""
        if self.read(self.edit.text()) != value or value is None:
            super().show_value(value)


class TypedLine(NumberLine):
    """A default or a list of values with commas between: numbers, yes and no are told as such."""

    def __init__(self, many: bool) -> None:
        super().__init__(late=True)
        self._many = many

    def read(self, text: str) -> Any:
        """One value or several."""
        parts = (
            [self._one(p.strip()) for p in text.split(",") if p.strip()] if self._many else [self._one(text.strip())]
        )
        return (parts or None) if self._many else parts[0] if text.strip() else None

    @staticmethod
    def _one(text: str) -> Any:
        if text in ("true", "false"):
            return text == "true"
        try:
            number = float(text)
        except ValueError:
            return text
        plain = number_text(number) == text
        return (int(number) if number == int(number) else number) if plain else text

    def show_value(self, value: Any) -> None:
        """With commas."""
        Line.show_value(self, value)


class Text(Editor):
    """Several lines. `listed`: each line is an entry of a list."""

    def __init__(self, listed: bool = False) -> None:
        super().__init__()
        self._listed = listed
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(62)
        self.edit.textChanged.connect(self._tell)
        self.setFocusProxy(self.edit)
        self.rows.addWidget(self.edit)

    def _value(self) -> Any:
        text = self.edit.toPlainText()
        lines = [x.strip() for x in text.split("\n") if x.strip()] if self._listed else text
        return lines or None

    def _tell(self) -> None:
        self.edited.emit(self._value())

    def show_value(self, value: Any) -> None:
        """Not over what is just being typed."""
        if self._value() != value:
            with QSignalBlocker(self.edit):
                self.edit.setPlainText("\n".join(value) if isinstance(value, list) else str(value or ""))


class Flag(Editor):
    """Yes or no."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.box = QCheckBox(text)
        self.box.clicked.connect(lambda on: self.edited.emit(True if on else None))
        self.setFocusProxy(self.box)
        self.rows.addWidget(self.box)

    def show_value(self, value: Any) -> None:
        """Ticked or not."""
        self.box.setChecked(value is True)


class OneOf(Editor):
    """One of a closed list of (value, words)."""

    def __init__(self, options: Sequence[tuple[Any, str]]) -> None:
        super().__init__()
        self.box = QComboBox()
        self._values = [v for v, _ in options]
        for _, words in options:
            self.box.addItem(words)
        self.box.activated.connect(lambda place: self.edited.emit(self._values[place]))
        self.setFocusProxy(self.box)
        self.rows.addWidget(self.box)

    def show_value(self, value: Any) -> None:
        """Mark it; something that is not among them is added."""
        if value not in self._values:
            self._values.append(value)
            self.box.addItem(spelled(value))
        self.box.setCurrentIndex(self._values.index(value))


class SomeOf(Editor):
    """Several of a closed list of (value, words), as boxes to tick."""

    def __init__(self, options: Sequence[tuple[str, str]], none: str = "") -> None:
        super().__init__()
        self._held: list[str] = []
        self._order = [v for v, _ in options]
        holder = QWidget()
        flow = FlowLayout(holder, 10)
        self.boxes: dict[str, QCheckBox] = {}
        for value, words in options:
            box = QCheckBox(words)
            box.clicked.connect(lambda on, v=value: self._clicked(v, on))
            flow.addWidget(box)
            self.boxes[value] = box
        self.rows.addWidget(holder)
        if not options:
            from annotator.qt.toolkit.parts import label

            self.rows.addWidget(label(none, "muted", wrap=True))

    def _clicked(self, value: str, on: bool) -> None:
        held = [v for v in self._held if v != value] + ([value] if on else [])
        held.sort(key=lambda v: self._order.index(v) if v in self._order else len(self._order))
        self._held = held
        self.edited.emit(held or None)

    def show_value(self, value: Any) -> None:
        """Tick them."""
        self._held = [str(v) for v in value or []]
        for key, box in self.boxes.items():
            box.setChecked(key in self._held)


class Colour(Line):
    """`#rrggbb`, typed or picked."""

    def __init__(self) -> None:
        super().__init__()
        self.rows.removeWidget(self.edit)
        self.pick = QPushButton()
        self.pick.setAutoDefault(False)
        self.pick.setToolTip(tr("Pick a colour"))
        self.pick.setAccessibleName(tr("Pick a colour"))
        self.pick.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.addWidget(self.edit, 1)
        row.addWidget(self.pick)
        self.rows.addLayout(row)

    def _ask(self) -> None:
        dialog = QColorDialog(QColor(self.edit.text() or "#5a6b7b"), self)
        dialog.colorSelected.connect(lambda c: self._take(c.name()))
        dialog.open()

    def _take(self, name: str) -> None:
        self.show_value(name)
        self.edited.emit(name)

    def show_value(self, value: Any) -> None:
        """With a square of it."""
        super().show_value(value)
        self.pick.setIcon(swatch(str(value) if QColor(str(value)).isValid() else "#5a6b7b", 14))


class Table(Editor):
    """Rows of text in named columns; one empty row waits at the end. `flags`: columns to tick."""

    def __init__(self, heads: Sequence[str], flags: Sequence[int] = ()) -> None:
        super().__init__()
        self._flags = set(flags)
        self.table = QTableWidget(0, len(heads))
        self.table.setHorizontalHeaderLabels(list(heads))
        self.table.verticalHeader().hide()
        self.table.setFixedHeight(126)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in self._flags:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.table.itemChanged.connect(lambda _item: self._tell())
        self.setFocusProxy(self.table)
        self.rows.addWidget(self.table)

    def read(self, rows: list[list[Any]]) -> Any:
        """The value that the rows stand for."""
        raise NotImplementedError

    def cells(self, value: Any) -> list[list[Any]]:
        """The rows of a value."""
        raise NotImplementedError

    def _rows(self) -> list[list[Any]]:
        found = []
        for row in range(self.table.rowCount()):
            cells = [self._cell(row, column) for column in range(self.table.columnCount())]
            if any(c not in ("", False) for c in cells):
                found.append(cells)
        return found

    def _cell(self, row: int, column: int) -> Any:
        item = self.table.item(row, column)
        if column in self._flags:
            return item is not None and item.checkState().value == 2
        return item.text().strip() if item is not None else ""

    def _tell(self) -> None:
        value = self.read(self._rows())
        self.show_value(value)
        self.edited.emit(value)

    def show_value(self, value: Any) -> None:
        """Fill the rows that differ."""
        wanted = [*self.cells(value), ["" if c not in self._flags else False for c in range(self.table.columnCount())]]
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(wanted))
            for row, cells in enumerate(wanted):
                for column, cell in enumerate(cells):
                    if self.table.item(row, column) is None:
                        self.table.setItem(row, column, self._item(column))
                    if self._cell(row, column) != cell:
                        self._set(row, column, cell)

    def _item(self, column: int) -> QTableWidgetItem:
        from PySide6.QtCore import Qt

        item = QTableWidgetItem()
        if column in self._flags:
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Unchecked)
        return item

    def _set(self, row: int, column: int, cell: Any) -> None:
        from PySide6.QtCore import Qt

        item = self.table.item(row, column)
        if item is None:
            return
        if column in self._flags:
            item.setCheckState(Qt.CheckState.Checked if cell else Qt.CheckState.Unchecked)
        else:
            item.setText(str(cell))


class Examples(Table):
    """Passages with the label in square brackets, a note, and whether it is what not to label."""

    def __init__(self) -> None:
        super().__init__([tr("Passage, the label in [ ]"), tr("Note"), tr("Not this")], (2,))

    def read(self, rows: list[list[Any]]) -> Any:
        """A list of examples."""
        made = []
        for text, note, counter in rows:
            made.append({"text": text, **({"note": note} if note else {}), **({"counter": True} if counter else {})})
        return made or None

    def cells(self, value: Any) -> list[list[Any]]:
        """One row each."""
        return [[x.get("text", ""), x.get("note", ""), bool(x.get("counter"))] for x in value or []]


class Groups(Table):
    """Named groups of a scale's points."""

    def __init__(self) -> None:
        super().__init__([tr("Group"), tr("Points, with commas between")])

    def read(self, rows: list[list[Any]]) -> Any:
        """Name -> points."""
        split = TypedLine(many=True)
        made = {name: split.read(points) or [] for name, points in rows if name}
        split.deleteLater()
        return made or None

    def cells(self, value: Any) -> list[list[Any]]:
        """One row each."""
        return [[name, spelled(points)] for name, points in (value or {}).items()]


class Composite(Editor):
    """Several fields of one inner record: `when`, `per`."""

    def __init__(self, parts: Sequence[tuple[str, str, Editor]]) -> None:
        super().__init__()
        self._value: dict[str, Any] = {}
        self._parts = {name: editor for name, _, editor in parts}
        from annotator.qt.toolkit.parts import label

        for name, words, editor in parts:
            self.rows.addWidget(label(words, "muted"))
            self.rows.addWidget(editor)
            editor.edited.connect(lambda value, n=name: self._take(n, value))
            for child in (editor.focusProxy(),):
                if child is not None:
                    child.setAccessibleName(words)

    def _take(self, name: str, value: Any) -> None:
        held = {k: v for k, v in self._value.items() if k != name}
        if value is not None:
            held[name] = value
        self._value = held
        self.edited.emit(held or None)

    def flush(self) -> None:
        """What was typed in a part."""
        for editor in self._parts.values():
            editor.flush()

    def show_value(self, value: Any) -> None:
        """Each part its own."""
        self._value = dict(value or {})
        for name, editor in self._parts.items():
            editor.show_value(self._value.get(name))


def spelled(value: Any) -> str:
    """A value as it is typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(spelled(v) for v in value)
    return str(value)
