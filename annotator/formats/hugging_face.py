"""A Hugging Face dataset: a folder with a card, articles with their labels, and annotations one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from annotator.formats.cells import codebook_rows, typed_columns, typed_rows
from annotator.formats.codebook_file import write_codebook
from annotator.formats.dataset import Dataset, Losses
from annotator.formats.parquet import schema_of, write_rows
from annotator.formats.record_form import RecordForm
from annotator.formats.register_rows import entity_records

_ARTICLE = ("id", "title", "published", "publisher", "author", "url", "language", "sha256", "text")
_ENTITIES = pa.schema(
    [
        ("id", pa.string()),
        ("name", pa.string()),
        ("type", pa.string()),
        ("aliases", pa.list_(pa.string())),
        ("memo", pa.string()),
        ("values", pa.string()),
    ]
)
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """``articles`` has a row an article with a list of labels, ``annotations`` a row an annotation.

    Where the register holds anybody, ``entities`` has a row an entity, its values as JSON.
    """
    parts = ("articles", "annotations", *(("entities",) if dataset.register.every else ()))
    for part in parts:
        (out / part).mkdir(parents=True)
    articles = write_rows(out / "articles/train-00000-of-00001.parquet", _schema(), _articles(dataset))
    columns = schema_of(typed_columns(dataset))
    plain = pa.schema([pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in columns])
    labels = write_rows(out / "annotations/train-00000-of-00001.parquet", plain, typed_rows(dataset))
    losses.rows = labels
    if "entities" in parts:
        write_rows(out / "entities/train-00000-of-00001.parquet", _ENTITIES, _entities(dataset))
    write_codebook(out, dataset.codebook)
    (out / "README.md").write_text(_card(dataset, parts, articles, labels), encoding="utf-8", newline="\n")


def _entities(dataset: Dataset) -> Iterator[dict[str, Any]]:
    for record in entity_records(dataset):
        yield record | {"values": json.dumps(record.get("values", {}), ensure_ascii=False)}


def _schema() -> Any:
    label = pa.struct(
        [
            ("id", pa.string()),
            ("layer", pa.string()),
            ("coder", pa.string()),
            ("fragments", pa.list_(pa.list_(pa.int64()))),
            ("record", pa.string()),
        ]
    )
    fields = [("number", pa.int64()), *((name, pa.string()) for name in _ARTICLE)]
    return pa.schema([*fields, ("tags", pa.list_(pa.string())), ("labels", pa.list_(label))])


def _articles(dataset: Dataset) -> Iterator[dict[str, Any]]:
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
    for article in dataset:
        d = article.document
        row: dict[str, Any] = {name: getattr(d, name) for name in _ARTICLE if name != "text"}
        row |= {"number": d.number, "tags": list(d.tags), "text": article.text if dataset.with_text else None}
        row["labels"] = [
            {
                "id": a.id,
                "layer": a.layer,
                "coder": dataset.coders[a.coder_id].name,
                "fragments": [list(f) for f in a.fragments],
                "record": json.dumps(form.record(a, d, None), ensure_ascii=False),
            }
            for a in article.annotations
        ]
        yield row


def _card(dataset: Dataset, parts: Sequence[str], articles: int, labels: int) -> str:
    languages = sorted({d.language for d in dataset.documents.values() if d.language})
    head: dict[str, Any] = {
        "pretty_name": dataset.title,
        "annotations_creators": ["expert-generated"],
        "task_categories": ["token-classification", "text-classification"],
        "size_categories": [next((name for most, name in _SIZES if articles < most), "n>1M")],
        "configs": [
            {"config_name": name, "data_files": [{"split": "train", "path": f"{name}/*.parquet"}]} for name in parts
        ],
    }
    if languages:
        head["language"] = languages
    lines = [
        "---",
        yaml.safe_dump(head, allow_unicode=True, sort_keys=False).strip(),
        "---",
        "",
        f"# {_plain(dataset.title)}",
        "",
        f"{articles} articles with {labels} annotations by {len(dataset.coders)} coders, coded by hand with Annotator "
        f"under the codebook {_plain(dataset.codebook.title)} ({dataset.codebook.key}, version "
        f"{dataset.codebook_version}).",
        "",
        "`articles` has a row an article with the list of its labels; `annotations` has a row an annotation. Offsets "
        "are Unicode code points, half-open. Each label's `record` is the whole of it as JSON.",
        "",
    ]
    if "entities" in parts:
        told = "`entities` has a row for everybody and everything that labels name, `values` as JSON."
        lines += [told, ""]
    if not dataset.with_text:
        lines += ["The texts are left out; `sha256` is the hash of each one.", ""]
    lines += ["## Codebook", "", "| Column | What | Value | Label | Definition |", "|---|---|---|---|---|"]
    for row in codebook_rows(dataset.codebook):
        cells = (row.get(k, "") for k in ("column", "what", "value", "label", "definition"))
        lines.append("| " + " | ".join(_plain(str(c)) for c in cells) + " |")
    return "\n".join([*lines, ""])


def _plain(words: str) -> str:
    """One line without what Markdown reads as a table."""
    return " ".join(words.split()).replace("|", "\\|")
