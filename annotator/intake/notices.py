"""What a person should know of a source that was read: told by place and value, each kind once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from annotator.domain.words import Message, joined, say, worded

_VALUES = 8
_PLACES = 3


@dataclass(slots=True)
class Notice:
    """where: the column or place. what: the fault. count: how many rows have it; first: where the first are."""

    where: str
    what: str
    count: int = 0
    first: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """Where and what, with how often and where first."""
        if self.count == 1:
            where = joined(", ", (p for p in (self.where, *self.first) if p))
            return {"where": where, "what": worded(self.what)}
        places = joined(", ", self.first)
        what: Message = say("{what} ({n} times, first in {places})", what=self.what, n=self.count, places=places)
        return {"where": self.where, "what": what, "count": self.count}


class Notices:
    """Notices by column and value; a column with many values that were not understood tells the first ones.

    rows: how many articles a table has, as soon as it was looked through.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._found: dict[tuple[str, str], Notice] = {}
        self._more: dict[str, int] = {}
        self._refused: dict[str, Notice] = {}

    def add(self, where: str, value: str, what: str, place: str) -> None:
        """Something that was not understood; value: by which the same fault is known again."""
        notice = self._found.get((where, value))
        if notice is None:
            if sum(1 for w, _ in self._found if w == where) >= _VALUES:
                self._more[where] = self._more.get(where, 0) + 1
                return
            notice = self._found[(where, value)] = Notice(where, what)
        _count(notice, place)

    def refuse(self, what: str, place: str) -> None:
        """An article among others that cannot be taken."""
        _count(self._refused.setdefault(what, Notice("", what)), place)

    def told(self) -> Iterator[dict[str, Any]]:
        """Where and what of each that was not understood."""
        for notice in self._found.values():
            yield notice.told()
        for where, count in self._more.items():
            yield {"where": where, "what": say("{n} more cells were not understood", n=count), "count": count}

    def refused(self) -> Iterator[dict[str, Any]]:
        """Where and what of the articles that were not taken, with their count."""
        for notice in self._refused.values():
            yield {**notice.told(), "count": notice.count}


def _count(notice: Notice, place: str) -> None:
    notice.count += 1
    if len(notice.first) < _PLACES:
        notice.first.append(place)
