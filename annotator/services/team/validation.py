"""What a package must keep to before anything of it is written: its study, its coder, its own histories."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from annotator.domain.errors import BadInput
from annotator.domain.packages import (
    PackedAnnotation,
    PackedChange,
    PackedDocument,
    PackedEntity,
    PackedNote,
    PackedState,
    PackedVerdict,
)
from annotator.domain.words import say
from annotator.services.team.package_file import Package
from annotator.services.team.packed_suggestions import references_off
from annotator.services.team.references import FORGED, screen_references
from annotator.store import documents as document_rows
from annotator.store import journal, people
from annotator.store.records import same
from annotator.store.study_file import Connection


def screen(connection: Connection, package: Package, where: str, receiving: bool) -> None:
    """Raise BadInput with the first thing that is off. ``receiving``: articles and versions may be new here."""
    check_study(people.facts(connection), package, where)
    _unique(package, where)
    _codebooks(people.codebook_versions(connection), package, where, receiving)
    _documents(connection, package, where, receiving)
    for told in references_off(connection, package, receiving):
        raise BadInput(told, where, FORGED)
    _histories(package, _own(connection, package, where), where)
    screen_references(connection, package, where)


def screen_alone(package: Package, where: str) -> None:
    """As `screen`, of a package of another study: it must be sound in itself, whatever is here."""
    _unique(package, where)
    for packed in package.documents:
        _former(packed, where)
        if hashlib.sha256(packed.text.encode("utf-8", "surrogatepass")).hexdigest() != packed.sha256:
            raise BadInput(
                say("the text of the article {id} is not what its SHA-256 says", id=packed.id), where, FORGED
            )
    _records(package, where)


def check_study(facts: dict[str, str], package: Package, where: str) -> None:
    """The package must be of this study."""
    if package.manifest.study.id != facts.get("id"):
        raise BadInput(
            say("the package belongs to another study (“{study}”)", study=package.manifest.study.title),
            where,
            "open that study",
        )


def _unique(package: Package, where: str) -> None:
    groups: list[tuple[str, Iterable[Any]]] = [
        (say("article"), (d.id for d in package.documents)),
        (say("entity"), (e.id for e in package.entities)),
        (say("label"), (a.id for a in package.annotations)),
        (say("state"), (s.document for s in package.states)),
        (say("note"), (n.id for n in package.notes)),
        (say("step"), (s.id for s in package.changes)),
        (say("codebook version"), (c.version for c in package.codebooks)),
        (say("suggestion"), (s.id for s in package.suggestions)),
        (say("answer to the suggestion"), (v.suggestion for v in package.verdicts)),
    ]
    for what, ids in groups:
        seen: set[Any] = set()
        for key in ids:
            if key in seen:
                raise BadInput(say("the package holds the {what} {key} twice", what=what, key=key), where, FORGED)
            seen.add(key)


def _codebooks(here: Sequence[tuple[int, str]], package: Package, where: str, receiving: bool) -> None:
    known = dict(here)
    for packed in package.codebooks:
        content = known.get(packed.version)
        if content is None and not receiving:
            raise BadInput(
                say(
                    "the package was made under version {version} of the codebook, which this study does not have",
                    version=packed.version,
                ),
                where,
                "merge it into the study that has this version",
            )
        if content is not None and content != packed.content:
            raise BadInput(
                say("version {version} of the codebook is another one here", version=packed.version), where, FORGED
            )


def _documents(connection: Connection, package: Package, where: str, receiving: bool) -> None:
    known = {d.id: d for d in document_rows.every(connection)}
    texts = {(key, version): sha256 for key, version, sha256 in document_rows.hashes(connection)}
    for packed in package.documents:
        _former(packed, where)
        sha256 = hashlib.sha256(packed.text.encode("utf-8", "surrogatepass")).hexdigest()
        if sha256 != packed.sha256:
            raise BadInput(
                say("the text of the article {id} is not what its SHA-256 says", id=packed.id), where, FORGED
            )
        here = known.get(packed.id)
        if here is None and not receiving:
            raise BadInput(
                say("the study has no article {id} (“{title}”)", id=packed.id, title=packed.title),
                where,
                "merge it into another study",
            )
        if here is None:
            continue
        brought = {f.version: f.sha256 for f in packed.former} | {packed.text_version: sha256}
        if any(texts.get((packed.id, v), told) != told for v, told in brought.items()):
            raise BadInput(
                say("the article {id} has another text here (“{here}”)", id=packed.id, here=here.title), where, FORGED
            )
        if packed.text_version > here.text_version and not receiving:
            raise BadInput(
                say("the article {id} has a corrected text that this study does not have", id=packed.id),
                where,
                "merge it into the study in which it was corrected",
            )


def _former(packed: PackedDocument, where: str) -> None:
    """The texts that an article had before must be all there, each what its SHA-256 says."""
    sums = [hashlib.sha256(f.text.encode("utf-8", "surrogatepass")).hexdigest() for f in packed.former]
    versions = [f.version for f in packed.former]
    whole = not versions or versions == list(range(versions[0], packed.text_version))
    if sums != [f.sha256 for f in packed.former] or not whole:
        raise BadInput(say("the former texts of the article {id} are incomplete", id=packed.id), where, FORGED)


def _records(package: Package, where: str) -> None:
    """Every label, state and note must be the coder's own, in an article that is there."""
    coder = package.manifest.coder.id
    documents = {d.id for d in package.documents}
    for a in package.annotations:
        if a.coder != coder:
            raise BadInput(say("the label {id} is of another coder", id=a.id), where, FORGED)
        if a.document not in documents:
            raise BadInput(
                say("the label {id} is in an article that the package does not hold", id=a.id), where, FORGED
            )
    for state in package.states:
        if state.document not in documents:
            raise BadInput(
                say("a state names the article {document}, which is not in it", document=state.document), where, FORGED
            )
    mine = {n.id for n in package.notes if n.coder_id == coder}
    for note in package.notes:
        if note.document_id not in documents:
            raise BadInput(
                say("a note is on the article {document}, which is not in it", document=note.document_id),
                where,
                FORGED,
            )
        if note.coder_id != coder and note.reply_to not in mine:
            raise BadInput(say("the note {note} is of another coder", note=note.id), where, FORGED)


def _own(connection: Connection, package: Package, where: str) -> dict[str, PackedAnnotation]:
    """Every record must be the coder's own; the labels as their last steps left them."""
    coder = package.manifest.coder.id
    _records(package, where)
    documents = {d.id for d in package.documents}
    for key, owner in journal.owners(connection, [s.id for s in package.changes]).items():
        if owner != coder:
            raise BadInput(say("the step {key} is another coder's here", key=key), where, FORGED)
    others = journal.labels_of_others(connection, coder)
    left: dict[str, PackedAnnotation] = {}
    for step in package.changes:
        if step.kind == "annotation" and step.thing in others:
            raise BadInput(say("the label {thing} is another coder's here", thing=step.thing), where, FORGED)
        if step.document is not None and step.document not in documents:
            raise BadInput(
                say("the step {step} is in an article that the package does not hold", step=step.id), where, FORGED
            )
        if (label := _step(step, coder, where)) is not None:
            left[step.thing] = label
    return left


def _step(step: PackedChange, coder: str, where: str) -> PackedAnnotation | None:
    if step.before is None and step.after is None:
        raise BadInput(say("the step {step} is empty", step=step.id), where, FORGED)
    label: PackedAnnotation | None = None
    for record in (step.before, step.after):
        if record is None:
            continue
        try:
            if step.kind == "annotation":
                label = a = PackedAnnotation.model_validate(record)
                sound = (a.id, a.coder, a.document) == (step.thing, coder, step.document)
                sound = sound and all(
                    (f.annotation is None) != (f.entity is None) for fillers in a.roles.values() for f in fillers
                )
            elif step.kind == "entity":
                sound = PackedEntity.model_validate(record).id == step.thing
            elif step.kind == "verdict":
                suggestion = step.thing.partition("/")[0]
                v = PackedVerdict.model_validate({"suggestion": suggestion, "document": step.document, **record})
                sound = step.thing == f"{suggestion}/{coder}" and (v.said == "accepted") == (v.label is not None)
            elif step.kind == "note":
                n = PackedNote.model_validate(record)
                sound = (n.id, n.coder_id, n.document_id) == (step.thing, coder, step.document)
            else:
                PackedState.model_validate({"document": step.document, **record})
                sound = step.thing == f"{step.document}/{coder}"
        except (ValidationError, TypeError) as error:
            raise BadInput(say("the record of the step {step} is not valid", step=step.id), where, FORGED) from error
        if not sound:
            raise BadInput(say("the step {step} does not fit what it says it changed", step=step.id), where, FORGED)
    return label if step.after is not None else None


def _histories(package: Package, left: dict[str, PackedAnnotation], where: str) -> None:
    last: dict[str, Any] = {}
    for step in package.changes:
        if step.kind == "entity":
            continue
        if not same(last.get(step.thing), step.before):
            raise BadInput(
                say("the history of {thing} has a gap before the step {step}", thing=step.thing, step=step.id),
                where,
                FORGED,
            )
        last[step.thing] = step.after
    ends = {thing: after for thing, after in last.items() if after is not None}
    coder = package.manifest.coder.id
    labels = {a.id: a for a in package.annotations}
    held: dict[str, Any] = {f"{s.document}/{coder}": s.record() for s in package.states}
    held |= {f"{v.suggestion}/{coder}": v.record() for v in package.verdicts}
    held |= {n.id: n.record() for n in package.notes if n.coder_id == coder}
    for thing in sorted({*ends, *labels, *held}):
        end = ends.get(thing)
        if thing in labels:
            sound = end is not None and thing in left and _equal(left[thing], labels[thing])
        else:
            sound = same(end, held.get(thing))
        if not sound:
            raise BadInput(say("{thing} is not as its last step left it", thing=thing), where, FORGED)


def _equal(one: PackedAnnotation, other: PackedAnnotation) -> bool:
    return one == other and same(one.values, other.values)
