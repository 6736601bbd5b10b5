"""Tables of several studies: the same question to each, side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.errors import BadInput
from annotator.domain.json_forms import JsonObject, as_json
from annotator.domain.words import say
from annotator.formats.csv_tables import csv_lines
from annotator.services.files import publishing
from annotator.services.search.passage_files import StudyName
from annotator.services.several.folder import Gathered, InFolder
from annotator.services.study import Study
from annotator.services.tables.answering import answer
from annotator.services.tables.grids import Cell, as_rows, grid, table_as_json
from annotator.services.tables.records import Answer, Wanted

ENDINGS = (".csv", ".json")


@dataclass(frozen=True, slots=True)
class SeveralTables:
    """answers: (path of the study, which it is, what it answers), by name."""

    found: InFolder
    answers: tuple[tuple[Path, StudyName, Answer], ...]

    def as_json(self) -> JsonObject:
        """In the public JSON form: an answer of each study."""
        return {
            "several": as_json(self.found),
            "studies": [
                {"of": {"name": path.name, **as_json(of)}} | table_as_json(made) for path, of, made in self.answers
            ],
        }


def tables_of(
    found: Gathered, ask: Callable[[Study], Wanted], progress: Callable[[int, int], bool] | None = None
) -> SeveralTables:
    """Ask every study; raises BadInput, Cancelled. ask: a study -> what is asked of it."""
    return SeveralTables(
        found.listed,
        tuple((path, StudyName(s.id, s.title), answer(s, ask(s), progress)) for path, s in found.studies),
    )


def write(tables: SeveralTables, out: Path) -> None:
    """One file, by its ending; raises BadInput."""
    ending = out.suffix.casefold()
    if ending not in ENDINGS:
        raise BadInput(
            "tables of several studies have no such form",
            str(out),
            say("end its name with {names}, or take one study", names=", ".join(ENDINGS)),
        )
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    told = tables.as_json()
    with publishing(out) as published:
        if ending == ".json":
            published.write([(json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode("utf-8")])
            return
        columns: list[str] = ["study"]
        rows: list[Mapping[str, Cell]] = []
        for path, _, made in tables.answers:
            held = grid(made)
            columns += [c.key for c in held.columns if c.key not in columns]
            rows += [{"study": path.name, **r} for r in as_rows(held)]
        published.write(csv_lines(columns, rows))
        for one in told["studies"]:
            del one["rows"]
        about = (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
        published.write([about], f"{out.name}.manifest.json")
