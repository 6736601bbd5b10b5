"""Rows of how each codebook version carried over the labels of the one before, and of labels to look at again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from annotator.store.records import dumps
from annotator.store.tables import annotation, codebook_change, review


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


def mark(connection: Connection, annotation_id: str, version: int, why: str, updated: str) -> None:
    """Mark a label to be looked at again under this version, as it stands now.

    updated: the label's own time of change. The mark holds as long as the label has that time: whoever changes or
    confirms the label has looked at it, here or on another machine, and an undo of that brings the mark back.
    """
    row = {"annotation_id": annotation_id, "codebook_version": version, "why": why, "created": updated}
    here = (review.c.annotation_id == annotation_id) & (review.c.codebook_version == version)
    if not connection.execute(review.update().where(here), row).rowcount:
        connection.execute(review.insert(), row)


def mark_first(connection: Connection, version: int, found: Sequence[tuple[str, str, str]]) -> None:
    """As `mark` for many (annotation id, why, updated), under a version that has no marks yet."""
    if found:
        rows = [{"annotation_id": k, "codebook_version": version, "why": why, "created": at} for k, why, at in found]
        connection.execute(review.insert(), rows)


def drop(connection: Connection, annotation_id: str, version: int) -> None:
    """Take away a label's mark under a version."""
    here = (review.c.annotation_id == annotation_id) & (review.c.codebook_version == version)
    connection.execute(review.delete().where(here))


def marks(
    connection: Connection, document_id: str | None = None, ids: Sequence[str] | None = None
) -> list[tuple[str, int, str]]:
    """(annotation id, version, why) of every mark that holds: of one document, of some labels, or of all."""
    query = (
        select(review.c.annotation_id, review.c.codebook_version, review.c.why)
        .join(annotation, annotation.c.id == review.c.annotation_id)
        .where(annotation.c.updated == review.c.created)
        .order_by(review.c.codebook_version, review.c.annotation_id)
    )
    if document_id is not None:
        query = query.where(annotation.c.document_id == document_id)
    if ids is not None:
        query = query.where(review.c.annotation_id.in_(ids))
    return [(r[0], r[1], r[2]) for r in connection.execute(query)]


def unmark(connection: Connection, version: int) -> None:
    """Take away every mark of a version that was taken back."""
    connection.execute(review.delete().where(review.c.codebook_version == version))
