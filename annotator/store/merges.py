"""Rows of packages that were merged and of labels that were changed in two places."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from annotator.domain.changes import PackedKind
from annotator.store.dialects import defer_references as defer_references
from annotator.store.records import Record, dumps
from annotator.store.tables import conflict, package


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that was changed in two places: how it stands here, how it came, and the steps that led there."""

    id: str
    kind: PackedKind
    thing_id: str
    document_id: str | None
    coder_id: str
    package_id: str
    why: str
    here: Record | None
    there: Record | None
    steps: Sequence[Record]
    found: str
    settled: str | None = None


def merged(connection: Connection) -> dict[str, str]:
    """Package id -> SHA-256 of each package that was merged."""
    return {r.id: r.sha256 for r in connection.execute(select(package))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A package that was merged: whose, when it was made, when it came in."""

    id: str
    coder_id: str
    made: str
    merged: str


def packages(connection: Connection) -> list[Merged]:
    """Every package that was merged, by when."""
    rows = connection.execute(select(package).order_by(package.c.merged, package.c.id))
    return [Merged(id=r.id, coder_id=r.coder_id, made=r.made, merged=r.merged) for r in rows]


def times(connection: Connection) -> list[str]:
    """When each package was merged."""
    return list(connection.execute(select(package.c.merged)).scalars())


def add_package(connection: Connection, key: str, coder_id: str, made: str, at: str, sha256: str) -> None:
    """Write that a package was merged."""
    row = {"id": key, "coder_id": coder_id, "made": made, "merged": at, "sha256": sha256}
    connection.execute(package.insert(), row)


def conflicts(connection: Connection) -> list[Conflict]:
    """Every conflict, settled ones too, in the order they were found."""
    return [
        Conflict(
            r.id,
            r.kind,
            r.thing_id,
            r.document_id,
            r.coder_id,
            r.package_id,
            r.why,
            None if r.here is None else json.loads(r.here),
            None if r.there is None else json.loads(r.there),
            json.loads(r.steps),
            r.found,
            r.settled,
        )
        for r in connection.execute(select(conflict).order_by(conflict.c.found, conflict.c.id))
    ]


def set_settled(connection: Connection, key: str, choice: str) -> None:
    """Write which version was chosen."""
    connection.execute(conflict.update().where(conflict.c.id == key), {"settled": choice})


def add_conflict(connection: Connection, c: Conflict) -> None:
    """Write a conflict with both versions."""
    row = {
        "id": c.id,
        "kind": c.kind,
        "thing_id": c.thing_id,
        "document_id": c.document_id,
        "coder_id": c.coder_id,
        "package_id": c.package_id,
        "why": c.why,
        "here": None if c.here is None else dumps(dict(c.here)),
        "there": None if c.there is None else dumps(dict(c.there)),
        "steps": dumps([dict(s) for s in c.steps]),
        "found": c.found,
        "settled": c.settled,
    }
    connection.execute(conflict.insert(), row)
