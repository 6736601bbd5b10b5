"""What a reader in R needs to compute every coefficient anew: tables of codes, distances, the figures, and a script."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from annotator.agreement.estimate import Floats
from annotator.agreement.ratings import RatingsTable
from annotator.data import resource_text
from annotator.domain.formula_cells import guarded
from annotator.services.agreement.asked import asked_part
from annotator.services.agreement.comparing import (
    UNMATCHED,
    Comparison,
    applies_table,
    beside_unmatched,
    canonical,
    matrices_of,
    on_scale,
    table_of,
)
from annotator.services.agreement.drawing import Labels, forest, matrix
from annotator.services.agreement.request import Corpus

FOLDER = "recompute"

_ORDERED = ("krippendorff_alpha", "gwet_ac2", "icc_")


def recomputing(
    found: Sequence[Comparison], compared: Corpus, figures: dict[str, Any], labels: Labels
) -> dict[str, bytes]:
    """Path in the archive -> content. Cells are places in `categories.csv`, from 1, so that no spelling matters."""
    files: dict[str, bytes] = {}
    told: list[Sequence[Any]] = [("layer", "attribute", "coefficient", "level", "table", "distances", "n", "value",
                                  "low", "high", "layer_label", "attribute_label")]  # fmt: skip
    named: list[Sequence[Any]] = [("table", "place", "category", "number", "label")]
    parts = {(a["layer"], a["attribute"]): a for a in figures["attributes"]}
    numbers = {d.id: str(d.number) for d in compared.documents}
    for c in found:
        part = parts[c.layer, c.attribute]
        stem = f"{c.layer}.{c.attribute}"
        units = [f"{numbers[u.document_id]}.{place}" for place, u in enumerate(c.units, 1)]
        tables = dict(_tables(c, compared))
        for kind, (table, distances) in tables.items():
            name = f"{stem}.{kind}.csv"
            files[f"{FOLDER}/{name}"] = _rows(
                [("unit", *(f"coder {k + 1}" for k in range(len(table.coders))))]
                + [
                    (u, *("" if v < 0 else v + 1 for v in row))
                    for u, row in zip(units, table.codes.tolist(), strict=True)
                ]
            )
            values = table.numbers() if kind in ("scale", "beside") and UNMATCHED not in table.categories else None
            named += [
                (name, place, guarded(category), "" if values is None else repr(float(values[place - 1])),
                 guarded(c.names.get(category, category)))
                for place, category in enumerate(table.categories, 1)
            ]  # fmt: skip
            for key, distance in distances.items():
                rows = [[repr(float(v)) for v in row] for row in distance]
                files[f"{FOLDER}/{stem}.{key}.distances.csv"] = _rows(rows)
        for coefficient, e in part["coefficients"].items():
            kind, key = _where(coefficient, c.level)
            of = f"{stem}.{key}.distances.csv" if key else ""
            level = c.level if kind == "scale" else "nominal"
            told.append(
                (c.layer, c.attribute, coefficient, level, f"{stem}.{kind}.csv", of, e["n"],
                 "" if e["value"] is None else repr(e["value"]), "" if e["low"] is None else e["low"],
                 "" if e["high"] is None else e["high"], *(guarded(x) for x in labels[c.layer, c.attribute]))
            )  # fmt: skip
        for m in matrices_of(c, compared):
            name = f"plots/{stem}.{'.'.join(_plain(x) for x in m.coders)}.svg"
            files[name] = matrix(m.names, m.rows, *m.coders).encode("utf-8")
    files[f"{FOLDER}/figures.csv"], files[f"{FOLDER}/categories.csv"] = _rows(told), _rows(named)
    files[f"{FOLDER}/recompute.R"] = resource_text("reports/recompute.R").encode("utf-8")
    files["plots/agreement.svg"] = forest(figures, labels).encode("utf-8")
    return files


def _tables(c: Comparison, compared: Corpus) -> Iterator[tuple[str, tuple[RatingsTable, dict[str, Floats]]]]:
    present = dict(zip((x.id for x in compared.coders), c.grid.present(), strict=True))
    ids = canonical([x.id for x in compared.coders if present[x.id]], c)
    yield "all", (table_of(c, ids), c.distances())
    if c.level != "nominal":
        yield "scale", (on_scale(c, ids), {})
        if (applies := applies_table(c, ids)) is not None:
            yield "applies", (applies, {})
        if UNMATCHED in c.categories:
            beside = on_scale(c, ids, unmatched=True)
            yield "beside", (beside, beside_unmatched(c, beside))
    if (asked := asked_part(c, compared, ids)) is not None:
        yield "condition", (asked[1], {})


def _where(coefficient: str, level: str) -> tuple[str, str]:
    """(kind of table, name of the distances) that a coefficient is computed on."""
    for ending in ("applies", "condition"):
        if coefficient.endswith(f"_{ending}"):
            return ending, ""
    if coefficient == "krippendorff_alpha_unmatched":
        return "beside", "unmatched"
    for key in ("masi", "jaccard", "tree"):
        if coefficient == f"krippendorff_alpha_{key}":
            return "all", key
    ordered = coefficient == "krippendorff_alpha" or "weighted" in coefficient or coefficient.startswith(_ORDERED[1:])
    return ("scale" if level != "nominal" and ordered else "all"), ""


def _plain(text: str) -> str:
    return "".join(ch if ch.isalnum() or ch in "-_" else "_" for ch in text)


def _rows(rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8")
