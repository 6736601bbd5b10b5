"""Where ids and times come from: handed in, so that the same work gives the same bytes on every machine."""

from __future__ import annotations

import uuid
from collections.abc import Callable

IdFactory = Callable[[], str]
Clock = Callable[[], str]

_NAMESPACE = uuid.UUID("5c1b6a0e-6a0b-5f0e-9d55-8f2c7e1b4a10")


def derived_id(*parts: str) -> str:
    """The id that always belongs to these parts (UUID version 5)."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(parts)))


class CountingIds:
    """Ids that count up within a name, for the demo study and for files compared byte by byte."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._count = 0

    def __call__(self) -> str:
        self._count += 1
        return derived_id(self._name, str(self._count))


class SteppingClock:
    """A clock that goes on by one second at each look, from a fixed start (``YYYY-MM-DD``)."""

    def __init__(self, day: str) -> None:
        self._day = day
        self._seconds = 0

    def __call__(self) -> str:
        seconds = self._seconds % 86400
        self._seconds += 1
        return f"{self._day}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.000000Z"


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID in any usual spelling."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
