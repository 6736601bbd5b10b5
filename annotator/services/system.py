"""Fresh ids and the time of day, for real use; tests and the demo study hand in their own."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime


def fresh_id() -> str:
    """A random UUID."""
    return str(uuid.uuid4())


def utc_now() -> str:
    """The time in UTC as ISO 8601 with microseconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
