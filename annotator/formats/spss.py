"""SPSS: one row an annotation; closed answers are numbers with value labels, their keys stand in the codebook.

Rules of the form: a name has at most 64 bytes, begins with a letter and is no reserved word; labels of values belong to
numbers; a text has at most 32,767 bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from annotator.domain.words import say
from annotator.formats.cells import Column, typed_columns, typed_rows
from annotator.formats.csv_tables import cell
from annotator.formats.dataset import Dataset, Losses

MOST_BYTES = 32_767
_MADE = 92
"""Where date and time stand in the head of the file. Source: the PSPP manual, System File Format."""
_RESERVED = frozenset(["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"])


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """Scale points keep their numbers where all are whole and no answer is off the scale; else they count from 1."""
    columns = typed_columns(dataset)
    names = _names(columns)
    codes = {c.name: _codes(c) for c in columns}
    content: dict[str, list[Any]] = {names[c.name]: [] for c in columns}
    for row in typed_rows(dataset):
        for c in columns:
            content[names[c.name]].append(_value(row[c.name], c, codes[c.name], losses))
    frame = pd.DataFrame({name: _series(values) for name, values in content.items()})
    losses.rows = len(frame)
    pyreadstat.write_sav(
        frame,
        str(out),
        column_labels=[c.label for c in columns],
        variable_value_labels={
            names[c.name]: {code: c.answers[key] for key, code in codes[c.name].items()} for c in columns if c.answers
        },
        file_label=f"{dataset.codebook.key} {dataset.codebook_version}"[:64],
    )
    with out.open("r+b") as file:  # the moment of making, so that the same study gives the same bytes
        file.seek(_MADE)
        file.write(b"01 Jan 8000:00:00")


def _names(columns: list[Column]) -> dict[str, str]:
    found: dict[str, str] = {}
    taken: set[str] = set()
    for c in columns:
        name = c.name.replace(".", "_")[:60]
        if name.upper() in _RESERVED:
            name += "_"
        base, number = name, 1
        while name.upper() in taken:
            number += 1
            name = f"{base[:56]}_{number}"
        taken.add(name.upper())
        found[c.name] = name
    return found


def _codes(c: Column) -> dict[str, int]:
    """Answer -> number."""
    try:
        return {key: int(key) for key in c.answers}
    except ValueError:
        return {key: number for number, key in enumerate(c.answers, start=1)}


def _value(value: Any, c: Column, codes: dict[str, int], losses: Losses) -> Any:
    if value is None or value == []:
        return None
    if c.answers:
        code = codes.get(value)
        if code is None:
            losses.lose(say("answers that the codebook does not have"), example=f"{c.name}: {value}")
        return code
    if c.kind in ("whole", "number", "yes-no"):
        return float(value)
    text = cell(value)
    data = text.encode("utf-8", "replace")
    if len(data) > MOST_BYTES:
        losses.lose(say("texts longer than 32,767 bytes, cut off"), example=text[:60])
        text = data[:MOST_BYTES].decode("utf-8", "ignore")
    return text


def _series(values: list[Any]) -> Any:
    """Numbers where there are any, else text: SPSS has no empty text, nothing is an empty one."""
    if any(isinstance(v, (int, float)) for v in values):
        return pd.Series([float("nan") if v is None else float(v) for v in values], dtype="float64")
    return pd.Series(["" if v is None else v for v in values], dtype="object")
