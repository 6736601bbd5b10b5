"""The tree of commands, and the one place where errors become an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from annotator import __version__
from annotator.cli import adjudication, agreement, articles, codebooks, database, demo, exchange, study, team
from annotator.cli.front import Window
from annotator.domain.errors import AnnotatorError

_LONGEST = 6_000
"""Characters of an error's line: what a file says of itself may be of any length."""


class _StudyFirst(TyperGroup):
    """`annotator STUDY …` is `annotator open STUDY …`: a first word that is no command is a study."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            args = ["open", *args]
        return super().parse_args(ctx, args)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"annotator {__version__}")
        raise typer.Exit()


def _build() -> typer.Typer:
    app = typer.Typer(
        cls=_StudyFirst,
        invoke_without_command=True,
        no_args_is_help=False,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def root(
        ctx: typer.Context,
        version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
    ) -> None:
        """Code news articles by hand. With no command: the window. `annotator STUDY`: the window on that study."""
        if ctx.invoked_subcommand is None:
            raise typer.Exit(ctx.obj.show(None, None, None))

    study.register(app)
    articles.register(app)
    exchange.register(app)
    agreement.register(app)
    team.register(app)
    app.add_typer(codebooks.commands, name="codebook")
    database.register(app)
    app.add_typer(adjudication.commands, name="gold")
    demo.register(app)
    return app


def run(args: Sequence[str], window: Window) -> int:
    """Run one command line; the answer is the exit code. Never raises, never prints a traceback."""
    for stream in (sys.stdout, sys.stderr):  # names that are no UTF-8, and characters that this terminal has not
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        typer.main.get_command(_build())(list(args), prog_name="annotator", obj=window)
    except SystemExit as stop:  # how typer ends, words that are off (2) included
        sys.stdout.flush()
        return stop.code if isinstance(stop.code, int) else 0
    except AnnotatorError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("stopped; nothing more was written")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read our output has seen enough
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}; check the path, your rights and the free space")
    except Exception as error:
        if os.environ.get("ANNOTATOR_DEBUG"):
            raise
        return _fail(
            f"unexpected {type(error).__name__}: {error}; this is a fault of Annotator: "
            "set ANNOTATOR_DEBUG=1 to see where, and report it"
        )
    return 0


def _fail(message: str) -> int:
    line = " ".join(message.split())
    if len(line) > _LONGEST:
        line = f"{line[:_LONGEST]} … (and {len(line) - _LONGEST} characters more)"
    print(f"error: {line}", file=sys.stderr)
    return 1
