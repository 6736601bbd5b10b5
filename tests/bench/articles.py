"""Opening a study of many articles at the desk, and going on to the next: neither should grow with their number."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication

from annotator.domain.annotations import Document
from annotator.qt.desk.desk import Desk
from annotator.services.codebooks import builtin_codebook
from annotator.services.study import Study
from annotator.services.today.coder import coder_today
from annotator.store import documents as document_rows
from tests.bench.timing import Figure, timed

COUNTS = (1_000, 10_000, 100_000)
_PIECE = 5_000


def corpus(path: Path, count: int) -> None:
    """So many short articles of three outlets."""
    chance = random.Random(3)
    words = [f"word{n}" for n in range(3000)]
    with Study.create(path, builtin_codebook(), "Bench") as study:
        study.ensure_coder("Ada")
        with study.file.transaction() as connection:
            for start in range(0, count, _PIECE):
                numbers = range(start, min(start + _PIECE, count))
                rows = [_article(study, number, " ".join(chance.choices(words, k=60))) for number in numbers]
                document_rows.insert_many(connection, rows)


def _article(study: Study, number: int, words: str) -> document_rows.NewDocument:
    text = f"Headline {number}\n\n{words}."
    document = Document(
        id=study.ids(),
        number=number + 1,
        title=f"Headline {number}",
        published=f"2026-0{number % 9 + 1}-11",
        publisher=("Herald", "Times", "Bugle")[number % 3],
        author=None,
        url=None,
        language="en",
        tags=(),
        characters=len(text),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        source=f"{number}.txt",
    )
    return document_rows.NewDocument(document, text, text.encode(), "plain", "utf-8", [], study.clock())


def measure(folder: Path) -> Iterator[Figure]:
    """The floor of each number of articles: their ids and one text by sqlite3 alone."""
    from annotator.qt.shell.main_window import MainWindow

    app = QApplication.instance() or QApplication([])
    for count in COUNTS:
        path = folder / f"articles-{count}.annotator"
        corpus(path, count)
        floor = statistics.median(timed(lambda path=path: _floor(path), 5))
        window = MainWindow()
        window.show()
        window.open_study(path, "Ada", "1")
        app.processEvents()

        def opened(window: MainWindow = window, path: Path = path) -> None:
            window.open_study(path, "Ada", "1")
            app.processEvents()
            window.grab()

        assert window.desk.documents.model.rowCount() == count
        yield Figure(f"open a study of {count} articles", timed(opened, 3), floor)
        desk = window.desk

        def shown(do: Callable[[], object], desk: Desk = desk) -> Callable[[], None]:
            def work() -> None:
                do()
                app.processEvents()
                desk.grab()

            return work

        yield Figure(f"next article of {count}", timed(shown(lambda desk=desk: desk.go(1)), 15), floor)
        search = desk.documents.search
        search.setText("headline")
        typed = iter(range(10, 100))
        times = timed(shown(lambda search=search, typed=typed: search.setText(f"headline {next(typed)}")), 9)
        yield Figure(f"filter {count} articles by a letter more", times, floor)
        window.close()
        app.processEvents()
        with Study.open(path) as study:
            yield Figure(
                f"today among {count} articles", timed(lambda study=study: coder_today(study, "Ada"), 5), floor
            )


def _floor(path: Path) -> None:
    connection = sqlite3.connect(path)
    ids = connection.execute("SELECT id FROM document ORDER BY number").fetchall()
    connection.execute("SELECT text FROM document_text WHERE document_id = ?", ids[0]).fetchall()
    connection.close()
