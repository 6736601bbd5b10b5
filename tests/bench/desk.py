"""The desk on an article of one megabyte: opening, labelling, scrolling."""

from __future__ import annotations

import random
import sqlite3
import statistics
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication, QPlainTextEdit

from annotator.domain.annotations import Annotation, Document
from annotator.domain.commands import AddAnnotation, RemoveAnnotation, SetFragments, SetValue
from annotator.intake import read_source
from annotator.qt.desk.session import Session
from annotator.services.codebooks import builtin_codebook
from annotator.services.importing import add_documents
from annotator.services.study import Study
from annotator.store.units import UnitOfWork
from tests.bench.timing import Figure, timed

WORDS = [
    "the",
    "council",
    "voted",
    "to",
    "deepen",
    "harbour",
    "and",
    "nobody",
    "in",
    "town",
    "had",
    "asked",
    "fishers",
    "🚢",
    "what",
    "river",
    "would",
    "say",
]


def article(characters: int, seed: int = 1) -> str:
    """Paragraphs of some 500 characters, with characters above U+FFFF."""
    chance = random.Random(seed)
    paragraphs = []
    size = 0
    while size < characters:
        words = [chance.choice(WORDS) for _ in range(chance.randrange(40, 120))]
        paragraphs.append(" ".join(words).capitalize() + ".")
        size += len(paragraphs[-1]) + 2
    return "\n\n".join(paragraphs)


def labelled(path: Path, labels: int, characters: int = 1_000_000) -> None:
    """A study with one long article and so many overlapping labels by Ada."""
    chance = random.Random(2)
    with Study.create(path, builtin_codebook(), "Bench") as study:
        coder = study.ensure_coder("Ada")
        add_documents(study, read_source("long.txt", article(characters).encode(), "plain"))
        document = study.documents()[0]
        made = []
        for _ in range(labels):
            start = chance.randrange(document.characters - 300)
            span = ((start, start + chance.randrange(5, 250)),)
            made.append(
                Annotation(
                    study.ids(),
                    document.id,
                    coder.id,
                    chance.choice(["claim", "speaker", "target"]),
                    span,
                    created=study.clock(),
                    updated=study.clock(),
                )
            )
        with UnitOfWork(study.file, study.ids, study.clock, coder.id, "ImportAnnotations") as unit:
            unit.add_annotations(made)
            unit.confirm()


def commit_floor(folder: Path) -> float:
    """One row in one transaction by sqlite3 alone, with the same pragmas, in milliseconds."""
    place = folder / "floor.db"
    place.unlink(missing_ok=True)
    connection = sqlite3.connect(place, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO t (b) VALUES (?)", ("x" * 200,))
        connection.execute("COMMIT")

    times = timed(commit, 200)
    connection.close()
    return statistics.median(times)


def read_floor(path: Path) -> float:
    """The same rows read by sqlite3 alone."""

    def read() -> None:
        connection = sqlite3.connect(path)
        connection.execute("SELECT text FROM document_text").fetchall()
        connection.execute("SELECT * FROM annotation").fetchall()
        connection.execute("SELECT * FROM fragment").fetchall()
        connection.close()

    return statistics.median(timed(read, 9))


def measure(folder: Path) -> Iterator[Figure]:
    """All with the whole window: store, statements, form and text."""
    app = QApplication.instance() or QApplication([])
    from annotator.qt.application import tune_memory
    from annotator.qt.window import MainWindow

    tune_memory()  # as the program does when it starts
    window = MainWindow()
    window.resize(1360, 860)
    window.show()
    for labels in (0, 1_000, 10_000):
        path = folder / f"labels-{labels}.annotator"
        labelled(path, labels)
        window.open_study(path, "Ada")
        session = window.session
        assert session is not None
        assert session.document is not None
        document = session.document

        def opening(session: Session = session, document: Document = document) -> None:
            session.open(document)
            window.desk.surface.viewport().repaint()
            app.processEvents()

        yield Figure(f"open 1 MB with {labels} labels", timed(opening, 9), read_floor(path))
        if labels == 10_000:
            yield from _one_label(window, folder)
            yield from _scroll(window)
            yield from _by_key(window, folder)
            yield from _filter(window)
            yield from _palette(window)
        window.close_study()
    window.close()


def _one_label(window: object, folder: Path) -> Iterator[Figure]:
    from annotator.qt.window import MainWindow

    assert isinstance(window, MainWindow)
    session, surface = window.session, window.desk.surface
    assert session is not None
    assert session.document is not None
    chance = random.Random(3)
    coder, document = session.coder.id, session.document.id

    def painted() -> None:
        surface.viewport().repaint()

    surface.reveal(0, 1)
    # one commit and one bare repaint: less cannot be done for a label that is safe and seen
    floor = commit_floor(folder) + statistics.median(timed(painted, 40))
    made: list[str] = []

    def add() -> None:
        start = chance.randrange(1500)
        done = session.apply(
            AddAnnotation(coder_id=coder, document_id=document, layer="claim", fragments=((start, start + 60),))
        )
        assert done is not None
        made.extend(done.added)
        painted()

    def move() -> None:
        start = chance.randrange(1500)
        session.apply(SetFragments(coder_id=coder, annotation_id=chance.choice(made), fragments=((start, start + 40),)))
        painted()

    def value() -> None:
        key = chance.choice(made)
        kind = chance.choice(["fact", "cause", "demand"])
        session.apply(SetValue(coder_id=coder, annotation_id=key, attribute="claim_type", value=kind))
        painted()

    def undo() -> None:
        session.undo()
        painted()

    def remove() -> None:
        session.apply(RemoveAnnotation(coder_id=coder, annotation_id=made.pop()))
        painted()

    for name, work in (("add", add), ("move", move), ("set a value of", value), ("undo", undo), ("remove", remove)):
        window.desk.surface.reveal(0, 1)
        if name == "remove":
            made[:] = [k for k in made if k in session.labels]
        yield Figure(f"{name} one label at 10000, until repainted", timed(work, 40), floor)


def _scroll(window: object) -> Iterator[Figure]:
    from annotator.qt.window import MainWindow

    assert isinstance(window, MainWindow)
    surface = window.desk.surface
    plain = QPlainTextEdit(surface.text)
    plain.resize(surface.size())
    plain.show()

    def page(view: object) -> None:
        bar = view.verticalScrollBar()  # type: ignore[attr-defined]
        bar.setValue(bar.value() + bar.pageStep())
        view.viewport().repaint()  # type: ignore[attr-defined]

    floor = statistics.median(timed(lambda: page(plain), 30))
    plain.close()
    yield Figure("scroll a page at 10000 labels", timed(lambda: page(surface), 60), floor)


def _by_key(window: object, folder: Path) -> Iterator[Figure]:
    """From the key to the painted label with its form, as a hand does it."""
    from annotator.qt.window import MainWindow

    assert isinstance(window, MainWindow)
    desk, surface, session = window.desk, window.desk.surface, window.session
    assert session is not None
    chance = random.Random(4)
    app = QApplication.instance()
    assert app is not None

    def select() -> None:
        session.set_current(None)
        app.processEvents()
        start = chance.randrange(1500)
        surface.set_selection(start, start + 60)
        app.processEvents()

    def label() -> None:
        desk.label_selection("claim")
        surface.viewport().repaint()

    surface.reveal(0, 1)
    floor = commit_floor(folder) + statistics.median(timed(surface.viewport().repaint, 40))
    yield Figure("label by key at 10000, until repainted", timed(label, 40, select), floor)

    def value() -> None:
        found = desk.inspector.value_keys()
        field, chosen = found[chance.choice(["1", "2", "3"])]
        field.choose_one(chosen)
        surface.viewport().repaint()

    yield Figure("value by key at 10000, until repainted", timed(value, 40, app.processEvents), floor)

    def boundary() -> None:
        desk.editing.move("word", chance.random() < 0.5)
        surface.viewport().repaint()

    yield Figure("boundary by key at 10000, until repainted", timed(boundary, 40, app.processEvents), floor)


def _filter(window: object) -> Iterator[Figure]:
    from annotator.qt.desk.filtering import LabelFilter
    from annotator.qt.window import MainWindow

    assert isinstance(window, MainWindow)
    desk, session = window.desk, window.session
    assert session is not None
    view = desk.surface.viewport()
    filters = [LabelFilter(frozenset(["claim"])), LabelFilter()]

    def change() -> None:
        filters.reverse()
        desk.filter.filter = filters[0]
        desk.showing.show_labels()
        view.repaint()

    def floor() -> None:
        kept = [a for a in session.labels.values() if a.layer != "claim"]
        assert kept
        view.repaint()

    yield Figure("filter 10000 labels, until repainted", timed(change, 20), statistics.median(timed(floor, 20)))


def _palette(window: object) -> Iterator[Figure]:
    """A letter typed into the palette with 5000 people and things in the register."""
    from annotator.domain.commands import AddEntity, Batch
    from annotator.qt.palette import CommandPalette
    from annotator.qt.window import MainWindow

    assert isinstance(window, MainWindow)
    session = window.session
    assert session is not None
    chance = random.Random(5)
    coder = session.coder.id
    kind = session.codebook.entity_types[0].key
    names = [f"{chance.choice(WORDS).title()} {chance.choice(WORDS).title()} {n}" for n in range(5000)]
    session.apply(
        Batch(
            coder_id=coder,
            name="AddEntity",
            commands=tuple(AddEntity(coder_id=coder, name=n, type=kind) for n in names),
        )
    )
    window.show_palette()
    palette = next(w for w in QApplication.topLevelWidgets() if isinstance(w, CommandPalette))
    typed = ["h", "ha", "har", "harb", "harbour 4", "fishers 77"]

    def answer() -> None:
        typed.append(typed.pop(0))
        palette.search.setText(typed[0])
        palette.repaint()

    small = [n.casefold() for n in names]

    def floor() -> None:
        assert [n for n in small if typed[0] in n]
        palette.repaint()

    yield Figure("palette answers a letter, 5000 names", timed(answer, 36), statistics.median(timed(floor, 20)))
    palette.close()
