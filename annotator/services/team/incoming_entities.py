"""What a package's entities come to: new ones, changed ones, and those that were changed in two places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from annotator.domain.annotations import Entity
from annotator.domain.changes import BY_PROGRAM
from annotator.domain.packages import PackedChange
from annotator.services.coding.codebook_versions import Versions
from annotator.services.team.applying import Landing
from annotator.services.team.incoming import APART, NEEDED, Thing, entities_of_values, named_entities
from annotator.services.team.landed import LandedEntities
from annotator.services.team.package_file import Package
from annotator.services.team.similar_names import suggestions
from annotator.store import annotations as annotation_rows
from annotator.store import journal, people
from annotator.store.records import dumps, entity_from_record, entity_record


def merge_entities(landing: Landing, package: Package, things: Sequence[Thing]) -> LandedEntities:
    """Bring a coder's new and changed entities in; what is here stays where both changed it."""
    connection = landing.connection
    here = {e.id: entity_record(e) for e in people.entities(connection)}
    there = {e.id: e.record() for e in package.entities}
    known = set(journal.owners(connection, [s.id for s in package.changes]))
    steps: dict[str, list[PackedChange]] = {}
    for step in package.changes:
        if step.kind == "entity" and step.id not in known and step.command not in BY_PROGRAM:
            steps.setdefault(step.thing, []).append(step)
    needed = {e for t in things if t.there and t.kind == "annotation" for e in named_entities(t.there)}
    needed = _with_named(needed | steps.keys(), there)
    added: list[Entity] = []
    changed = 0
    versions = Versions(connection)
    made_under = max((c.version for c in package.codebooks), default=1)
    for key in [*there, *(k for k in steps if k not in there)]:
        now, came, new = here.get(key), there.get(key), steps.get(key, [])
        came_now = _carried(versions, came, made_under)
        if now is None and came is not None and (new or key in needed):
            if new and new[0].before is None and dumps(new[-1].after) == dumps(came):
                landing.follow("entity", key, None, None, new)
            else:
                landing.carry("CarryOver", "entity", key, None, None, came)
            landing.put_entity(key, came, made_under)
            added.append(entity_from_record(came))
        elif now is None or not new or dumps(now) in (dumps(came), dumps(came_now)):
            continue
        elif dumps(now) not in _beginnings(versions, new[0].before, made_under):
            landing.conflict("entity", key, None, APART, now, came_now, new)
        elif came is None and (annotation_rows.names_entity(connection, key) or people.naming(connection, key)):
            landing.conflict("entity", key, None, NEEDED, now, came, new)
        else:
            landing.follow("entity", key, None, now, new)
            if came is not None and dumps(new[-1].after) != dumps(came):
                landing.carry("CarryOver", "entity", key, None, new[-1].after, came)
            landing.put_entity(key, came, made_under)
            changed += 1
    return LandedEntities(len(added), changed, tuple(suggestions(added, people.entities(connection))))


def _with_named(keys: set[str], there: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """These entities with all that they name in their values, and what those name."""
    found: set[str] = set()
    pending = list(keys)
    while pending:
        key = pending.pop()
        if key not in found:
            found.add(key)
            pending += entities_of_values(there.get(key, {}))
    return found


def _beginnings(versions: Versions, record: Mapping[str, Any] | None, newest: int) -> set[str]:
    """The record, spelled, as it was and as it is now: it may be of any version that the package knows."""
    return {dumps(record), *(dumps(_carried(versions, record, version)) for version in range(1, newest + 1))}


def _carried(versions: Versions, record: Mapping[str, Any] | None, version: int) -> dict[str, Any] | None:
    """The record as it is once its type and values have the newest codebook's names."""
    return None if record is None else entity_record(versions.entity_forward(entity_from_record(record), version))


def receive_entities(landing: Landing, package: Package, since: int) -> None:
    """Bring the register into a coder's own file; what the coder changed since and did not send back stays.

    since: the codebook version that was the newest in this file until now.
    """
    connection = landing.connection
    here = {e.id: entity_record(e) for e in people.entities(connection)}
    sent = {s.id for s in package.changes}
    unsent = {
        s.thing_id
        for s in journal.of_coder(connection, landing.coder.id)
        if s.kind == "entity" and s.command not in BY_PROGRAM and s.id not in sent
    }
    made_under = max((c.version for c in package.codebooks), default=1)
    for key in unsent & here.keys():
        landing.entities[key] = since
    for entity in package.entities:
        came = entity.record()
        now = here.get(entity.id)
        if entity.id in unsent or (now is not None and dumps(now) == dumps(came)):
            continue
        landing.carry("ReceivePackage", "entity", entity.id, None, now, came)
        landing.put_entity(entity.id, came, made_under)
