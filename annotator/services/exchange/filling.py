"""Exports without text, and the texts put in again from somebody's own copies.

Beside an export without text lies ``OUT.fill.jsonl``: the codebook, the articles' hashes and every label, no word of an
article. With texts of the same hashes the same export is written once more, texts included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter

from annotator.domain.annotations import Coder, Document, Entity
from annotator.domain.bounds import MOST_NUMBER, read_json
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_json
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.words import by_door, say
from annotator.formats.annotation_records import AnnotationRecord
from annotator.intake import read_source
from annotator.services.exchange.exporting import export
from annotator.services.exchange.incoming_records import RecordReader
from annotator.services.exchange.manifest import Manifest
from annotator.services.study import Study
from annotator.services.working_folders import working_folder
from annotator.store import assignments, people
from annotator.store import documents as document_rows
from annotator.store.units import UnitOfWork


def fill(exported: Path, texts: Path, out: Path) -> Manifest:
    """Write the export with texts; raises BadInput where a text is missing or the export has no `fill.jsonl`."""
    source = exported.with_name(exported.name + ".fill.jsonl")
    if not source.is_file():
        raise BadInput(
            "there is no such file",
            str(source),
            by_door(
                "give an export that was written with --without-text",
                say("choose an export that was written without text"),
            ),
        )
    head, documents, records, copies = _read(source)
    found = _texts(texts, {d.sha256 for d in documents})
    if missing := [d for d in documents if d.sha256 not in found]:
        names = ", ".join(f"{d.number} “{d.title or d.source}”" for d in missing[:3])
        raise AnnotatorError(
            say(
                "{n} of {all} texts are not among your copies: {names}", n=len(missing), all=len(documents), names=names
            ),
            str(texts),
            "the clean text must be the same to the last character; import the articles as the study did",
        )
    with working_folder() as folder:
        facts = {"id": head.study["id"]}
        made = folder / "fill.annotator"
        with Study.create(made, head.codebook, head.study["title"], facts=facts) as study:
            _rebuild(study, head, documents, found, copies)
        with Study.open(made) as study:
            _label(study, records, source.name)
            return export(study, head.form, out)


class _Head(BaseModel):
    """The first line of a fill list: whatever comes of it is of the type that it says."""

    format: Literal["annotator-fill/1"]  # FILL
    form: str
    study: dict[str, str]
    titles: bool = True
    version: Annotated[int, Field(ge=1, le=MOST_NUMBER)]
    codebook: Codebook
    coders: list[Coder]
    entities: list[Entity]
    read: dict[str, list[str]] = {}


_DOCUMENT = TypeAdapter(Document)


def _rebuild(
    study: Study, head: _Head, documents: list[Document], texts: dict[str, Copy], copies: dict[str, str]
) -> None:
    with study.file.transaction() as connection:
        if head.version > 1:
            book = study.codebook
            people.add_codebook(connection, head.version, book.key, codebook_json(book), study.clock())
        for coder in head.coders:
            people.add_coder(connection, coder, study.clock())
        for entity in head.entities:
            people.put_entity(connection, entity.id, entity)
        rows = [
            document_rows.NewDocument(
                _titled(d, texts[d.sha256], head),
                texts[d.sha256].text,
                texts[d.sha256].text.encode("utf-8", "surrogatepass"),
                "plain",
                "utf-8",
                [],
                "",
            )
            for d in documents
        ]
        document_rows.insert_many(connection, rows)
        assignments.add_hidden_repeats(connection, copies)
        here = {d.id for d in documents}
        for coder_id, ids in head.read.items():
            for document_id in here.intersection(ids):
                document_rows.put_state(connection, document_id, coder_id, "done", None)


def _titled(d: Document, copy: Copy, head: _Head) -> Document:
    """The document with title and file name, which are text: from the copy, where they were left out."""
    if head.titles:
        return d
    return replace(d, title=copy.title, source=copy.source or d.source)


def _label(study: Study, records: list[tuple[str, AnnotationRecord]], source: str) -> None:
    reader = RecordReader(study, source, None, gold=True)
    annotations, _ = reader.read(records)
    if reader.problems:
        problem = reader.problems[0]
        raise BadInput(problem["what"], f"{source}, {problem['where']}", "the file was changed; get it again")
    versions = {r.id: r.codebook.version for _, r in records if r.codebook is not None}
    if not annotations:
        return
    with UnitOfWork(study.file, study.ids, study.clock, annotations[0].coder_id, "ImportAnnotations") as unit:
        unit.add_annotations([replace(a, codebook_version=int(versions.get(a.id) or 1)) for a in annotations])
        unit.confirm()


def _read(
    source: Path,
) -> tuple[_Head, list[Document], list[tuple[str, AnnotationRecord]], dict[str, str]]:
    documents: list[Document] = []
    records: list[tuple[str, AnnotationRecord]] = []
    head: _Head | None = None
    copies: dict[str, str] = {}
    number = 0
    try:
        with source.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                found = read_json(line)
                if head is None:
                    head = _Head.model_validate(found)
                elif "document" in found:
                    documents.append(_DOCUMENT.validate_python(found["document"]))
                    if "repeat_of" in found:
                        copies[documents[-1].id] = str(found["repeat_of"])
                else:
                    where = say("line {number}", number=number)
                    records.append((where, AnnotationRecord.model_validate(found["annotation"])))
        if head is None:
            raise BadInput("the file is empty", str(source), "get it again")
        _refuse_faults(head, documents, copies)
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "the line is not what this program wrote",
            say("{source}, line {number}", source=source, number=max(number, 1)),
            "get the file again",
        ) from error
    return head, documents, records, copies


def _refuse_faults(head: _Head, documents: Sequence[Document], copies: Mapping[str, str]) -> None:
    """Raise ValueError where something is there twice, or not at all."""
    held = {d.id for d in documents}
    numbers = [str(d.number) for d in documents]
    for keys in ([c.id for c in head.coders], [e.id for e in head.entities], [d.id for d in documents], numbers):
        if len(set(keys)) < len(keys):
            raise ValueError(keys)
    if {"id", "title"} - head.study.keys() or not held >= {*copies, *copies.values()}:
        raise ValueError(head.study)


@dataclass(frozen=True, slots=True)
class Copy:
    """Somebody's own copy of an article."""

    text: str
    title: str | None
    source: str


def _texts(texts: Path, wanted: set[str]) -> dict[str, Copy]:
    """Hash -> copy of what is wanted, from a study or from articles."""
    found: dict[str, Copy] = {}
    if texts.is_file() and texts.suffix == ".annotator":
        with Study.open(texts) as study:
            for d in study.documents():
                if d.sha256 in wanted:
                    found[d.sha256] = Copy(study.text(d.id), d.title, d.source)
        return found
    if not texts.exists():
        raise BadInput("there is no such study or folder", str(texts), "check the path")
    files = sorted(p for p in texts.rglob("*") if p.is_file()) if texts.is_dir() else [texts]
    for path in files:
        try:
            clean = read_source(path.name, path.read_bytes(), "auto")
        except (BadInput, OSError):
            continue  # a folder of copies may hold other things
        found.update({c.sha256: Copy(c.text, c.meta.title, c.source) for c in clean if c.sha256 in wanted})
    return found
