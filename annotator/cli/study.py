"""new, open, list, show, check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import typer

from annotator.cli.arrivals import FOLDERS, OVERRIDE, REST, left_list, note_losses, note_makers, problems_told
from annotator.cli.front import (
    JSON,
    PASSWORD_FILE,
    STUDY,
    note,
    note_arrival,
    opened,
    passwords,
    print_json,
    print_table,
    progress,
    still_working,
)
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.json_forms import as_json
from annotator.services.exchange import listing
from annotator.services.study import Study
from annotator.services.study.synced_folders import sync_warning
from annotator.store.places import place_of

_What = Literal["documents", "coders", "annotations", "gold", "entities", "notes", "changes"]
_HEADS: dict[str, tuple[str, ...]] = {
    "documents": ("number", "title", "published", "publisher", "author", "characters", "source"),
    "coders": ("name", "role", "annotations", "documents_done", "id"),
    "annotations": ("id", "layer", "coder", "document", "text"),
    "gold": ("id", "layer", "document", "text"),
    "entities": ("name", "type", "aliases", "annotations", "id"),
    "notes": ("kind", "coder", "document", "start", "text", "settled", "id"),
    "changes": ("at", "coder", "command", "document", "annotation", "undoes"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("new")(new)
    app.command("open", hidden=True)(open_window)
    app.command("list")(list_things)
    app.command("show")(show)
    app.command("check")(check)
    app.command("rescue")(rescue)


def new(
    study: str = STUDY,
    codebook: Path | None = typer.Option(
        None,
        "--codebook",
        help="A codebook in YAML or JSON, of REFI-QDA (.qdc), or a name of `annotator codebook gallery`.",
    ),
    example: bool = typer.Option(
        False, "--with-example", help="With a codebook of the gallery: its coded article, too."
    ),
    title: str = typer.Option("", "--title", help="The study's title; the codebook's where it is not given."),
    source: Path | None = typer.Option(None, "--from", help="Codings of another program to begin with."),
    format: str = typer.Option("", "--format", help="The form of --from: a name of `annotator formats`."),
    coder: str | None = typer.Option(None, "--coder", help="Who made the codings of --from, where these do not say."),
    folders: bool = FOLDERS,
    rest: bool = REST,
    override: bool = OVERRIDE,
    json: bool = JSON,
) -> None:
    """Make a study. Without --codebook it gets the built-in claims codebook, with --from what the codings use."""
    from annotator.services.codebooks import builtin_codebook, chosen_codebook
    from annotator.services.codebooks.gallery import EXAMPLE_CODER, add_example, is_in_gallery

    path = place_of(study)
    if isinstance(path, Path) and path.suffix != ".annotator":
        raise BadInput("a study's file ends with .annotator", study, f"call it {path.stem}.annotator")
    if example and (source is not None or not is_in_gallery(str(codebook or "claims"))):
        raise BadInput(
            "only codebooks of the gallery have an example", str(codebook or source), "see `annotator codebook gallery`"
        )
    if override and coder is None:
        raise typer.BadParameter("--override-coders needs --coder: who made all of them")
    if source is not None:
        from annotator.services.exchange.new_from_import import new_study_from
        from annotator.services.exchange.outcome import Taking

        used = chosen_codebook(codebook) if codebook else None
        with still_working(), problems_told():
            result = new_study_from(
                path, source, format, title, used, coder, Taking(folders or None, rest, override=override)
            )
        result = replace(result, left_list=left_list(result.left, result.problems, study))
        if json:
            print_json(result)
        coded = f"{result.codes} codes, " if result.codes else ""
        articles, labels = result.documents.added, result.annotations.added
        note(f"made {path} with {coded}{articles} documents and {labels} labels from {source}")
        if result.account is not None:
            note_arrival(result.account)
        note_makers(result.made_by, coder)
        note_losses(result)
        return
    with Study.create(path, chosen_codebook(codebook) if codebook else builtin_codebook(), title) as made:
        note(f"made {path} with the codebook “{made.codebook.title}”")
        if example:
            labels = add_example(made, str(codebook or "claims"))
            note(f"added an article with {labels} labels, coded by “{EXAMPLE_CODER}”")
    if warning := sync_warning(path):
        note(warning)


def open_window(
    ctx: typer.Context,
    study: str = STUDY,
    coder: str | None = typer.Option(None, "--coder", help="Who codes."),
    document: str | None = typer.Option(None, "--document", help="The document to begin with."),
    password_file: Path | None = PASSWORD_FILE,
    inside: bool = typer.Option(False, "--inside", help="Show errors in a window, for a start by double click."),
) -> None:
    """The window on a study, or on a package: then on the study file that is made beside it."""
    from annotator.services.team.package_file import is_encrypted, is_package

    path = place_of(study)
    known = passwords(password_file)
    encrypted = isinstance(path, Path) and is_encrypted(path)
    if inside or (encrypted and not known):  # the window asks for the password
        raise typer.Exit(ctx.obj.show(path, coder, document, told_inside=True))
    if isinstance(path, Path) and is_package(path):
        from annotator.services.team.receiving import open_package

        path, whose = open_package(path, passwords=known)
        note(f"working in {path}")
        coder = coder or whose
    raise typer.Exit(ctx.obj.show(path, coder, document))


def list_things(
    study: str = STUDY,
    what: _What = typer.Argument(..., metavar="WHAT"),
    json: bool = JSON,
) -> None:
    """List documents, coders, annotations, gold, entities, notes or changes."""
    with opened(study) as found:
        rows = as_json(listing.listed(found, what))
    if json:
        print_json(rows)
        return
    head = _HEADS[what]
    print_table(head, [[_cell(row.get(h)) for h in head] for row in rows])


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return value.get("name") or value.get("title") or value.get("id")
    return ", ".join(value) if isinstance(value, list) else value


def show(
    study: str = STUDY,
    ref: str = typer.Argument(..., metavar="REF", help="A document's number, id or exact title."),
    json: bool = JSON,
) -> None:
    """Show a document: its clean text and the record of its cleaning."""
    with opened(study) as found:
        article = listing.shown(found, ref)
    if json:
        print_json(article)
        return
    for key in ("number", "title", "published", "publisher", "author", "url", "language", "source", "sha256"):
        if (told := getattr(article.facts, key)) is not None:
            typer.echo(f"{key + ':':11} {told}")
    typer.echo(f"\n{article.text}\n")
    typer.echo(f"cleaning: {len(article.cleaning)} steps")
    for step in article.cleaning:
        action = next(a for a in ("removed", "joined", "kept") if a in step)
        piece = " ".join(str(step[action]).split())
        typer.echo(f"  {step['where']}: {action} “{piece[:60]}” ({step['step']}: {step['why']})")


def check(study: str = STUDY, json: bool = JSON) -> None:
    """Check the file and every offset, link and value in it; exit 1 when something is wrong."""
    from annotator.services.study.integrity import check as examine

    with opened(study) as found, progress("checked") as line:
        problems = examine(found, line)
    if json:
        print_json({"ok": not problems, "problems": problems})
    else:
        for problem in problems:
            typer.echo(f"{problem.where}: {problem.what}")
    if problems:
        count = "1 fault" if len(problems) == 1 else f"{len(problems)} faults"
        raise AnnotatorError(f"{count} found", study, "keep this file, and go on from a backup copy")
    note(f"{study}: nothing is wrong")
    if warning := sync_warning(found.file.path):
        note(warning)


def rescue(
    file: Path = typer.Argument(..., metavar="FILE", help="A damaged study; it is only read."),
    out: Path = typer.Option(..., "-o", "--out", metavar="NEW", help="The new study; no file is overwritten."),
    codebook: Path | None = typer.Option(
        None, "--codebook", help="The study's codebook, where the file has none that can be read."
    ),
    json: bool = JSON,
) -> None:
    """Save everything that can be read of a damaged study into a new one, with an account of the rest."""
    from annotator.services.codebooks import read_codebook
    from annotator.services.study.rescue import rescue as save

    given = read_codebook(codebook) if codebook else None
    with still_working(), progress("read") as line:
        told = save(file, out, given, line)
    if json:
        print_json(told)
        return
    typer.echo(f"saved: {', '.join(f'{n} {table}' for table, n in told.saved.items() if n)}")
    for version in told.codebook_given_for:
        typer.echo(f"version {version} of the codebook could not be read; the codebook that was given is used instead")
    if told.from_journal:
        typer.echo(f"{told.from_journal} labels whose own rows could not be read were made again from the journal")
    for lost in told.lost:
        typer.echo(f"not saved: {lost.count or 'all'} {lost.what}: {lost.why}")
    for fault in told.faults:
        typer.echo(f"to be looked at: {fault.where}: {fault.what}")
    note(f"made {out}; {file} is unchanged")
