"""What commands share: how a study is opened, how results are printed, what the window must offer."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

import typer

from annotator.domain.errors import BadInput
from annotator.services.study import Study
from annotator.store.places import Place, place_of

STUDY = typer.Argument(..., metavar="STUDY", help="The study's file, NAME.annotator, or its database URL.")
PASSWORD_FILE = typer.Option(
    None, "--password-file", help="A text file with the password of the package; else ANNOTATOR_PASSWORD is used."
)
JSON = typer.Option(False, "--json", help="Print one JSON document instead of text.")


class Window(Protocol):
    """What the command line asks of the window."""

    def show(self, study: Place | None, coder: str | None, document: str | None, told_inside: bool = False) -> int:
        """Show it and wait until it is closed; the answer is the exit code.

        ``told_inside``: the window itself says what is wrong with the study, or asks for a package's password.
        """

    def picture(self, study: Place, coder: str | None, document: str | None, to: Path, theme: str) -> None:
        """Paint the window unseen into a PNG file, in the light or the dark theme."""

    def pdf(self, html: str, title: str) -> bytes:
        """Set a text of plain HTML on pages of A4."""


def passwords(file: Path | None) -> list[str]:
    """Passwords of packages: each line of the file, else ANNOTATOR_PASSWORD; never a word of the call itself."""
    if file is None:
        told = os.environ.get("ANNOTATOR_PASSWORD", "")
        return [told] if told else []
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("the password cannot be read", str(file), "give the path of a text file in UTF-8") from error
    found = [line for line in text.splitlines() if line]
    if not found:
        raise BadInput("the file holds no password", str(file), "write it on the first line")
    return found


@contextmanager
def opened(study: str) -> Iterator[Study]:
    """The study, closed again at the end; raises AnnotatorError."""
    with Study.open(place_of(study)) as found:
        for told in found.file.notices:
            note(told)
        yield found


def print_json(data: Any) -> None:
    """One JSON document on standard output."""
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode())  # a name that is no UTF-8, as JSON spells it


def note(message: str) -> None:
    """A remark on standard error."""
    print(message, file=sys.stderr)


def note_account(result: Mapping[str, Any]) -> None:
    """What of the study a result holds and what it leaves out, on standard error."""
    from annotator.domain.accounts import account_of

    account = account_of(result["account"])
    note(f"holds {account.line}")
    for reason in account.reasons():
        note(f"  {reason}")


def print_table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Columns of text, each as wide as it needs; nothing for None."""
    cells = [[("" if c is None else str(c)).replace("\n", " ") for c in row] for row in rows]
    widths = [max([len(h), *(min(len(r[i]), 60) for r in cells)]) for i, h in enumerate(head)]
    for row in [list(head), *cells]:
        cut = [c if len(c) <= 60 else c[:59] + "…" for c in row]
        typer.echo("  ".join(c.ljust(w) for c, w in zip(cut, widths, strict=True)).rstrip())


class ProgressLine:
    """One line on standard error that counts up; where that is no terminal, a line every few seconds of long work."""

    def __init__(self, what: str, every: float = 5.0) -> None:
        self._what = what
        self._seen = sys.stderr.isatty()
        self._every = every
        self._next = monotonic() + (0.0 if self._seen else every)

    def __call__(self, done: int, total: int) -> bool:
        if monotonic() >= self._next:
            line = f"{self._what} {done} of {total}"
            if self._seen:
                print(f"\r{line} ", end="", file=sys.stderr, flush=True)
                self._next = monotonic() + 0.1
            else:
                print(line, file=sys.stderr, flush=True)
                self._next = monotonic() + self._every
        return True

    def close(self) -> None:
        """End the line."""
        if self._seen:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
