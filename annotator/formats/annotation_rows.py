"""One row an annotation: tidy tables for R and pandas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.formats.csv_tables import write_csv
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.record_form import RecordForm


def columns(dataset: Dataset) -> list[str]:
    """The table's columns; an attribute's is ``layer.attribute``, a role's ``layer.role``."""
    codebook = dataset.codebook
    found = ["id", "layer", "coder_id", "coder", "document_id", "document_number", "document_title"]
    found += ["document_sha256", *(["reading"] if dataset.second_readings else []), "starts", "ends"] + (
        ["text"] if dataset.with_text else []
    )
    found += [f"{layer.key}.{a.key}" for layer in codebook.layers for a in layer.attributes]
    for link in codebook.link_layers:
        for role in link.roles:
            found += [f"{link.key}.{role.key}", f"{link.key}.{role.key}.because"]
    found += [*dataset.kept, *(c for role in dataset.kept_roles for c in (role, f"{role}.because"))]
    found += ["uncertain", "memo", "codebook_key", "codebook_version", "created", "updated"]
    return [*found, *ORIGIN] if dataset.with_origins else found


ORIGIN = (
    "suggestion_source",
    "suggestion_version",
    "suggestion_imported",
    "suggestion_confidence",
    "suggestion_changed",
)
"""Columns of tables that tell which labels were accepted from suggestions."""


def rows(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """The rows in the public form's values: lists stay lists, entities are their names."""
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every, dataset.origins)
    for article in dataset:
        for annotation in article.annotations:
            yield _row(dataset, form, article, annotation)


def _row(dataset: Dataset, form: RecordForm, article: Article, a: Annotation) -> dict[str, Any]:
    document, layer = article.document, a.layer
    record = form.record(a, document, article.text if dataset.with_text else None, article.reading)
    row: dict[str, Any] = {
        "id": a.id,
        "layer": layer,
        "coder_id": a.coder_id,
        "coder": record["coder"]["name"],
        "document_id": document.id,
        "document_number": document.number,
        "document_title": document.title,
        "document_sha256": document.sha256,
        "reading": article.reading,
        "starts": [s for s, _ in a.fragments],
        "ends": [e for _, e in a.fragments],
        "text": record.get("text"),
        "uncertain": record["uncertain"],
        "memo": a.memo,
        "codebook_key": record["codebook"]["key"],
        "codebook_version": a.codebook_version,
        "created": a.created,
        "updated": a.updated,
    }
    if told := record.get("suggestion"):
        row |= {name: told[name.removeprefix("suggestion_")] for name in ORIGIN}
    row.update({f"{layer}.{key}": value for key, value in record["values"].items()})
    for role, fillers in record.get("roles", {}).items():
        row[f"{layer}.{role}"] = [f.get("annotation") or f["name"] for f in fillers]
    for role, empty in record.get("empty", {}).items():
        row[f"{layer}.{role}.because"] = empty["because"]
        if "entity" in empty:
            row[f"{layer}.{role}"] = empty["entity"]["name"]
    return row


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """A CSV file after RFC 4180."""
    write_csv(out, columns(dataset), rows(dataset), dataset.cells)
