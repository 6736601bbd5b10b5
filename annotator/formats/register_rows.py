"""The register as rows and records: whoever was not merged into another, with what is asked of each type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotator.domain.codebook.mapping import TYPES
from annotator.formats.dataset import Dataset
from annotator.formats.record_form import RecordForm

COLUMNS = ("id", "name", "type", "aliases", "memo")


def entity_records(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """id, name, type, aliases, memo and, where there are any, values in the public form; by name."""
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
    values = dataset.register.all_values()
    for e in dataset.register.living():
        record = {"id": e.id, "name": e.name, "type": e.type, "aliases": list(e.aliases), "memo": e.memo}
        yield {**record, "values": form.values_of(e.type, values[e.id])} if values[e.id] else record


def entity_columns(dataset: Dataset) -> list[str]:
    """`COLUMNS`, then one ``entity_types.type.attribute`` for each that is asked for, or that an entity keeps."""
    asked = [f"{TYPES}.{t.key}.{a.key}" for t in dataset.codebook.entity_types for a in t.attributes]
    held = {f"{TYPES}.{e.type}.{key}" for e in dataset.register.every.values() for key in e.values}
    return [*COLUMNS, *asked, *sorted(held - set(asked))]


def entity_rows(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """Rows of these columns: lists stay lists, entities are records with a name."""
    for record in entity_records(dataset):
        row = {key: record[key] for key in COLUMNS}
        values = record.get("values", {})
        yield row | {f"{TYPES}.{record['type']}.{key}": value for key, value in values.items()}
