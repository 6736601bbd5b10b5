"""Which coders' work in which articles may have what is looked for, found without reading one label whole.

Labels of a layer share few different sets of values: each set is looked at once, and the database finds who has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, Select, select

from annotator.store.tables import annotation, filler

Pairs: TypeAlias = set[tuple[str, str]]
"""(document id, coder id)."""
Column = Literal["value_map", "empty_roles", "uncertain", "memo"]
_AT_ONCE = 400
"""Values in one query."""
MOST = 20_000
"""Different values of a column that are asked for one by one: with more of them the labels are read instead."""


def everywhere(connection: Connection) -> Pairs:
    """Wherever there is any label."""
    return _found(connection, select(annotation.c.document_id, annotation.c.coder_id).distinct())


def of_layers(connection: Connection, layers: Collection[str]) -> Pairs:
    """Where there is a label of one of these layers."""
    query = select(annotation.c.document_id, annotation.c.coder_id).where(annotation.c.layer.in_(layers))
    return _found(connection, query.distinct())


def contents(connection: Connection, column: Column, layers: Collection[str] | None = None) -> list[str] | None:
    """Each different content of a column once, as it is stored; None where there are too many. layers: these alone."""
    query = select(annotation.c[column]).distinct().limit(MOST + 1)
    if layers is not None:
        query = query.where(annotation.c.layer.in_(layers))
    found = list(connection.execute(query).scalars())
    return found if len(found) <= MOST else None


def having(
    connection: Connection, column: Column, wanted: Collection[str], layers: Collection[str] | None = None
) -> Pairs:
    """Where a label has one of these contents in a column."""
    found: Pairs = set()
    for part in _parts(wanted):
        pairs = select(annotation.c.document_id, annotation.c.coder_id).where(annotation.c[column].in_(part))
        if layers is not None:
            pairs = pairs.where(annotation.c.layer.in_(layers))
        found |= _found(connection, pairs.distinct())
    return found


def naming(connection: Connection, entity_ids: Collection[str]) -> Pairs:
    """Where a link has one of these entities in a role."""
    found: Pairs = set()
    for part in _parts(entity_ids):
        query = select(annotation.c.document_id, annotation.c.coder_id).join(
            filler, filler.c.annotation_id == annotation.c.id
        )
        found |= _found(connection, query.where(filler.c.filler_entity.in_(part)).distinct())
    return found


def _parts(every: Iterable[str]) -> Iterable[list[str]]:
    rest = iter(every)
    return iter(lambda: list(islice(rest, _AT_ONCE)), [])


def _found(connection: Connection, query: Select[Any]) -> Pairs:
    return {(row[0], row[1]) for row in connection.execute(query)}
