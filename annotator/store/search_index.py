"""The index of words over all articles: derived data, made and kept up to date on demand.

Three tables that no format version knows and that may be dropped at any time: `search_document` says which row of the
index is which document, `search_forms` holds the words by their stem, `search_words` as they stand. Both are
contentless FTS5 tables over the prepared text (`domain.queries.prepared`). Places within a text are found by the same
tokenizer, on a copy of the few texts that are shown, in memory: so a place is always just what the search matched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Literal

from sqlalchemy import Connection

from annotator.domain.errors import Cancelled, StudyFileError
from annotator.domain.fragments import Fragment
from annotator.domain.queries import FOLDING, MARKS, Query, Term, prepared, prepared_text
from annotator.store.file_errors import friendly_errors
from annotator.store.study_file import StudyFile

Place = Literal["main", "temp"]
BATCH = 25
"""Articles a transaction: coders write between two of them."""

_TOKENIZERS = {"search_forms": "porter unicode61 remove_diacritics 2", "search_words": "unicode61 remove_diacritics 2"}
_MISSING = """
SELECT d.id, d.sha256, t.text FROM document d JOIN document_text t ON t.document_id = d.id
WHERE d.id NOT IN (SELECT document_id FROM {place}.search_document) ORDER BY d.number LIMIT ?
"""
_STALE = (
    """
SELECT 1 FROM {place}.search_document s LEFT JOIN document d ON d.id = s.document_id
WHERE d.id IS NULL OR '"""
    + FOLDING
    + """:' || d.sha256 <> s.sha256 LIMIT 1
"""
)


def bring_up_to_date(
    study_file: StudyFile, progress: Callable[[int, int], bool] | None = None, beside: bool = False
) -> Place:
    """Index what is not indexed yet; where the file cannot be written, for this connection alone.

    progress: called with articles done and all; its False stops with Cancelled. What was indexed until then is kept.
    beside: somebody codes meanwhile; the file is left to them for as long as it was held.
    """
    if _is_whole(study_file):
        return "main"
    place: Place = "main"
    try:
        _make_tables(study_file, place)
    except StudyFileError as error:
        if "read-only" not in error.what and "readonly" not in error.what:
            raise
        place = "temp"
        _make_tables(study_file, place)
    while True:
        with study_file.reading() as connection:
            done, total = _counts(connection, place)
        if progress is not None and not progress(done, total):
            raise Cancelled("the search was stopped")
        if done >= total:
            return place
        began = monotonic()
        with _writing(study_file, place) as connection:
            rows = connection.exec_driver_sql(_MISSING.format(place=place), (BATCH,)).all()
            if not rows:
                return place
            _add(connection, place, [(r[0], r[1], r[2]) for r in rows])
        if beside and place == "main":
            sleep(min(monotonic() - began, 0.1))


def _writing(study_file: StudyFile, place: Place) -> AbstractContextManager[Connection]:
    # a temporary table is written within a reading transaction: the study itself is not touched
    return study_file.transaction() if place == "main" else study_file.reading()


def _is_whole(study_file: StudyFile) -> bool:
    with study_file.reading() as connection:
        if not _there(connection, "main"):
            return False
        done, total = _counts(connection, "main")
        return done == total and connection.exec_driver_sql(_STALE.format(place="main")).first() is None


def _there(connection: Connection, place: Place) -> bool:
    master = "sqlite_master" if place == "main" else "sqlite_temp_master"
    query = f"SELECT count(*) FROM {master} WHERE name IN ('search_document', 'search_forms', 'search_words')"
    return connection.exec_driver_sql(query).scalar() == 3


def _counts(connection: Connection, place: Place) -> tuple[int, int]:
    done = connection.exec_driver_sql(f"SELECT count(*) FROM {place}.search_document").scalar()
    return int(done or 0), int(connection.exec_driver_sql("SELECT count(*) FROM document_text").scalar() or 0)


def _make_tables(study_file: StudyFile, place: Place) -> None:
    with _writing(study_file, place) as connection:
        if _there(connection, place) and connection.exec_driver_sql(_STALE.format(place=place)).first() is None:
            return
        for table in ("search_document", *_TOKENIZERS):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {place}.{table}")
        connection.exec_driver_sql(
            f"CREATE TABLE {place}.search_document"
            " (number INTEGER PRIMARY KEY, document_id VARCHAR(36) NOT NULL UNIQUE, sha256 VARCHAR(64) NOT NULL)"
        )
        for table, tokenizer in _TOKENIZERS.items():
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE {place}.{table} USING fts5(text, content='', tokenize='{tokenizer}')"
            )


def _add(connection: Connection, place: Place, rows: Sequence[tuple[str, str, str]]) -> None:
    last = connection.exec_driver_sql(f"SELECT coalesce(max(number), 0) FROM {place}.search_document").scalar()
    first = int(last or 0) + 1
    connection.exec_driver_sql(
        f"INSERT INTO {place}.search_document (number, document_id, sha256) VALUES (?, ?, ?)",
        [(first + i, key, f"{FOLDING}:{sha256}") for i, (key, sha256, _) in enumerate(rows)],
    )
    texts = [(first + i, prepared_text(text)) for i, (_, _, text) in enumerate(rows)]
    for table in _TOKENIZERS:
        connection.exec_driver_sql(f"INSERT INTO {place}.{table} (rowid, text) VALUES (?, ?)", texts)


def drop(study_file: StudyFile) -> None:
    """Throw the index away; the next search makes it anew."""
    with study_file.transaction() as connection:
        for table in ("search_document", *_TOKENIZERS):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS main.{table}")


# asking


def rows(connection: Connection, query: Query, place: Place) -> list[int]:
    """The rows of the index that meet the query, in the order of articles."""
    conditions: list[str] = []
    parts: list[str] = []
    for group in query.groups:
        condition, wanted = _condition(group, place)
        conditions.append(condition)
        parts += wanted
    if query.without:
        condition, wanted = _condition(query.without, place)
        conditions.append(f"NOT {condition}")
        parts += wanted
    found = connection.exec_driver_sql(
        f"SELECT s.number FROM {place}.search_document s WHERE {' AND '.join(conditions)} ORDER BY s.number",
        tuple(parts),
    )
    return list(found.scalars())


@dataclass(frozen=True, slots=True)
class Article:
    """An article that a row of the index stands for."""

    id: str
    number: int
    title: str
    text: str


def articles(connection: Connection, numbers: Sequence[int], place: Place) -> list[Article]:
    """The articles of these rows, in their order."""
    found = connection.exec_driver_sql(
        f"SELECT d.id, d.number, coalesce(d.title, d.source), t.text FROM {place}.search_document s"
        " JOIN document d ON d.id = s.document_id JOIN document_text t ON t.document_id = d.id"
        f" WHERE s.number IN ({', '.join('?' * len(numbers))}) ORDER BY s.number",
        tuple(numbers),
    )
    return [Article(r[0], r[1], r[2], r[3]) for r in found]


def _condition(terms: Iterable[Term], place: Place) -> tuple[str, list[str]]:
    found = _matches(terms)
    told = " OR ".join(f"s.number IN (SELECT rowid FROM {place}.{table} WHERE {table} MATCH ?)" for table, _ in found)
    return f"({told})", [match for _, match in found]


def _matches(terms: Iterable[Term]) -> list[tuple[str, str]]:
    """(table, its query): words are looked for by their stem, phrases and beginnings as they stand."""
    by_table: dict[str, list[str]] = {}
    for term in terms:
        quoted = '"' + prepared_text(term.text).replace('"', '""') + '"'
        table = "search_forms" if term.kind == "word" else "search_words"
        by_table.setdefault(table, []).append(f"{quoted} *" if term.kind == "prefix" else quoted)
    return [(table, " OR ".join(words)) for table, words in by_table.items()]


class Places:
    """Where the terms of a query stand in given texts; `close` when done."""

    def __init__(self, query: Query) -> None:
        self._matches = _matches(query.wanted)
        self._memory = sqlite3.connect(":memory:", isolation_level=None)
        for table, _ in self._matches:
            self._memory.execute(f"CREATE VIRTUAL TABLE {table} USING fts5(text, tokenize='{_TOKENIZERS[table]}')")

    def __enter__(self) -> Places:
        return self

    def __exit__(self, *_: object) -> None:
        self._memory.close()

    def of(self, texts: Sequence[str]) -> list[list[Fragment]]:
        """For each text its places in order, as code points of the text; they never overlap."""
        ready = [prepared(text) for text in texts]
        found: list[set[Fragment]] = [set() for _ in texts]
        with friendly_errors(Path("search")):
            for table, match in self._matches:
                self._memory.execute("BEGIN")
                self._memory.executemany(
                    f"INSERT INTO {table} (rowid, text) VALUES (?, ?)", [(i, p.text) for i, p in enumerate(ready)]
                )
                rows = self._memory.execute(
                    f"SELECT rowid, highlight({table}, 0, ?, ?) FROM {table} WHERE {table} MATCH ?", (*MARKS, match)
                ).fetchall()
                self._memory.execute("ROLLBACK")
                for number, marked in rows:
                    found[number].update(ready[number].back(*place) for place in _marked(marked))
        return [_apart(places) for places in found]


def _marked(text: str) -> list[Fragment]:
    """The ranges between marks, counted without the marks."""
    found: list[Fragment] = []
    at = 0
    for number, piece in enumerate(text.split(MARKS[0])):
        inside, mark, rest = piece.partition(MARKS[1])
        if number and mark:
            if inside:
                found.append((at, at + len(inside)))
            at += len(inside) + len(rest)
        else:
            at += len(piece)
    return found


def _apart(places: Iterable[Fragment]) -> list[Fragment]:
    """In order, those that overlap made one; those that only touch stay two."""
    found: list[Fragment] = []
    for start, end in sorted(places):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found
