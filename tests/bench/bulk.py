"""Whole corpora: importing a thousand articles, exporting a hundred thousand labels, agreement on many units."""

from __future__ import annotations

import json
import sqlite3
import statistics
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from annotator.agreement.coefficients import coefficients
from annotator.agreement.ratings import RatingsTable
from annotator.services.codebooks import builtin_codebook
from annotator.services.exporting import export
from annotator.services.importing import import_files
from annotator.services.study import Study
from tests.bench.desk import article, labelled
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
    labelled(path, 100_000)
    with Study.open(path) as study:
        times = timed(lambda: export(study, "jsonl", folder / "many.jsonl"), 3)

    def floor() -> None:
        connection = sqlite3.connect(path)
        query = 'SELECT a.*, f.start, f."end" FROM annotation a JOIN fragment f ON f.annotation_id = a.id'
        with (folder / "floor.jsonl").open("w", encoding="utf-8") as out:
            for row in connection.execute(query):
                out.write(json.dumps(row) + "\n")
        connection.close()

    return Figure("export 100000 labels", times, statistics.median(timed(floor, 3)))


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
