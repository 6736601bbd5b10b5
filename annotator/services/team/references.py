"""Whatever a package names: units, steps, things, labels in roles, entities, notes. Nothing of it may be another's.

Every record of a coder's history is looked at, not the last one alone: an undo brings an earlier one back.
"""

from __future__ import annotations

from collections.abc import Iterator

from annotator.domain.annotations import Annotation
from annotator.domain.changes import BY_PROGRAM, COMMANDS
from annotator.domain.codebook.lineage import Lineage
from annotator.domain.codebook.model import LinkLayer, SpanLayer
from annotator.domain.codebook.values import value_fault
from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput
from annotator.domain.fragments import fragments_fault
from annotator.domain.packages import PackedChange
from annotator.domain.words import Message, say
from annotator.services.coding.codebook_versions import Versions
from annotator.services.team.incoming import entities_of_values, fillers, named_entities
from annotator.services.team.package_file import Package
from annotator.services.team.packed_suggestions import contents_off
from annotator.store import journal, notes, people
from annotator.store.records import annotation_from_record
from annotator.store.study_file import Connection

FORGED = say("do not trust it, and ask the coder for the package again")


def screen_references(connection: Connection, package: Package, where: str) -> None:
    """Raise BadInput with the first thing that the package names and that isn't the coder's own."""
    for fault in _faults(connection, package):
        raise BadInput(fault, where, FORGED)


def screen_records(connection: Connection, package: Package, where: str) -> None:
    """Raise BadInput where a label, as any step left it, could not have been made under a codebook of this study.

    Asked once the versions that the package brings are there.
    """
    versions = Versions(connection)
    lineage = versions.lineage()
    types = {t.key for v in versions.contents for t in versions.book(v).entity_types}
    for off in contents_off(lineage, types, package):
        raise BadInput(off, where, FORGED)
    lengths = {(d.id, d.text_version): len(d.text) for d in package.documents}
    lengths |= {(d.id, f.version): len(f.text) for d in package.documents for f in d.former}
    for step in package.changes:
        for record in (step.before, step.after):
            if record is None:
                continue
            if step.kind == "annotation":
                label = annotation_from_record(record)
                told = _label_fault(lineage, label, lengths.get((label.document_id, label.text_version), 0))
            elif step.kind == "entity" and types and record["type"] not in types:
                told = say("there is no entity type `{type}` (of {name})", type=record["type"], name=record["name"])
            else:
                continue
            if told:
                raise BadInput(say("the step {step} does not fit: {told}", step=step.id, told=told), where, FORGED)
    for entity in package.entities:
        if types and entity.type not in types:
            told = say("there is no entity type `{type}` (of {name})", type=entity.type, name=entity.name)
            raise BadInput(told, where, FORGED)


def unknown_commands(package: Package) -> list[Message]:
    """What the package's steps call themselves and this program has no name for, each with its count."""
    counts: dict[str, int] = {}
    for step in package.changes:
        if step.command not in COMMANDS:
            counts[step.command] = counts.get(step.command, 0) + 1
    return [
        say("{n} steps are called `{command}`, which this program does not know; they are kept", n=n, command=command)
        for command, n in sorted(counts.items())
    ]


def _faults(connection: Connection, package: Package) -> Iterator[Message]:
    coder = package.manifest.coder.id
    roles = {c.id: c.role for c in people.coders(connection)}
    if roles.get(coder) == GOLD:
        yield say("the settled version is never in a package")
    yield from _units(connection, package, coder)
    labels = {s.thing: s.document for s in package.changes if s.kind == "annotation"}
    yield from _things(connection, package, coder, labels)
    yield from _notes(connection, package, coder, roles.get(coder) == "supervisor")


def _units(connection: Connection, package: Package, coder: str) -> Iterator[Message]:
    here = journal.units(connection, {u for s in package.changes for u in (s.unit, s.undoes) if u})
    brought = {s.unit for s in package.changes}
    about = journal.things_of(connection, {s.id for s in package.changes})
    for step in package.changes:
        if about.get(step.id, step.thing) != step.thing:
            yield say("the step {step} changed something else here", step=step.id)
        held = here.get(step.unit, ())
        together = step.command in BY_PROGRAM and all(command in BY_PROGRAM for _, command in held)
        if any(owner != coder for owner, _ in held) and not together:
            yield say("the step {step} says that it belongs to steps of another coder", step=step.id)
        if step.undoes is None:
            continue
        taken = here.get(step.undoes, ())
        if any(owner != coder for owner, _ in taken) or not (taken or step.undoes in brought):
            yield say("the step {step} takes back a step that the coder never made", step=step.id)


def _things(connection: Connection, package: Package, coder: str, labels: dict[str, str | None]) -> Iterator[Message]:  # noqa: C901 - a branch for each kind of record
    named: set[str] = set()
    for step in package.changes:
        if step.kind == "annotation" and labels[step.thing] != step.document:
            yield say("the label {thing} is in two articles", thing=step.thing)
        for label in _labels_in(step):
            if label not in labels:
                yield say("the step {step} names a label that is not the coder's", step=step.id)
            elif labels[label] != step.document:
                yield say("the step {step} names a label of another article", step=step.id)
        named.update(_entities_in(step))
    for entity in package.entities:
        named.update(entities_of_values(entity.record()))
        named.update(key for key in (entity.id, entity.merged_into) if key)
    kinds = {s.thing: s.kind for s in package.changes} | {n.id: "note" for n in package.notes}
    for thing, held in journal.makers_of(connection, {*kinds, *named}).items():
        for kind, owner in held:
            if kind != kinds.get(thing, "entity") or (thing in named and kind != "entity"):
                yield say("{thing} is something of another kind here", thing=thing)
            if kind != "entity" and thing in kinds and owner != coder and not _answer(package, thing, coder):
                yield say("{thing} is another coder's here", thing=thing)


def _answer(package: Package, thing: str, coder: str) -> bool:
    """Whether the thing is somebody's reply that goes with the coder's notes."""
    return any(n.id == thing and n.coder_id != coder for n in package.notes)


def _labels_in(step: PackedChange) -> Iterator[str]:
    if step.kind == "annotation":
        for record in (step.before, step.after):
            if record is not None:
                yield from fillers(record)


def _entities_in(step: PackedChange) -> Iterator[str]:
    for record in (step.before, step.after):
        if record is not None and step.kind == "annotation":
            yield from named_entities(record)
        elif record is not None and step.kind == "entity":
            yield from entities_of_values(record)
            if record.get("merged_into"):
                yield record["merged_into"]


def _notes(connection: Connection, package: Package, coder: str, supervises: bool) -> Iterator[Message]:
    here = {n.id: n for n in notes.find(connection)}
    own = {n.id for n in package.notes if n.coder_id == coder} | {n.id for n in here.values() if n.coder_id == coder}
    own |= {s.thing for s in package.changes if s.kind == "note"}
    for note in package.notes:
        known = here.get(note.id)
        if known is not None and known.coder_id != note.coder_id:
            yield say("the note {note} is another person's here", note=note.id)
    steps = [r["reply_to"] for s in package.changes if s.kind == "note" for r in (s.before, s.after) if r]
    for answered in steps:
        known = here.get(answered)
        if answered and answered not in own and known is not None and known.reply_to not in own and not supervises:
            yield say("a note answers {note}, which is another coder's", note=answered)


def _label_fault(lineage: Lineage, a: Annotation, length: int) -> Message | None:  # noqa: C901 - the faults in their order
    layers = lineage.layers(a.layer)
    if not layers:
        return say("the codebook has no layer `{layer}`, in no version", layer=a.layer)
    if isinstance(layers[-1], SpanLayer):
        if fault := fragments_fault(a.fragments, length):
            return say("{fault}", fault=fault)
    elif a.fragments:
        return say("a label without a place in the text has fragments")
    for key, value in a.values.items():
        forms = lineage.attributes(a.layer, key)
        if not forms:
            return say("the codebook has no attribute `{layer}.{key}`", layer=a.layer, key=key)
        told = [value_fault(form, value) for form in forms]
        if all(told):
            return say("{key}: {fault}", key=key, fault=told[-1])
    if (a.roles or a.empty) and not isinstance(layers[-1], LinkLayer):
        return say("a label that is not a link has roles")
    for key in (*a.roles, *a.empty):
        if not lineage.roles(a.layer, key):
            return say("the codebook has no role `{layer}.{key}`", layer=a.layer, key=key)
    return None
