"""Rows of coders and of the entity register, of codebook versions and of the study's own facts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from annotator.domain.annotations import Coder, Entity
from annotator.domain.codebook.values import entity_ids
from annotator.store import views
from annotator.store.dialects import upsert
from annotator.store.prepared import Prepared
from annotator.store.records import dumps
from annotator.store.tables import codebook, coder, entity, study

_ATTACHED = "attached:"
"""Before the name of a form, in the key of what is kept of its sources."""
_NEWEST_CODEBOOK = Prepared(select(func.max(codebook.c.version)))


def coders(connection: Connection) -> list[Coder]:
    """All coders by name and id."""
    rows = connection.execute(select(coder).order_by(coder.c.name, coder.c.id))
    return [Coder(r.id, r.name, r.role) for r in rows]


def add_coder(connection: Connection, person: Coder, at: str) -> None:
    """Write a new coder."""
    connection.execute(coder.insert(), {"id": person.id, "name": person.name, "role": person.role, "created": at})


def set_role(connection: Connection, coder_id: str, role: str) -> None:
    """Write what a person does in the study."""
    connection.execute(coder.update().where(coder.c.id == coder_id), {"role": role})


def entities(connection: Connection) -> list[Entity]:
    """The whole register by name and id."""
    rows = connection.execute(select(entity).order_by(entity.c.name, entity.c.id))
    return [_entity(r) for r in rows]


def get_entity(connection: Connection, entity_id: str) -> Entity | None:
    """One entity, or None."""
    r = connection.execute(select(entity).where(entity.c.id == bindparam("key")), {"key": entity_id}).first()
    return None if r is None else _entity(r)


def _entity(r: Any) -> Entity:
    aliases = tuple(json.loads(r.aliases))
    return Entity(r.id, r.name, r.type, aliases, r.memo, r.created, r.merged_into, _values(r.value_map))


def _values(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {} if text == "{}" else json.loads(text)
    return found


def merged_here(connection: Connection, entity_id: str) -> int:
    """How many entities were merged into this one."""
    query = select(func.count()).select_from(entity).where(entity.c.merged_into == entity_id)
    return int(connection.execute(query).scalar() or 0)


def naming(connection: Connection, entity_id: str) -> list[Entity]:
    """The entities that name this one in a value, themselves not."""
    query = select(entity).where(entity.c.value_map.contains(entity_id, autoescape=True), entity.c.id != entity_id)
    found = [_entity(r) for r in connection.execute(query.order_by(entity.c.name, entity.c.id))]
    return [e for e in found if any(entity_id in entity_ids(v) for v in e.values.values())]


def put_entity(connection: Connection, entity_id: str, after: Entity | None) -> None:
    """Write an entity's new state; None removes it."""
    if after is None:
        connection.execute(entity.delete().where(entity.c.id == entity_id))
        return
    row = {
        "id": entity_id,
        "name": after.name,
        "type": after.type,
        "aliases": dumps(list(after.aliases)),
        "memo": after.memo,
        "created": after.created,
        "merged_into": after.merged_into,
        "value_map": dumps(dict(after.values)),
    }
    upsert(connection, entity, row)


def facts(connection: Connection) -> dict[str, str]:
    """The study's own facts: id, title, when it was made; what is kept for other forms may be large, and is none."""
    own = select(study).where(study.c.key.not_like(f"{_ATTACHED}%"))
    return {r.key: r.value for r in connection.execute(own)}


def add_facts(connection: Connection, values: dict[str, str]) -> None:
    """Write the study's own facts, once."""
    connection.execute(study.insert(), [{"key": k, "value": v} for k, v in values.items()])


def put_fact(connection: Connection, key: str, value: str) -> None:
    """Write one fact of the study over what it was."""
    upsert(connection, study, {"key": key, "value": value})


def attached(connection: Connection) -> dict[str, dict[str, Any]]:
    """Form -> what is kept of sources of this form as a whole, for the way back into it."""
    kept = connection.execute(select(study).where(study.c.key.like(f"{_ATTACHED}%")))
    return {r.key.removeprefix(_ATTACHED): json.loads(r.value) for r in kept}


def put_attached(connection: Connection, form: str, kept: Mapping[str, Any]) -> None:
    """Write what is kept of sources of a form over what it was."""
    put_fact(connection, _ATTACHED + form, json.dumps(kept, ensure_ascii=False))


def codebook_versions(connection: Connection) -> list[tuple[int, str]]:
    """(version, canonical JSON) of each version, oldest first."""
    query = select(codebook.c.version, codebook.c.content).order_by(codebook.c.version)
    return [(v, c) for v, c in connection.execute(query)]


def newest_codebook(connection: Connection) -> int:
    """The number of the newest version; 0 where there is none."""
    found = _NEWEST_CODEBOOK.first(connection)
    return int(found[0] or 0) if found else 0


def add_codebook(connection: Connection, version: int, key: str, content: str, at: str) -> None:
    """Write a codebook version; the views by which others read the study follow it."""
    connection.execute(codebook.insert(), {"version": version, "key": key, "content": content, "created": at})
    views.refresh(connection)


def codebook_rows(connection: Connection) -> list[tuple[int, str, str]]:
    """(version, canonical JSON, when it was made) of each version, oldest first."""
    query = select(codebook.c.version, codebook.c.content, codebook.c.created).order_by(codebook.c.version)
    return [(r[0], r[1], r[2]) for r in connection.execute(query)]
