"""Passages of several studies: the same question to each, counted together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.errors import BadInput
from annotator.domain.json_forms import JsonObject, as_json
from annotator.domain.words import say
from annotator.formats.csv_tables import csv_lines
from annotator.services.files import publishing
from annotator.services.search.labelled import Asked, LabelPassage, Result, look, passage_as_json
from annotator.services.search.passage_files import Answer, Row, answer, table
from annotator.services.several.folder import Gathered, InFolder
from annotator.services.study import Study

ENDINGS = (".csv", ".json")


@dataclass(frozen=True, slots=True)
class Part:
    """What one study has of it. columns, rows: as a table."""

    path: Path
    answer: Answer
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """The study's."""
        return self.answer.study.title

    @property
    def passages(self) -> tuple[LabelPassage, ...]:
        """Those that were found."""
        return self.answer.result.passages


@dataclass(frozen=True, slots=True)
class SeveralPassages:
    """parts: by study. counts: field -> value -> how many passages of all studies, the most frequent first."""

    found: InFolder
    parts: tuple[Part, ...]
    counts: Mapping[str, Mapping[str, int]]

    def as_json(self) -> JsonObject:
        """In the public JSON form: as of one study, each passage with its study, an account for each."""
        first = self.parts[0].answer
        return {
            "several": as_json(self.found),
            "query": first.asked.as_json(),
            "count": sum(len(p.passages) for p in self.parts),
            "documents": sum(p.answer.result.account.here.documents for p in self.parts),
            "passages": [
                {"study": {"name": p.path.name, **as_json(p.answer.study)}} | passage_as_json(x, p.answer.entities)
                for p in self.parts
                for x in p.passages
            ],
            "counts": {k: dict(v) for k, v in self.counts.items()},
            "codebook": {"key": first.codebook, "version": first.version},
            "accounts": [
                {"of": as_json(p.answer.study), "count": len(p.passages)} | p.answer.result.account.as_json()
                for p in self.parts
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
        parts.append(Part(path, answer(study, asked, result), tuple(columns), tuple(rows)))
        for name, values in result.counts.items():
            counts.setdefault(name, Counter()).update(values)
    together = {f: dict(sorted(c.items(), key=lambda x: (-x[1], x[0]))) for f, c in sorted(counts.items())}
    return SeveralPassages(found.listed, tuple(parts), together)


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
            place.write_text(json.dumps(passages.as_json(), ensure_ascii=False, indent=2) + "\n", "utf-8", newline="\n")
        else:
            columns = ["study", *dict.fromkeys(c for p in passages.parts for c in p.columns)]
            rows = [{"study": p.path.name} | dict(r) for p in passages.parts for r in p.rows]
            place.write_bytes(b"".join(csv_lines(columns, rows)))
