"""Articles and codings in one import: each file is taken for what it holds, whatever else came along."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from annotator.domain.errors import BadInput
from annotator.domain.words import by_door, say
from annotator.formats.recognising import coding_form, folder_form, known_form
from annotator.formats.sheets import SheetMapping


def told_apart(paths: Sequence[Path], format: str) -> tuple[list[Path], list[tuple[Path, str]]]:
    """(files and folders of articles, [(file or folder of codings, its form)]).

    Raises BadInput where a form of articles was asked for and a file holds codings.
    """
    articles: list[Path] = []
    codings: list[tuple[Path, str]] = []
    for path in paths:
        if format == "auto" and path.is_dir():
            if form := folder_form(path):
                codings.append((path, form))
                continue
            found = [(p, f) for p in sorted(path.rglob("*")) if p.is_file() and (f := _form(p))]
            if not found:
                articles.append(path)
                continue
            codings += found
            marked = {p for p, _ in found}
            articles += [p for p in sorted(path.rglob("*")) if p.is_file() and p not in marked and not _hidden(p)]
            continue
        form = _form(path) if path.is_file() else None
        if form is None:
            articles.append(path)
        elif format == "auto" or (format == "jsonl" and form == "annotations"):  # the form's name in `formats`
            codings.append((path, form))
        elif format in ("jsonl", "csv"):
            raise BadInput(
                say("it holds codings ({form}), not articles", form=form),
                str(path),
                by_door(
                    say("say --format {form}, or leave --format out", form=form),
                    say("choose the form {form}, or let it be found out", form=form),
                ),
            )
        else:
            articles.append(path)
    return articles, codings


def refuse_idle(coder: str | None, mapping: SheetMapping | None) -> None:
    """Raise BadInput for what only codings need, where there are none."""
    for name, given in (
        (by_door("--coder", say("a coder")), coder),
        (by_door("--map", say("a mapping of columns")), mapping),
    ):
        if given is not None:
            raise BadInput(
                say("{name} applies to codings, but these are articles", name=name),
                remedy=by_door(
                    say("leave {name} out, or name the form of the codings with --format", name=name),
                    say("leave it out, or choose the form of the codings"),
                ),
            )


_OF_PROGRAMS = frozenset(
    {".ann", ".xmi", ".qde", ".qda", ".dna", ".sqlite3", ".sqlite", ".db", ".tsv", ".zip", ".json"}
)
"""How files end that other programs keep codings in, which are no articles."""


def _form(path: Path) -> str | None:
    try:
        return known_form(path) if path.suffix.casefold() in _OF_PROGRAMS else coding_form(path)
    except (OSError, BadInput):
        return None  # told when it is read


def _hidden(path: Path) -> bool:
    return path.name.startswith((".", "~$"))
