"""What commands share: how a study is opened, how results are printed, what the window must offer."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

import typer

from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.services.study import Study
from annotator.store.places import Place, place_of

if TYPE_CHECKING:
    from rich.progress import Progress

    from annotator.domain.accounts import Account
    from annotator.services.several.folder import InFolder

STUDY = typer.Argument(..., metavar="STUDY", help="The study's file, NAME.annotator, or its database URL.")
STUDY_OR_FOLDER = typer.Argument(
    ..., metavar="STUDY", help="The study's file, its database URL, or a folder of studies with one codebook."
)
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

    def png(self, svg: str) -> bytes:
        """Paint a plot as a PNG file."""

    def plot_pdf(self, svg: str, title: str) -> bytes:
        """Draw a plot on a page of its size."""

    def looks(self) -> dict[str, Any]:
        """Screens with their scaling, fonts and scripts that no font has."""


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
    with still_working(), Study.open(place_of(study)) as found:
        before = list(found.file.notices)
        for told in before:
            note(told)
        try:
            yield found
        finally:
            for told in found.file.notices[len(before) :]:  # of what happened meanwhile
                note(told)


def print_json(data: Any) -> None:
    """One JSON document on standard output; records in it in their public form."""
    text = json.dumps(as_json(data), ensure_ascii=False, indent=2) + "\n"
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode())  # a name that is no UTF-8, as JSON spells it


_quiet = False


def be_quiet(wanted: bool) -> None:
    """Say nothing on standard error but errors, until told otherwise."""
    global _quiet
    _quiet = wanted


def note(message: str) -> None:
    """A remark on standard error."""
    if not _quiet:
        _wipe()
        print(message, file=sys.stderr)


def note_account(result: Account | Mapping[str, Any]) -> None:
    """What of the study a result holds and what it leaves out, on standard error."""
    from annotator.domain.accounts import account_of

    account = account_of(result["account"] if isinstance(result, Mapping) else result)
    note(f"holds {account.line}")
    for reason in account.reasons():
        note(f"  {reason}")


def note_left_out(found: InFolder) -> None:
    """The studies of a folder that are not in."""
    for left in found.left_out:
        labels = f" ({left.labels} labels)" if left.labels is not None else ""
        note(f"left out: {left.name}{labels}: {left.why}")


def note_arrival(result: Account | Mapping[str, Any]) -> None:
    """What came in and what the study has now, on standard error; what was there before is no loss."""
    from annotator.domain.accounts import account_of

    account = account_of(result["account"] if isinstance(result, Mapping) else result)
    here, now = account.here, account.study
    note(
        f"came in: {here.annotations} labels, {here.documents} articles; "
        f"the study now has {now.annotations} labels, {now.documents} articles"
    )


def print_table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Columns of text, each as wide as it needs; nothing for None."""
    cells = [[("" if c is None else str(c)).replace("\n", " ") for c in row] for row in rows]
    widths = [max([len(h), *(min(len(r[i]), 60) for r in cells)]) for i, h in enumerate(head)]
    for row in [list(head), *cells]:
        cut = [c if len(c) <= 60 else c[:59] + "…" for c in row]
        typer.echo("  ".join(c.ljust(w) for c, w in zip(cut, widths, strict=True)).rstrip())


EVERY = 5.0
"""Seconds between two lines of progress where standard error is no terminal."""


class ProgressLine:
    """How far long work is, on standard error: a bar in a terminal, elsewhere a line every few seconds of long work."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._next = monotonic() + EVERY
        self._bar: Progress | None = None
        _wipe()
        if sys.stderr.isatty() and not _quiet:
            self._bar = self._drawn()

    def _drawn(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        bar = Progress(*columns, console=Console(stderr=True, highlight=False, markup=False), transient=True)
        self._task = bar.add_task(self._what, total=None)
        bar.start()
        return bar

    def __call__(self, done: int, total: int) -> bool:
        if self._bar is not None:
            if monotonic() >= self._next or done >= total:
                self._bar.update(self._task, completed=done, total=total or None)
                self._next = monotonic() + 0.1
        elif monotonic() >= self._next:
            note(f"{self._what} {done} of {total}")
            sys.stderr.flush()
            self._next = monotonic() + EVERY
        return True

    def close(self) -> None:
        """End it."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


@contextmanager
def progress(what: str) -> Iterator[ProgressLine]:
    """How far the work of the block is; what: a few words before the figures."""
    line = ProgressLine(what)
    _lines.append(line)
    try:
        yield line
    finally:
        _lines.remove(line)
        line.close()


_lines: list[ProgressLine] = []
"""Those that are shown now."""
_waiting = False
"""Whether a terminal shows how long it has been."""


@contextmanager
def still_working() -> Iterator[None]:
    """Every few seconds of a block that takes long, how long it has been, where no line says how far it is.

    So no command is silent for long, whether or not its work can be counted beforehand.
    """
    if _quiet:
        yield
        return
    terminal, over, began = sys.stderr.isatty(), threading.Event(), monotonic()
    pause = min(EVERY, 2.0) if terminal else 2 * EVERY

    def tell() -> None:
        global _waiting
        while not over.wait(pause):
            if _lines or _quiet:
                continue
            words = f"still working, {monotonic() - began:.0f} s"
            sys.stderr.write(f"\r{words} " if terminal else f"{words}\n")
            sys.stderr.flush()
            _waiting = terminal

    teller = threading.Thread(target=tell, name="still working", daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()
        _wipe()


def _wipe() -> None:
    """Take away what the terminal shows of how long it has been."""
    global _waiting
    if _waiting:
        _waiting = False
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
