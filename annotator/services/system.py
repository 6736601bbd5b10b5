"""Fresh ids and the time of day, for real use; tests and the demo study hand in their own."""

from __future__ import annotations

import gc
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def fresh_id() -> str:
    """A random UUID."""
    return str(uuid.uuid4())


def utc_now() -> str:
    """The time in UTC as ISO 8601 with microseconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@contextmanager
def whole_heap() -> Iterator[None]:
    """Do without the collector of cycles while very many records are made at once; it is as before afterwards."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
