"""Writing datasets: streamed from one unchanging state into a temporary file that is renamed when whole."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from annotator import __version__
from annotator.domain.codebook.model import Codebook, LinkLayer
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.formats.annotation_records import record_line
from annotator.formats.csv_tables import csv_lines
from annotator.formats.declared import FORMATS, writable
from annotator.services.codebooks.marks import kept_columns
from annotator.services.records import RecordWriter
from annotator.services.statements import plain, statements, zones_of
from annotator.services.study import Study

Progress = Callable[[int], None]


def export(
    study: Study,
    format: str,
    out: Path,
    coders: Sequence[str] | None = None,
    without_text: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the dataset and ``OUT.manifest.json``; the answer is the manifest. All or nothing."""
    if writable(format) is None:
        known = ", ".join(f.name for f in FORMATS if f.writes)
        raise BadInput(f"the format `{format}` cannot be written", remedy=f"use one of {known}")
    if out.is_dir():
        raise BadInput("this is a folder", str(out), "give a file name")
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    ids = None if coders is None else [study.coder(name).id for name in coders]
    rows = _Counted(progress)
    with study.file.reading():
        if format == "jsonl":
            lines = _jsonl(study, ids, without_text, rows)
        elif format == "csv":
            lines = _tidy(study, ids, without_text, rows)
        else:
            lines = _statements(study, ids, without_text, rows)
        size, digest = write_whole(out, lines)
        manifest: dict[str, Any] = {
            "program": "Annotator",
            "version": __version__,
            "study": {"id": study.id, "title": study.title},
            "codebook": {"key": study.codebook.key, "version": study.codebook_version},
            "format": format,
            "text": not without_text,
            "coders": sorted(coders) if coders is not None else [c.name for c in study.coders()],
            "counts": {"rows": rows.count, "documents": len(study.documents()), "layers": rows.layers},
            "file": {"name": out.name, "bytes": size, "sha256": digest},
        }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    write_whole(out.with_name(out.name + ".manifest.json"), [text.encode()])
    return manifest


class _Counted:
    """Counts rows and layers as they pass."""

    def __init__(self, progress: Progress | None) -> None:
        self.count = 0
        self.layers: dict[str, int] = {}
        self._progress = progress

    def seen(self, layer: str) -> None:
        self.count += 1
        self.layers[layer] = self.layers.get(layer, 0) + 1
        if self._progress and self.count % 1000 == 0:
            self._progress(self.count)


def write_whole(path: Path, chunks: Iterable[bytes]) -> tuple[int, str]:
    """(bytes, SHA-256) of the file; it appears under its name only when it is whole."""
    digest = hashlib.sha256()
    size = 0
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise AnnotatorError(
            f"the file cannot be written ({error.strerror})", str(path), "choose another folder"
        ) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise AnnotatorError(
            f"the file could not be written ({error.strerror}); an older one is unchanged",
            str(path),
            "free some space and try again",
        ) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()


def _jsonl(study: Study, ids: Sequence[str] | None, without_text: bool, rows: _Counted) -> Iterator[bytes]:
    for record in RecordWriter(study, without_text).records(ids):
        rows.seen(record["layer"])
        yield record_line(record)


def _tidy(study: Study, ids: Sequence[str] | None, without_text: bool, rows: _Counted) -> Iterator[bytes]:
    codebook = study.codebook
    columns = ["id", "layer", "coder_id", "coder", "document_id", "document_number", "document_title"]
    columns += ["document_sha256", "starts", "ends"] + ([] if without_text else ["text"])
    columns += [f"{layer.key}.{a.key}" for layer in codebook.layers for a in layer.attributes]
    for link in codebook.link_layers:
        for role in link.roles:
            columns += [f"{link.key}.{role.key}", f"{link.key}.{role.key}.because"]
    columns += kept_columns(study)
    columns += ["uncertain", "memo", "codebook_key", "codebook_version", "created", "updated"]
    writer = RecordWriter(study, without_text)

    def table() -> Iterator[dict[str, Any]]:
        for record in writer.records(ids):
            layer = record["layer"]
            rows.seen(layer)
            document = writer.documents[record["document"]["id"]]
            row: dict[str, Any] = {
                "id": record["id"],
                "layer": layer,
                "coder_id": record["coder"]["id"],
                "coder": record["coder"]["name"],
                "document_id": document.id,
                "document_number": document.number,
                "document_title": document.title,
                "document_sha256": document.sha256,
                "starts": [s for s, _ in record.get("fragments", ())],
                "ends": [e for _, e in record.get("fragments", ())],
                "text": record.get("text"),
                "uncertain": record["uncertain"],
                "memo": record["memo"],
                "codebook_key": record["codebook"]["key"],
                "codebook_version": record["codebook"]["version"],
                "created": record["created"],
                "updated": record["updated"],
            }
            row.update({f"{layer}.{key}": value for key, value in record["values"].items()})
            for role, fillers in record.get("roles", {}).items():
                row[f"{layer}.{role}"] = [f.get("annotation") or f["name"] for f in fillers]
            for role, empty in record.get("empty", {}).items():
                row[f"{layer}.{role}.because"] = empty["because"]
                if "entity" in empty:
                    row[f"{layer}.{role}"] = empty["entity"]["name"]
            yield row

    return csv_lines(columns, table())


def _statements(study: Study, ids: Sequence[str] | None, without_text: bool, rows: _Counted) -> Iterator[bytes]:
    """One row an owner (claim) and link of the layer that repeats most (about), other links resolved beside it."""
    codebook = study.codebook
    links = [x for x in codebook.link_layers if x.per is not None]
    wide = [x for x in links if x.per and x.per.max == 1]
    long = [x for x in links if x not in wide]
    columns = [
        "statement",
        "coder",
        "document_number",
        "document_title",
        "document_sha256",
        "published",
        "publisher",
    ]
    columns += ["layer", "start", "end"] + ([] if without_text else ["text"])
    for key in {role: None for link in links if link.per for role in link.role(link.per.role).layers}:
        columns += [f"{key}.{a.key}" for a in codebook.layer(key).attributes]
    for link in wide + long:
        for role in link.roles:
            if link.per and role.key != link.per.role:
                columns += [
                    f"{link.key}.{role.key}",
                    f"{link.key}.{role.key}.entity",
                    f"{link.key}.{role.key}.because",
                ]
        columns += [f"{link.key}.{a.key}" for a in link.attributes]
    columns += [c for c in kept_columns(study, roles=False) if c.partition(".")[0] in _layers_of(links)]
    columns.append("missing")
    writer = RecordWriter(study, without_text)
    names = {e.id: e.name for e in writer.entities.values()}

    def table() -> Iterator[dict[str, Any]]:
        for document in writer.documents.values():
            found = study.annotations(document.id, ids)
            zones = zones_of(study.codebook, document.zones, found)
            for coder in writer.coders.values():
                own = [a for a in found if a.coder_id == coder.id]
                for statement in statements(codebook, own, zones):
                    owner = statement.owner
                    row: dict[str, Any] = {
                        "statement": owner.id,
                        "coder": coder.name,
                        "document_number": document.number,
                        "document_title": document.title,
                        "document_sha256": document.sha256,
                        "published": document.published,
                        "publisher": document.publisher,
                        "layer": owner.layer,
                        "start": owner.fragments[0][0] if owner.fragments else None,
                        "end": owner.fragments[-1][1] if owner.fragments else None,
                        "text": " … ".join(writer.text(document.id)[s:e] for s, e in owner.fragments),
                        "missing": statement.missing,
                    }
                    row.update({f"{owner.layer}.{k}": plain(v, names) for k, v in owner.values.items()})
                    for link in wide:
                        row.update(_tie_cells(link, statement.ties.get(link.key, ()), writer, names, document.id))
                    groups = _link_groups(long, statement)
                    if not groups:
                        rows.seen(owner.layer)
                        yield row
                    for link, ties in groups:
                        rows.seen(owner.layer)
                        yield {**row, **_tie_cells(link, ties, writer, names, document.id)}

    return csv_lines(columns, table())


def _layers_of(links: Sequence[LinkLayer]) -> set[str]:
    """The links, and the layers whose labels own them."""
    owners = {layer for link in links if link.per for layer in link.role(link.per.role).layers}
    return {*(link.key for link in links), *owners}


def _link_groups(long: list[LinkLayer], statement: Any) -> list[tuple[LinkLayer, list[Any]]]:
    groups: list[tuple[LinkLayer, list[Any]]] = []
    for link in long:
        by_link: dict[str, list[Any]] = {}
        for tie in statement.ties.get(link.key, ()):
            by_link.setdefault(tie.link.id, []).append(tie)
        groups += [(link, ties) for ties in by_link.values()]
    return groups


def _tie_cells(
    link: LinkLayer, ties: Sequence[Any], writer: RecordWriter, names: dict[str, str], document_id: str
) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    text = writer.text(document_id)
    for role in link.roles:
        mine = [t for t in ties if t.role == role.key]
        if not mine:
            continue
        base = f"{link.key}.{role.key}"
        cells[base] = [" … ".join(text[s:e] for s, e in t.filler.fragments) for t in mine if t.filler]
        cells[f"{base}.entity"] = [names[t.entity_id] for t in mine if t.entity_id]
        cells[f"{base}.because"] = [t.because for t in mine if t.because]
    if ties:
        cells.update({f"{link.key}.{k}": plain(v, names) for k, v in ties[0].link.values.items()})
    return cells


def codebook_columns(codebook: Codebook) -> list[str]:
    """The value columns of the tidy table, for the help."""
    return [f"{layer.key}.{a.key}" for layer in codebook.layers for a in layer.attributes]
