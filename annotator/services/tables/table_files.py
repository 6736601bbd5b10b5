"""Tables and plots as files. Beside a CSV file lie the lines that say what it rests on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from annotator import __version__
from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.formats.csv_tables import csv_lines
from annotator.services.files import publishing
from annotator.services.tables.grids import as_rows, foot, grid, table_as_json
from annotator.services.tables.plot import plot, plot_svg
from annotator.services.tables.records import Answer

ENDINGS = (".csv", ".json", ".svg", ".png", ".pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printers:
    """What the window alone can make of SVG."""

    png: Callable[[str], bytes]
    pdf: Callable[[str, str], bytes]


def write(answer: Answer, out: Path, printers: Printers) -> None:
    """One file, by its ending; a CSV file has its account beside it. Raises BadInput."""
    ending = out.suffix.casefold()
    if ending not in ENDINGS:
        raise BadInput("tables have no such form", str(out), say("end its name with {names}", names=", ".join(ENDINGS)))
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    with publishing(out) as published:
        if ending == ".csv":
            held = grid(answer)
            published.write(csv_lines([c.key for c in held.columns], as_rows(held)))
            about = {**table_as_json(answer), "program": f"Annotator {__version__}"}
            del about["rows"]
            told = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
            published.write([told.encode("utf-8")], f"{out.name}.manifest.json")
            return
        if ending == ".json":
            content = (json.dumps(table_as_json(answer), ensure_ascii=False, indent=2) + "\n").encode("utf-8")
        else:
            svg = plot_svg(answer, paper_foot(answer))
            title = str(answer.words)
            content = (
                svg.encode("utf-8")
                if ending == ".svg"
                else printers.png(svg)
                if ending == ".png"
                else printers.pdf(svg, title)
            )
        published.write([content])


def paper_foot(answer: Answer) -> list[str]:
    """The lines under a plot that leaves the program."""
    undrawn = plot(answer).undrawn
    lines = [str(x) for x in foot(answer)]
    if undrawn:
        lines.append(str(say("{n} more figures are in the table alone", n=undrawn)))
    return [*lines, f"{answer.basis.study}, Annotator {__version__}"]
