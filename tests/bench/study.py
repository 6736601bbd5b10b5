"""A study of 100,000 labels by five coders: the figures that come on screen first, and the intervals behind them."""

from __future__ import annotations

import random
import sqlite3
import statistics
from collections.abc import Iterator
from pathlib import Path

from annotator.domain.annotations import Annotation
from annotator.intake import read_source
from annotator.services.agreement.figures import figures, first_look
from annotator.services.agreement.request import Question
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks import builtin_codebook
from annotator.services.study import Study
from annotator.store.units import UnitOfWork
from tests.bench.desk import article
from tests.bench.timing import Figure, timed

LABELS = 100_000
CODERS = ("Ada", "Ben", "Chidi", "Dewi", "Esra")


def measure(folder: Path) -> Iterator[Figure]:
    """What a supervisor waits for, and what fills in behind it."""
    path = folder / "crossed.annotator"
    crossed(path, LABELS)
    floor = statistics.median(timed(lambda: raw_read(path), 3))
    question = Question()

    def look() -> None:
        with Study.open(path) as study:
            first_look(study, question)

    yield Figure(f"agreement of {LABELS} labels, first figures", timed(look, 5), floor)
    with Study.open(path) as study:
        compared, found, _ = first_look(study, question)
        times = timed(lambda: figures(study, question, compared, None, found), 3)
    yield Figure(f"agreement of {LABELS} labels, intervals and parts", times, floor)


def raw_read(path: Path) -> int:
    """The same rows by sqlite3 alone."""
    connection = sqlite3.connect(path)
    labels = connection.execute("SELECT * FROM annotation ORDER BY document_id, created, id").fetchall()
    spans = connection.execute("SELECT * FROM fragment ORDER BY annotation_id, position").fetchall()
    texts = connection.execute("SELECT * FROM document_text").fetchall()
    connection.close()
    return len(labels) + len(spans) + len(texts)


def crossed(path: Path, labels: int) -> None:
    """Every coder codes every article: claims with values, forty an article and coder, most of them alike."""
    chance = random.Random(4)
    codebook = builtin_codebook()
    claim = codebook.layer("claim")
    choices = {a.key: [v.key for v in a.values] for a in claim.attributes if a.type == "choice"}
    with Study.create(path, codebook, "Bench") as study:
        coders = [study.ensure_coder(name) for name in CODERS]
        for number in range(labels // (40 * len(CODERS))):
            text = article(6000, number)
            add_documents(study, read_source(f"{number}.txt", text.encode(), "plain"))
        made: dict[str, list[Annotation]] = {c.id: [] for c in coders}
        for document in study.documents():
            at = study.clock()
            for place in range(40):
                start = 20 + place * 140
                truth = {key: chance.choice(values) for key, values in choices.items()}
                for c in coders:
                    first, last = start + chance.randrange(12), start + 60 + chance.randrange(40)
                    values = {k: v if chance.random() < 0.8 else chance.choice(choices[k]) for k, v in truth.items()}
                    span = ((first, last),)
                    made[c.id].append(
                        Annotation(study.ids(), document.id, c.id, "claim", span, values=values, created=at, updated=at)
                    )
        for coder_id, mine in made.items():
            with UnitOfWork(study.file, study.ids, study.clock, coder_id, "ImportAnnotations") as unit:
                unit.add_annotations(mine)
                unit.confirm()
