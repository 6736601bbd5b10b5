"""What marks a file as a study, and which form of it this program writes."""

from __future__ import annotations

APPLICATION_ID = 0x414E4E54  # "ANNT"
SCHEMA_VERSION = 9
HEADER = b"SQLite format 3\x00"
"""What every SQLite file begins with."""
