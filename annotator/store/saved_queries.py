"""Rows of queries that people keep under a name."""

from __future__ import annotations

from sqlalchemy import Connection, select

from annotator.store.dialects import upsert
from annotator.store.tables import saved_query


def every(connection: Connection) -> list[tuple[str, str]]:
    """(name, JSON) by name."""
    rows = connection.execute(select(saved_query.c.name, saved_query.c.content).order_by(saved_query.c.name))
    return [(r[0], r[1]) for r in rows]


def put(connection: Connection, name: str, content: str, at: str) -> None:
    """Write one, over another of the same name."""
    upsert(connection, saved_query, {"name": name, "content": content, "created": at})


def delete(connection: Connection, name: str) -> None:
    """Take one away."""
    connection.execute(saved_query.delete().where(saved_query.c.name == name))
