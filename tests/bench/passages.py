"""Passages by what was coded, of 100,000 labels: the first that a person sees, all of them, and a look for nothing."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import statistics
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from annotator.domain.annotations import Annotation, Document, Entity, Filler
from annotator.services.codebooks import builtin_codebook
from annotator.services.search.labelled import Asked, LabelPassage, Looking, look, understood
from annotator.services.study import Study
from annotator.services.tables.answering import answer
from annotator.services.tables.records import Wanted
from annotator.store import documents as document_rows
from annotator.store.units import UnitOfWork
from tests.bench.desk import article
from tests.bench.timing import Figure, timed

LABELS = 100_000
CODERS = ("Ada", "Ben")
OUTLETS = ("Meridale Wire", "The Quay", "Harbour Post", "Northern Echo", "Evening Tide", "The Ledger")
STATEMENTS = 10
"""Statements of one coder in one article; each is five labels: claim, speaker, target, and two links."""
ROWS = 30
"""Passages that are on screen first."""
ASKED = (
    ("all", ""),
    ("a value", "claim.claim_type=prediction"),
    ("a target and a stance of one link", 'about.target="Project 2" and about.stance=-2'),
    ("an outlet and a coder", 'outlet="The Quay" and coder=Ada'),
    ("words that are nowhere", "text~zzzz"),
    ("somebody, about oneself", 'about.target="Person 57" and said_by.speaker="Person 57" and about.stance=2'),
)


def measure(folder: Path) -> Iterator[Figure]:
    """Until the first screen is full, or it is known that there is no more; and all, with counts and account."""
    path = folder / "coded.annotator"
    coded(path, LABELS)
    for name, typed in ASKED:

        def first(typed: str = typed) -> list[LabelPassage]:
            looking = Looking(study, Asked(condition=understood(study, [typed] if typed else [])))
            return list(islice(looking.found(), ROWS))

        with Study.open(path) as study:
            found = first()
            floor = statistics.median(timed(lambda found=found: _raw(path, found), 5))
            yield Figure(f"passages of {LABELS} labels, first: {name}", timed(first, 7), floor)
    with Study.open(path) as study:
        everything = raw_read(path)
        yield Figure(f"passages of {LABELS} labels, all", timed(lambda: look(study, Asked()), 2), everything)
        crossed = Wanted(of="cross", by=("said_by.speaker", "claim.topic"))
        yield Figure(f"cross table of {LABELS} labels", timed(lambda: answer(study, crossed), 2), everything)


def _raw(path: Path, found: list[LabelPassage]) -> None:
    """By sqlite3 alone: the articles' facts, and texts and labels of those that were found; without any, all texts."""
    connection = sqlite3.connect(path)
    connection.execute("SELECT id, number, title, published, publisher FROM document").fetchall()
    keys = sorted({p.annotation.document_id for p in found})
    for key in keys:
        connection.execute("SELECT text FROM document_text WHERE document_id = ?", (key,)).fetchall()
        connection.execute("SELECT * FROM annotation WHERE document_id = ?", (key,)).fetchall()
    if not keys:
        connection.execute("SELECT text FROM document_text").fetchall()
    connection.close()


def raw_read(path: Path) -> float:
    """All labels, links and texts by sqlite3 alone, in milliseconds."""

    def read() -> None:
        connection = sqlite3.connect(path)
        for table in ("annotation", "fragment", "filler", "document_text"):
            connection.execute(f"SELECT * FROM {table}").fetchall()
        connection.close()

    return statistics.median(timed(read, 3))


def coded(path: Path, labels: int) -> None:
    """Articles of six outlets and two years, coded by two people as the built-in codebook asks for it."""
    chance = random.Random(5)
    codebook = builtin_codebook()
    kinds = [v.key for v in codebook.layer("claim").attribute("claim_type").values]  # type: ignore[union-attr]
    topics = ("jobs", "costs", "fishery", "sediment", "wildlife", "procedure", "treaty", "protest", "other")
    with Study.create(path, codebook, "Bench") as study:
        coders = [study.ensure_coder(name) for name in CODERS]
        new = []
        for number in range(1, labels // (5 * STATEMENTS * len(CODERS)) + 1):
            text = article(3000, number)
            day = f"20{31 + number % 2}-{1 + number % 12:02d}-{1 + number % 28:02d}"
            outlet, sha256 = OUTLETS[number % len(OUTLETS)], hashlib.sha256(text.encode()).hexdigest()
            document = Document(
                study.ids(), number, f"Article {number}", day, outlet, None, None, "en", (), len(text), sha256, "bench"
            )
            new.append(document_rows.NewDocument(document, text, b"", "plain", "utf-8", [], study.clock()))
        with study.file.transaction() as connection:
            document_rows.insert_many(connection, new)
        entities = []
        for n in range(60):
            kind = ("person", "organisation", "project")[n % 3]
            entities.append(Entity(study.ids(), f"{kind.capitalize()} {n}", kind, (), "", study.clock()))
        with UnitOfWork(study.file, study.ids, study.clock, coders[0].id, "AddEntities") as unit:
            for e in entities:
                unit.put_entity(e.id, None, e)
            unit.confirm()
        weights = [1 / (n + 1) for n in range(len(entities))]
        for coder in coders:
            made = [
                a
                for d in new
                for a in _statements(study, d.document, coder.id, chance, kinds, topics, entities, weights)
            ]
            made.sort(key=lambda a: not a.fragments)
            with UnitOfWork(study.file, study.ids, study.clock, coder.id, "ImportAnnotations") as unit:
                unit.add_annotations(made)
                unit.confirm()


def _statements(
    study: Study,
    document: Document,
    coder: str,
    chance: random.Random,
    kinds: list[str],
    topics: tuple[str, ...],
    entities: list[Entity],
    weights: list[float],
) -> Iterator[Annotation]:
    at = study.clock()
    for place in range(STATEMENTS):
        start = 20 + place * 280
        who, what = chance.choices(entities, weights, k=2)

        def label(layer: str, first: int, last: int, values: dict[str, object]) -> Annotation:
            return Annotation(
                study.ids(), document.id, coder, layer, ((first, last),), values=values, created=at, updated=at
            )

        claim = label(
            "claim", start + 40, start + 160, {"claim_type": chance.choice(kinds), "topic": chance.choice(topics)}
        )
        speaker = label("speaker", start, start + 20, {"entity": {"entity": who.id}})
        target = label("target", start + 60, start + 80, {"entity": {"entity": what.id}})
        yield from (claim, speaker, target)
        yield Annotation(
            study.ids(), document.id, coder, "said_by", (), created=at, updated=at,
            roles={"claim": (Filler(claim.id),), "speaker": (Filler(speaker.id),)},
        )  # fmt: skip
        yield Annotation(
            study.ids(), document.id, coder, "about", (), {"stance": chance.choice([-2, -1, 0, 1, 2])}, created=at,
            updated=at, roles={"claim": (Filler(claim.id),), "target": (Filler(target.id),)},
        )  # fmt: skip
