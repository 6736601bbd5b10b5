"""Passages of several studies: the same question to each, counted together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.formats.csv_tables import csv_lines
from annotator.services.files import publishing
from annotator.services.search.labelled import Asked, LabelPassage, Result, look
from annotator.services.search.passage_files import answer, table
from annotator.services.several.folder import Gathered
from annotator.services.study import Study

ENDINGS = (".csv", ".json")


@dataclass(frozen=True, slots=True)
class Part:
    """What one study has of it. told: in the public JSON form; columns, rows: as a table."""

    path: Path
    title: str
    passages: tuple[LabelPassage, ...]
    told: Mapping[str, Any]
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class SeveralPassages:
    """parts: by study. counts: field -> value -> how many passages of all studies, the most frequent first."""

    found: Mapping[str, Any]
    parts: tuple[Part, ...]
    counts: Mapping[str, Mapping[str, int]]

    def told(self) -> dict[str, Any]:
        """In the public JSON form: as of one study, each passage with its study, an account for each."""
        return {
            "several": dict(self.found),
            "query": self.parts[0].told["query"],
            "count": sum(p.told["count"] for p in self.parts),
            "documents": sum(p.told["documents"] for p in self.parts),
            "passages": [
                {"study": {"name": p.path.name, **p.told["study"]}} | x for p in self.parts for x in p.told["passages"]
            ],
            "counts": {k: dict(v) for k, v in self.counts.items()},
            "codebook": self.parts[0].told["codebook"],
            "accounts": [
                {"of": dict(p.told["study"]), "count": p.told["count"]} | p.told["account"] for p in self.parts
            ],
        }


def passages_of(
    found: Gathered, ask: Callable[[Study], Asked], progress: Callable[[int, int], bool] | None = None
) -> SeveralPassages:
    """Ask every study; raises BadInput, Cancelled. ask: a study -> what is asked of it."""
    parts = []
    counts: dict[str, Counter[str]] = {}
    for path, study in found.studies:
        asked = ask(study)
        result: Result = look(study, asked, progress)
        columns, rows = table(study, result)
        parts.append(
            Part(path, study.title, result.passages, answer(study, asked, result), tuple(columns), tuple(rows))
        )
        for name, values in result.counts.items():
            counts.setdefault(name, Counter()).update(values)
    together = {f: dict(sorted(c.items(), key=lambda x: (-x[1], x[0]))) for f, c in sorted(counts.items())}
    return SeveralPassages(found.told(), tuple(parts), together)


def write(passages: SeveralPassages, out: Path) -> None:
    """One file, by its ending; raises BadInput."""
    ending = out.suffix.casefold()
    if ending not in ENDINGS:
        raise BadInput(
            "passages of several studies have no such form",
            str(out),
            say("end its name with {names}, or take one study", names=", ".join(ENDINGS)),
        )
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    with publishing(out) as published:
        place = published.path()
        if ending == ".json":
            place.write_text(json.dumps(passages.told(), ensure_ascii=False, indent=2) + "\n", "utf-8")
        else:
            columns = ["study", *dict.fromkeys(c for p in passages.parts for c in p.columns)]
            rows = [{"study": p.path.name} | dict(r) for p in passages.parts for r in p.rows]
            place.write_bytes(b"".join(csv_lines(columns, rows)))
