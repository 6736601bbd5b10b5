"""suggestions, and what `import --as-suggestions` does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from annotator.cli.arrivals import left_list, note_problems, nothing_read
from annotator.cli.front import JSON, STUDY, note, opened, print_json, print_table
from annotator.domain.errors import AnnotatorError

if TYPE_CHECKING:
    from annotator.services.suggestions.report import OfSource, Tally

SOURCE = typer.Option(
    None, "--source", help="With --as-suggestions: what the model or rule is called; else as each coding says."
)
SOURCE_VERSION = typer.Option(None, "--source-version", help="With --as-suggestions: its version, in your words.")
MEANT_FOR = typer.Option(
    None, "--for", metavar="NAME", help="With --as-suggestions: the coder they are meant for; else all of an article."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("suggestions")(suggestions)


def take_suggestions(
    study: str,
    sources: list[Path],
    format: str,
    source: str | None,
    version: str | None,
    meant_for: str | None,
    map: Path | None,
    rest: bool,
    dry_run: bool,
    json: bool,
) -> None:
    """What `annotator import --as-suggestions` does."""
    from annotator.formats.sheets import read_mapping
    from annotator.services.exchange.importing_suggestions import Request, import_suggestions

    mapping = read_mapping(map) if map is not None else None
    asked = Request(sources, format, source, version, meant_for, mapping, rest, dry_run)
    with opened(study) as found:
        result = import_suggestions(found, asked)
    result = replace(result, left_list=left_list(result.left, result.problems, study))
    counts = result.suggestions
    if json:
        print_json(result)
    else:
        told = f"{counts.added} added, {counts.already} already, {counts.refused} refused"
        typer.echo(f"suggestions: {told}{' (nothing was written)' if dry_run else ''}")
    for name, n in result.sources.items():
        note(f"from {name}: {n}")
    for part in result.left_out:
        note(f"left out: {part.count} of {part.layer}: {part.why}")
    for loss in result.losses:
        note(f"left behind: {loss.what} ({loss.count})")
    if not result.left:
        note_problems(result.problems)
    if result.problems and not counts.added:
        raise nothing_read(result.problems)
    if not counts.added and not counts.already:  # an empty result is no success
        left = result.left_out
        raise AnnotatorError(
            f"nothing was imported: {counts.refused} codings are {left[0].why}" if left else "it holds no codings",
            ", ".join(str(s) for s in sources),
            "import the articles first" if left else "check that it is the right file and the right --format",
        )


def suggestions(
    study: str = STUDY,
    blind: list[str] = typer.Option(
        None, "--blind", metavar="ROUND", help="From now on this round is coded without suggestions."
    ),
    shown: list[str] = typer.Option(None, "--shown", metavar="ROUND", help="This round is coded with them again."),
    json: bool = JSON,
) -> None:
    """What became of suggestions: accepted, changed, rejected, open; by source, coder, layer and value."""
    from annotator.services.suggestions.blind import set_blind
    from annotator.services.suggestions.report import report

    with opened(study) as found:
        for round_ in blind or ():
            set_blind(found, round_, True)
        for round_ in shown or ():
            set_blind(found, round_, False)
        told = report(found)
    if json:
        print_json(told)
        return
    if not told.sources:
        typer.echo("no suggestions: bring some in with `annotator import STUDY SOURCE --format F --as-suggestions`")
    for source in told.sources:
        _print(source)
    for round_ in told.blind_rounds:
        typer.echo(f"coded without suggestions: the round {round_}")


_HEAD = ("", "accepted", "changed", "removed", "rejected", "open", "found", "no place", "accept rate", "own precision")


def _print(source: OfSource) -> None:
    versions = f" ({source.versions})" if source.versions else ""
    more = f", {source.waiting} in articles that nobody codes yet" if source.waiting else ""
    typer.echo(f"{source.name}{versions}, {source.last_day}: {source.suggestions} suggestions{more}")
    lines = [_row("all", source.tally)]
    lines += [_row(f"by {one.name}", one.tally) for one in source.coders]
    for layer in source.layers:
        lines.append(_row(layer.layer, layer.tally))
        lines += [_row(f"  {v.attribute}={v.value}", v.tally) for v in layer.values]
    print_table(_HEAD, lines)
    typer.echo("")


def _row(name: str, one: Tally) -> list[Any]:
    n = one.states
    return [
        name,
        *(n["accepted"], n["changed"], n["removed"], n["rejected"], n["open"], n["found"]),
        n["lost"] + n["homeless"],
        _percent(one.accept_rate, one.answered),
        _percent(one.precision, one.of),
    ]


def _percent(share: float | None, of: int) -> str:
    return "" if share is None else f"{100 * share:.0f}% of {of}"
