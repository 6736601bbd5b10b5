"""What was left out of an import, as a table in a file: source, place, reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from annotator.formats.csv_tables import write_csv
from annotator.store.places import Place

HEAD = ("source", "where", "what")


def save_left(study: Place, problems: Sequence[Mapping[str, Any]]) -> Path:
    """Write the list beside the study, under a name that nothing has; the file."""
    beside = study if isinstance(study, Path) else Path("import.annotator")
    number = 1
    while (file := beside.with_name(f"{beside.stem}.left-out{f'-{number}' if number > 1 else ''}.csv")).exists():
        number += 1
    write_csv(file, HEAD, problems)
    return file
