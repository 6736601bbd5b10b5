"""reliability: how far shares, lines over time and networks depend on who coded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from annotator.cli.exchange import names
from annotator.cli.front import JSON, STUDY, Window, note, opened, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotator.services.reliability.derived import Reliability


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reliability")(reliability)


def reliability(
    ctx: typer.Context,
    study: str = STUDY,
    of: str = typer.Option("shares", "--of", help="shares, series or network."),
    layer: str | None = typer.Option(None, "--layer", help="Shares and series of this layer."),
    attribute: str | None = typer.Option(None, "--attribute", help="Of this attribute, or role of a link."),
    measure: str = typer.Option("share", "--measure", help="share of labels, count of labels, or mean of numbers."),
    period: str = typer.Option("month", "--period", help="Of series: day, week, month or year."),
    coders: str | None = typer.Option(None, "--coders", help="Just these coders: A,B."),
    where: list[str] = typer.Option([], "--where", help="Just labels with this value: LAYER.ATTRIBUTE=VALUE."),
    round_: str = typer.Option("", "--round", help="Articles of this round only; all for all rounds together."),
    kind: str = typer.Option("two-mode", "--kind", help="Of networks: two-mode, actors, or concepts."),
    actor: str | None = typer.Option(None, "--actor", help="Of networks: LINK.ROLE, or LAYER.ATTRIBUTE."),
    concept: str | None = typer.Option(None, "--concept", help="Of networks: LAYER.ATTRIBUTE, LINK.ROLE, …"),
    qualifier: str | None = typer.Option(None, "--qualifier", help="Of networks: LAYER.ATTRIBUTE, or 'none'."),
    aggregation: str | None = typer.Option(None, "--aggregation", help="As of `annotator network`."),
    normalisation: str = typer.Option("no", "--normalisation", help="As of `annotator network`."),
    duplicates: str = typer.Option("include", "--duplicates", help="As of `annotator network`."),
    out: Path | None = typer.Option(None, "-o", "--out", help="Write .csv, .svg, .png or .json."),
    json: bool = JSON,
) -> None:
    """Make shares, lines over time or a network anew from each coder's codings of the same articles."""
    from annotator.services.agreement.request import Question
    from annotator.services.networks.asking import wanted
    from annotator.services.reliability.derived import Asked, reliability_as_json
    from annotator.services.reliability.derived import reliability as made_anew
    from annotator.services.reliability.files import write_reliability

    question = Question(coders=tuple(names(coders) or ()), where=tuple(where), round=round_)
    window: Window = ctx.obj
    with opened(study) as found:
        network = (
            wanted(found.codebook, kind, actor, concept, qualifier, aggregation, normalisation, duplicates, None)
            if of == "network"
            else None
        )
        asked = Asked(of=of, layer=layer, attribute=attribute, measure=measure, period=period, network=network)  # type: ignore[arg-type]
        parts = made_anew(found, question, asked)
    if out is not None:
        write_reliability(parts, out, window.png)
        note(f"wrote {out}")
    if json:
        print_json(reliability_as_json(parts))
    elif out is None:
        _print(parts)


def _print(parts: Sequence[Reliability]) -> None:
    for part in parts:
        made = part.made
        typer.echo(f"\n{part.name} ({part.of}, {part.measure}; {made.articles} articles, {made.basis})")
        rows = [(" · ".join(f.label), *(_figure(v) for v in f.values), _figure(f.spread)) for f in made.figures]
        print_table(("", *made.coders, "spread"), rows)
        for p in made.pairs:
            told = [f"mean difference {_figure(p.apart.mean)}", f"greatest {_figure(p.apart.greatest)}"]
            if part.of == "network":
                told.append(f"{p.both} of {p.either} ties in both")
            if p.apart.correlation is not None:
                told.append(f"correlation {_figure(p.apart.correlation)}")
            typer.echo(f"{' and '.join(p.coders)}, {p.articles} articles: {', '.join(told)}")
        for text in part.notes:
            typer.echo(f"note: {text}")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
