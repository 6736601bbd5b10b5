"""Rows of annotations, their fragments and their roles' fillers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from annotator.domain.annotations import Annotation, EmptyRole, Filler
from annotator.store.records import dumps, empty_record
from annotator.store.tables import annotation, filler, fragment

_READ = (
    annotation.c.id,
    annotation.c.document_id,
    annotation.c.coder_id,
    annotation.c.layer,
    annotation.c.value_map,
    annotation.c.uncertain,
    annotation.c.memo,
    annotation.c.empty_roles,
    annotation.c.codebook_version,
    annotation.c.external_id,
    annotation.c.created,
    annotation.c.updated,
)
_BY_ID = select(*_READ).where(annotation.c.id == bindparam("id"))
_FRAGMENTS_BY_ID = (
    select(fragment.c.annotation_id, fragment.c.start, fragment.c.end)
    .where(fragment.c.annotation_id == bindparam("id"))
    .order_by(fragment.c.position)
)
_FILLERS_BY_ID = (
    select(filler.c.annotation_id, filler.c.role, filler.c.filler_annotation, filler.c.filler_entity)
    .where(filler.c.annotation_id == bindparam("id"))
    .order_by(filler.c.role, filler.c.position)
)
_INSERT = annotation.insert()
_INSERT_FRAGMENT = fragment.insert()
_INSERT_FILLER = filler.insert()
_UPDATE = annotation.update().where(annotation.c.id == bindparam("key"))
_DELETE = annotation.delete().where(annotation.c.id == bindparam("key"))
_DELETE_FRAGMENTS = fragment.delete().where(fragment.c.annotation_id == bindparam("key"))
_DELETE_FILLERS = filler.delete().where(filler.c.annotation_id == bindparam("key"))


def get(connection: Connection, annotation_id: str) -> Annotation | None:
    """One annotation, or None."""
    row = connection.execute(_BY_ID, {"id": annotation_id}).first()
    if row is None:
        return None
    fragments = connection.execute(_FRAGMENTS_BY_ID, {"id": annotation_id}).all()
    fillers = connection.execute(_FILLERS_BY_ID, {"id": annotation_id}).all()
    return next(_assembled([tuple(row)], [tuple(f) for f in fragments], [tuple(f) for f in fillers]))


def find(
    connection: Connection,
    document_id: str | None = None,
    coder_ids: Sequence[str] | None = None,
    layer: str | None = None,
    document_ids: Sequence[str] | None = None,
) -> list[Annotation]:
    """Annotations in a stable order (document, creation, id), narrowed by what is given."""

    def narrowed(query: Select[Any]) -> Select[Any]:
        if document_id is not None:
            query = query.where(annotation.c.document_id == document_id)
        if document_ids is not None:
            query = query.where(annotation.c.document_id.in_(document_ids))
        if coder_ids is not None:
            query = query.where(annotation.c.coder_id.in_(coder_ids))
        if layer is not None:
            query = query.where(annotation.c.layer == layer)
        return query

    rows = connection.execute(
        narrowed(select(*_READ)).order_by(annotation.c.document_id, annotation.c.created, annotation.c.id)
    ).all()
    fragments = connection.execute(
        narrowed(
            select(fragment.c.annotation_id, fragment.c.start, fragment.c.end).join(
                annotation, annotation.c.id == fragment.c.annotation_id
            )
        ).order_by(fragment.c.annotation_id, fragment.c.position)
    ).all()
    fillers = connection.execute(
        narrowed(
            select(filler.c.annotation_id, filler.c.role, filler.c.filler_annotation, filler.c.filler_entity).join(
                annotation, annotation.c.id == filler.c.annotation_id
            )
        ).order_by(filler.c.annotation_id, filler.c.role, filler.c.position)
    ).all()
    return list(_assembled(rows, fragments, fillers))


def _assembled(rows: Sequence[Any], fragments: Sequence[Any], fillers: Sequence[Any]) -> Iterator[Annotation]:
    spans: dict[str, list[tuple[int, int]]] = {}
    for owner, start, end in fragments:
        spans.setdefault(owner, []).append((start, end))
    roles: dict[str, dict[str, list[Filler]]] = {}
    for owner, role, filling, entity in fillers:
        roles.setdefault(owner, {}).setdefault(role, []).append(Filler(filling, entity))
    for (
        key,
        document,
        coder,
        layer,
        values,
        uncertain,
        memo,
        empty,
        version,
        external,
        created,
        updated,
    ) in rows:
        yield Annotation(
            key,
            document,
            coder,
            layer,
            tuple(spans.get(key, ())),
            json.loads(values) if values != "{}" else {},
            tuple(json.loads(uncertain)) if uncertain != "[]" else (),
            memo,
            {role: tuple(f) for role, f in roles[key].items()} if key in roles else {},
            {role: EmptyRole(e["because"], e.get("entity")) for role, e in json.loads(empty).items()}
            if empty != "{}"
            else {},
            version,
            external,
            created,
            updated,
        )


def row_of(a: Annotation) -> dict[str, Any]:
    """The annotation's own row, without fragments and fillers."""
    return {
        "id": a.id,
        "document_id": a.document_id,
        "coder_id": a.coder_id,
        "layer": a.layer,
        "value_map": dumps(dict(a.values)),
        "uncertain": dumps(list(a.uncertain)),
        "memo": a.memo,
        "empty_roles": dumps({role: empty_record(e) for role, e in a.empty.items()}),
        "codebook_version": a.codebook_version,
        "external_id": a.external_id,
        "created": a.created,
        "updated": a.updated,
    }


def fragment_rows(a: Annotation) -> list[dict[str, Any]]:
    """One row a fragment."""
    return [
        {"annotation_id": a.id, "position": i, "start": start, "end": end} for i, (start, end) in enumerate(a.fragments)
    ]


def filler_rows(a: Annotation) -> list[dict[str, Any]]:
    """One row a filler of a role."""
    return [
        {
            "annotation_id": a.id,
            "role": role,
            "position": i,
            "filler_annotation": f.annotation,
            "filler_entity": f.entity,
        }
        for role, fillers in a.roles.items()
        for i, f in enumerate(fillers)
    ]


def insert_many(connection: Connection, annotations: Sequence[Annotation]) -> None:
    """Write new annotations; spans must come before the links that name them."""
    if not annotations:
        return
    connection.execute(_INSERT, [row_of(a) for a in annotations])
    if fragments := [row for a in annotations for row in fragment_rows(a)]:
        connection.execute(_INSERT_FRAGMENT, fragments)
    if fillers := [row for a in annotations for row in filler_rows(a)]:
        connection.execute(_INSERT_FILLER, fillers)


def replace(connection: Connection, before: Annotation, after: Annotation) -> None:
    """Write the annotation's new state over its old one, touching only the tables that differ."""
    row = row_of(after)
    del row["id"]
    connection.execute(_UPDATE, {**row, "key": after.id})
    if before.fragments != after.fragments:
        connection.execute(_DELETE_FRAGMENTS, {"key": after.id})
        if after.fragments:
            connection.execute(_INSERT_FRAGMENT, fragment_rows(after))
    if before.roles != after.roles:
        connection.execute(_DELETE_FILLERS, {"key": after.id})
        if rows := filler_rows(after):
            connection.execute(_INSERT_FILLER, rows)


def replace_many(connection: Connection, pairs: Sequence[tuple[Annotation, Annotation]]) -> None:
    """As `replace` for many (before, after), whose fragments are the same."""
    if not pairs:
        return
    connection.execute(_UPDATE, [{**{k: v for k, v in row_of(a).items() if k != "id"}, "key": a.id} for _, a in pairs])
    moved = [after for before, after in pairs if before.roles != after.roles]
    if moved:
        connection.execute(_DELETE_FILLERS, [{"key": a.id} for a in moved])
        if rows := [row for a in moved for row in filler_rows(a)]:
            connection.execute(_INSERT_FILLER, rows)


def delete(connection: Connection, annotation_id: str) -> None:
    """Remove the annotation's rows; the journal keeps what it was."""
    connection.execute(_DELETE_FRAGMENTS, {"key": annotation_id})
    connection.execute(_DELETE_FILLERS, {"key": annotation_id})
    connection.execute(_DELETE, {"key": annotation_id})


def links_to(connection: Connection, annotation_id: str) -> list[Annotation]:
    """The links that have this annotation in a role."""
    ids = connection.execute(
        select(filler.c.annotation_id).where(filler.c.filler_annotation == annotation_id).distinct()
    ).scalars()
    return [link for key in sorted(ids) if (link := get(connection, key)) is not None]


def names_entity(connection: Connection, entity_id: str) -> int:
    """How many annotations name the entity, in a role, a value or a reason."""
    mark = f"%{entity_id}%"
    in_roles = select(filler.c.annotation_id).where(filler.c.filler_entity == entity_id)
    rows = connection.execute(
        select(annotation.c.id).where(
            annotation.c.value_map.like(mark) | annotation.c.empty_roles.like(mark) | annotation.c.id.in_(in_roles)
        )
    ).all()
    return len(rows)
