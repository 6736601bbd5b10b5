"""doctor: what to hand on when something does not work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from annotator.cli.front import JSON, Window, print_json
from annotator.domain.errors import AnnotatorError
from annotator.store.places import place_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    ctx: typer.Context,
    study: str = typer.Argument("", metavar="[STUDY]", help="Look at a study's folder too; nothing in it is changed."),
    json: bool = JSON,
) -> None:
    """Print system, versions, places, fonts, screens, free disk, time zones, and what should be looked at."""
    from annotator.services.computer.examination import examine

    window: Window = ctx.obj
    try:
        looks = window.looks()
    except AnnotatorError as error:
        looks = {"fault": str(error)}
    except ImportError as error:  # a library that no list names
        looks = {"fault": f"Qt cannot be loaded ({error})"}
    found = examine(place_of(study) if study else None, looks).as_json()
    if json:
        print_json(found)
        return
    problems = found.pop("problems")
    for name, part in found.items():
        typer.echo(f"{name.replace('_', ' ')}")
        _print(part, "  ")
    typer.echo("to look at" if problems else "nothing to look at")
    for problem in problems:
        typer.echo(f"  {problem}")


def _print(part: Mapping[str, Any], indent: str) -> None:
    for name, value in part.items():
        if isinstance(value, Mapping):
            typer.echo(f"{indent}{name}")
            _print(value, indent + "  ")
        elif isinstance(value, list):
            typer.echo(f"{indent}{name}: {'; '.join(_words(v) for v in value) or '-'}")
        else:
            typer.echo(f"{indent}{name}: {_words(value)}")


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_words(v)}" for k, v in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None or value == "" else str(value)
