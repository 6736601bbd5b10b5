"""passages: what was coded, by layer, value, entity and whatever is known of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from annotator.cli.exchange import names
from annotator.cli.front import (
    JSON,
    STUDY_OR_FOLDER,
    note,
    note_account,
    note_left_out,
    opened,
    print_json,
    progress,
    still_working,
)
from annotator.domain.words import say

if TYPE_CHECKING:
    from annotator.services.search.labelled import Asked, Result
    from annotator.services.study import Study


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("passages")(passages)


def passages(
    study: str = STUDY_OR_FOLDER,
    layer: str | None = typer.Option(
        None, "--layer", help="Labels of this layer; without it, statements and labels outside them."
    ),
    where: list[str] = typer.Option(
        [],
        "--where",
        help="LAYER.ATTRIBUTE=VALUE, or a condition: 'about.stance=1 and not (coder=Ada or published<2031-02)'. "
        "All that are given must hold.",
    ),
    entity: str | None = typer.Option(None, "--entity", help="An entity of the register, by name or alias."),
    coders: str | None = typer.Option(None, "--coders", help="Just these coders: A,B."),
    gold: bool = typer.Option(False, "--gold", help="What was settled, instead of what coders did."),
    query: str | None = typer.Option(
        None,
        "--query",
        help="A query that the study keeps, by its name; or a file with one as JSON, nested as deep as you like; "
        "`-` reads it from standard input.",
    ),
    queries: bool = typer.Option(False, "--queries", help="List the queries that the study keeps, and no passages."),
    forget: str | None = typer.Option(None, "--forget", help="Remove a query that the study keeps."),
    save: str | None = typer.Option(None, "--save", help="Keep this query in the study under a name."),
    out: Path | None = typer.Option(None, "-o", "--out", help="Write them: .csv, .docx, .html or .json."),
    json: bool = JSON,
) -> None:
    """List what was coded with its words in context, narrowed by conditions, with how often each value is there."""
    if query is not None and (layer or where or entity or coders or gold):
        raise typer.BadParameter("--query cannot be combined with other conditions")
    of_kept = queries or forget is not None

    def ask(found: Study) -> Asked:
        return _asked(found, layer, where, entity, names(coders), gold, query)

    if Path(study).is_dir():
        if of_kept or save is not None:
            raise typer.BadParameter("queries are kept in one study: name it")
        _of_folder(Path(study), ask, out, json)
    elif of_kept:
        _kept_queries(study, queries, forget, json)
    else:
        _of_study(study, ask, save, out, json)


def _asked(
    study: Study,
    layer: str | None,
    where: list[str],
    entity: str | None,
    coders: list[str] | None,
    gold: bool,
    query: str | None,
) -> Asked:
    from annotator.services.search.labelled import Asked, understood

    if query is not None:
        return given_query(study, query)
    chosen = tuple(coders) if coders is not None else None
    return Asked(layer, understood(study, where), entity, chosen, "gold" if gold else "coders")


def _kept_queries(study: str, listed: bool, forget: str | None, json: bool) -> None:
    """List the queries that the study keeps; forget: the one that it keeps no longer."""
    from annotator.services.search.saved import forget as take_away
    from annotator.services.search.saved import names as names_of
    from annotator.services.search.saved import saved

    with opened(study) as found:
        if forget is not None:
            take_away(found, forget)
            note(f"“{forget}” is kept no longer")
        kept = {name: saved(found, name) for name in names_of(found)}
    if json:
        print_json(kept)
    elif listed:
        for name in kept:
            typer.echo(name)


def _of_study(study: str, ask: Callable[[Study], Asked], save: str | None, out: Path | None, json: bool) -> None:
    from annotator.services.search.labelled import look
    from annotator.services.search.passage_files import answer, write
    from annotator.services.search.saved import save as keep

    with opened(study) as found:
        asked = ask(found)
        with progress("looked through article") as line:
            result = look(found, asked, line)
        if save is not None:
            keep(found, save, asked)
            note(f"kept as “{save.strip()}”")
        if out is not None:
            write(found, asked, result, out)
            note(f"wrote {out}: {len(result.passages)} passages")
        told = answer(found, asked, result)
    if json:
        print_json(told)
        return
    if out is None:
        _print(result)
    note_account(result.account)


def _print(result: Result) -> None:
    from annotator.services.search.passage_files import source

    for p in result.passages:
        typer.echo(f"{p.left}[{p.words}]{p.right}\n    {p.coder}: {p.annotation.layer}; {source(p)}")
    for field, values in result.counts.items():
        shown = ", ".join(f"{v} {n}" for v, n in list(values.items())[:8])
        more = f" and {len(values) - 8} more" if len(values) > 8 else ""
        note(f"{field}: {shown}{more}")


def _of_folder(folder: Path, ask: Callable[[Study], Asked], out: Path | None, json: bool) -> None:
    """The same of all studies of a folder that have one codebook."""
    from annotator.services.search.passage_files import source
    from annotator.services.several.folder import gathered
    from annotator.services.several.passages import passages_of, write

    with still_working(), gathered(folder) as many, progress("looked through article") as line:
        found = passages_of(many, ask, line)
    if out is not None:
        write(found, out)
        note(f"wrote {out}: {sum(len(p.passages) for p in found.parts)} passages")
    if json:
        print_json(found)
        return
    if out is None:
        for part in found.parts:
            for p in part.passages:
                about = f"{part.path.name}; {p.coder}: {p.annotation.layer}; {source(p)}"
                typer.echo(f"{p.left}[{p.words}]{p.right}\n    {about}")
    for part in found.parts:
        note(f"{part.title}:")
        note_account(part.answer.result.account)
    note_left_out(found.found)


def given_query(study: Study, given: str) -> Asked:
    """A query that the study keeps, or one in a file or on standard input; raises AnnotatorError."""
    from annotator.services.search.saved import from_file, from_text, names, saved

    if given == "-":
        return from_text(study, sys.stdin.read(), say("standard input"))
    if given not in names(study) and Path(given).is_file():
        return from_file(study, Path(given))
    return saved(study, given)
