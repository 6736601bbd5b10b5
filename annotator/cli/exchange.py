"""import, export, formats."""

from __future__ import annotations

from pathlib import Path

import typer

from annotator.cli.front import JSON, STUDY, ProgressLine, note, opened, print_json, print_table
from annotator.domain.errors import AnnotatorError, BadInput


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("import")(import_)
    app.command("export")(export)
    app.command("formats")(formats)


def import_(
    study: str = STUDY,
    sources: list[Path] = typer.Argument(..., metavar="SOURCE...", help="Files and folders."),
    format: str = typer.Option("auto", "--format", help="auto, annotations, or a name of `annotator formats`."),
    coder: str | None = typer.Option(None, "--coder", help="Who made the annotations that are read."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would happen, write nothing."),
    json: bool = JSON,
) -> None:
    """Bring in articles, or annotations with --format annotations. The same thing twice adds nothing."""
    from annotator.services.importing import import_files

    progress = ProgressLine("reading")
    with opened(study) as found:
        try:
            result = import_files(found, sources, format, coder, dry_run, progress)
        finally:
            progress.close()
    if json:
        print_json(result)
    else:
        for kind in ("documents", "annotations"):
            counts = result[kind]
            if any(counts.values()):
                told = ", ".join(f"{n} {word}" for word, n in counts.items())
                typer.echo(f"{kind}: {told}{' (nothing was written)' if dry_run else ''}")
    for problem in result["problems"]:
        where = ", ".join(p for p in (problem["source"], problem["where"]) if p)
        note(f"{where}: {problem['what']}")
    if result["problems"] and not (result["documents"]["added"] or result["annotations"]["added"]):
        first = result["problems"][0]
        more = len(result["problems"]) - 1
        raise AnnotatorError(
            f"nothing could be read: {first['what']}{f' (and {more} more)' if more else ''}",
            ", ".join(p for p in (first["source"], first["where"]) if p),
            "mend the source and import it again",
        )


def export(
    study: str = STUDY,
    format: str = typer.Option(..., "--format", help="jsonl, csv or statements."),
    out: Path = typer.Option(..., "-o", "--out", help="The file to write; OUT.manifest.json is written beside it."),
    coders: str | None = typer.Option(None, "--coders", help="Just these coders: A,B."),
    gold: bool = typer.Option(False, "--gold", help="The settled labels and nothing else."),
    without_text: bool = typer.Option(False, "--without-text", help="Leave out every word of the articles."),
    json: bool = JSON,
) -> None:
    """Write the dataset with a manifest: counts, codebook version, SHA-256."""
    from annotator.services.exporting import export as write

    with opened(study) as found:
        manifest = write(found, format, out, names(coders), without_text, gold=gold)
    if json:
        print_json(manifest)
    else:
        note(f"wrote {out}: {manifest['counts']['rows']} rows, SHA-256 {manifest['file']['sha256']}")


def names(text: str | None) -> list[str] | None:
    """`A,B` as a list; raises BadInput where a name is empty."""
    if text is None:
        return None
    found = [part.strip() for part in text.split(",")]
    if not all(found):
        raise BadInput("a coder's name is empty", text, "write --coders A,B")
    return found


def formats(json: bool = JSON) -> None:
    """What can be read and written, and what each form cannot carry."""
    from annotator.formats.declared import FORMATS, INTAKE

    rows = [
        {
            "name": f.name,
            "label": f.label,
            "suffix": f.suffix,
            "kind": kind,
            "reads": f.reads,
            "writes": f.writes,
            "loses": list(f.loses),
        }
        for kind, group in (("annotations", FORMATS), ("articles", INTAKE))
        for f in group
    ]
    if json:
        print_json(rows)
    else:
        head = ("name", "what", "reads", "writes", "cannot carry")
        words = {True: "yes", False: "no"}
        print_table(
            head,
            [
                [r["name"], r["label"], words[bool(r["reads"])], words[bool(r["writes"])], ", ".join(f.loses)]
                for r, f in zip(rows, (*FORMATS, *INTAKE), strict=True)
            ],
        )
