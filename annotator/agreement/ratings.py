"""A table of ratings: units x coders, categories as numbers, empty cells missing."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.domain.errors import BadInput
from annotator.domain.formula_cells import unguarded
from annotator.domain.words import by_door, say


@dataclass(frozen=True, slots=True, eq=False)
class RatingsTable:
    """codes: int32, shape (units, coders), index into `categories`; -1 is missing.

    categories are in their declared order, unused ones included: coefficients that depend on their number or
    rank use all of them.
    """

    codes: NDArray[np.int32]
    coders: tuple[str, ...]
    categories: tuple[str, ...]

    @classmethod
    def from_cells(
        cls, cells: Sequence[Sequence[str | None]], coders: Sequence[str], categories: Sequence[str]
    ) -> RatingsTable:
        """From one row a unit; None is missing, every other cell must be among the categories."""
        index: dict[str | None, int] = {c: i for i, c in enumerate(categories)}
        index[None] = -1
        codes = np.array([[index[c] for c in row] for row in cells], dtype=np.int32)
        return cls(codes.reshape(len(cells), len(coders)), tuple(coders), tuple(categories))

    @property
    def pairable(self) -> int:
        """How many units have two values or more."""
        return int(((self.codes >= 0).sum(axis=1) >= 2).sum())

    @property
    def values(self) -> int:
        """How many cells are filled."""
        return int((self.codes >= 0).sum())

    @property
    def most_given(self) -> float | None:
        """The share of the category given most; None where nothing was given."""
        given = np.bincount(self.codes[self.codes >= 0], minlength=1)
        return float(given.max() / given.sum()) if given.sum() else None

    def numbers(self) -> NDArray[np.float64] | None:
        """The categories as numbers, shape (categories,); None where one is no number."""
        commas = has_decimal_commas(self.categories)
        found = [number(c.replace(",", ".") if commas else c) for c in self.categories]
        return None if any(x is None for x in found) else np.array(found, dtype=np.float64)


def number(text: str) -> float | None:
    """The text as a finite number, None where it is none (`nan`, `1_000` and ` ` are labels)."""
    if "_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


_WITH_COMMA = re.compile(r"[-+]?\d+(?:,\d+)?")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")


def has_decimal_commas(categories: Collection[str]) -> bool:
    """Whether all are numbers, some with a comma before their decimals.

    `1,500` may be a thousand and a half as well as fifteen hundred: where all commas stand so, it is no number.
    """
    with_comma = [c for c in categories if "," in c]
    return (
        bool(with_comma)
        and all(_WITH_COMMA.fullmatch(c) for c in categories)
        and not all(_THOUSANDS.fullmatch(c) for c in with_comma)
    )


def in_order(seen: set[str]) -> tuple[str, ...]:
    """Categories in numerical order where all are numbers, otherwise in alphabetical order."""
    commas = has_decimal_commas(seen)
    numbers = {c: number(c.replace(",", ".") if commas else c) for c in seen}
    if all(x is not None for x in numbers.values()):
        return tuple(sorted(seen, key=lambda c: (numbers[c], c)))
    return tuple(sorted(seen))


def read_ratings(text: str, source: str, categories: Sequence[str] | None = None) -> RatingsTable:
    """A table: first column the unit, one column a coder, an empty cell is missing, all else is a label.

    A line without a word, as a spreadsheet leaves below a table, is passed over. Between cells stands a comma, a
    semicolon or a tab, whichever the first line has most of, or what a line `sep=X` before it says. No case is folded,
    nothing is trimmed, no type is guessed. Raises BadInput naming the line.
    """
    rows = _rows(text, source)
    coders = _coders(rows[0][1], source)
    for line, row in rows[1:]:
        if len(row) != len(coders) + 1:
            raise BadInput(
                say("the line has {cells} cells, the head has {columns}", cells=len(row), columns=len(coders) + 1),
                say("{source}, line {line}", source=source, line=line),
                "correct the line",
            )
    units = [row[0] for _, row in rows[1:]]
    if len(set(units)) < len(units):
        first = next(u for i, u in enumerate(units) if u in units[:i])
        raise BadInput("a unit is in two lines", f"{source}: {first}", "give each unit one line")
    cells = [[c if c != "" else None for c in row[1:]] for _, row in rows[1:]]
    seen = {c for row in cells for c in row if c is not None}
    return RatingsTable.from_cells(
        cells, coders, in_order(seen) if categories is None else _declared(categories, seen, source)
    )


def _rows(text: str, source: str) -> list[tuple[int, list[str]]]:
    """The lines that are not empty, each with its number in the file; at least the head."""
    told = re.match(r"sep=(.)\r?\n", text, re.I)
    head = text[told.end() :] if told else text
    first = re.sub(r'"[^"]*"', "", head.split("\n", 1)[0])
    sign = told.group(1) if told else max(",;\t", key=first.count)
    above = 1 if told else 0
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=sign, strict=True)
    try:
        rows = [(reader.line_num + above, [unguarded(c) for c in row]) for row in reader if any(row)]
    except csv.Error as error:
        raise BadInput(
            say("this is not CSV ({reason})", reason=error),
            say("{source}, line {line}", source=source, line=reader.line_num + above),
            "correct the line",
        ) from error
    if not rows:
        raise BadInput("the table is empty", source, "the first line names the unit and the coders")
    return rows


def _coders(columns: Sequence[str], source: str) -> list[str]:
    coders = list(columns[1:])
    if len(coders) < 2:
        raise BadInput("the table has fewer than two coders", source, "one column a coder after the unit's column")
    if coders.count("") > 1:
        raise BadInput(
            "several columns have no name",
            say("{source}, line 1", source=source),
            "name the coders in the first line; remove what is above the table",
        )
    twice = sorted({c for c in coders if coders.count(c) > 1})
    if twice:
        raise BadInput(
            "a coder has two columns",
            say("{source}, line 1: {names}", source=source, names=", ".join(twice)),
            "name each column once",
        )
    return coders


def _declared(categories: Sequence[str], seen: set[str], source: str) -> tuple[str, ...]:
    """The order that was given, if it names every category of the table once."""
    declared = tuple(categories)
    if len(set(declared)) < len(declared):
        raise BadInput("the order names a category twice", ",".join(declared), "name each once")
    if strange := sorted(seen - set(declared)):
        raise BadInput(
            say("the order lacks categories of the table: {names}", names=", ".join(strange[:5])),
            source,
            by_door("name every category in --order", say("name every category in the order")),
        )
    return declared


_SPELLED = frozenset(
    ("na", "n/a", "n.a.", "nan", "null", "none", "missing", "fehlt", "k.a.", "-", "--", ".", "?", "#n/a")
)


def spelled_missing(table: RatingsTable) -> dict[str, int]:
    """Labels that other programs write where nothing was coded -> how many cells have them; they are labels here."""
    found = {c: int((table.codes == i).sum()) for i, c in enumerate(table.categories) if c.casefold() in _SPELLED}
    return {label: n for label, n in found.items() if n}


def nearly_alike(table: RatingsTable) -> list[tuple[str, str]]:
    """Pairs of labels that differ in spaces or capitals alone; they are labels of their own here."""
    met: dict[str, str] = {}
    found = []
    for c in table.categories:
        key = " ".join(c.split()).casefold()
        if key in met:
            found.append((met[key], c))
        met.setdefault(key, c)
    return found
