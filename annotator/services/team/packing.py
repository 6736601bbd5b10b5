"""Packing one coder's articles and work: nothing of other coders goes in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from annotator import __version__
from annotator.domain.accounts import Holding
from annotator.domain.annotations import Document
from annotator.domain.changes import BY_PROGRAM, CORRECT, UNDO_CORRECTION, Change
from annotator.domain.decisions import GOLD
from annotator.domain.errors import AnnotatorError, BadInput, Cancelled
from annotator.domain.file_names import file_name
from annotator.domain.origins import BY_CODER
from annotator.domain.packages import FORMAT, Manifest, PackedOrigin
from annotator.domain.steps import Progress, counted
from annotator.domain.words import by_door, say
from annotator.services.accounts import contents, not_theirs
from annotator.services.study import Study
from annotator.services.team.package_file import refuse_taken, write_package
from annotator.services.team.packed import Packed, Whose
from annotator.services.team.packed_before import newest_step, remember_written
from annotator.services.team.packed_suggestions import suggestions_for
from annotator.store import annotations as annotation_rows
from annotator.store import assignments, codebook_changes, journal, notes, people
from annotator.store import documents as document_rows
from annotator.store.records import annotation_record, collector_at_rest, entity_record, note_record
from annotator.store.study_file import Connection

SUFFIX = ".annotator-package"
_T = TypeVar("_T")


@collector_at_rest()
def pack(
    study: Study,
    name: str,
    out: Path,
    password: str | None = None,
    with_suggestions: bool = True,
    progress: Progress | None = None,
) -> Packed:
    """Write the coder's package, encrypted where there is a password; the answer counts what is in it.

    progress: articles, labels and steps of the history that are packed, and all; raises Cancelled where it says no.

    with_suggestions: those that the coder did not answer yet, but for articles of rounds that are coded without.
    """
    coder = study.coder(name)
    if coder.role == GOLD:
        raise BadInput(
            "gold is not handed out",
            coder.name,
            by_door(
                "pack a coder’s work, or use `annotator export --gold`", say("pack a coder’s work, or export gold")
            ),
        )
    refuse_taken(out)
    with study.file.reading() as connection:
        mine = annotation_rows.find(connection, coder_ids=[coder.id])
        received = ("entity", "note")  # what the program brought in is not the coder's to send back
        steps = [
            s
            for s in journal.of_coder(connection, coder.id)
            if s.kind != "document" and (s.kind not in received or s.command not in BY_PROGRAM or _of_text(s))
        ]
        reasons = {d: why for d, c, why in document_rows.reasons(connection) if c == coder.id}
        states = [(d, s) for d, c, s in document_rows.states(connection) if c == coder.id]
        written = notes.find(connection)
        own = {n.id for n in written if n.coder_id == coder.id}
        names = {c.id: c.name for c in people.coders(connection)}
        rounds = {a.document_id: a.round for a in assignments.every(connection, coder.id)}
        known = {d.id: d for d in document_rows.every(connection)}
        touched = {a.document_id for a in mine} | {d for d, _ in states} | {s.document_id for s in steps}
        held = [n for n in written if n.id in own or n.reply_to in own]
        also = sorted((d.number, d.id) for d in known.values() if d.id in touched and d.id not in rounds)
        order = [*rounds, *(key for _, key in also)]
        if not order:
            raise BadInput(
                "nothing is assigned to this coder",
                coder.name,
                by_door("run `annotator assign` first", say("hand articles out first")),
            )
        found = contents(study)
        here, reckoning = found.split(not_theirs(found, {coder.id}, gold=False))
        articles = {found.copies.get(key, key) for key in order}
        reckoning.leave_documents(say("not given to this coder"), found.documents - len(articles))
        one = int(coder.id in found.coded)
        reckoning.leave_coders(say("other coders"), len(found.coded) - one)
        second = sum(key in found.copies for key in order)
        account = reckoning.closed(Holding(len(articles), one, here.by_layer, second))
        suggested, verdicts = suggestions_for(connection, coder.id, order, with_suggestions)
        changes = codebook_changes.every(connection)
        head = {
            "format": FORMAT,
            "id": study.ids(),
            "study": {"id": study.id, "title": study.title},
            "coder": {"id": coder.id, "name": coder.name},
            "made": study.clock(),
            "program": f"annotator {__version__}",
            "account": account.as_json(),
            "sender": ", ".join(c.name for c in people.coders(connection) if c.role == "supervisor")[:1000],
        }
        number = newest_step(connection, coder.id)
        count = counted(progress, len(order) + len(mine) + len(steps), "nothing was written")
        manifest: Manifest = write_package(
            out,
            head,
            {
                "codebooks.jsonl": [
                    {
                        "version": v,
                        "key": json.loads(content)["key"],
                        "content": content,
                        "created": created,
                        "change": changes.get(v),
                    }
                    for v, content, created in people.codebook_rows(connection)
                ],
                "documents.jsonl": (
                    _document(known[key], document_rows.text(connection, key) or "", rounds.get(key))
                    | _versions(connection, known[key])
                    | _origin(known[key], coder.name)
                    for key in _each(order, count)
                ),
                "entities.jsonl": (entity_record(e) for e in people.entities(connection)),
                "annotations.jsonl": (annotation_record(a) for a in _each(mine, count)),
                "states.jsonl": (
                    {"document": d, "state": s, **({"reason": reasons[d]} if d in reasons else {})} for d, s in states
                ),
                "notes.jsonl": (note_record(n) | ({} if n.id in own else {"author": names[n.coder_id]}) for n in held),
                "changes.jsonl": (_step(s) for s in _each(steps, count)),
                "suggestions.jsonl": suggested,
                "verdicts.jsonl": verdicts,
            },
            password,
        )
    finished = sum(state == "done" for _, state in states)
    try:
        with study.file.transaction() as connection:
            remember_written(
                connection, coder.id, key=manifest.id, at=manifest.made, labels=len(mine), done=finished, number=number
            )
    except AnnotatorError as error:  # the package is good: work that cannot be written here any more leaves by it
        study.file.notices.append(say("the package is written; the study could not note it: {why}", why=error.what))
    return Packed(
        package=str(out),
        id=manifest.id,
        coder=Whose(coder.id, coder.name),
        documents=len(order),
        annotations=len(mine),
        steps=len(steps),
        questions=sum(n.kind == "question" and n.id in own and n.reply_to is None for n in held),
        done=finished,
        offered=len(suggested),
        encrypted=password is not None,
        bytes=out.stat().st_size,
        account=account,
    )


def pack_many(
    study: Study,
    names: Sequence[str],
    folder: Path,
    password: str | None = None,
    progress: Callable[[int, int], bool] | None = None,
    with_suggestions: bool = True,
) -> list[Packed]:
    """A package for each of these coders, named after study, coder and day; all of them, or none.

    Raises Cancelled where ``progress`` says stop.
    """
    made: list[Packed] = []
    try:
        for done, name in enumerate(names, 1):
            made.append(pack(study, name, file_for(study, name, folder), password, with_suggestions))
            if progress is not None and not progress(done, len(names)):
                raise Cancelled("packing was stopped; no package was kept")
    except BaseException:
        for one in made:
            Path(one.package).unlink(missing_ok=True)
        raise
    return made


def file_for(study: Study, name: str, folder: Path) -> Path:
    """A free name in the folder: study, coder, day."""
    parts = (study.title, study.coder(name).name, study.clock()[:10])
    stem = file_name(" ".join(re.sub(r"\W+", " ", p) for p in parts), "package", "-")
    found, again = folder / f"{stem}{SUFFIX}", 1
    while found.exists():
        again += 1
        found = folder / f"{stem}-{again}{SUFFIX}"
    return found


def _each(things: Iterable[_T], count: Callable[[], None]) -> Iterator[_T]:
    for thing in things:
        count()
        yield thing


def _document(d: Document, text: str, round_: str | None) -> dict[str, Any]:
    return {
        "id": d.id,
        "title": d.title,
        "published": d.published,
        "publisher": d.publisher,
        "author": d.author,
        "url": d.url,
        "language": d.language,
        "tags": list(d.tags),
        "sha256": d.sha256,
        "source": d.source,
        "zones": [list(z) for z in d.zones],
        "extra": dict(d.extra),
        "text": text,
        "round": round_,
    }


def _versions(connection: Connection, d: Document) -> dict[str, Any]:
    """What is known of a corrected article besides; nothing of one that is as it came in."""
    told: dict[str, Any] = {"revised": d.revised} if d.revised else {}
    if d.text_version > 1:
        former = [
            {"version": f.version, "text": f.text, "sha256": f.sha256, "zones": [list(z) for z in f.zones]}
            for f in document_rows.former_texts(connection, d.id)
        ]
        told |= {"text_version": d.text_version, "former": former}
    return told


def _origin(d: Document, coder: str) -> dict[str, Any]:
    """Where the article came from, without what its source says of other coders."""
    told = {key: d.origin[key] for key in PackedOrigin.model_fields if d.origin.get(key)}
    kept = told.get("kept")
    if isinstance(kept, Mapping) and isinstance(kept.get(BY_CODER), Mapping):
        mine = {name: said for name, said in kept[BY_CODER].items() if name == coder}
        told["kept"] = {**kept, BY_CODER: mine}
    return {"origin": told} if told else {}


def _of_text(s: Change) -> bool:
    """A step of the program that moved a coder's own note along with a corrected text: there the note stands."""
    return s.kind == "note" and s.command in (CORRECT, UNDO_CORRECTION)


def _step(s: Change) -> dict[str, Any]:
    return {
        "id": s.id,
        "unit": s.unit,
        "at": s.at,
        "command": s.command,
        "kind": s.kind,
        "thing": s.thing_id,
        "document": s.document_id,
        "before": s.before,
        "after": s.after,
        "undoes": s.undoes,
    }
