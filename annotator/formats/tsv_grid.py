"""The grid of a WebAnno TSV 3 file: tokens down, features of layers across, and how values are written in its cells.

Source: "WebAnno TSV 3.2 File format" in the user guides of WebAnno and INCEpTION.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.formats.offsets import Offsets, Unit

HEAD = "#FORMAT=WebAnno TSV 3"
CHAINED = ("referenceRelation", "referenceType")
"""The features of an element of a chain: of the way to the next one, and its own."""
ROLE = "ROLE_"
BASE = "BT_"
_VALUE = re.compile(r"->|[\\\[\]|_;\t\n\r*]")
_TEXT = re.compile(r"[\\\t\n\r\f\b]")
_ESCAPED = re.compile(r"\\(->|.)", re.DOTALL)
_LETTERS = {"\t": "t", "\n": "n", "\r": "r", "\f": "f", "\b": "b"}
_SIGNS = {letter: sign for sign, letter in _LETTERS.items()}
_NUMBERED = re.compile(r"((?:[^\\]|\\.)*?)\[(\d{1,9})\]$", re.DOTALL)
_UNIT = re.compile(r"\d{1,9}-\d{1,9}(\.\d{1,9})?$")
_PLACE = re.compile(r"(\d{1,9})-(\d{1,9})$")
_TARGET = re.compile(r"(\d{1,9}-\d{1,9}(?:\.\d{1,9})?)(?:\[(\d{1,9})(?:_(\d{1,9}))?\])?$")
_SLOT = re.compile(r"(.+)_[A-Za-z0-9]+(?:\.\w+)+$")
_LINK = re.compile(r"((?:[^\\]|\\.)*)->(\d{1,9})-(\d{1,9})$", re.DOTALL)
_WIDEST = 1 << 20
"""More blanks than this between two sentences are no text."""


def escaped(value: str) -> str:
    """A value as it stands in a cell."""
    return _VALUE.sub(lambda m: "\\" + _LETTERS.get(m.group(), m.group()), value)


def escaped_text(text: str) -> str:
    """A line of text as it stands behind ``#Text=``."""
    return _TEXT.sub(lambda m: "\\" + _LETTERS.get(m.group(), m.group()), text)


def unescaped(value: str) -> str:
    """What `escaped` or `escaped_text` was given."""
    return _ESCAPED.sub(lambda m: _SIGNS.get(m[1], m[1]), value)


def split(cell: str, separator: str) -> list[str]:
    """The parts of a cell between separators that are not escaped."""
    if "\\" not in cell:
        return cell.split(separator)
    parts, start, at = [], 0, 0
    while at < len(cell):
        if cell[at] == "\\":
            at += 2
            continue
        if cell[at] == separator:
            parts.append(cell[start:at])
            start = at + 1
        at += 1
    return [*parts, cell[start:]]


def numbered(value: str) -> tuple[str, int]:
    """(the value, the number that tells labels apart; 0 for none)."""
    found = _NUMBERED.match(value)
    return (found[1], int(found[2])) if found else (value, 0)


def target(value: str) -> tuple[str, int, int] | None:
    """(unit, number, number of the other end) of a reference; None where it is none."""
    found = _TARGET.match(value)
    return (found[1], int(found[2] or 0), int(found[3] or 0)) if found else None


def chained(value: str) -> tuple[str, int, int] | None:
    """(value, chain, place in it) of an element of a chain; None where it is none."""
    found = _LINK.match(value)
    return (found[1], int(found[2]), int(found[3])) if found else None


@dataclass(slots=True)
class Column:
    """kind: value, role (with target beside it), target, base (of a relation) or none. type: what targets are.

    link: of a role the type of its links.
    """

    kind: str
    name: str
    type: str = ""
    link: str = ""


@dataclass
class Layer:
    """One header line. kind: SP, RL or CH."""

    kind: str
    type: str
    columns: list[Column] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """A token or a part of one. begin and end: in the file's unit until the text is known, then code points."""

    line: int
    id: str
    begin: int
    end: int
    form: str
    cells: list[str]


@dataclass
class Grid:
    """One file. tell: takes (line, what is wrong)."""

    tell: Callable[[int, str], None]
    layers: list[Layer] = field(default_factory=list)
    sentences: list[tuple[str, list[Row]]] = field(default_factory=list)

    def parse(self, text: str, where: str) -> None:
        """Read every line."""
        if not text.startswith(HEAD):
            raise BadInput("it is not a WebAnno TSV 3 file", where)
        said: list[str] = []
        rows: list[Row] = []
        for number, line in enumerate(text.split("\n"), start=1):
            line = line.removesuffix("\r")
            if line.startswith("#Text="):
                if rows:
                    self.sentences.append(("\n".join(said), rows))
                    said, rows = [], []
                said.append(unescaped(line[6:]))
            elif line.startswith("#T_") and not said:
                self._layer(number, line)
            elif line and not line.startswith("#"):
                self._row(number, line, rows)
        if rows:
            self.sentences.append(("\n".join(said), rows))

    def rows(self) -> Iterator[Row]:
        """Every row in order."""
        for _, rows in self.sentences:
            yield from rows

    def built_text(self) -> str | None:
        """The text, made of sentences and the blanks that must have been between; None where most rows do not fit it.

        Rows that do not fit are told and left out.
        """
        units: tuple[Unit, ...] = ("utf-16", "code points")
        best: tuple[str, Unit, list[tuple[int, str]]] | None = None
        first: list[tuple[int, str]] = []
        for unit in units:
            text, faults = self._built(unit)
            if faults:
                first = first or faults
                continue
            faults = self._faults(text, unit)
            if best is None or len(faults) < len(best[2]):
                best = text, unit, faults
        for line, what in best[2] if best else first:
            self.tell(line, what)
        if best is None or not self._drop(best[2]):
            return None
        self._settle(best[0], best[1])
        return best[0]

    def fit(self, text: str) -> bool:
        """Whether most rows are rows of this text; others are told and left out. They count its code points then."""
        faults = self._faults(text, "utf-16")
        for line, what in faults:
            self.tell(line, what)
        if not self._drop(faults):
            return False
        self._settle(text, "utf-16")
        return True

    def _drop(self, faults: list[tuple[int, str]]) -> bool:
        """Leave out the rows that are at fault; whether most are left."""
        lines = {line for line, _ in faults}
        before = sum(len(rows) for _, rows in self.sentences)
        self.sentences = [(said, [r for r in rows if r.line not in lines]) for said, rows in self.sentences]
        return len(lines) * 2 <= before

    def _built(self, unit: Unit) -> tuple[str, list[tuple[int, str]]]:
        parts: list[str] = []
        length = 0
        for said, rows in self.sentences:
            begin = rows[0].begin
            if not rows[0].id.endswith("-1") and (before := said.find(rows[0].form)) > 0:  # the first row was left out
                begin -= Offsets(said).to(unit, before)
            gap = begin - length
            if gap < 0 or gap > _WIDEST:
                return "", [
                    (rows[0].line, say("the token {id} cannot begin at {begin}", id=rows[0].id, begin=rows[0].begin))
                ]
            blank = " " * gap if not parts else "\n" if gap == 1 else "\n" + " " * (gap - 2) + "\n" if gap else ""
            parts += (blank, said)
            length += gap + Offsets(said).to(unit, len(said))
        return "".join(parts), []

    def _faults(self, text: str, unit: Unit) -> list[tuple[int, str]]:
        offsets = Offsets(text)
        found: list[tuple[int, str]] = []
        for row in self.rows():
            try:
                form = text[offsets.from_(unit, row.begin) : offsets.from_(unit, row.end)]
            except ValueError as error:
                found.append((row.line, say("{id}: {reason}", id=row.id, reason=error)))
                continue
            if row.begin > row.end or (form != row.form and unescaped(row.form) != form):
                found.append(
                    (
                        row.line,
                        say(
                            "{id} is {told!r}, but the text has {found!r} there",
                            id=row.id,
                            told=row.form[:40],
                            found=form[:40],
                        ),
                    )
                )
        return found

    def _settle(self, text: str, unit: Unit) -> None:
        offsets = Offsets(text)
        for row in self.rows():
            row.begin, row.end = offsets.from_(unit, row.begin), offsets.from_(unit, row.end)

    def _layer(self, number: int, line: str) -> None:
        kind, _, rest = line[3:].partition("=")
        type, *names = rest.split("|")
        if kind not in ("SP", "RL", "CH") or not type:
            self.tell(number, say("the header names no layer"))
            return
        layer = Layer(kind, type)
        for name in names:
            before = layer.columns[-1] if layer.columns else None
            if kind == "RL" and name.startswith(BASE):
                layer.columns.append(Column("base", "", name.removeprefix(BASE)))
            elif name.startswith(ROLE):
                feature = name.removeprefix(ROLE).split(":", 1)[-1]
                found = _SLOT.match(feature)
                layer.columns.append(
                    Column("role", found[1], link=feature[len(found[1]) + 1 :]) if found else Column("role", feature)
                )
            elif before is not None and before.kind == "role":
                layer.columns.append(Column("target", before.name, name, before.link))
            else:
                layer.columns.append(Column("value" if name else "none", name))
        self.layers.append(layer)

    def _row(self, number: int, line: str, rows: list[Row]) -> None:
        parts = line.split("\t")
        place = _PLACE.match(parts[1]) if len(parts) > 2 else None
        width = sum(len(layer.columns) for layer in self.layers)
        if place is None or not _UNIT.match(parts[0]):
            self.tell(number, say("a row begins with the number of its token, its place and its text"))
        elif len(parts) - 3 < width:
            self.tell(
                number,
                say("the row has {columns} columns, the header names {width}", columns=len(parts) - 3, width=width),
            )
        else:
            rows.append(Row(number, parts[0], int(place[1]), int(place[2]), parts[2], parts[3 : 3 + width]))
