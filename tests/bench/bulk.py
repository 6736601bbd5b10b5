"""Whole corpora: importing a thousand articles, exporting a hundred thousand labels, agreement on many units."""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from annotator.agreement.coefficients import coefficients
from annotator.agreement.ratings import RatingsTable
from annotator.domain.annotations import Annotation
from annotator.domain.json_forms import as_json
from annotator.intake import read_source
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks import builtin_codebook
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_files import import_files
from annotator.services.study import Study
from annotator.store.units import UnitOfWork
from tests.bench.desk import article
from tests.bench.timing import Figure, timed


def measure(folder: Path) -> Iterator[Figure]:
    """Few runs: these take seconds."""
    yield _import(folder)
    yield _export(folder)
    yield _alpha()


def _import(folder: Path) -> Figure:
    pages = folder / "pages"
    pages.mkdir()
    texts = []
    for number in range(1000):
        texts.append(f"Article number {number} of the thousand.\n\n{article(3000, number)}")
        (pages / f"{number:04d}.txt").write_text(texts[-1], encoding="utf-8")

    count = 0

    def work() -> None:
        nonlocal count
        count += 1
        with Study.create(folder / f"import-{count}.annotator", builtin_codebook()) as study:
            import_files(study, [pages])
            assert len(study.documents()) == 1000

    def floor() -> None:
        nonlocal count
        count += 1
        connection = sqlite3.connect(folder / f"floor-{count}.db")
        connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, text TEXT, raw BLOB)")
        rows = [(p.read_text(encoding="utf-8"), p.read_bytes()) for p in sorted(pages.iterdir())]
        connection.executemany("INSERT INTO t (text, raw) VALUES (?, ?)", rows)
        connection.commit()
        connection.close()

    return Figure("import 1000 articles", timed(work, 3), statistics.median(timed(floor, 3)))


def _export(folder: Path) -> Figure:
    path = folder / "many.annotator"
    _corpus(path, 10_000, 10)
    out = folder / "many.jsonl"
    with Study.open(path) as study:
        times = timed(lambda: as_json(export(study, "jsonl", out)), 3)

    def floor() -> None:
        """The same bytes by a raw loop over the same rows."""
        connection = sqlite3.connect(path)
        query = (
            "SELECT d.id, d.title, d.sha256, t.text FROM document d JOIN document_text t ON t.document_id = d.id"
            " ORDER BY d.number"
        )
        documents = {row[0]: row for row in connection.execute(query)}
        query = (
            "SELECT a.id, a.layer, a.coder_id, a.document_id, a.memo, a.created, a.updated, a.value_map, a.uncertain,"
            ' f.start, f."end" FROM annotation a JOIN fragment f ON f.annotation_id = a.id ORDER BY a.document_id'
        )
        with (folder / "floor.jsonl").open("wb") as file:
            for key, layer, coder, document, memo, created, updated, values, uncertain, s, e in connection.execute(
                query
            ):
                _, title, sha256, text = documents[document]
                record = {
                    "id": key,
                    "layer": layer,
                    "coder": {"id": coder, "name": "Ada"},
                    "document": {"id": document, "title": title, "sha256": sha256},
                    "fragments": [[s, e]],
                    "text": text[s:e],
                    "values": json.loads(values),
                    "uncertain": json.loads(uncertain),
                    "memo": memo,
                    "codebook": {"key": "claims", "version": 1},
                    "created": created,
                    "updated": updated,
                }
                file.write((json.dumps(record, ensure_ascii=False) + "\n").encode())
        connection.close()

    median = statistics.median(timed(floor, 3))
    assert (folder / "floor.jsonl").stat().st_size == out.stat().st_size
    return Figure("export 100000 labels of 10000 articles", times, median)


def _corpus(path: Path, articles: int, labels: int) -> None:
    """Short articles with a few labels each."""
    chance = random.Random(3)
    with Study.create(path, builtin_codebook(), "Corpus") as study:
        coder = study.ensure_coder("Ada").id
        texts = (f"Article number {n}.\n\n{article(2000, n)}".encode() for n in range(articles))
        add_documents(study, [d for n, t in enumerate(texts) for d in read_source(f"{n}.txt", t, "plain")])
        made = []
        for document in study.documents():
            for start in chance.sample(range(document.characters - 300), labels):
                layer, end = chance.choice(["claim", "speaker", "target"]), start + chance.randrange(5, 250)
                at = study.clock()
                made.append(Annotation(study.ids(), document.id, coder, layer, ((start, end),), created=at, updated=at))
        with UnitOfWork(study.file, study.ids, study.clock, coder, "ImportAnnotations") as unit:
            unit.add_annotations(made)
            unit.confirm()


def _alpha() -> Figure:
    import krippendorff

    chance = np.random.default_rng(1)
    truth = chance.integers(0, 8, size=(10_000, 1))
    codes = np.where(chance.random((10_000, 5)) < 0.7, truth, chance.integers(0, 8, size=(10_000, 5)))
    codes[chance.random((10_000, 5)) < 0.1] = -1
    table = RatingsTable(codes.astype(np.int32), tuple("abcde"), tuple("12345678"))
    data = np.where(codes < 0, np.nan, codes.astype(float)).T
    floor = statistics.median(
        timed(lambda: krippendorff.alpha(reliability_data=data, level_of_measurement="nominal"), 9)
    )
    times = timed(lambda: coefficients(table, "nominal", 1000, 1, ("krippendorff_alpha",)), 5)
    return Figure("alpha of 10000 x 5 x 8 with 1000 resamples", times, floor)
