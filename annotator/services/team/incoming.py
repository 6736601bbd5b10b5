"""What a package's labels and states come to: which go on from here, which were changed in two places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotator.domain.changes import BY_PROGRAM, Change, PackedKind
from annotator.domain.codebook.values import entity_ids
from annotator.domain.packages import PackedChange
from annotator.domain.words import say
from annotator.services.team.applying import Landing
from annotator.services.team.histories import fresh_steps
from annotator.services.team.landed import Landed
from annotator.services.team.package_file import Package
from annotator.store import annotations as annotation_rows
from annotator.store import documents as document_rows
from annotator.store import journal, notes, suggestions
from annotator.store.records import annotation_record, note_record, same

APART = say("it was changed in two places")
DANGLING = say("it names a label that was removed here")
NEEDED = say("it was removed in the package, but a label here names it")

_COUNTED = {"document_state": "states", "note": "notes", "verdict": "verdicts"}


@dataclass(slots=True)
class Thing:
    """A label or a state that the package changes: as it is here, the steps that are new, how they leave it."""

    id: str
    kind: PackedKind
    document: str | None
    here: Mapping[str, Any] | None
    there: Mapping[str, Any] | None
    steps: list[PackedChange]
    conflict: str | None = None
    agreed: bool = False
    """Both went on apart and came to the same."""


def incoming(landing: Landing, package: Package) -> tuple[list[Thing], int]:  # noqa: C901 - a branch for each kind of record
    """(what the package changes, with conflicts marked; how many of its labels are here already)."""
    connection, coder = landing.connection, landing.coder.id
    now = {a.id: annotation_record(a) for a in annotation_rows.find(connection, coder_ids=[coder])}
    for document, who, state in document_rows.states(connection):
        if who == coder:
            now[f"{document}/{who}"] = {"state": state}
    for document, who, why in document_rows.reasons(connection):
        if who == coder:
            now[f"{document}/{who}"]["reason"] = why
    now |= {v.key: v.record() for v in suggestions.verdicts(connection, coder_id=coder)}
    now |= {n.id: note_record(n) for n in notes.find(connection) if n.coder_id == coder}
    here: dict[str, list[Change]] = {}
    for step in journal.of_coder(connection, coder):
        if step.kind != "entity" and not (step.kind == "note" and step.command in BY_PROGRAM):
            here.setdefault(step.thing_id, []).append(step)
    there: dict[str, list[PackedChange]] = {}
    for packed in package.changes:
        if packed.kind != "entity":
            there.setdefault(packed.thing, []).append(packed)
    things: list[Thing] = []
    for key, steps in there.items():
        fresh = fresh_steps(here.get(key, ()), steps)
        if fresh == []:
            continue
        last = steps[-1]
        thing = Thing(key, last.kind, last.document, now.get(key), last.after, fresh or [])
        if fresh is None:
            known = {s.id for s in here.get(key, ())}
            thing.steps = [s for s in steps if s.id not in known]
            thing.agreed = same(thing.here, thing.there)
            thing.conflict = None if thing.agreed else APART
        things.append(thing)
    _keep_whole(things, {k: r for k, r in now.items() if "roles" in r})
    changed = {t.id for t in things}
    return things, sum(a.id not in changed for a in package.annotations)


def _keep_whole(things: list[Thing], here: Mapping[str, Mapping[str, Any]]) -> None:  # noqa: C901 - what hangs together, kind by kind
    """Mark what cannot land because a label that it needs is gone, or that it removes is needed."""
    labels = {t.id: t for t in things if t.kind == "annotation"}
    while True:
        final: dict[str, Mapping[str, Any]] = dict(here)
        for t in labels.values():
            if t.conflict is None:
                final.pop(t.id, None)
                if t.there is not None:
                    final[t.id] = t.there
        marked = False
        for key, record in final.items():
            for needed in fillers(record):
                if needed in final:
                    continue
                own, other = labels.get(key), labels.get(needed)
                if other is not None and other.conflict is None and other.there is None and needed in here:
                    other.conflict, marked = NEEDED, True
                elif own is not None and own.conflict is None:
                    own.conflict, marked = DANGLING, True
        if not marked:
            return


def land(landing: Landing, things: list[Thing], receiving: bool = False) -> Landed:
    """Write what goes on from here, keep both versions of the rest.

    Where both went on apart and came to the same, a study keeps the steps of both; a coder's own file
    (``receiving``) keeps its own alone, which are those that the coder can take back.
    """
    counts: Counter[str] = Counter()
    new: list[Mapping[str, Any]] = []
    for t in things:
        if t.conflict is not None:
            landing.conflict(t.kind, t.id, t.document, t.conflict, t.here, t.there, t.steps)
            continue
        if t.agreed:
            if not receiving:
                landing.follow_to(t.kind, t.id, t.document, t.here, t.steps, t.here)
            continue
        landing.follow(t.kind, t.id, t.document, t.here, t.steps)
        if t.kind != "annotation":
            landing.put(t.kind, t.id, t.here, t.there)
            counts[_COUNTED[t.kind]] += 1
        elif t.here is None and t.there is not None:
            new.append(t.there)
            counts["added"] += 1
        elif t.there is not None:
            landing.put(t.kind, t.id, t.here, t.there)
            counts["changed"] += 1
        elif t.here is not None:
            landing.put(t.kind, t.id, t.here, None)
            counts["removed"] += 1
    landing.add_annotations(new)
    return Landed(steps=sum(len(t.steps) for t in things if t.conflict is None), **counts)


def fillers(record: Mapping[str, Any]) -> Iterator[str]:
    """Ids of the labels that a link names."""
    for held in record["roles"].values():
        for f in held:
            if f.get("annotation"):
                yield f["annotation"]


def named_entities(record: Mapping[str, Any]) -> Iterator[str]:
    """Ids of the entities that a label names anywhere."""
    for held in record["roles"].values():
        for f in held:
            if f.get("entity"):
                yield f["entity"]
    for reason in record["empty"].values():
        if reason.get("entity"):
            yield reason["entity"]
    yield from entities_of_values(record)


def entities_of_values(record: Mapping[str, Any]) -> Iterator[str]:
    """Ids of the entities that a label or an entity names in its values."""
    for value in (record.get("values") or {}).values():
        yield from entity_ids(value)
