"""Opening a package for work: it becomes a study file beside it, or joins the one that is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from annotator.domain.annotations import Coder, Document
from annotator.domain.codebook.mapping import mapping_from_record
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_from_json
from annotator.domain.errors import BadInput
from annotator.domain.identity import Clock, IdFactory
from annotator.domain.packages import PackedDocument, PackedText
from annotator.domain.words import say
from annotator.services.files import publishing
from annotator.services.study import Study
from annotator.services.study.package_origin import CODER
from annotator.services.system import fresh_id, utc_now
from annotator.services.team.applying import Landing
from annotator.services.team.codebook_upgrade import carry_landed
from annotator.services.team.incoming import incoming, land
from annotator.services.team.incoming_entities import receive_entities
from annotator.services.team.merging import ensure_coder, refuse_faults
from annotator.services.team.package_file import Package, read_package
from annotator.services.team.packed_before import remember_received
from annotator.services.team.packed_suggestions import take_suggestions
from annotator.services.team.references import screen_records
from annotator.services.team.validation import check_study, screen
from annotator.store import assignments, codebook_changes, merges, notes, people
from annotator.store import documents as document_rows
from annotator.store.records import collector_at_rest, note_record
from annotator.store.study_file import Connection, facts_of

_AGAIN = say("ask for the package again")


@collector_at_rest()
def open_package(
    path: Path,
    ids: IdFactory = fresh_id,
    clock: Clock = utc_now,
    passwords: Sequence[str] = (),
    known: Sequence[Path] = (),
) -> tuple[Path, str]:
    """(the study file to work in, the coder's id). A file that is there keeps all work in it.

    ``known``: study files of this computer; where one was made from an earlier package of the same study and
    coder, the package joins it, whatever it is called.
    """
    package = read_package(path, passwords)
    at = path.with_suffix(".annotator")
    if not at.exists():
        at = next((k for k in known if _is_home(k, package)), at)
    if at.exists():
        with Study.open(at, ids, clock) as study:
            with study.file.reading() as connection:
                facts = people.facts(connection)
            check_study(facts, package, str(at))
            if facts.get(CODER) != package.manifest.coder.id:
                raise BadInput(
                    "the study beside the package belongs to another coder", str(at), "move the package away"
                )
            _receive(study, path, package)
        return at, package.manifest.coder.id
    _make(at, path, package, ids, clock)
    return at, package.manifest.coder.id


def home_of(path: Path) -> tuple[str, str] | None:
    """(study id, coder id) of a study file that was made from a package; None for every other file."""
    facts = facts_of(path)
    return (facts["id"], facts[CODER]) if CODER in facts else None


def _is_home(path: Path, package: Package) -> bool:
    return path.exists() and home_of(path) == (package.manifest.study.id, package.manifest.coder.id)


def _make(at: Path, path: Path, package: Package, ids: IdFactory, clock: Clock) -> None:
    if not package.codebooks:
        raise BadInput("the package holds no codebook", str(path), _AGAIN)
    first = min(package.codebooks, key=lambda c: c.version)
    if first.version != 1:
        raise BadInput("the package lacks the first codebook", str(path), _AGAIN)
    manifest = package.manifest
    facts = {"id": manifest.study.id, CODER: manifest.coder.id}
    codebook = _codebook(first.content, path)
    with (
        publishing(at, over=False) as result,
        Study.create(result.path(), codebook, manifest.study.title, ids, clock, facts) as study,
    ):
        _receive(study, path, package)


def _codebook(content: str, path: Path) -> Codebook:
    try:
        return codebook_from_json(content)
    except ValidationError as error:
        raise BadInput("a codebook in the package is not valid", str(path), _AGAIN) from error


def _receive(study: Study, path: Path, package: Package) -> None:
    manifest = package.manifest
    with study.file.transaction() as connection:
        merges.defer_references(connection)
        screen(connection, package, str(path), receiving=True)
        coder = ensure_coder(study, connection, manifest.coder.id, manifest.coder.name)
        if manifest.id not in merges.merged(connection):
            merges.add_package(connection, manifest.id, coder.id, manifest.made, study.clock(), package.sha256)
        remember_received(connection, key=manifest.id, made=manifest.made, sender=manifest.sender)
        since = people.newest_codebook(connection)
        _codebooks(connection, path, package)
        screen_records(connection, package, str(path))
        _articles(study, connection, coder, package)
        landing = Landing(study, connection, coder, manifest.id, package.changes)
        receive_entities(landing, package, since)
        take_suggestions(connection, package)
        things, _ = incoming(landing, package)
        land(landing, things, receiving=True)
        carry_landed(landing)
        _replies(study, landing, package)
        landing.finish()
        refuse_faults(study, str(path))
    study.reload_codebook()


def _replies(study: Study, landing: Landing, package: Package) -> None:
    """What others answered to the coder's notes; their names come with it."""
    connection = landing.connection
    for packed in package.notes:
        if packed.coder_id == landing.coder.id:
            continue
        ensure_coder(study, connection, packed.coder_id, packed.author or "?", "supervisor")
        now = notes.get(connection, packed.id)
        before = None if now is None else note_record(now)
        if before != packed.record():
            landing.carry("ReceivePackage", "note", packed.id, packed.document_id, before, packed.record())
            landing.put("note", packed.id, before, packed.record())


def _codebooks(connection: Connection, path: Path, package: Package) -> None:
    known = {v for v, _ in people.codebook_versions(connection)}
    for packed in sorted(package.codebooks, key=lambda c: c.version):
        if packed.version in known:
            continue
        _codebook(packed.content, path)
        people.add_codebook(connection, packed.version, packed.key, packed.content, packed.created)
        if packed.change is not None:
            c = packed.change
            try:
                mapping_from_record(c.mapping)
            except ValidationError as error:
                raise BadInput("the mapping of labels to a new codebook is not valid", str(path), _AGAIN) from error
            codebook_changes.add(connection, packed.version, c.unit, c.mapping, c.undoes, c.created or packed.created)


def _renewed(connection: Connection, packed: PackedDocument, at: str) -> None:
    """Take up newer facts and newer texts of an article; what a package from before them says is passed over."""
    here = document_rows.get(connection, packed.id)
    assert here is not None
    after = here
    if packed.revised is not None and (here.revised is None or packed.revised > here.revised):
        after = replace(
            after,
            title=packed.title,
            published=packed.published,
            publisher=packed.publisher,
            author=packed.author,
            url=packed.url,
            language=packed.language,
            revised=packed.revised,
        )
    if not here.origin:
        after = replace(after, origin=packed.origin.record())
    if packed.text_version > here.text_version:
        after = replace(
            after,
            title=packed.title,
            characters=len(packed.text),
            sha256=packed.sha256,
            zones=tuple(packed.zones),
            text_version=packed.text_version,
        )
        document_rows.put_text(connection, here, document_rows.text(connection, here.id) or "", after, packed.text, at)
        for f in packed.former:
            if f.version > here.text_version:
                document_rows.add_former(connection, packed.id, _former(f), at)
    elif after != here:
        document_rows.put(connection, after)


def _former(f: PackedText) -> document_rows.FormerText:
    return document_rows.FormerText(f.version, f.text, f.sha256, tuple(f.zones), "")


def _articles(study: Study, connection: Connection, coder: Coder, package: Package) -> None:
    known = {d.id for d in document_rows.every(connection)}
    number = document_rows.next_number(connection)
    new: list[document_rows.NewDocument] = []
    for packed in package.documents:
        if packed.id in known:
            _renewed(connection, packed, study.clock())
            continue
        document = Document(
            packed.id,
            number,
            packed.title,
            packed.published,
            packed.publisher,
            packed.author,
            packed.url,
            packed.language,
            tuple(packed.tags),
            len(packed.text),
            packed.sha256,
            packed.source,
            tuple(packed.zones),
            packed.extra,
            packed.origin.record(),
            text_version=packed.text_version,
            revised=packed.revised,
        )
        new.append(document_rows.NewDocument(document, packed.text, b"", "package", "utf-8", [], package.manifest.made))
        number += 1
    document_rows.insert_many(connection, new)
    for packed in package.documents:
        if packed.id not in known:
            for f in packed.former:
                document_rows.add_former(connection, packed.id, _former(f), package.manifest.made)
    given = {a.document_id for a in assignments.every(connection, coder.id)}
    position = assignments.last_position(connection, coder.id)
    rows = []
    for packed in package.documents:
        if packed.round is not None and packed.id not in given:
            position += 1
            rows.append(assignments.Assignment(coder.id, packed.id, packed.round, position))
    assignments.add(connection, rows)
