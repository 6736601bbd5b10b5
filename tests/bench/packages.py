"""A coder's hundred thousand labels: packed, and merged into a study that has none of them."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import statistics
import zipfile
from collections.abc import Iterator
from pathlib import Path

from annotator.domain.json_forms import as_json
from annotator.services.study import Study
from annotator.services.team.merging import merge
from annotator.services.team.packing import pack
from annotator.store import checksums
from annotator.store.records import collector_at_rest
from tests.bench.desk import labelled
from tests.bench.timing import Figure, timed

LABELS = 100_000


def measure(folder: Path) -> Iterator[Figure]:
    """The floor of each does the same bytes with sqlite3, json, hashlib and zipfile alone."""
    full = folder / "packed.annotator"
    labelled(full, LABELS)
    empty = folder / "lead.annotator"
    shutil.copy(full, empty)
    _forget_labels(empty)
    count = 0

    def parcel() -> Path:
        nonlocal count
        count += 1
        return folder / f"work-{count}.annotator-package"

    with Study.open(full) as study:
        times = timed(lambda: pack(study, "Ada", parcel()), 3)
    sent = folder / "work-1.annotator-package"
    yield Figure(f"pack {LABELS} labels", times, statistics.median(timed(lambda: _pack_floor(full, folder), 3)))

    copies = [folder / f"lead-{n}.annotator" for n in range(6)]
    for copy in copies:
        shutil.copy(empty, copy)

    def work() -> None:
        with Study.open(copies.pop()) as study:
            answer = as_json(merge(study, [sent]))
            assert answer["packages"][0]["annotations"]["added"] == LABELS

    def floor() -> None:
        _merge_floor(copies.pop(), sent)

    yield Figure(f"merge {LABELS} labels", timed(work, 3), statistics.median(timed(floor, 3)))


def _forget_labels(path: Path) -> None:
    """The study as it was before anybody coded."""
    connection = sqlite3.connect(path)
    for table in ("fragment", "annotation", "change", "sqlite_sequence"):
        connection.execute(f"DELETE FROM {table}")
    checksums.renew(connection)
    connection.commit()
    connection.execute("VACUUM")
    connection.close()


@collector_at_rest()
def _pack_floor(path: Path, folder: Path) -> None:
    connection = sqlite3.connect(path)
    spans: dict[str, list[list[int]]] = {}
    for key, start, end in connection.execute('SELECT annotation_id, start, "end" FROM fragment'):
        spans.setdefault(key, []).append([start, end])
    labels = [
        json.dumps([*row, spans[row[0]]]).encode() + b"\n" for row in connection.execute("SELECT * FROM annotation")
    ]
    steps = [
        json.dumps([*row[:9], row[9] and json.loads(row[9]), json.loads(row[10])]).encode() + b"\n"
        for row in connection.execute(
            "SELECT seq, id, unit, at, coder_id, command, kind, thing_id, document_id, before, after FROM change"
        )
    ]
    texts = [json.dumps(row).encode() + b"\n" for row in connection.execute("SELECT * FROM document_text")]
    connection.close()
    with zipfile.ZipFile(folder / "floor.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in (("annotations", labels), ("changes", steps), ("documents", texts)):
            data = b"".join(lines)
            hashlib.sha256(data).hexdigest()
            archive.writestr(name, data)


@collector_at_rest()
def _merge_floor(path: Path, sent: Path) -> None:
    with zipfile.ZipFile(sent) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    for data in contents.values():
        hashlib.sha256(data).hexdigest()
    labels = [json.loads(line) for line in contents["annotations.jsonl"].splitlines()]
    steps = [json.loads(line) for line in contents["changes.jsonl"].splitlines()]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO annotation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        [
            (
                a["id"],
                a["document"],
                a["coder"],
                a["layer"],
                json.dumps(a["values"]),
                json.dumps(a["uncertain"]),
                a["memo"],
                json.dumps(a["empty"]),
                a["codebook_version"],
                a["external_id"],
                a["created"],
                a["updated"],
            )
            for a in labels
        ],
    )
    connection.executemany(
        'INSERT INTO fragment (annotation_id, position, start, "end") VALUES (?, ?, ?, ?)',
        [(a["id"], i, start, end) for a in labels for i, (start, end) in enumerate(a["fragments"])],
    )
    coder = labels[0]["coder"]
    connection.executemany(
        "INSERT INTO change (id, unit, at, coder_id, command, kind, thing_id, document_id, before, after, undoes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                s["id"],
                s["unit"],
                s["at"],
                coder,
                s["command"],
                s["kind"],
                s["thing"],
                s["document"],
                None if s["before"] is None else json.dumps(s["before"]),
                None if s["after"] is None else json.dumps(s["after"]),
                s["undoes"],
            )
            for s in steps
        ],
    )
    connection.execute("COMMIT")
    connection.close()
