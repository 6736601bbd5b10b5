"""Files coming in, articles and codings, told apart where nobody says which they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from annotator.domain.json_forms import as_json
from annotator.formats.sheets import SheetMapping
from annotator.intake import FORMATS as INTAKE_FORMATS
from annotator.intake import ArticleColumns
from annotator.services.accounts import Coming, before_arrival
from annotator.services.articles.identity import Recognition, same_text_of
from annotator.services.articles.importing import ArticleReader, Progress, add_as_they_come, pieces
from annotator.services.articles.telling_apart import refuse_idle, told_apart
from annotator.services.exchange.importing_codings import add_up, import_codings
from annotator.services.exchange.misplaced import refuse_other_things
from annotator.services.exchange.outcome import AS_A_WHOLE, Taking, empty_result
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
) -> dict[str, Any]:
    """What `annotator import` answers. Faulty articles are told and the good ones added; codings come whole or not.

    mapping: what the columns of a sheet of codings mean; columns: those of a table of articles.
    """
    for path in paths:
        refuse_other_things(path)
    if dry_run:
        coming = Coming()
        result = _brought(study, paths, format, coder, coming, progress, mapping, columns, taking)
        return result | {"account": coming.account(study).as_json()}
    before = before_arrival(study)
    result = _brought(study, paths, format, coder, None, progress, mapping, columns, taking)
    return result | {"account": before.account(study).as_json()}


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
) -> dict[str, Any]:
    format = {"csv-articles": "csv", "jsonl-articles": "jsonl"}.get(format, format)
    if format == "annotations" or (format not in INTAKE_FORMATS and format != "auto"):
        return import_codings(study, paths, format, coder, coming is not None, mapping, progress, taking, coming)
    paths, codings = told_apart(paths, format)
    if not codings:
        refuse_idle(coder, mapping)
    reader = ArticleReader(paths, format, columns=columns, progress=progress)
    result = _import_articles(study, reader, coming) if paths else empty_result()
    for path, form in codings:
        dry_run = coming is not None
        add_up(result, import_codings(study, [path], form, coder, dry_run, mapping, progress, taking, coming))
        result.setdefault("recognised", []).append({"source": path.name, "format": form})
    return result


def _import_articles(study: Study, reader: ArticleReader, coming: Coming | None) -> dict[str, Any]:
    result = empty_result()
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
    result["documents"] = {"added": fresh, "already": already, "refused": reader.faults.count}
    result["problems"].extend(reader.problems())
    result["problems"].extend(reader.doubts)
    if shared := same_text_of(study, added):
        result["same_text"] = as_json(shared)
    return result
