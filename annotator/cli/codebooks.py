"""codebook check, schema, diff, apply, undo, gallery, print, from."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from annotator.cli.front import JSON, STUDY, Window, note, note_account, opened, print_json, print_table, progress
from annotator.domain.codebook.faults import CodebookFaults
from annotator.domain.errors import BadInput

if TYPE_CHECKING:
    from annotator.services.codebooks.outcomes import CodebookChange, Compared

commands = typer.Typer(help="Check a codebook; compare it with a study's; change a study's.", no_args_is_help=True)
MAP = typer.Option(
    None, "--map", metavar="FILE", help="A mapping of old parts to new ones, as in schemas/mapping.schema.json."
)


@commands.command("check")
def check(file: Path = typer.Argument(..., metavar="FILE"), json: bool = JSON) -> None:
    """Read a codebook and tell every fault at once, each with line, path and remedy."""
    from annotator.services.codebooks import read_codebook

    try:
        codebook = read_codebook(file)
    except CodebookFaults as error:
        faults = [{"line": f.line, "path": f.path, "what": f.what, "remedy": f.remedy} for f in error.faults]
        if json:
            print_json({"ok": False, "faults": faults})
        else:
            for fault in error.faults:
                typer.echo(f"{file}: {fault}")
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise BadInput(f"{count} in the codebook", str(file), "correct the file and check again") from error
    if json:
        print_json({"ok": True, "faults": []})
    else:
        attributes = sum(len(x.attributes) for x in (*codebook.layers, *codebook.entity_types))
        note(f"{file}: “{codebook.title}” has no faults: {len(codebook.layers)} layers, {attributes} attributes")


@commands.command("schema")
def schema(out: Path | None = typer.Option(None, "-o", "--out", help="Write it to this file.")) -> None:
    """Print the JSON Schema of codebooks."""
    from annotator.domain.codebook.reading import codebook_schema

    text = json_text.dumps(codebook_schema(), ensure_ascii=False, indent=2) + "\n"
    from annotator.services.files import write_whole

    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, [text.encode()])
        note(f"wrote {out}")


@commands.command("mapping-schema", hidden=True)
def mapping_schema(out: Path = typer.Option(..., "-o", "--out", help="Write it to this file.")) -> None:
    """Write the JSON Schema of mapping files."""
    from annotator.domain.codebook.mapping import mapping_schema as schema_of
    from annotator.services.files import write_whole

    write_whole(out, [(json_text.dumps(schema_of(), ensure_ascii=False, indent=2) + "\n").encode()])
    note(f"wrote {out}")


@commands.command("diff")
def diff(
    study: str = STUDY,
    file: Path = typer.Argument(..., metavar="FILE"),
    map: Path | None = MAP,
    json: bool = JSON,
) -> None:
    """Say in words how a codebook differs from the study's, and how many labels each difference touches."""
    from annotator.services.codebooks import read_codebook, read_mapping
    from annotator.services.codebooks.changing import compare

    codebook = read_codebook(file)
    mapping = read_mapping(map) if map is not None else None
    with opened(study) as found:
        result = compare(found, codebook, mapping, str(map or file))
    if json:
        print_json(result)
        return
    _print_changes(result)


@commands.command("apply")
def apply(
    study: str = STUDY,
    file: Path = typer.Argument(..., metavar="FILE"),
    map: Path | None = MAP,
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would happen, write nothing."),
    json: bool = JSON,
) -> None:
    """Make a codebook the study's next version. Labels are carried over; what does not fit is kept and marked."""
    from annotator.services.codebooks import read_codebook, read_mapping
    from annotator.services.codebooks.changing import apply_codebook

    codebook = read_codebook(file)
    mapping = read_mapping(map) if map is not None else None
    with opened(study) as found, progress("carrying labels:") as line:
        result = apply_codebook(found, codebook, mapping, dry_run, line, str(map or file))
    if json:
        print_json(result)
        return
    _print_changes(result)
    if result.changes:
        for entry in result.register.unfit:
            note(f"{entry.name} keeps what is not in the codebook: {entry.why}")
        done = "nothing was written" if dry_run else f"{study} has version {result.new} now"
        note(
            f"{result.labels.changed} labels and {result.register.changed} entities carried over, "
            f"{result.labels.marked} labels marked for review; {done}"
        )
        if result.account is not None:
            note_account(result.account)


@commands.command("undo")
def undo(study: str = STUDY, json: bool = JSON) -> None:
    """Take the last change of the codebook back, as long as no package was merged since."""
    from annotator.services.codebooks.changing import undo_codebook

    with opened(study) as found:
        result = undo_codebook(found)
    if json:
        print_json(result)
    else:
        note(
            f"version {result.undoes} is taken back: {result.labels.changed} labels are as they were, "
            f"{result.labels.marked} marked for review; {study} has version {result.new} now"
        )


def _print_changes(result: Compared | CodebookChange) -> None:
    if not result.changes:
        note(f"unchanged: this is version {result.old} of the study's codebook")
        return
    typer.echo(" labels  settled  entities  change")
    for c in result.changes:
        told = f"{c.labels:>7}  {c.gold or 0:>7}  {c.entities:>8}  {c.kind:<8} {c.what}"
        typer.echo(told + (" (incomplete until answered)" if c.about == "lacking" and c.labels else ""))


@commands.command("gallery")
def gallery_(json: bool = JSON) -> None:
    """List the codebooks that come with the program: `annotator new STUDY --codebook NAME` begins with one."""
    from annotator.services.codebooks.gallery import gallery

    found = gallery()
    if json:
        print_json(
            [
                {"name": g.name, "title": g.codebook.title, "description": g.codebook.description}
                | {"layers": [x.key for x in g.codebook.layers]}
                for g in found
            ]
        )
        return
    rows = [(g.name, g.codebook.title, ", ".join(x.label for x in g.codebook.layers)) for g in found]
    print_table(("name", "title", "layers"), rows)


@commands.command("print")
def print_(
    ctx: typer.Context,
    source: str = typer.Argument(..., metavar="STUDY|FILE", help="A study, a codebook file, or a name of the gallery."),
    out: Path = typer.Option(..., "-o", "--out", help="The manual to write: .html or .pdf."),
    language: str = typer.Option("en", "--language", help="Language of the manual's own words: en or de."),
) -> None:
    """Print a whole codebook as a manual for coders: definitions, rules, examples, answers with codes and keys."""
    from annotator.services.codebooks import chosen_codebook
    from annotator.services.codebooks.manual import write_manual

    window: Window = ctx.obj
    if source.endswith(".annotator") or "://" in source:
        with opened(source) as study:
            write_manual(study.codebook, out, window.pdf, study.title, study.codebook_version, language)
    else:
        write_manual(chosen_codebook(source), out, window.pdf, language=language)
    note(f"wrote {out}")


@commands.command("from")
def from_(
    source: Path = typer.Argument(..., metavar="SOURCE", help="A study, or codings of another program."),
    format: str = typer.Option("", "--format", help="The form of the codings: a name of `annotator formats`."),
    out: Path = typer.Option(..., "-o", "--out", help="The codebook to write (JSON)."),
) -> None:
    """Write the codebook of a study, or the smallest one under which the codings of another program are allowed."""
    from annotator.services.exchange.new_from_import import codebook_of
    from annotator.services.files import write_whole

    codebook = codebook_of(source, format)
    write_whole(out, [(codebook + "\n").encode()])
    note(f"wrote {out}")


@commands.command("review")
def review(study: str = STUDY, json: bool = JSON) -> None:
    """List the labels that wait for review after a change of the codebook, by coder and code."""
    from annotator.services.codebooks.waiting import counts, waiting

    with opened(study) as found:
        labels = waiting(found)
    many = counts(labels).items()
    by = [{"coder": {"id": key, "name": name}, "code": code, "count": n} for (key, name, code), n in many]
    if json:
        print_json({"waiting": len(labels), "by": by, "labels": labels})
        return
    print_table(
        ("coder", "code", "article", "passage", "why"),
        [[w.coder, w.code, w.document.number, w.words, "; ".join(w.why)] for w in labels],
    )
    note(f"{len(labels)} labels wait for review" if labels else "no label waits for review")
