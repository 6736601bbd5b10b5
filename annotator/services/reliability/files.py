"""Figures made anew from each coder's codings as files: a table, a plot, or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from annotator.domain.errors import BadInput
from annotator.domain.formula_cells import guarded
from annotator.domain.words import say
from annotator.services.files import write_whole
from annotator.services.reliability.derived import Reliability, reliability_as_json
from annotator.services.reliability.drawing import spread_svg

PngWriter = Callable[[str], bytes]
"""SVG -> PNG; the window has one."""

ENDINGS = (".csv", ".svg", ".png", ".json")


def write_reliability(parts: Sequence[Reliability], out: Path, png: PngWriter | None = None) -> None:
    """Write in the form that the file's ending names; raises BadInput."""
    ending = out.suffix.lower()
    if ending not in ENDINGS or (ending == ".png" and png is None):
        raise BadInput(
            say("these figures cannot be written as {ending}", ending=out.suffix or say("a file without ending")),
            str(out),
            say("use {names}", names=", ".join(ENDINGS)),
        )
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    if ending == ".csv":
        content = reliability_csv(parts)
    elif ending == ".json":
        content = (json.dumps(reliability_as_json(parts), ensure_ascii=False, indent=2) + "\n").encode("utf-8")
    else:
        drawn = spread_svg(parts)
        content = drawn.encode("utf-8") if ending == ".svg" or png is None else png(drawn)
    write_whole(out, [content])


def reliability_csv(parts: Sequence[Reliability]) -> bytes:
    """One line for each figure of each coder, with the figure's spread beside it."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(
        ("of", "measure", "layer", "attribute", "name", "first_key", "second_key", "first", "second", "coder", "value",
         "n", "mean", "low", "high", "spread", "typical", "basis", "articles")
    )  # fmt: skip
    for r in parts:
        for f in r.made.figures:
            keys, labels = ((*x, "")[:2] for x in (f.key, f.label))
            for coder, value, n in zip(r.made.coders, f.values, f.counts, strict=True):
                told = (r.of, r.measure, r.layer, r.attribute, r.name, *keys, *labels, coder)
                rows.writerow(
                    (*(guarded(str(x)) for x in told),
                     *("" if x is None else x for x in (value, n, f.mean, f.low, f.high, f.spread, f.typical)),
                     r.made.basis, r.made.articles)
                )  # fmt: skip
    return out.getvalue().encode("utf-8")
