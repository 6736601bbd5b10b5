"""The notes of a report with their numbers: those that name an attribute stand under the table of values, which refers
to them, the others at the end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """number: counted through the report. text: begins with a capital, without its full stop."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """of: (layer, attribute) -> the numbers of the notes that name it."""

    values: tuple[Note, ...]
    others: tuple[Note, ...]
    of: Mapping[tuple[str, str], tuple[int, ...]]

    def marks(self, layer: str, attribute: str) -> str:
        """The numbers of an attribute's notes, as a table refers to them."""
        return ", ".join(map(str, self.of.get((layer, attribute), ())))


def noted(figures: Mapping[str, Any], labels: Mapping[tuple[str, str], tuple[str, str]]) -> Notes:
    """The notes of these figures; attributes are called as the tables call them."""
    keys = [(a["layer"], a["attribute"]) for a in figures["attributes"]]
    found = {key: re.compile(rf"(?<![\w.]){re.escape('.'.join(key))}(?![\w.])") for key in keys}
    told = [(text, [key for key, name in found.items() if name.search(text)]) for text in figures["notes"]]
    told.sort(key=lambda x: not x[1])  # those of values first, each group in its order
    notes, of = [], {key: list[int]() for key in keys}
    for number, (text, named) in enumerate(told, 1):
        for key in named:
            of[key].append(number)
            text = found[key].sub(lambda _, key=key: ": ".join(labels[key]), text)  # type: ignore[misc]
        notes.append((Note(number=number, text=text[:1].upper() + text[1:]), bool(named)))
    return Notes(
        values=tuple(n for n, named in notes if named),
        others=tuple(n for n, named in notes if not named),
        of={key: tuple(numbers) for key, numbers in of.items()},
    )
