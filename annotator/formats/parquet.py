"""Parquet: one row an annotation with typed columns; lists stay lists, closed answers are dictionaries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotator.domain.codebook.reading import codebook_json
from annotator.formats.cells import Column, typed_columns, typed_rows
from annotator.formats.dataset import Dataset, Losses

GROUP = 10_000
"""Rows that are kept in memory at a time."""


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """The file's metadata hold the codebook under ``annotator.codebook``."""
    found = typed_columns(dataset)
    told = {"annotator.codebook": codebook_json(dataset.codebook)}
    losses.rows = write_rows(out, schema_of(found, told), typed_rows(dataset))


def schema_of(columns: Iterable[Column], told: Mapping[str, str] | None = None) -> Any:
    """The Arrow schema of typed columns; each field says its label and answers."""
    fields = []
    for c in columns:
        words = {"label": c.label} | ({"answers": json.dumps(c.answers, ensure_ascii=False)} if c.answers else {})
        fields.append(pa.field(c.name, _type(c), metadata=words))
    return pa.schema(fields, metadata=dict(told or {}))


def _type(c: Column) -> Any:
    if c.answers and c.kind == "text":
        return pa.dictionary(pa.int32(), pa.string())
    return {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "whole": pa.int64(),
        "wholes": pa.list_(pa.int64()),
        "number": pa.float64(),
        "yes-no": pa.bool_(),
    }[c.kind]


def write_rows(out: Path, schema: Any, rows: Iterator[dict[str, Any]]) -> int:
    """How many rows were written, group by group."""
    count = 0
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(rows, GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
            count += len(group)
        if not count:
            writer.write_table(schema.empty_table())
    return count
