"""Rows of how each codebook version carried over the labels of the one before, and of labels to look at again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from annotator.store.records import dumps
from annotator.store.tables import codebook_change, review


def every(connection: Connection) -> dict[int, dict[str, Any]]:
    """Version -> its unit in the journal, the mapping that was used, and the version that it takes back or None."""
    rows = connection.execute(select(codebook_change).order_by(codebook_change.c.version))
    return {
        r.version: {"unit": r.unit, "mapping": json.loads(r.mapping), "undoes": r.undoes, "created": r.created}
        for r in rows
    }


def add(
    connection: Connection, version: int, unit: str, mapping: Mapping[str, Any], undoes: int | None, at: str
) -> None:
    """Write how a version carried labels over."""
    row = {"version": version, "unit": unit, "mapping": dumps(dict(mapping)), "undoes": undoes, "created": at}
    connection.execute(codebook_change.insert(), row)


def mark(connection: Connection, annotation_id: str, version: int, why: str, at: str) -> None:
    """Mark a label to be looked at again under this version; a second mark leaves the first."""
    here = select(review).where(review.c.annotation_id == annotation_id, review.c.codebook_version == version)
    if connection.execute(here).first() is None:
        row = {"annotation_id": annotation_id, "codebook_version": version, "why": why, "created": at}
        connection.execute(review.insert(), row)


def marks(connection: Connection) -> list[tuple[str, int, str]]:
    """(annotation id, version, why) of every mark."""
    rows = connection.execute(select(review).order_by(review.c.codebook_version, review.c.annotation_id))
    return [(r.annotation_id, r.codebook_version, r.why) for r in rows]
