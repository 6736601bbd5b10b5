"""A seal over every byte of a closed study file, free space and SQLite's own fields too; `check` looks at it.

The seal is a hash of the file, and the fields of its header that SQLite changes at each commit, as one value of fixed
length in the table `seal`, in which it is written over in place. These bytes are not hashed. It says nothing while the
header has moved on: then another program wrote by SQLite, or this one was killed, and the checksums alone count.
Two pages change, each sound with either state of the other: so no journal and no waiting for the disk is needed.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator

from sqlalchemy import Column, Integer, LargeBinary, Table

from annotator.store.bytes_at import read_at
from annotator.store.checksums import file_metadata

seal = Table(
    "seal",
    file_metadata,
    Column("id", Integer, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

NONE = bytes(44)
"""The value before the first seal: as long as a seal, so that it is written over in place."""
FIRST = f"INSERT INTO seal VALUES (1, x'{NONE.hex()}')"

_DIGEST = 32
_CELL = bytes((47, 1, 3, 0, 100))
"""Payload of 47 bytes, row 1, a header of 3: no own bytes for the id, 44 for the value."""
_COUNTER, _VERSIONS = slice(24, 28), slice(92, 100)
_CHUNK = 1 << 20


def has_seal(raw: sqlite3.Connection) -> bool:
    """Whether the file can be sealed."""
    return bool(raw.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'seal'").fetchone())


def set_seal(raw: sqlite3.Connection, file: int, before: bytes | None) -> None:
    """Seal a file of which this connection is the only one, its log folded in. file: a descriptor of it.

    before: the digest that it was sealed with, where nothing was written since: what was damaged stays unlike it.
    Raises sqlite3.Error or OSError; then it is not sealed.
    """
    raw.execute("PRAGMA journal_mode=MEMORY").fetchall()
    raw.execute("PRAGMA synchronous=OFF")
    raw.execute("BEGIN EXCLUSIVE")
    try:
        place = _place(raw, file)
        if place is not None:
            digest = before or _digest(file, place)
            counter = (int.from_bytes(read_at(file, 4, 24), "big") + 1) % (1 << 32)
            fields = _fields(counter, _number())
            raw.execute("UPDATE seal SET value = ? WHERE id = 1", (digest + fields,))
    except BaseException:
        raw.execute("ROLLBACK")
        raise
    raw.execute("COMMIT")
    if place is not None and _fields_of(read_at(file, 100, 0)) != fields:  # told otherwise by SQLite's own ways
        raw.execute("UPDATE seal SET value = ? WHERE id = 1", (NONE,))


def sealed_with(raw: sqlite3.Connection, header: bytes) -> bytes | None:
    """The digest that a file was sealed with; None where its header, as it was closed, has moved on."""
    value = _value(raw)
    return value[:_DIGEST] if value and value != NONE and value[_DIGEST:] == _fields_of(header) else None


def is_broken(raw: sqlite3.Connection, file: int, header: bytes) -> bool:
    """Whether a byte is another one than when the file was sealed. header: the first 100 bytes as it was closed."""
    if header[_COUNTER] != header[92:96]:
        return True  # SQLite always writes both
    value = _value(raw)
    if value is None:
        return True
    if value == NONE:
        return False
    fields, found = value[_DIGEST:], _fields_of(header)
    if fields[:4] != fields[4:8]:
        return True  # written twice, to be believed
    if fields[:4] != found[:4]:
        return False  # written to by SQLite since, if only to say that a log is kept
    place = _place(raw, file)
    return fields != found or place is None or _digest(file, place) != value[:_DIGEST]


def header_fault(header: bytes) -> bool:
    """Whether the header says of how to read and write the file what neither this program nor SQLite writes."""
    return header[18] != header[19] or header[18] not in (1, 2)


def _value(raw: sqlite3.Connection) -> bytes | None:
    row = raw.execute("SELECT value FROM main.seal WHERE id = 1").fetchone()
    return row[0] if row and isinstance(row[0], bytes) and len(row[0]) == len(NONE) else None


def _place(raw: sqlite3.Connection, file: int) -> int | None:
    """Where the value begins in the file; None where SQLite laid it out in another way."""
    size = int(raw.execute("PRAGMA page_size").fetchone()[0])
    found = raw.execute("SELECT rootpage FROM main.sqlite_master WHERE name = 'seal'").fetchone()
    if not found:
        return None
    start = (int(found[0]) - 1) * size
    page = read_at(file, size, start)
    at = int.from_bytes(page[8:10], "big")
    whole = page[:1] == b"\r" and page[3:5] == b"\0\1" and page[at : at + len(_CELL)] == _CELL
    return start + at + len(_CELL) if whole else None


def _digest(file: int, place: int) -> bytes:
    digest = hashlib.blake2b(digest_size=_DIGEST)
    for at, chunk in _chunks(file):
        for hidden in ((18, 20), (24, 28), (92, 100), (place, place + len(NONE))):
            first, last = max(hidden[0] - at, 0), min(hidden[1] - at, len(chunk))
            if first < last:
                chunk[first:last] = bytes(last - first)
        digest.update(chunk)
    return digest.digest()


def _chunks(file: int) -> Iterator[tuple[int, bytearray]]:
    at = 0
    while data := read_at(file, _CHUNK, at):
        yield at, bytearray(data)
        at += len(data)


def _fields(counter: int, version: int) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in (counter, counter, version))


def _fields_of(header: bytes) -> bytes:
    return header[_COUNTER] + header[_VERSIONS]


def _number() -> int:
    first, second, third = sqlite3.sqlite_version_info
    return first * 1_000_000 + second * 1_000 + third
