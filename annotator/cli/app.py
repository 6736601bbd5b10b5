"""The tree of commands, and the one place where errors become an exit code."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from annotator import __version__
from annotator.cli import (
    adjudication,
    agreement,
    articles,
    codebooks,
    database,
    demo,
    doctor,
    exchange,
    networks,
    passages,
    reliability,
    study,
    suggestions,
    tables,
    team,
    today,
)
from annotator.cli.front import Window, be_quiet
from annotator.domain.errors import AnnotatorError
from annotator.services.computer.log import log_file

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
    networks.register(app)
    passages.register(app)
    suggestions.register(app)
    tables.register(app)
    agreement.register(app)
    reliability.register(app)
    team.register(app)
    today.register(app)
    app.add_typer(codebooks.commands, name="codebook")
    database.register(app)
    app.add_typer(adjudication.commands, name="gold")
    demo.register(app)
    doctor.register(app)
    return app


def command_tree() -> Any:
    """Every command with its options; the manual page is made from it."""
    tree = typer.main.get_command(_build())
    _add_quiet(tree)
    return tree


def _add_quiet(command: Any) -> None:
    """Every command can be told to say nothing but errors, before or behind its name."""
    command.params.append(_quiet_option())
    for inner in getattr(command, "commands", {}).values():
        _add_quiet(inner)


def _quiet_option() -> Any:
    app = typer.Typer(add_completion=False)
    words = "Say nothing on standard error but errors."

    def told(wanted: bool) -> None:
        if wanted:
            be_quiet(True)

    @app.command()
    def one(quiet: bool = typer.Option(False, "--quiet", callback=told, expose_value=False, help=words)) -> None:
        """Made for its option alone."""

    return typer.main.get_command(app).params[0]


def _prepare_streams() -> None:
    """Standard streams that take any character: UTF-8 into files and pipes on every system, else the terminal's own.

    A windowed program has none: then what would be printed goes nowhere.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (kept until the process ends)
        elif isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="backslashreplace")  # characters that this terminal has not
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # names that are no UTF-8


def run(args: Sequence[str], window: Window) -> int:
    """Run one command line; the answer is the exit code. Never raises, never prints a traceback."""
    _prepare_streams()
    be_quiet(False)
    try:
        command_tree()(list(args), prog_name="annotator", obj=window)
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
        logging.getLogger("annotator.cli").error("fault in a command", exc_info=error)
        return _fail(
            f"unexpected {type(error).__name__}: {error}; this is a fault of Annotator: "
            f"set ANNOTATOR_DEBUG=1 to see where, and report it with the log {log_file()}"
        )
    return 0


def _fail(message: str) -> int:
    line = " ".join(message.split())
    if len(line) > _LONGEST:
        line = f"{line[:_LONGEST]} … (and {len(line) - _LONGEST} characters more)"
    print(f"error: {line}", file=sys.stderr)
    return 1
