"""Rows of annotations, their fragments and their roles' fillers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_core import from_json
from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select, text

from annotator.domain.annotations import Annotation, EmptyRole, Filler
from annotator.domain.codebook.values import entity_ids
from annotator.store.dialects import UNASKED, on_server
from annotator.store.prepared import Prepared
from annotator.store.records import collector_at_rest, dumps, empty_record
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
    annotation.c.text_version,
)
_WHOLE_IN_FILE = Prepared(
    text(
        f"""SELECT {", ".join(f"annotation.{c.name}" for c in _READ)},
        (SELECT json_group_array(json_array(position, start, "end"))
         FROM (SELECT * FROM fragment WHERE annotation_id = :id ORDER BY position)),
        (SELECT json_group_array(json_array(annotation_id, role, filler_annotation, filler_entity))
         FROM (SELECT * FROM filler WHERE annotation_id = :id ORDER BY role, position))
        FROM annotation WHERE id = :id"""
    )
)
_WHOLE_ON_SERVER = text(
    f"""SELECT {", ".join(f"annotation.{c.name}" for c in _READ)},
    (SELECT json_agg(json_build_array(position, start, "end") ORDER BY position)
     FROM fragment WHERE annotation_id = :id),
    (SELECT json_agg(json_build_array(id, role, filler_annotation, filler_entity) ORDER BY role, position)
     FROM filler WHERE annotation_id = :id)
    FROM annotation WHERE id = :id"""
)
"""One label with all that belongs to it: in one round trip, and from one state of the study."""
_INSERT = Prepared(annotation.insert())
_INSERT_FRAGMENT = Prepared(fragment.insert())
_INSERT_FILLER = Prepared(filler.insert())
_KEY: BindParameter[str] = bindparam("key")
_UPDATE = Prepared(annotation.update().where(annotation.c.id == _KEY).execution_options(**UNASKED))
_DELETE = Prepared(annotation.delete().where(annotation.c.id == _KEY).execution_options(**UNASKED))
_DELETE_FRAGMENTS = Prepared(fragment.delete().where(fragment.c.annotation_id == _KEY).execution_options(**UNASKED))
_DELETE_FILLERS = Prepared(filler.delete().where(filler.c.annotation_id == _KEY).execution_options(**UNASKED))
_LINKS_TO = Prepared(
    select(filler.c.annotation_id)
    .where(filler.c.filler_annotation == bindparam("id"))
    .distinct()
    .order_by(filler.c.annotation_id)
)


def get(connection: Connection, annotation_id: str) -> Annotation | None:
    """One annotation, or None."""
    if on_server(connection):
        asked = connection.execute(_WHOLE_ON_SERVER, {"id": annotation_id}).first()
        if asked is None:
            return None
        *row, fragments, fillers = asked
        fragments, fillers = fragments or [], fillers or []
    else:
        told = _WHOLE_IN_FILE.first(connection, id=annotation_id)
        if told is None:
            return None
        *row, fragments, fillers = told
        fragments, fillers = from_json(fragments), from_json(fillers)
    return _assembled([(*row, start, end) for _, start, end in fragments] or [(*row, None, None)], fillers)[0]


def get_many(connection: Connection, ids: Sequence[str]) -> list[Annotation]:
    """Those of these annotations that are there; not more than 500 ids."""
    wanted = annotation.c.id.in_(list(ids))
    rows = connection.execute(select(annotation).where(wanted)).all()
    if not rows:
        return []
    return [a for key in (r.id for r in rows) if (a := get(connection, key)) is not None]


def any_there(connection: Connection) -> bool:
    """Whether there is any annotation."""
    return connection.execute(select(annotation.c.id).limit(1)).first() is not None


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

    labels = select(*_READ, fragment.c.start, fragment.c.end).outerjoin(fragment)
    roles = select(filler.c.annotation_id, filler.c.role, filler.c.filler_annotation, filler.c.filler_entity)
    if not (document_id is None and document_ids is None and coder_ids is None and layer is None):
        roles = narrowed(roles.join(annotation, annotation.c.id == filler.c.annotation_id))
    with collector_at_rest():
        order = (annotation.c.document_id, annotation.c.created, annotation.c.id, fragment.c.position)
        rows = _plain(connection, narrowed(labels).order_by(*order))
        roles = roles.order_by(filler.c.annotation_id, filler.c.role, filler.c.position)
        return _assembled(rows, _plain(connection, roles))


def _plain(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """The driver's own tuples: text and whole numbers need no conversion, and a row object each costs a third more."""
    result = connection.execute(query)
    found: list[tuple[Any, ...]] = list(result.cursor.fetchall()) if result.cursor is not None else []
    result.close()
    return found


def _assembled(rows: Iterable[Any], fillers: Iterable[Any]) -> list[Annotation]:
    """rows: one a fragment, those of a label behind each other; one without a fragment for labels that have none."""
    roles: dict[str, dict[str, list[Filler]]] = {}
    for owner, role, filling, entity in fillers:
        roles.setdefault(owner, {}).setdefault(role, []).append(Filler(filling, entity))
    found: list[Annotation] = []
    last = None
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
        text_version,
        start,
        end,
    ) in rows:
        if key == last:
            before = found.pop()
            found.append(dataclasses.replace(before, fragments=(*before.fragments, (start, end))))
            continue
        last = key
        found.append(
            Annotation(
                key,
                document,
                coder,
                layer,
                ((start, end),) if start is not None else (),
                from_json(values) if values != "{}" else {},
                tuple(from_json(uncertain)) if uncertain != "[]" else (),
                memo,
                {role: tuple(f) for role, f in roles[key].items()} if key in roles else {},
                {role: EmptyRole(e["because"], e.get("entity")) for role, e in from_json(empty).items()}
                if empty != "{}"
                else {},
                version,
                external,
                created,
                updated,
                text_version,
            )
        )
    return found


def row_of(a: Annotation) -> dict[str, Any]:
    """The annotation's own row, without fragments and fillers."""
    return {
        "id": a.id,
        "document_id": a.document_id,
        "coder_id": a.coder_id,
        "layer": a.layer,
        "value_map": dumps(dict(a.values)) if a.values else "{}",
        "uncertain": dumps(list(a.uncertain)) if a.uncertain else "[]",
        "memo": a.memo,
        "empty_roles": dumps({role: empty_record(e) for role, e in a.empty.items()}) if a.empty else "{}",
        "codebook_version": a.codebook_version,
        "external_id": a.external_id,
        "created": a.created,
        "updated": a.updated,
        "text_version": a.text_version,
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
    _INSERT.write(connection, [row_of(a) for a in annotations])
    _INSERT_FRAGMENT.write(connection, [row for a in annotations for row in fragment_rows(a)])
    _INSERT_FILLER.write(connection, [row for a in annotations for row in filler_rows(a)])


def replace(connection: Connection, before: Annotation, after: Annotation) -> None:
    """Write the annotation's new state over its old one, touching only the tables that differ."""
    replace_many(connection, [(before, after)])


def replace_many(connection: Connection, pairs: Sequence[tuple[Annotation, Annotation]]) -> None:
    """As `replace` for many (before, after)."""
    _UPDATE.write(connection, [{**{k: v for k, v in row_of(a).items() if k != "id"}, "key": a.id} for _, a in pairs])
    moved = [after for before, after in pairs if before.fragments != after.fragments]
    _DELETE_FRAGMENTS.write(connection, [{"key": a.id} for a in moved])
    _INSERT_FRAGMENT.write(connection, [row for a in moved for row in fragment_rows(a)])
    tied = [after for before, after in pairs if before.roles != after.roles]
    _DELETE_FILLERS.write(connection, [{"key": a.id} for a in tied])
    _INSERT_FILLER.write(connection, [row for a in tied for row in filler_rows(a)])


def delete(connection: Connection, annotation_id: str) -> None:
    """Remove the annotation's rows; the journal keeps what it was."""
    for statement in (_DELETE_FRAGMENTS, _DELETE_FILLERS, _DELETE):
        statement.write(connection, [{"key": annotation_id}])


def counts(connection: Connection) -> dict[str, int]:
    """Coder id -> how many labels the coder has."""
    query = select(annotation.c.coder_id, func.count()).group_by(annotation.c.coder_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def documents_of(connection: Connection, coder_id: str) -> set[str]:
    """Ids of the articles in which the coder has labels."""
    query = select(annotation.c.document_id).where(annotation.c.coder_id == coder_id).distinct()
    return set(connection.execute(query).scalars())


def links_to(connection: Connection, annotation_id: str) -> list[Annotation]:
    """The links that have this annotation in a role."""
    ids = [row[0] for row in _LINKS_TO.rows(connection, id=annotation_id)]
    return [link for key in ids if (link := get(connection, key)) is not None]


def naming_entities(connection: Connection) -> list[tuple[str, str, str, str, frozenset[str]]]:
    """(annotation id, document id, coder id, layer, entity ids) of all that name entities, in a stable order."""
    in_roles: dict[str, set[str]] = {}
    rows = connection.execute(
        select(filler.c.annotation_id, filler.c.filler_entity).where(filler.c.filler_entity.is_not(None))
    )
    for key, entity_id in rows:
        in_roles.setdefault(key, set()).add(entity_id)
    mark = '%"entity":%'
    found = connection.execute(
        select(
            annotation.c.id,
            annotation.c.document_id,
            annotation.c.coder_id,
            annotation.c.layer,
            annotation.c.value_map,
            annotation.c.empty_roles,
        )
        .where(
            annotation.c.value_map.like(mark)
            | annotation.c.empty_roles.like(mark)
            | annotation.c.id.in_(select(filler.c.annotation_id).where(filler.c.filler_entity.is_not(None)))
        )
        .order_by(annotation.c.document_id, annotation.c.created, annotation.c.id)
    )
    answer = []
    for key, document_id, coder_id, layer, values, empty in found:
        named = set(in_roles.get(key, ()))
        for value in from_json(values).values():
            named.update(entity_ids(value))
        named.update(e["entity"] for e in from_json(empty).values() if e.get("entity"))
        if named:
            answer.append((key, document_id, coder_id, layer, frozenset(named)))
    return answer


def names_entity(connection: Connection, entity_id: str) -> int:
    """How many annotations name the entity, in a role, a value or a reason; those that one may not see count too."""
    if on_server(connection):
        return int(connection.execute(select(func.annotator_names_entity(entity_id))).scalar() or 0)
    mark = f"%{entity_id}%"
    in_roles = select(filler.c.annotation_id).where(filler.c.filler_entity == entity_id)
    rows = connection.execute(
        select(annotation.c.id).where(
            annotation.c.value_map.like(mark) | annotation.c.empty_roles.like(mark) | annotation.c.id.in_(in_roles)
        )
    ).all()
    return len(rows)
