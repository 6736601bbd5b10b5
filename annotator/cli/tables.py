"""tables: what was coded, counted, crossed and over time, from a question in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from annotator.cli.exchange import names
from annotator.cli.front import (
    JSON,
    STUDY_OR_FOLDER,
    Window,
    note,
    note_account,
    note_left_out,
    opened,
    print_json,
    print_table,
    progress,
    still_working,
)
from annotator.cli.passages import given_query

if TYPE_CHECKING:
    from collections.abc import Callable

    from annotator.services.search.labelled import Asked
    from annotator.services.study import Study
    from annotator.services.tables.records import Answer, Wanted


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tables")(tables)


def tables(  # noqa: C901 - a branch for each form of answer
    ctx: typer.Context,
    study: str = STUDY_OR_FOLDER,
    question: str | None = typer.Option(None, "--question", help="A question in words, by its key: see --questions."),
    questions: bool = typer.Option(False, "--questions", help="List the questions that this codebook can answer."),
    of: str = typer.Option("counts", "--of", help="Without a question: counts, cross, together or course."),
    by: list[str] = typer.Option(
        [],
        "--by",
        help="The field, such as claim.topic or outlet; of a cross table two of them, together one or two.",
    ),
    group: str | None = typer.Option(None, "--group", help="Of means: one line for each value of this field."),
    who: str | None = typer.Option(None, "--who", help="In a question: the field with names."),
    code: str | None = typer.Option(None, "--code", help="In a question: the field with codes."),
    number: str | None = typer.Option(None, "--number", help="In a question: the field with numbers."),
    target: str | None = typer.Option(None, "--target", help="In a question: about whom or what, by name."),
    within: str = typer.Option("paragraph", "--within", help="What stands together: statement, paragraph or article."),
    period: str = typer.Option("month", "--period", help="day, week, month, quarter or year; all for no course."),
    measure: str = typer.Option("share", "--measure", help="Of a course: share, count or mean."),
    layer: str | None = typer.Option(None, "--layer", help="Labels of this layer; without it, statements and others."),
    where: list[str] = typer.Option([], "--where", help="A condition as in `passages`; all that are given must hold."),
    entity: str | None = typer.Option(None, "--entity", help="An entity of the register, by name or alias."),
    coders: str | None = typer.Option(None, "--coders", help="Just these coders: A,B."),
    gold: bool = typer.Option(False, "--gold", help="What was settled, instead of what coders did."),
    query: str | None = typer.Option(None, "--query", help="A kept query, a file with one as JSON, or `-`."),
    out: Path | None = typer.Option(None, "-o", "--out", help="Write .csv, .json, or a plot: .svg, .png, .pdf."),
    json: bool = JSON,
) -> None:
    """Count, cross and follow over time what was coded, with how sure it is, as a table and a plot."""
    from annotator.services.tables.answering import answer
    from annotator.services.tables.grids import table_as_json
    from annotator.services.tables.table_files import Printers, write

    if query is not None and (layer or where or entity or coders or gold):
        raise typer.BadParameter("--query cannot be combined with other conditions")
    if question is not None and by:
        raise typer.BadParameter("a question knows its fields: give --who, --code, --number or --target")

    def ask(found: Study) -> Wanted:
        passages = given_query(found, query) if query else _passages(found, layer, where, entity, coders, gold)
        if question is None:
            return _asked(of, by, group, within, period, measure, passages)
        gaps = {"who": who, "code": code, "number": number, "target": target}
        return _in_words(found, question, gaps, within, period, measure, passages)

    if Path(study).is_dir():
        if questions:
            raise typer.BadParameter("--questions lists those of one study: name it")
        _of_folder(Path(study), ask, out, json)
        return
    with opened(study) as found:
        if questions:
            _list(found, json)
            return
        asked = ask(found)
        with progress("counting:") as line:
            made = answer(found, asked, line)
        window: Window = ctx.obj
        if out is not None:
            write(made, out, Printers(png=window.png, pdf=window.plot_pdf))
            note(f"wrote {out}")
    if json:
        print_json(table_as_json(made))
    elif out is None:
        _print(made)
    if not json:
        note_account(made.basis.account)


def _of_folder(folder: Path, ask: Callable[[Study], Wanted], out: Path | None, json: bool) -> None:
    """The same question to all studies of a folder that have one codebook, side by side."""
    from annotator.services.several.folder import gathered
    from annotator.services.several.tables import tables_of, write

    with still_working(), gathered(folder) as many, progress("counting:") as line:
        found = tables_of(many, ask, line)
    if out is not None:
        write(found, out)
        note(f"wrote {out}")
    if json:
        print_json(found)
        return
    for path, _, made in found.answers:
        if out is None:
            typer.echo(f"{path.name}:")
            _print(made)
    for path, _, made in found.answers:
        note(f"{path.name}:")
        note_account(made.basis.account)
    note_left_out(found.found)


def _passages(
    study: Study, layer: str | None, where: list[str], entity: str | None, coders: str | None, gold: bool
) -> Asked:
    from annotator.services.search.labelled import Asked, understood

    chosen = names(coders)
    condition = understood(study, where)
    return Asked(layer, condition, entity, tuple(chosen) if chosen is not None else None, "gold" if gold else "coders")


def _asked(
    of: str, by: list[str], group: str | None, within: str, period: str, measure: str, passages: Asked
) -> Wanted:
    from annotator.services.tables.records import Wanted

    return Wanted(
        of=of,  # type: ignore[arg-type]
        by=tuple(by),
        group=group,
        within=within,  # type: ignore[arg-type]
        period=None if period == "all" else period,  # type: ignore[arg-type]
        measure=measure,  # type: ignore[arg-type]
        passages=passages,
    )


def _in_words(
    study: Study,
    question: str,
    gaps: dict[str, str | None],
    within: str,
    period: str,
    measure: str,
    passages: Asked,
) -> Wanted:
    from annotator.domain.errors import NotFound
    from annotator.domain.words import say
    from annotator.services.tables.questions import possible, wanted

    known = [q.key for q in possible(study.codebook)]
    if question not in known:
        raise NotFound("there is no such question", question, say("use one of {names}", names=", ".join(known)))
    return wanted(
        study.codebook,
        question,
        passages,
        within=within,  # type: ignore[arg-type]
        period=period,  # type: ignore[arg-type]
        measure=measure,  # type: ignore[arg-type]
        **gaps,
    )


def _list(study: Study, json: bool) -> None:
    from annotator.services.tables.questions import choices, possible

    held = choices(study.codebook)
    told = [
        {
            "question": q.key,
            "words": str(q.words),
            "takes": list(q.gaps),
            "gaps": {g: [name for name, _ in held.of(g)] for g in q.gaps if held.of(g)},
        }
        for q in possible(study.codebook)
    ]
    if json:
        print_json(told)
        return
    for one in told:
        options = " ".join(f"--{gap}" for gap in one["takes"])
        typer.echo(f"{one['question']:18} {one['words']:40} {options}")
    for gap in ("who", "code", "number"):
        typer.echo(f"--{gap}: {', '.join(name for name, _ in held.of(gap))}")


def _print(made: Answer) -> None:
    from annotator.services.tables.grids import foot, grid, written

    held = grid(made)
    typer.echo(str(made.words))
    rows = [[written(v, c.kind) for v, c in zip(row, held.columns, strict=True)] for row in held.rows]
    print_table([str(c.name) for c in held.columns], rows)
    for line in foot(made):
        note(str(line))
