"""Faults of what comes in: a few of a kind are told one by one, more of them once with their count and first places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.domain.words import Message, joined, say

FEW = 10
MOST = 20_000
_PLACES = 5


@dataclass(slots=True)
class _Kind:
    """The first faults of one kind, and how many there are."""

    first: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0


class Faults:
    """Takes faults as they are met, in bounded memory; kinds are told apart by their sentences without the parts.

    A fault is `{"source", "where", "what"}`. Iterating gives what is told.
    """

    def __init__(self, found: Iterable[Mapping[str, Any]] = ()) -> None:
        self._kinds: dict[str, _Kind] = {}
        self._order: list[str] = []
        self._last: tuple[Any, Any] | None = None
        self.every: list[dict[str, Any]] = []
        """Each fault, up to `MOST`, for a list of them all."""
        self.count = 0
        self.places = 0
        self.extend(found)

    def append(self, fault: Mapping[str, Any]) -> None:
        """Take one more."""
        place = (fault.get("source"), fault.get("where"))
        if place != self._last:
            self.places += 1
            self._last = place
        if len(self.every) < MOST:
            self.every.append(dict(fault))
        more = int(fault.get("count", 1))
        self.count += more
        key = _kind(fault.get("what", ""))
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._kinds[key] = _Kind()
        kind.count += more
        if len(kind.first) < FEW:
            kind.first.append(dict(fault))

    def extend(self, found: Iterable[Mapping[str, Any]]) -> None:
        """Take more; others of its kind with each one that they hold and each place that they are about."""
        kept, places = len(self.every), self.places
        for fault in found:
            self.append(fault)
        if isinstance(found, Faults):
            self.every[kept:] = found.every[: MOST - kept]
            self.places, self._last = places + found.places, None

    def listed(self) -> list[dict[str, Any]]:
        """Each fault by itself; of more than `MOST` how many more there are."""
        if (more := self.count - len(self.every)) <= 0:
            return list(self.every)
        message = say("{n} more faults are not listed", n=more)
        return [*self.every, {"source": "", "where": "", "what": message, "count": more}]

    def __iadd__(self, found: Iterable[Mapping[str, Any]]) -> Faults:
        self.extend(found)
        return self

    def __getitem__(self, place: int) -> dict[str, Any]:
        return list(self)[place]

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for kind in self._kinds.values():
            if kind.count <= FEW:
                yield from kind.first
            else:
                yield _once(kind)


def _once(kind: _Kind) -> dict[str, Any]:
    """The first fault with the count of all and the places of the first ones."""
    first = kind.first[0]
    if len(kind.first) == 1:
        return first  # it was told once already
    one_source = len({f.get("source") for f in kind.first}) == 1
    places: list[str] = []
    for fault in kind.first[:_PLACES]:
        source, where = str(fault.get("source") or ""), fault.get("where") or ""
        places.append((where or source) if one_source else joined(", ", (p for p in (source, where) if p)))
    message = say(
        "{what} ({n} times, first in {places})", what=first["what"], n=kind.count, places=joined("; ", places)
    )
    return {**first, "what": message, "count": kind.count, "first": [str(p) for p in places]}


def _kind(what: str) -> str:
    """A sentence without its parts; that of a sentence in which another stands is both."""
    if not isinstance(what, Message):
        return what
    inner = [_kind(p) for p in what.parts.values() if isinstance(p, Message)]
    return "\x1f".join((what.template, *inner))
