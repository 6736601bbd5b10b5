"""What the columns of a table of articles mean: asked where nothing says it, and remembered for tables like it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotator.formats.csv_tables import cell
from annotator.intake import ArticleColumns
from annotator.intake.columns import columns_of
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.words import tr
from annotator.services.articles.tables import TableHead


def _meanings() -> list[tuple[str, str]]:
    return [
        ("", tr("(nothing)")),
        ("text", tr("Text of the article")),
        ("title", tr("Headline")),
        ("published", tr("Date of publication")),
        ("publisher", tr("Outlet")),
        ("author", tr("Author")),
        ("url", tr("Address")),
        ("language", tr("Language")),
        ("section", tr("Section")),
        ("tags", tr("Tags")),
        ("keywords", tr("Key words")),
        ("teaser", tr("Teaser")),
        ("id", tr("Identifier")),
    ]


class ColumnsDialog(QDialog):
    """A row for each column of one table; several columns may hold the text, in their order."""

    def __init__(self, table: TableHead, known: ArticleColumns | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Columns of the table"))
        self.resize(720, 520)
        self._head = table.head
        self.boxes: dict[str, QComboBox] = {}
        said = columns_of(table.head, known)
        used = {name: meaning for meaning, names in said.items() for name in names}
        grid = QGridLayout()
        grid.setColumnStretch(2, 1)
        for column, text in enumerate((tr("Column"), tr("Means"), tr("For example"))):
            grid.addWidget(label(text, "section"), 0, column)
        for row, name in enumerate(table.head, start=1):
            box = QComboBox()
            box.setAccessibleName(tr("Meaning of {column}", column=name))
            for key, words in _meanings():
                box.addItem(words, key)
            box.setCurrentIndex(max(0, box.findData(used.get(name, ""))))
            box.currentIndexChanged.connect(self._changed)
            grid.addWidget(QLabel(name), row, 0)
            grid.addWidget(box, row, 1)
            grid.addWidget(label(_sample(table.rows, row - 1), "muted", wrap=True), row, 2)
            self.boxes[name] = box
        inside = QWidget()
        inside.setLayout(grid)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setAccessibleName(tr("What the columns mean"))
        self.order = QComboBox()
        self.order.setAccessibleName(tr("Dates such as 03/04/2026"))
        for key, words in (
            ("", tr("as the other dates of the column show")),
            ("dmy", tr("day first (3 April)")),
            ("mdy", tr("month first (March 4)")),
        ):
            self.order.addItem(words, key)
        self.order.setCurrentIndex(max(0, self.order.findData(known.dates if known and known.dates else "")))
        dates = QHBoxLayout()
        dates.addWidget(QLabel(tr("Dates such as 03/04/2026")))
        dates.addWidget(self.order, 1)
        self.fault = label("", "fault", wrap=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.addWidget(label(f"{tr('Table')}: {table.path.name}", "muted", wrap=True))
        rows.addWidget(area, 1)
        rows.addLayout(dates)
        rows.addWidget(self.fault)
        rows.addWidget(self.buttons)
        self._changed()

    def columns(self) -> ArticleColumns:
        """What was chosen; of two columns for one meaning but text the first is taken."""
        chosen: dict[str, Any] = {}
        texts: list[str] = []
        for name in self._head:
            meaning = str(self.boxes[name].currentData() or "")
            if meaning == "text":
                texts.append(name)
            elif meaning:
                chosen.setdefault(meaning, name)
        return ArticleColumns(text=tuple(texts), dates=self.order.currentData() or None, **chosen)

    def _changed(self) -> None:
        missing = not self.columns().text
        told = tr("no column holds the text of the article") + "; " + tr("choose the one that does")
        self.fault.setText(told if missing else "")
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not missing)


class ColumnsBar(QWidget):
    """Says which table has something to be asked, and opens the dialog for it."""

    said = Signal()
    """What a table means was said: it is to be read again."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._tables: Sequence[TableHead] = ()
        self.told = label("", wrap=True)
        self.button = QPushButton(tr("Columns…"))
        self.button.setToolTip(tr("Choose what the columns of a table of articles mean, and how its dates are written"))
        self.button.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.told, 1)
        row.addWidget(self.button)
        self.hide()

    def show_tables(self, tables: Sequence[TableHead]) -> None:
        """The tables among the sources; nothing is shown where there is none."""
        self._tables = tables
        self.setVisible(bool(tables))
        table = self._first()
        if table is None:
            self.told.setText("")
        elif table.asked == "dates":
            self.told.setText(tr("{file}: choose the order of day and month in its dates", file=table.path.name))
        else:
            self.told.setText(tr("{file}: choose what its columns mean", file=table.path.name))

    def remembered(self) -> dict[str, ArticleColumns]:
        """What was said of tables with these columns, now or another time."""
        found = {t.key: self._known(t) for t in self._tables}
        return {key: known for key, known in found.items() if known is not None}

    def _first(self) -> TableHead | None:
        """The first table of which something is still open."""
        return next((t for t in self._tables if t.asked and not self._answered(t)), None)

    def _answered(self, table: TableHead) -> bool:
        known = self._known(table)
        return known is not None and bool(known.dates if table.asked == "dates" else known.text)

    def _known(self, table: TableHead) -> ArticleColumns | None:
        kept = self._settings.sheet_mapping(table.key)
        try:
            return ArticleColumns.model_validate_json(kept) if kept else None
        except ValueError:
            return None

    def _ask(self) -> None:
        table = self._first() or self._tables[0]
        dialog = ColumnsDialog(table, self._known(table), self)
        dialog.accepted.connect(lambda: self._take(table, dialog.columns()))
        dialog.open()

    def _take(self, table: TableHead, columns: ArticleColumns) -> None:
        self._settings.set_sheet_mapping(table.key, columns.model_dump_json())
        self.said.emit()


def _sample(rows: Sequence[Sequence[Any]], place: int) -> str:
    return " · ".join(cell(r[place])[:40] for r in rows[:3] if r[place] is not None)
