"""The desk on an article of one megabyte: opening, labelling, scrolling."""

from __future__ import annotations

import contextlib
import gc
import random
import sqlite3
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication, QPlainTextEdit

from annotator.domain.annotations import Annotation, Document
from annotator.domain.commands import AddAnnotation, RemoveAnnotation, SetFragments, SetValue
from annotator.intake import read_source
from annotator.qt.coding.session import Session
from annotator.qt.shell.main_window import MainWindow
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks import builtin_codebook
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


def commit_floor(study: Path, folder: Path) -> float:
    """A label's rows in one transaction by sqlite3 alone, in a copy of the study, in milliseconds."""
    place = folder / "floor.annotator"
    with contextlib.closing(sqlite3.connect(study)) as source, contextlib.closing(sqlite3.connect(place)) as target:
        source.backup(target)
    connection = sqlite3.connect(place, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    rows = {
        table: connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
        for table in ("annotation", "fragment", "change")
    }

    def commit() -> None:
        key = str(uuid.uuid4())
        own = {
            "annotation": (key, *rows["annotation"][1:]),
            "fragment": (key, *rows["fragment"][1:]),
            "change": (None, key, key, *rows["change"][3:]),
        }
        connection.execute("BEGIN IMMEDIATE")
        for table, row in own.items():
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        connection.execute("COMMIT")

    times = timed(commit, 200)
    connection.close()
    place.unlink()
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
    from annotator.qt.shell.application import tune_memory

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
            acts = Acts(window, commit_floor(path, folder))
            yield from _one_label(window, acts)
            yield from _scroll(window)
            yield from _by_key(window, acts)
            yield from _filter(window)
            yield from _palette(window)
        window.close_study()
    window.close()


class Acts:
    """Times what a hand does until the text is painted, and until everything is shown.

    Its floor: one commit of a label's rows, and a bare repaint of the same view as it stands after the act.
    """

    def __init__(self, window: MainWindow, commit: float) -> None:
        self._view, self._commit = window.desk.surface.viewport(), commit
        app = QApplication.instance()
        assert app is not None
        self._app = app

    def figures(
        self, name: str, work: Callable[[], object], times: int = 40, before: Callable[[], object] | None = None
    ) -> Iterator[Figure]:
        """Two figures of one act."""
        painted, shown, bare = [], [], []
        for _ in range(times):
            if before is not None:
                before()
            self._settle()
            gc.collect(0)
            start = time.perf_counter()
            work()
            self._view.repaint()
            painted.append((time.perf_counter() - start) * 1000)
            self._settle()
            shown.append((time.perf_counter() - start) * 1000)
            start = time.perf_counter()
            self._view.repaint()
            bare.append((time.perf_counter() - start) * 1000)
        floor = self._commit + statistics.median(bare)
        yield Figure(f"{name} at 10000, until repainted", tuple(painted), floor)
        yield Figure(f"{name} at 10000, until all is shown", tuple(shown), floor)

    def in_one_go(
        self, name: str, work: Callable[[], object], times: int = 40, before: Callable[[], object] | None = None
    ) -> Iterator[Figure]:
        """As a hand does it: Qt paints what the act spoiled, when it comes to it."""
        shown, bare = [], []
        for _ in range(times):
            if before is not None:
                before()
            self._settle()
            gc.collect(0)
            start = time.perf_counter()
            work()
            self._settle()
            shown.append((time.perf_counter() - start) * 1000)
            start = time.perf_counter()
            self._view.repaint()
            bare.append((time.perf_counter() - start) * 1000)
        yield Figure(f"{name} at 10000, painted by Qt alone", tuple(shown), self._commit + statistics.median(bare))

    def _settle(self) -> None:
        """What waits for the text to be painted: form, codebook, counts."""
        for _ in range(4):
            self._app.processEvents()


def _one_label(window: MainWindow, acts: Acts) -> Iterator[Figure]:
    """Through the session alone: what mouse and keys lead to."""
    session = window.session
    assert session is not None
    assert session.document is not None
    chance = random.Random(3)
    coder, document = session.coder.id, session.document.id
    made: list[str] = []

    def add() -> None:
        start = chance.randrange(1500)
        done = session.apply(
            AddAnnotation(coder_id=coder, document_id=document, layer="claim", fragments=((start, start + 60),))
        )
        assert done is not None
        made.extend(done.added)

    def move() -> None:
        start = chance.randrange(1500)
        session.apply(SetFragments(coder_id=coder, annotation_id=chance.choice(made), fragments=((start, start + 40),)))

    def value() -> None:
        key = chance.choice(made)
        kind = chance.choice(["fact", "cause", "demand"])
        session.apply(SetValue(coder_id=coder, annotation_id=key, attribute="claim_type", value=kind))

    def remove() -> None:
        session.apply(RemoveAnnotation(coder_id=coder, annotation_id=made.pop()))

    for name, work in (("add a label", add), ("move it", move), ("set a value", value), ("undo", session.undo)):
        window.desk.surface.reveal(0, 1)
        yield from acts.figures(name, work)
    made[:] = [k for k in made if k in session.labels]
    window.desk.surface.reveal(0, 1)
    yield from acts.figures("remove a label", remove, len(made))


def _scroll(window: MainWindow) -> Iterator[Figure]:
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


def _by_key(window: MainWindow, acts: Acts) -> Iterator[Figure]:
    """From the key to the painted label with its form, as a hand does it."""
    desk, surface, session = window.desk, window.desk.surface, window.session
    assert session is not None
    chance = random.Random(4)

    def select() -> None:
        session.set_current(None)
        start = chance.randrange(1500)
        surface.set_selection(start, start + 60)

    def value() -> None:
        found = desk.inspector.value_keys()
        field, chosen = found[chance.choice(["1", "2", "3"])]
        field.choose_one(chosen)

    surface.reveal(0, 1)
    for way in (acts.figures, acts.in_one_go):
        yield from way("label by key", lambda: desk.label_selection("claim"), before=select)
        yield from way("value by key", value)
    yield from acts.figures("boundary by key", lambda: desk.editing.move("word", chance.random() < 0.5))
    keys = [key for key, a in session.labels.items() if a.layer == "claim"][:200]
    yield from acts.figures("take another label in hand", lambda: session.set_current(chance.choice(keys)))


def _filter(window: MainWindow) -> Iterator[Figure]:
    from annotator.qt.desk.filtering import LabelFilter

    desk, session = window.desk, window.session
    assert session is not None
    view = desk.surface.viewport()
    filters = [LabelFilter(frozenset(["claim"])), LabelFilter()]

    def change() -> None:
        filters.reverse()
        desk.filter.filter = filters[0]
        desk.showing.filter_labels()
        view.repaint()

    def floor() -> None:
        kept = [a for a in session.labels.values() if a.layer != "claim"]
        assert kept
        view.repaint()

    yield Figure("filter 10000 labels, until repainted", timed(change, 20), statistics.median(timed(floor, 20)))


def _palette(window: MainWindow) -> Iterator[Figure]:
    """A letter typed into the palette with 5000 people and things in the register."""
    from annotator.domain.commands import AddEntity, Batch
    from annotator.qt.shell.command_palette import CommandPalette

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
