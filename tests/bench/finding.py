"""Searching ten thousand articles: making the index once, and the answers after that."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import statistics
from collections.abc import Iterator
from pathlib import Path

from annotator.domain.annotations import Document
from annotator.services.codebooks import builtin_codebook
from annotator.services.search.corpus_search import CorpusSearch
from annotator.services.study import Study
from annotator.store import documents as document_rows
from annotator.store import search_index
from annotator.store.opening import open_study_file
from tests.bench.timing import Figure, timed

ARTICLES = 10_000


def corpus(path: Path) -> None:
    """Articles of some 3,000 characters, their words as unequal in number as those of a language."""
    chance = random.Random(4)
    lexicon = [
        f"{a}{b}{c}" for a in ("har", "dee", "ri", "cou", "fi", "qua") for b in map(str, range(500)) for c in "bnst"
    ]
    weights = [1 / (n + 1) for n in range(len(lexicon))]
    with Study.create(path, builtin_codebook(), "Bench") as study:
        new = []
        for number in range(1, ARTICLES + 1):
            words = chance.choices(lexicon, weights, k=450)
            if not number % 250:
                words[100:102] = ["deepened", "harbours"]
            text = " ".join(words)
            sha256 = hashlib.sha256(text.encode()).hexdigest()
            document = Document(study.ids(), number, None, None, None, None, None, None, (), len(text), sha256, "bench")
            new.append(document_rows.NewDocument(document, text, b"", "plain", "utf-8", [], study.clock()))
        with study.file.transaction() as connection:
            document_rows.insert_many(connection, new)


def measure(folder: Path) -> Iterator[Figure]:
    """The index is made once a study; a search is what a person waits for."""
    path = folder / "corpus.annotator"
    corpus(path)
    study_file = open_study_file(path)
    try:
        finder = CorpusSearch(study_file)

        def index() -> None:
            search_index.drop(study_file)
            search_index.bring_up_to_date(study_file)

        yield Figure(f"index {ARTICLES} articles", timed(index, 2), _index_floor(path, folder))
        finder.prepare()
        for name, typed in (
            ("a rare word", "harbour"),
            ("a phrase", '"deepened harbours"'),
            ("two words, one not", "har12b dee40s -ri3n"),
            ("a word of every article", "har0b"),
            ("a beginning", "qua49*"),
        ):
            times = timed(lambda typed=typed: finder.find(typed), 15)
            yield Figure(f"find {name} in {ARTICLES} articles", times, _find_floor(path, finder, typed))
    finally:
        study_file.close()


def _index_floor(path: Path, folder: Path) -> float:
    """The same texts put into the same two tables by sqlite3 alone, in one transaction."""
    connection = sqlite3.connect(path)
    texts = connection.execute("SELECT rowid, text FROM document_text").fetchall()
    connection.close()

    def work() -> None:
        floor = sqlite3.connect(folder / "index-floor.db")
        for number, tokenizer in enumerate(("porter unicode61", "unicode61")):
            floor.execute(f"DROP TABLE IF EXISTS t{number}")
            floor.execute(f"CREATE VIRTUAL TABLE t{number} USING fts5(text, content='', tokenize='{tokenizer}')")
            floor.executemany(f"INSERT INTO t{number} (rowid, text) VALUES (?, ?)", texts)
        floor.commit()
        floor.close()

    return timed(work, 1)[0]


def _find_floor(path: Path, finder: CorpusSearch, typed: str) -> float:
    """The texts of the passages that are shown, read by sqlite3 alone."""
    keys = sorted({p.document_id for p in finder.find(typed).passages})
    connection = sqlite3.connect(path)

    def work() -> None:
        for key in keys:
            connection.execute("SELECT text FROM document_text WHERE document_id = ?", (key,)).fetchone()

    found = statistics.median(timed(work, 15))
    connection.close()
    return found
