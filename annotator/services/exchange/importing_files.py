"""Files coming in, articles and codings, told apart where nobody says which they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from annotator.formats.sheets import SheetMapping
from annotator.intake import FORMATS as INTAKE_FORMATS
from annotator.intake import ArticleColumns
from annotator.services.accounts import Coming, before_arrival
from annotator.services.articles.identity import Recognition, same_text_of
from annotator.services.articles.importing import ArticleReader, Progress, add_as_they_come, pieces
from annotator.services.articles.telling_apart import refuse_idle, told_apart
from annotator.services.exchange.importing_codings import import_codings
from annotator.services.exchange.misplaced import refuse_other_things
from annotator.services.exchange.outcome import AS_A_WHOLE, Counts, Imported, Recognised, Taking, problems_of
from annotator.services.study import Study


def import_files(
    study: Study,
    paths: Sequence[Path],
    format: str = "auto",
    coder: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    mapping: SheetMapping | None = None,
    columns: ArticleColumns | None = None,
    taking: Taking = AS_A_WHOLE,
) -> Imported:
    """Bring in articles and codings. Faulty articles are told and the good ones added; codings come whole or not.

    mapping: what the columns of a sheet of codings mean; columns: those of a table of articles.
    """
    for path in paths:
        refuse_other_things(path)
    if dry_run:
        coming = Coming()
        result = _brought(study, paths, format, coder, coming, progress, mapping, columns, taking)
        return replace(result, account=coming.account(study))
    before = before_arrival(study)
    result = _brought(study, paths, format, coder, None, progress, mapping, columns, taking)
    return replace(result, account=before.account(study))


def _brought(
    study: Study,
    paths: Sequence[Path],
    format: str,
    coder: str | None,
    coming: Coming | None,
    progress: Progress | None,
    mapping: SheetMapping | None,
    columns: ArticleColumns | None,
    taking: Taking,
) -> Imported:
    format = {"csv-articles": "csv", "jsonl-articles": "jsonl"}.get(format, format)
    if format == "annotations" or (format not in INTAKE_FORMATS and format != "auto"):
        return import_codings(study, paths, format, coder, coming is not None, mapping, progress, taking, coming)
    paths, codings = told_apart(paths, format)
    if not codings:
        refuse_idle(coder, mapping)
    reader = ArticleReader(paths, format, columns=columns, progress=progress)
    result = _import_articles(study, reader, coming) if paths else Imported()
    for path, form in codings:
        dry_run = coming is not None
        part = import_codings(study, [path], form, coder, dry_run, mapping, progress, taking, coming)
        result = result.plus(replace(part, recognised=(Recognised(path.name, form),)))
    return result


def _import_articles(study: Study, reader: ArticleReader, coming: Coming | None) -> Imported:
    if coming is not None:
        recognition = Recognition(study)
        added: list[str] = []
        fresh = already = 0
        for piece in pieces(reader):
            new = len(recognition.fresh(piece))
            fresh, already = fresh + new, already + len(piece) - new
        coming.documents += fresh
    else:
        added, already = add_as_they_come(study, reader)
        fresh = len(added)
    return Imported(
        documents=Counts(fresh, already, reader.faults.count),
        problems=problems_of([*reader.problems(), *reader.doubts]),
        same_text=tuple(same_text_of(study, added)),
    )
