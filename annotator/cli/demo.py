"""demo: the demo study in the window, or the same work unseen."""

from __future__ import annotations

from pathlib import Path

import typer

from annotator.cli.front import Window, note, progress
from annotator.domain.errors import BadInput
from annotator.services.computer.display import has_display

_FOLDER = "Annotator demo"
_EXPORTS = (("jsonl", "annotations.jsonl"), ("csv", "annotations.csv"), ("statements", "statements.csv"))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    ctx: typer.Context,
    at: Path | None = typer.Option(None, "--at", help=f"The folder to work in; “{_FOLDER}” at home if not given."),
) -> None:
    """Make the demo study and open it. With no display: a picture, the exports and the report land in the folder."""
    folder = at or Path.home() / _FOLDER
    if folder.exists() and not folder.is_dir():
        raise BadInput("this is a file", str(folder), "give a folder")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "demo.annotator"
    if path.exists():
        note(f"{path} is here already and is used as it is")
    else:
        from annotator.services.demo import make_demo_study

        with progress("writing the demo study,") as line:
            make_demo_study(path, line)
        note(f"made {path}")
    window: Window = ctx.obj
    if has_display():
        raise typer.Exit(window.show(path, "Ada", "1"))
    _unseen(window, path, folder)


def _unseen(window: Window, path: Path, folder: Path) -> None:
    from annotator.services.agreement.figures import study_agreement
    from annotator.services.agreement.report import write_report
    from annotator.services.agreement.request import Question
    from annotator.services.exchange.exporting import export
    from annotator.services.study import Study

    note("there is no display here: doing the same work without a window")
    with Study.open(path) as study:
        for format, name in _EXPORTS:
            manifest = export(study, format, folder / name)
            note(f"wrote {folder / name}: {manifest.counts.rows} rows")
        question = Question()
        figures = study_agreement(study, question)
        write_report(study, question, figures, folder / "agreement.html")
        note(f"wrote {folder / 'agreement.html'}")
    for theme in ("light", "dark"):
        picture = folder / f"window-{theme}.png"
        window.picture(path, "Ada", "1", picture, theme)
        note(f"wrote {picture}")
