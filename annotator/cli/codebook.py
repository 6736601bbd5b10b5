"""codebook check, codebook schema, codebook from."""

from __future__ import annotations

import json as json_text
from pathlib import Path

import typer

from annotator.cli.front import JSON, note, print_json
from annotator.domain.codebook.faults import CodebookFaults
from annotator.domain.errors import BadInput

commands = typer.Typer(help="Check a codebook; print the schema of codebooks.", no_args_is_help=True)


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
        raise BadInput(f"{count} in the codebook", str(file), "mend the file and check again") from error
    if json:
        print_json({"ok": True, "faults": []})
    else:
        attributes = sum(len(layer.attributes) for layer in codebook.layers)
        note(f"{file}: “{codebook.title}” is sound: {len(codebook.layers)} layers, {attributes} attributes")


@commands.command("schema")
def schema(out: Path | None = typer.Option(None, "-o", "--out", help="Write it to this file.")) -> None:
    """Print the JSON Schema of codebooks."""
    from annotator.domain.codebook.reading import codebook_schema

    text = json_text.dumps(codebook_schema(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        note(f"wrote {out}")


@commands.command("from")
def from_(
    source: Path = typer.Argument(..., metavar="SOURCE", help="A study, or codings of another program."),
    format: str = typer.Option("", "--format", help="The form of the codings: a name of `annotator formats`."),
    out: Path = typer.Option(..., "-o", "--out", help="The codebook to write (JSON)."),
) -> None:
    """Write the codebook of a study, or the smallest one under which the codings of another program are allowed."""
    from annotator.services.taking_over import codebook_of

    codebook = codebook_of(source, format)
    out.write_text(codebook + "\n", encoding="utf-8")
    note(f"wrote {out}")
