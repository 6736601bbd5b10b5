"""Articles coming in: previewed, then written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotator.domain.annotations import Document
from annotator.domain.errors import BadInput, Cancelled
from annotator.domain.words import cause_of, joined, say
from annotator.formats.sheets import SheetMapping
from annotator.intake import FORMATS as INTAKE_FORMATS
from annotator.intake import CleanDocument, read_source
from annotator.intake.duplicates import Duplicate, find_duplicates
from annotator.services.articles.identity import new_among, same_text_of, source_of
from annotator.services.articles.telling_apart import refuse_idle, told_apart
from annotator.services.exchange.importing_codings import add_up, empty_result, import_codings
from annotator.services.study import Study
from annotator.store import documents as document_rows

Progress = Callable[[int, int], bool]
"""(done, all) -> whether to go on."""

_IGNORED = (".", "~$")


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would bring: clean documents, sources that cannot be read, duplicates to offer."""

    documents: tuple[CleanDocument, ...]
    problems: tuple[dict[str, str], ...]


def source_files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those in folders named, in a stable order; raises BadInput where one is not there."""
    result: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = [p for p in path.rglob("*") if p.is_file() and not p.name.startswith(_IGNORED)]
            result += sorted(found)
        elif path.is_file():
            result.append(path)
        else:
            raise BadInput("there is no such file or folder", str(path), "check the path")
    return result


def preview(
    paths: Sequence[Path],
    format: str = "auto",
    off: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> Preview:
    """Read and clean, without writing; raises Cancelled when ``progress`` says stop."""
    files = source_files(paths)
    documents: list[CleanDocument] = []
    problems: list[dict[str, str]] = []
    for done, path in enumerate(files):
        if progress and not progress(done, len(files)):
            raise Cancelled("the import was stopped; nothing was added")
        try:
            read = read_source(path.name, path.read_bytes(), format, off)
            documents.extend(replace(d, path=str(path.resolve())) for d in read)
        except OSError as error:
            problems.append(
                {"source": path.name, "where": "", "what": say("it cannot be read ({reason})", reason=cause_of(error))}
            )
        except BadInput as error:
            problems.append(
                {
                    "source": path.name,
                    "where": error.where,
                    "what": joined("; ", (p for p in (error.what, error.remedy) if p)),
                }
            )
    return Preview(tuple(documents), tuple(problems))


def add_documents(study: Study, documents: Sequence[CleanDocument]) -> tuple[list[str], int]:
    """(ids of the added documents, how many were there already). One transaction."""
    fresh = new_among(study, documents)
    already = len(documents) - len(fresh)
    if not fresh:
        return [], already
    rows: list[document_rows.NewDocument] = []
    with study.file.transaction() as connection:
        number = document_rows.next_number(connection)
        for offset, clean in enumerate(fresh):
            rows.append(new_document(clean, study.ids(), number + offset, study.clock()))
        document_rows.insert_many(connection, rows)
    return [r.document.id for r in rows], already


def duplicates_of(study: Study, documents: Sequence[CleanDocument]) -> list[Duplicate]:
    """What among these is the same as, part of, or much like an article of the study or one before it here."""
    with study.file.reading() as connection:
        existing = document_rows.texts(connection)
    return find_duplicates([d.text for d in documents], existing)


def new_document(clean: CleanDocument, key: str, number: int, at: str) -> document_rows.NewDocument:
    """The rows of a clean document."""
    m = clean.meta
    extra: dict[str, Any] = {
        k: v
        for k, v in (
            ("published_at", m.published_at),
            ("changed", m.changed),
            ("teaser", m.teaser),
            ("keywords", list(m.keywords)),
        )
        if v
    }
    document = Document(
        key,
        number,
        m.title,
        m.published,
        m.publisher,
        m.author,
        m.url,
        m.language,
        m.tags,
        len(clean.text),
        clean.sha256,
        clean.source,
        clean.zones,
        extra,
        source_of(clean).record(),
    )
    cleaning = [s.as_record() for s in clean.steps]
    return document_rows.NewDocument(document, clean.text, clean.raw, clean.format, clean.encoding, cleaning, at)


def import_files(
    study: Study,
    paths: Sequence[Path],
    format: str = "auto",
    coder: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    mapping: SheetMapping | None = None,
) -> dict[str, Any]:
    """What `annotator import` answers. Faulty articles are told and the good ones added; codings come whole or not."""
    format = {"csv-articles": "csv", "jsonl-articles": "jsonl"}.get(format, format)
    if format == "annotations" or (format not in INTAKE_FORMATS and format != "auto"):
        return import_codings(study, paths, format, coder, dry_run, mapping)
    paths, codings = told_apart(paths, format)
    if not codings:
        refuse_idle(coder, mapping)
    result = _import_articles(study, paths, format, dry_run, progress) if paths else empty_result()
    for path, form in codings:
        add_up(result, import_codings(study, [path], form, coder, dry_run, mapping))
        result.setdefault("recognised", []).append({"source": path.name, "format": form})
    return result


def _import_articles(
    study: Study, paths: Sequence[Path], format: str, dry_run: bool, progress: Progress | None
) -> dict[str, Any]:
    result = empty_result()
    seen = preview(paths, format, progress=progress)
    result["problems"].extend(seen.problems)
    result["documents"]["refused"] = len(seen.problems)
    result["problems"].extend(
        {"source": d.source, "where": p.where, "what": p.what} for d in seen.documents for p in d.problems
    )
    if dry_run:
        fresh = new_among(study, seen.documents)
        result["documents"]["added"] = len(fresh)
        result["documents"]["already"] = len(seen.documents) - len(fresh)
        return result
    added, already = add_documents(study, seen.documents)
    result["documents"]["added"], result["documents"]["already"] = len(added), already
    if shared := same_text_of(study, added):
        result["same_text"] = shared
    return result
