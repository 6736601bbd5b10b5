"""A corrected text: a new version of the article, with what everybody marked in it carried over.

The step on the article is that of the person who corrected; each label's own step stands in its coder's history, named
as one of the program's, as when the codebook is changed. So every label still has one writer.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from annotator.domain.annotations import Annotation, Document
from annotator.domain.changes import CORRECT, UNDO_CORRECTION
from annotator.domain.errors import BadInput
from annotator.domain.text_carrying import Placed, TextMap
from annotator.services.articles.carrying import mark
from annotator.services.articles.people import steward
from annotator.services.coding.text_versions import TextVersions
from annotator.services.study import Study
from annotator.services.study.package_origin import CODER
from annotator.store import annotations as annotation_rows
from annotator.store import assignments, journal, notes, people, suggestions
from annotator.store import documents as document_rows
from annotator.store.records import annotation_record, note_record
from annotator.store.study_file import Connection
from annotator.store.units import UnitOfWork


@dataclass(frozen=True, slots=True)
class Carried:
    """A label or note that a correction reached. kind: `annotation` or `note`; layer: None of a note."""

    id: str
    kind: str
    document_id: str
    coder_id: str
    layer: str | None
    placed: Placed


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction came to: the article's new version, and where everything on its text stands now."""

    document_id: str
    version: int
    carried: tuple[Carried, ...]
    applied: bool
    suggestions: Mapping[str, int] = field(default_factory=dict)
    """How many suggestions have the same words, changed words, or are lost; empty where there are none."""

    def of(self, how: str) -> tuple[Carried, ...]:
        """Those that have the same words, changed words, or are lost."""
        return tuple(c for c in self.carried if c.placed.how == how)


class _Shown(Exception):
    """Ends a transaction whose outcome was only to be looked at."""


def correct(study: Study, ref: str, text: str, by: str | None = None, dry_run: bool = False) -> Correction:
    """Give the article another text. Second readings of it are corrected with it.

    Raises BadInput where there is nothing to correct and in a coder's own file.
    """
    document = _original(study, ref)
    text = _as_kept(text, study.text(document.id))
    if text == study.text(document.id):
        raise BadInput("the article already has this text", _told(document), "change it first")
    return _written(study, document, text, by, CORRECT, dry_run)


def undo_correction(study: Study, ref: str, by: str | None = None) -> Correction:
    """Take the last correction back: a further version with the text that was before, and everything as it was on it.

    Raises BadInput where there is none.
    """
    document = _original(study, ref)
    with study.file.reading() as connection:
        former = {f.version: f for f in document_rows.former_texts(connection, document.id)}
        wanted = _before_last(connection, document, set(former))
    if wanted is None:
        raise BadInput("the text has no correction to take back", _told(document))
    return _written(study, document, former[wanted].text, by, UNDO_CORRECTION, False)


def _before_last(connection: Connection, document: Document, former: set[int]) -> int | None:
    """The version before the last correction that was not taken back."""
    made: list[int] = []
    for step in journal.of_thing(connection, document.id):
        if step.command == CORRECT and step.before is not None:
            made.append(step.before["text_version"])
        elif step.command == UNDO_CORRECTION and made:
            made.pop()
    return made[-1] if made and made[-1] in former else None


def _written(study: Study, document: Document, text: str, by: str | None, command: str, dry_run: bool) -> Correction:
    person = steward(study, by)
    try:
        with study.file.transaction() as connection:
            if CODER in people.facts(connection):
                raise BadInput(
                    "this is a coder's own file; texts are corrected in the supervisor's study",
                    str(study.file.path),
                    "write a question on the passage, and send the work back",
                )
            copies = [k for k, original in assignments.hidden_repeats(connection).items() if original == document.id]
            carried: list[Carried] = []
            suggested: Counter[str] = Counter()
            unit = UnitOfWork(study.file, study.ids, study.clock, person, command, within=connection)
            with unit:
                for key in (document.id, *copies):
                    carried += _one(study, unit, key, text, command)
                    suggested.update(_suggested(connection, key))
                unit.confirm()
            if dry_run:
                raise _Shown
    except _Shown:
        study.coding.forget()
        return Correction(document.id, document.text_version + 1, tuple(carried), False, suggested)
    study.coding.forget()
    return Correction(document.id, document.text_version + 1, tuple(carried), True, suggested)


def _one(study: Study, unit: UnitOfWork, key: str, text: str, command: str) -> list[Carried]:
    connection = unit.connection
    before = document_rows.get(connection, key)
    old = document_rows.text(connection, key)
    assert before is not None
    assert old is not None
    zones = TextMap(old, text).zones(before.zones)
    after = replace(
        before,
        characters=len(text),
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        zones=zones,
        text_version=before.text_version + 1,
        title=_title(before, old, zones, text),
    )
    document_rows.put_text(connection, before, old, after, text, unit.at)
    unit.put_document(before, after)
    found = carry_labels(unit, annotation_rows.find(connection, key), command)
    return found + _carry_notes(study, unit, key, command)


def _suggested(connection: Connection, key: str) -> Iterable[str]:
    """What the correction does to each suggestion: nothing of it is written, it is carried when it is looked at."""
    versions = TextVersions(connection)
    for s in suggestions.find(connection, key):
        if s.label.fragments:
            yield versions.placed(key, s.label.fragments, s.label.text_version).how


def carry_labels(unit: UnitOfWork, labels: Iterable[Annotation], command: str) -> list[Carried]:
    """Bring labels to the present text of their articles, each with a step in its own coder's history."""
    connection = unit.connection
    versions = TextVersions(connection)
    pairs: list[tuple[Annotation, Annotation]] = []
    found: list[Carried] = []
    for a in labels:
        after, placed = versions.label(a)
        if placed is None:
            continue
        pairs.append((a, after))
        found.append(Carried(a.id, "annotation", a.document_id, a.coder_id, a.layer, placed))
        mark(connection, after, placed)
    annotation_rows.replace_many(connection, pairs)
    rows = [
        journal.row_of(
            id=unit.new_id(),
            unit=unit.id,
            at=unit.at,
            coder_id=after.coder_id,
            command=command,
            kind="annotation",
            thing_id=after.id,
            document_id=after.document_id,
            before=annotation_record(before),
            after=annotation_record(after),
            undoes=None,
        )
        for before, after in pairs
    ]
    if rows:
        journal.append(connection, rows)
    return found


def _carry_notes(study: Study, unit: UnitOfWork, key: str, command: str) -> list[Carried]:
    connection = unit.connection
    versions = TextVersions(connection)
    found: list[Carried] = []
    rows = []
    for n in notes.find(connection, key):
        after, placed = versions.note(n)
        if placed is None:
            continue
        notes.put(connection, n.id, after)
        found.append(Carried(n.id, "note", n.document_id, n.coder_id, None, placed))
        rows.append(
            journal.row_of(
                id=study.ids(),
                unit=unit.id,
                at=unit.at,
                coder_id=n.coder_id,
                command=command,
                kind="note",
                thing_id=n.id,
                document_id=key,
                before=note_record(n),
                after=note_record(after),
                undoes=None,
            )
        )
    if rows:
        journal.append(connection, rows)
    return found


def _title(before: Document, old: str, zones: tuple[tuple[str, int, int], ...], text: str) -> str | None:
    """The title goes along where it is the text's own."""
    was = next((old[s:e] for z, s, e in before.zones if z == "title"), None)
    now = next((text[s:e] for z, s, e in zones if z == "title"), None)
    return now if was is not None and was == before.title and now else before.title


def _as_kept(text: str, old: str) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise BadInput("the corrected text is empty", remedy="write the whole text of the article")
    if not old.endswith("\n"):
        text = text.rstrip("\n")
    return text


def _original(study: Study, ref: str) -> Document:
    """The article itself where a second reading of it is named."""
    document = study.document(ref)
    original = study.hidden_repeats().get(document.id)
    return document if original is None else study.document(original)


def _told(document: Document) -> str:
    return f"{document.number}. {document.title or document.source}"
