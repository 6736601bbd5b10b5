"""What is told of codings that came in: what stays behind, what was left out, and every fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from annotator.cli.front import note
from annotator.domain.errors import AnnotatorError

if TYPE_CHECKING:
    from annotator.services.exchange.outcome import Imported, MadeBy, Problem

FOLDERS = typer.Option(False, "--folders-are-coders", help="Each sub-folder of a corpus is a coder.")
REST = typer.Option(
    False, "--take-the-rest", help="Leave faulty lines out and take the others; each is listed with its reason."
)
OVERRIDE = typer.Option(
    False, "--override-coders", help="With --coder: also for labels that name somebody else; how many is told."
)
_LONG = 50
"""More lines left out than this are listed in a file."""
_MOST = 1_000
"""More faults than this are told by their kinds, each with its first places; --json has all of them."""


def note_problems(problems: Sequence[Problem]) -> None:
    """Every fault by file, place and reason; very many of a kind once."""
    from annotator.domain.faults import Faults
    from annotator.services.exchange.outcome import problems_of

    few = len(problems) <= _MOST
    for problem in problems if few else problems_of(Faults(p.as_json() for p in problems)):
        note(_line(problem))


def nothing_read(problems: Sequence[Problem]) -> AnnotatorError:
    """The error of an import of which nothing came in for these faults."""
    first, more = problems[0], len(problems) - 1
    return AnnotatorError(
        f"nothing could be read: {first.what}{f' (and {more} more, named above)' if more else ''}",
        ", ".join(p for p in (first.source, first.where) if p),
        "correct the source and import it again, or take the rest with --take-the-rest",
    )


def note_makers(makers: MadeBy, coder: str | None) -> None:
    """Whose the labels are, where a coder was named who was not needed, or who was put in the place of others."""
    for name, n in makers.overridden.items():
        note(f"{n} labels that name {name} came in as {coder}'s (--override-coders)")
    # some forms say it with the name that was given, for files that name nobody
    named = ", ".join(f"{name} ({n})" for name, n in makers.named.items() if name != coder)
    if coder is not None and named:
        given = makers.given.get(coder, 0) + makers.named.get(coder, 0)
        rest = f"{coder} made the other {given}" if given else f"{coder} was not needed"
        note(f"these labels name who made them: {named}; {rest} (--override-coders: all are {coder}'s)")


def note_losses(result: Imported) -> None:
    """What stays behind, what was known for codings, and which articles have the same words."""
    for loss in result.losses:
        note(f"left behind: {loss.what} ({loss.count})")
    for one in result.recognised:
        note(f"{one.source}: holds codings, read as --format {one.format}")
    for twin in result.same_text:
        others = ", ".join(str(n) for n in twin.same_text_as)
        note(f"{twin.source}: article {twin.number} has the same words as {others}; both are kept")


@contextmanager
def problems_told() -> Iterator[None]:
    """Name every fault of a source that is refused before the error is told."""
    from annotator.services.exchange.new_from_import import SourceRefused

    try:
        yield
    except SourceRefused as error:
        if len(error.problems) > 1:
            note_problems(error.problems)
        raise


def left_list(left: int, problems: Sequence[Problem], study: str) -> str | None:
    """List what was left out: one by one where it is little, in a file beside the study where it is much; the file."""
    if not left:
        return None
    if len(problems) <= _LONG:
        for problem in problems:
            note(f"left out: {_line(problem)}")
        return None
    from annotator.services.exchange.left_list import save_left
    from annotator.store.places import place_of

    file = save_left(place_of(study), problems)
    note(f"left out: {len(problems)} lines, listed with their reasons in {file}")
    return str(file)


def _line(problem: Problem) -> str:
    where = ", ".join(p for p in (problem.source, problem.where) if p)
    return f"{where}: {problem.what}"
