"""import, export, formats."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import typer

from annotator.cli.arrivals import (
    FOLDERS,
    OVERRIDE,
    REST,
    left_list,
    note_losses,
    note_makers,
    note_problems,
    nothing_read,
)
from annotator.cli.front import JSON, STUDY, note, note_account, note_arrival, opened, print_json, print_table, progress
from annotator.cli.suggestions import MEANT_FOR, SOURCE, SOURCE_VERSION, take_suggestions
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.services.exchange.outcome import Counts, Imported, Taking, together


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("import")(import_)
    app.command("export")(export)
    app.command("fill")(fill)
    app.command("formats")(formats)


def import_(  # noqa: C901 - a branch for each kind of source
    study: str = STUDY,
    sources: list[Path] = typer.Argument(..., metavar="SOURCE...", help="Files and folders."),
    format: str = typer.Option("auto", "--format", help="auto, annotations, or a name of `annotator formats`."),
    coder: str | None = typer.Option(None, "--coder", help="Who made the annotations that name nobody."),
    read: str | None = typer.Option(
        None,
        "--read",
        help="Articles that --coder read, even where the coder found nothing: all, or ids, numbers, titles A,B.",
    ),
    map: Path | None = typer.Option(None, "--map", help="What the columns of a table mean (JSON)."),
    column: list[str] | None = typer.Option(
        None, "--column", help="What a column of a table of articles means: MEANING=COLUMN, as text=Inhalt."
    ),
    dates: str | None = typer.Option(
        None, "--dates", help="The order of day and month in a table's dates (03/04/2026): dmy or mdy."
    ),
    folders: bool = FOLDERS,
    rest: bool = REST,
    override: bool = OVERRIDE,
    as_suggestions: bool = typer.Option(
        False, "--as-suggestions", help="Codings of a model, a rule or the register: shown apart, not labels yet."
    ),
    source: str | None = SOURCE,
    source_version: str | None = SOURCE_VERSION,
    meant_for: str | None = MEANT_FOR,
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would happen, write nothing."),
    json: bool = JSON,
) -> None:
    """Bring in articles, or codings in a form of `annotator formats`. The same thing twice adds nothing."""
    from annotator.formats.sheets import read_mapping
    from annotator.intake.columns import columns_said, is_columns, read_columns
    from annotator.services.exchange.documents_read import every_article, mark_read
    from annotator.services.exchange.importing_files import import_files

    if as_suggestions:
        if coder is not None or override or read is not None or folders or column or dates is not None:
            raise typer.BadParameter(
                "a suggestion has no coder: --as-suggestions cannot be combined with --coder, --read, "
                "--folders-are-coders, --column or --dates; --source says who suggests, --for who is to "
                "answer"
            )
        take_suggestions(study, sources, format, source, source_version, meant_for, map, rest, dry_run, json)
        return
    if override and coder is None:
        raise typer.BadParameter("--override-coders needs --coder: who made all of them")
    if source is not None or source_version is not None or meant_for is not None:
        raise typer.BadParameter("--source, --source-version and --for go with --as-suggestions")
    if read is not None and coder is None:
        raise typer.BadParameter("--read needs --coder: who read them")
    of_articles = map is not None and is_columns(map)
    mapping = read_mapping(map) if map is not None and not of_articles else None
    columns = columns_said(column or [], dates, read_columns(map) if map is not None and of_articles else None)
    with opened(study) as found, progress("reading") as line:
        taking = Taking(folders or None, rest, override=override)
        result = import_files(found, sources, format, coder, dry_run, line, mapping, columns, taking)
        if read is not None and coder is not None and not result.problems:
            marked = mark_read(found, {coder: every_article(found, names(read) or ())}, dry_run)
            result = replace(result, read=together(result.read, marked))
    result = replace(result, left_list=left_list(result.left, result.problems, study))
    if json:
        print_json(result)
    else:
        _print_counts(result, dry_run)
    if result.account is not None:
        note_arrival(result.account)
    for name, n in result.read.items():
        typer.echo(f"read by {name}: {n} more articles{' (nothing was written)' if dry_run else ''}")
    note_makers(result.made_by, coder)
    note_losses(result)
    if not result.left:
        note_problems(result.problems)
    if result.problems and not result.anything:
        raise nothing_read(result.problems)
    if not _is_success(result):
        raise AnnotatorError(
            "nothing was imported: it holds no articles and no labels that can be read",
            ", ".join(str(s) for s in sources),
            "check that it is the right file and the right --format",
        )


def _print_counts(result: Imported, dry_run: bool) -> None:
    for kind, counts in (("documents", result.documents), ("annotations", result.annotations)):
        if counts != Counts():
            told = f"{counts.added} added, {counts.already} already, {counts.refused} refused"
            typer.echo(f"{kind}: {told}{' (nothing was written)' if dry_run else ''}")


def _is_success(result: Imported) -> bool:
    """An empty result is none."""
    return (result.documents, result.annotations) != (Counts(), Counts()) or any(result.read.values())


def export(
    study: str = STUDY,
    format: str = typer.Option(..., "--format", help="A name of `annotator formats`."),
    out: Path = typer.Option(..., "-o", "--out", help="The file to write; OUT.manifest.json is written beside it."),
    coders: str | None = typer.Option(None, "--coders", help="Just these coders: A,B."),
    gold: bool = typer.Option(False, "--gold", help="The settled labels only."),
    without_text: bool = typer.Option(False, "--without-text", help="Leave out every word of the articles."),
    with_titles: bool = typer.Option(False, "--with-titles", help="Keep headlines, although they are text."),
    bare_cells: bool = typer.Option(
        False, "--bare-cells", help="CSV: no apostrophe before text that a spreadsheet would calculate (= + - @ …)."
    ),
    with_origins: bool = typer.Option(
        False, "--with-origins", help="Add which suggestion each label was accepted from, and whether it was changed."
    ),
    bom: bool = typer.Option(False, "--bom", help="CSV: with a byte order mark, so that Excel reads it as UTF-8."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would be written and lost, write nothing."),
    json: bool = JSON,
) -> None:
    """Write the dataset with a manifest: counts, codebook version, SHA-256, and what the form cannot carry."""
    from annotator.formats.csv_tables import Cells
    from annotator.services.exchange.exporting import export as write
    from annotator.services.exchange.exporting import preview

    with opened(study) as found, progress("writing article") as line:
        articles = len(found.documents())

        def seen(done: int) -> None:
            line(done, articles)

        if dry_run:
            told = preview(found, format, names(coders), without_text, seen, gold, with_titles, with_origins)
            manifest = told.manifest
        else:
            cells = Cells(bare=bare_cells, mark=bom)
            chosen = names(coders)
            manifest = write(found, format, out, chosen, without_text, seen, gold, with_titles, cells, with_origins)
    if json:
        print_json(told if dry_run else manifest)
        return
    rows, sha256 = manifest.counts.rows, manifest.described.file.sha256
    note(f"would write {rows} rows" if dry_run else f"wrote {out}: {rows} rows, SHA-256 {sha256}")
    if manifest.cells is not None and manifest.cells.guarded:
        n = manifest.cells.guarded
        note(f"  an apostrophe stands before {n} cells that a spreadsheet would calculate (--bare-cells: none)")
    note_account(manifest.account)
    if came := manifest.from_suggestions:
        where = "as the file says" if came.told else "which the file does not say (--with-origins: it does)"
        note(f"  {came.labels} labels were accepted from suggestions, {where}")
    for loss in manifest.losses:
        note(f"  stays behind: {loss.what} ({loss.count})")


def fill(
    export: Path = typer.Argument(..., metavar="EXPORT", help="What was written with --without-text."),
    texts: Path = typer.Option(..., "--texts", help="Your own copies: a study, or a folder of articles."),
    out: Path = typer.Option(..., "-o", "--out", help="The file to write, texts included."),
    json: bool = JSON,
) -> None:
    """Write an export once more with the texts in it, taken from your own copies and known by their hashes."""
    from annotator.services.exchange.filling import fill as write

    manifest = write(export, texts, out)
    if json:
        print_json(manifest)
    else:
        note(f"wrote {out}: {manifest.counts.rows} rows, SHA-256 {manifest.described.file.sha256}")


def names(text: str | None) -> list[str] | None:
    """`A,B` as a list; raises BadInput where a name is empty."""
    if text is None:
        return None
    found = [part.strip() for part in text.split(",")]
    if not all(found):
        raise BadInput("a coder's name is empty", text, "write --coders A,B")
    return found


def formats(json: bool = JSON) -> None:
    """What can be read and written, and what each form cannot carry."""
    from annotator.formats.declared import INTAKE
    from annotator.formats.declared import formats as known

    rows = [
        {
            "name": f.name,
            "label": f.label,
            "suffix": f.suffix,
            "kind": f.kind,
            "reads": f.reads,
            "writes": f.writes,
            "loses": list(f.loses),
            "extra": f.extra,
        }
        for f in (*known(), *INTAKE)
    ]
    if json:
        print_json(rows)
    else:
        words = {True: "yes", False: "no"}
        print_table(
            ("name", "what", "reads", "writes", "cannot carry"),
            [[f.name, f.label, words[f.reads], words[f.writes], ", ".join(f.loses)] for f in (*known(), *INTAKE)],
        )
