"""What the columns of a spreadsheet mean: a row for each, guessed from its name or as it was the last time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QScrollArea, QWidget

from annotator.domain.codebook.model import Codebook
from annotator.domain.errors import BadInput
from annotator.formats.csv_tables import cell
from annotator.formats.sheets import SheetMapping, own_mapping
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr

_GUESSES = {
    "document": ("document", "article", "file", "filename", "source", "text id", "datei", "artikel"),
    "coder": ("coder", "annotator", "rater", "who", "codierer"),
    "layer": ("layer", "code type", "ebene"),
    "start": ("start", "begin", "from", "starts", "von"),
    "end": ("end", "stop", "to", "ends", "bis"),
    "text": ("text", "quote", "passage", "words", "segment", "zitat"),
    "memo": ("memo", "comment", "note", "remark", "kommentar"),
    "id": ("id", "statement", "nr"),
}


class Columns(QWidget):
    """Gives a `SheetMapping`, or says what is still missing."""

    changed = Signal()

    def __init__(self, codebook: Codebook) -> None:
        super().__init__()
        self._codebook = codebook
        self._head: list[str] = []
        self._boxes: list[QComboBox] = []
        self._whole: SheetMapping | None = None
        self._layer = QComboBox()
        self._layer.setAccessibleName(tr("All rows are labels of"))
        self._by = QComboBox()
        self._by.setAccessibleName(tr("The article's column holds"))
        self._count = QComboBox()
        self._count.setAccessibleName(tr("Counting"))
        for key, words in (
            ("source", tr("the file's name")),
            ("title", tr("the title")),
            ("number", tr("the number in this study")),
            ("sha256", tr("the hash of the text")),
        ):
            self._by.addItem(words, key)
        for first, last, words in (
            (0, "after", tr("from 0, the end is the next character")),
            (0, "included", tr("from 0, the end is the last character")),
            (1, "included", tr("from 1, the end is the last character")),
            (1, "after", tr("from 1, the end is the next character")),
        ):
            self._count.addItem(words, (first, last))
        for layer in codebook.layers:
            self._layer.addItem(layer.label, layer.key)
        for box in (self._layer, self._by, self._count):
            box.currentIndexChanged.connect(self.changed)
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(2, 1)

    def show_sheet(self, head: Sequence[str], rows: Sequence[Sequence[Any]], known: SheetMapping | None) -> None:
        """A new sheet; known: the mapping that was used for such columns before."""
        self._head = [h for h in head if h]
        self._clear()
        try:
            self._whole = own_mapping(head, "")
        except BadInput:
            self._whole = None
        if self._whole is not None:
            for box in (self._layer, self._by, self._count):
                box.setParent(None)
            self._grid.addWidget(label(tr("These are the columns that this program writes."), "muted"), 0, 0, 1, 3)
            self.changed.emit()
            return
        guess = known or self._guessed()
        self._ask_about_rows(guess)
        self._ask_about_columns(head, rows, guess)
        self.changed.emit()

    def _clear(self) -> None:
        """Take everything out of the grid; the three boxes above the columns are used again."""
        self._boxes = []
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget not in (self._layer, self._by, self._count):
                widget.deleteLater()

    def _ask_about_rows(self, guess: SheetMapping) -> None:
        """What holds for the whole sheet."""
        for row, (words, box) in enumerate(
            (
                (tr("The article's column holds"), self._by),
                (tr("Places count"), self._count),
                (tr("All rows are labels of"), self._layer),
            )
        ):
            self._grid.addWidget(QLabel(words), row, 0)
            self._grid.addWidget(box, row, 1, 1, 2)
            box.show()
        self._by.setCurrentIndex(max(0, self._by.findData(guess.document_by)))
        for place in range(self._count.count()):
            if tuple(self._count.itemData(place)) == (guess.first, guess.last):
                self._count.setCurrentIndex(place)
        if guess.layer.startswith("="):
            self._layer.setCurrentIndex(max(0, self._layer.findData(guess.layer[1:])))

    def _ask_about_columns(self, head: Sequence[str], rows: Sequence[Sequence[Any]], guess: SheetMapping) -> None:
        """What each column means, with its first rows as an example."""
        for column, text in enumerate((tr("Column"), tr("Means"), tr("For example"))):
            self._grid.addWidget(label(text, "section"), 3, column)
        used = self._used(guess)
        for row, name in enumerate(self._head, start=4):
            box = QComboBox()
            box.setAccessibleName(tr("Meaning of {column}", column=name))
            for key, words in self._meanings():
                box.addItem(words, key)
            box.setCurrentIndex(max(0, box.findData(used.get(name, ""))))
            box.currentIndexChanged.connect(self.changed)
            place = list(head).index(name)
            sample = " · ".join(cell(r[place])[:30] for r in rows[:3] if place < len(r) and r[place] is not None)
            self._grid.addWidget(QLabel(name), row, 0)
            self._grid.addWidget(box, row, 1)
            self._grid.addWidget(label(sample, "muted", wrap=True), row, 2)
            self._boxes.append(box)

    def _meanings(self) -> list[tuple[str, str]]:
        found = [
            ("", tr("(nothing)")),
            ("document", tr("Article")),
            ("coder", tr("Coder")),
            ("layer", tr("Layer")),
            ("start", tr("Start")),
            ("end", tr("End")),
            ("text", tr("Passage, to check the place")),
            ("memo", tr("Remark")),
            ("id", tr("Identifier")),
        ]
        for layer in self._codebook.layers:
            found += [(f"value:{layer.key}.{a.key}", f"{layer.label}: {a.label}") for a in layer.attributes]
        for link in self._codebook.link_layers:
            found += [(f"value:{link.key}.{r.key}", f"{link.label}: {r.label or r.key}") for r in link.roles]
        return found

    def _guessed(self) -> SheetMapping:
        plain = {h.casefold().strip(): h for h in self._head}
        found: dict[str, Any] = {}
        for key, names in _GUESSES.items():
            if name := next((plain[n] for n in names if n in plain), None):
                found[key] = name
        values: dict[str, str] = {}
        for layer in self._codebook.layers:
            for a in layer.attributes:
                for name in (f"{layer.key}.{a.key}", a.key, a.label.casefold()):
                    if name in plain and plain[name] not in found.values():
                        values.setdefault(f"{layer.key}.{a.key}", plain[name])
        spans = self._codebook.span_layers
        found.setdefault("document", "")
        found.setdefault("layer", f"={spans[0].key if spans else self._codebook.layers[0].key}")
        return SheetMapping(**found, values=values)

    def _used(self, mapping: SheetMapping) -> dict[str, str]:
        single = ("document", "coder", "start", "end", "text", "memo", "id")
        used = {getattr(mapping, key): key for key in single if getattr(mapping, key)}
        if not mapping.layer.startswith("="):
            used[mapping.layer] = "layer"
        return used | {c: f"value:{n}" for n, c in (*mapping.values.items(), *mapping.roles.items())}

    def mapping(self) -> SheetMapping:
        """What was chosen; raises BadInput where a column is named twice or the article's is missing."""
        if self._whole is not None:
            return self._whole
        chosen: dict[str, str] = {}
        for name, box in zip(self._head, self._boxes, strict=True):
            key = str(box.currentData() or "")
            if key and key in chosen:
                raise BadInput(tr("two columns have the same meaning"), f"{chosen[key]}, {name}")
            if key:
                chosen[key] = name
        if "document" not in chosen:
            raise BadInput(tr("no column says which article"), remedy=tr("choose the one that holds the article"))
        first, last = self._count.currentData()
        values = {key.removeprefix("value:"): name for key, name in chosen.items() if key.startswith("value:")}
        plain = {key: name for key, name in chosen.items() if not key.startswith("value:")}
        plain.setdefault("layer", f"={self._layer.currentData()}")
        return SheetMapping(**plain, document_by=self._by.currentData(), first=first, last=last, values=values)


def scrolled(columns: Columns) -> QScrollArea:
    """The rows in an area that scrolls."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(columns)
    area.setAccessibleName(tr("What the columns mean"))
    return area
