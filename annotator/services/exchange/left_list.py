"""What was left out of an import, as a table in a file: source, place, reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from annotator.formats.csv_tables import write_csv
from annotator.services.exchange.outcome import Problem
from annotator.store.places import Place

HEAD = ("source", "where", "what")


def save_left(study: Place, problems: Sequence[Problem]) -> Path:
    """Write the list beside the study, under a name that nothing has; the file."""
    beside = study if isinstance(study, Path) else Path("import.annotator")
    number = 1
    while (file := beside.with_name(f"{beside.stem}.left-out{f'-{number}' if number > 1 else ''}.csv")).exists():
        number += 1
    write_left(file, problems)
    return file


def write_left(file: Path, problems: Sequence[Problem]) -> None:
    """Write the list into this file; raises OSError."""
    write_csv(file, HEAD, ({name: getattr(p, name) for name in HEAD} for p in problems))
