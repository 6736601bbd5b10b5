"""agreement: of a study, or of a table of ratings or of span sets from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from annotator.cli.exchange import names
from annotator.cli.front import JSON, Window, note, note_account, opened, print_json, print_table, progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annotator.agreement.estimate import Estimate


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("agreement")(agreement)


def agreement(  # noqa: C901 - a branch for each kind of answer
    ctx: typer.Context,
    study: str | None = typer.Argument(None, metavar="[STUDY]", help="The study's file, NAME.annotator."),
    layer: str | None = typer.Option(None, "--layer", help="Just this layer."),
    attribute: str | None = typer.Option(None, "--attribute", help="Just this attribute."),
    coders: str | None = typer.Option(None, "--coders", help="Just these coders: A,B."),
    where: list[str] = typer.Option([], "--where", help="Just labels with this value: LAYER.ATTRIBUTE=VALUE."),
    overlap: float = typer.Option(0.5, "--overlap", help="Spans match above this intersection over union."),
    unmatched: str = typer.Option(
        "missing",
        "--unmatched",
        help="How to count a coder who read an article and has no label of a unit: missing or disagreement.",
    ),
    own: str | None = typer.Option(
        None, "--own", help="This coder's figures against all others pooled; nothing about any other coder is shown."
    ),
    links: str = typer.Option(
        "same",
        "--links",
        help="Links that are compared: same, those that name the same; order, also the rest in order.",
    ),
    round_: str = typer.Option(
        "",
        "--round",
        help="Articles of this round only; all for all rounds together. Rounds are pooled only on request.",
    ),
    bootstrap: int | None = typer.Option(
        None,
        "--bootstrap",
        min=0,
        help="Resamples of a percentile interval beside the others (of --table: in their place); 0 for no interval.",
    ),
    seed: int = typer.Option(1, "--seed", min=0, help="Of the resampling: the same seed gives the same intervals."),
    out: Path | None = typer.Option(
        None,
        "-o",
        "--out",
        help="A report: .html, .pdf, .xlsx; its plot: .svg, .png; ratings: .csv, .zip; soft labels: .jsonl.",
    ),
    width: float | None = typer.Option(
        None, "--width", help="Also say how many articles and coders a 95 % interval of alpha of this width needs."
    ),
    plan_out: Path | None = typer.Option(
        None, "--plan", help="With --width: write the curves of one attribute as .svg or .png, or all numbers as .csv."
    ),
    table: Path | None = typer.Option(None, "--table", help="Ratings as CSV: the unit, then one column a coder."),
    level: str | None = typer.Option(None, "--level", help="For --table: nominal, ordinal, interval or ratio."),
    order: str | None = typer.Option(None, "--order", help="For --table: the categories in order: a,b,c."),
    spans: Path | None = typer.Option(None, "--spans", help="Span sets as JSON."),
    json: bool = JSON,
) -> None:
    """How well coders agree, with intervals and the number of units behind each figure."""
    given = [x for x in (study, table, spans) if x is not None]
    if len(given) != 1:
        raise typer.BadParameter("give either STUDY, --table or --spans")
    if plan_out is not None and width is None:
        raise typer.BadParameter("--plan needs --width")
    if table is not None:
        if level is None:
            raise typer.BadParameter("--table needs --level nominal|ordinal|interval|ratio")
        _table(table, level, order, bootstrap, seed, json)
    elif spans is not None:
        from annotator.services.agreement.external_ratings import span_sets_as_json

        print_json(span_sets_as_json(spans))
    else:
        from annotator.services.agreement.comparing import comparisons
        from annotator.services.agreement.figures import study_agreement
        from annotator.services.agreement.planned import planning, planning_as_json, write_planning
        from annotator.services.agreement.report import write_report
        from annotator.services.agreement.request import Question, corpus

        question = Question(
            layer,
            attribute,
            tuple(names(coders) or ()),
            tuple(where),
            overlap,
            bootstrap or 0,
            seed,
            unmatched,
            own,
            links,
            bootstrap != 0,
            round_,
        )
        window: Window = ctx.obj
        with opened(str(study)) as found:
            with progress("counting agreement:") as line:
                result = study_agreement(found, question, line)
            if width is not None:
                compared = corpus(found, question)
                plan = planning(comparisons(found, compared, question), compared, width)
                result["planning"] = planning_as_json(plan)
                if plan_out is not None:
                    write_planning(plan, plan_out, window.png)
                    note(f"wrote {plan_out}")
            if out is not None:
                write_report(found, question, result, out, window.pdf, png=window.png)
                note(f"wrote {out}")
        if json:
            print_json(result)
        elif out is None:
            _print(result)
        if not json:
            note_account(result)


def _table(path: Path, level: str, order: str | None, bootstrap: int | None, seed: int, json: bool) -> None:
    from annotator.services.agreement.external_ratings import table_agreement

    result = table_agreement(path, level, None if order is None else order.split(","), bootstrap, seed)
    if json:
        print_json(result)
    else:
        typer.echo(f"{result.units} units, {result.coders} coders, {result.values} values, {level}")
        _coefficients(result.coefficients)
    for told in result.notes:
        note(told)


def _coefficients(coefficients: Mapping[str, Estimate]) -> None:
    rows = []
    for name, e in coefficients.items():
        interval = "" if e.low is None else f"{e.low:.3f} to {e.high:.3f}"
        n = "" if e.n is None else str(e.n)
        value = f"{e.value:.4f}" if e.value is not None else f"undefined: {e.undefined}"
        rows.append((name, n, value, interval))
    print_table(("coefficient", "n", "value", "95 % interval"), rows)


def _print(result: dict[str, Any]) -> None:
    from annotator.agreement.estimate import Estimate

    for part in result["spans"]:
        for pair in part["pairs"]:
            f1 = {k: pair[k]["f1"] for k in ("exact", "trimmed", "overlap")}
            told = ", ".join(f"{k} F1 {'undefined' if v is None else format(v, '.4f')}" for k, v in f1.items())
            typer.echo(
                f"{part['layer']}: {' and '.join(pair['coders'])}: {pair['counts'][0]} and {pair['counts'][1]}"
                f" labels, {pair['matched']} matched; {told}"
            )
    for part in result["attributes"]:
        typer.echo(
            f"\n{part['layer']}.{part['attribute']} ({part['level']}, {part['units']} units)"
        )  # each figure says its own n below
        _coefficients({name: Estimate(**e) for name, e in part["coefficients"].items()})
    if "planning" in result:
        typer.echo("")
        wide = result["planning"]["width"]
        for part in result["planning"]["attributes"]:
            told = ", ".join(
                f"{n['coders']} coders {'more than 5,000' if n['articles'] is None else n['articles']} articles"
                for n in part["needed"]
            )
            pilot = part["pilot"]
            typer.echo(
                f"{part['layer']}.{part['attribute']}: an interval of width {wide:g} takes, with {told} "
                f"(alpha {pilot['alpha']:.3f} in {pilot['articles']} articles)"
            )
    for text in result["notes"]:
        typer.echo(f"note: {text}")
