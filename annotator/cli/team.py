"""assign."""

from __future__ import annotations

import typer

from annotator.cli.exchange import names
from annotator.cli.front import JSON, STUDY, note, opened, print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("assign")(assign)


def assign(
    study: str = STUDY,
    coders: str = typer.Option(..., "--coders", help="Who codes: A,B,C. Those who are new are entered."),
    overlap: int = typer.Option(..., "--overlap", help="How many coders each article gets."),
    share: float = typer.Option(100.0, "--share", help="Percent of the articles that get so many; the rest get one."),
    repeats: float = typer.Option(0.0, "--repeats", help="Percent of each pile that its coder reads twice unawares."),
    seed: int = typer.Option(1, "--seed", help="The same seed gives the same plan."),
    round: str | None = typer.Option(None, "--round", help="The round's name; `main`, or `pilot` with --pilot."),
    pilot: int = typer.Option(0, "--pilot", help="Hand out just so many articles, each to every coder."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Show the plan, write nothing."),
    json: bool = JSON,
) -> None:
    """Share the articles out; later calls add to what is shared out already."""
    from dataclasses import replace

    from annotator.services.team.assigning import apply_plan, plan, told
    from annotator.services.team.drawing import Request

    named = round if round is not None else "pilot" if pilot else "main"
    request = Request(overlap, share, repeats, seed, named, pilot)
    with opened(study) as found:
        drawn = plan(found, names(coders) or [], request)
        if not dry_run:
            apply_plan(found, drawn)
            if any(isinstance(c, str) for c in drawn.coders):
                known = {c.name: c for c in found.coders()}
                drawn = replace(drawn, coders=tuple(known[c] if isinstance(c, str) else c for c in drawn.coders))
        result = told(drawn, not dry_run)
    if json:
        print_json(result)
        return
    print_table(
        ("coder", "articles", "hidden repeats", "before"),
        [[c["name"], c["added"], c["repeats"], c["before"]] for c in result["coders"]],
    )
    done = "nothing was written" if dry_run else f"written to {study}"
    note(f"{result['assigned']} assignments of {result['documents']} articles, round “{named}”; {done}")
