"""What the agreement window computes beside itself: first figures, then intervals; and the reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from annotator.domain.annotations import Coder
from annotator.qt.toolkit.words import tr
from annotator.qt.toolkit.worker import Progress, Worker
from annotator.services.study import Study
from annotator.store.places import Place

REPORTS = (
    ("HTML", ".html"),
    ("PDF", ".pdf"),
    ("Excel", ".xlsx"),
    ("Plot, SVG", ".svg"),
    ("Plot, PNG", ".png"),
    ("Ratings, CSV", ".csv"),
    ("Ratings, tables and plots", ".zip"),
    ("Soft labels", ".jsonl"),
)
"""Kinds of report, with the ending of each."""


_OF_OTHERS = (".csv", ".zip", ".jsonl")
"""Kinds that hold the ratings of others, which one's own figures come without."""


def report_place(parent: QWidget, study_path: Place, own: bool) -> Path | None:
    """Where a person wants a report; own: of the person's own figures."""
    kinds = {f"{tr(name)} (*{end})": end for name, end in REPORTS if not (own and end in _OF_OTHERS)}
    start = str(study_path.with_name("agreement.html"))
    name, kind = QFileDialog.getSaveFileName(parent, tr("Save report"), start, ";;".join(kinds))
    if not name:
        return None
    out = Path(name)
    return out if out.suffix else out.with_suffix(kinds.get(kind, ".html"))


@dataclass(frozen=True, slots=True)
class Look:
    """What the first computation brings."""

    question: Any
    compared: Any
    comparisons: list[Any]
    figures: dict[str, Any]
    coders: list[Coder]
    entities: dict[str, str]
    labels: dict[tuple[str, str], tuple[str, str]]


class Loading(QObject):
    """One computation at a time; a new question ends the one before.

    `looked`: a Look. `refined`: a list of the figures, a place in it and the element. `whole`: all figures. `failed`:
    an AnnotatorError. `progressed`: done and all. `ended`: the work behind is over, done, stopped or failed.
    """

    looked = Signal(object)
    refined = Signal(str, int, object)
    whole = Signal(object)
    failed = Signal(object)
    progressed = Signal(int, int)
    ended = Signal()
    written = Signal(object)

    def __init__(self, study_path: Place, parent: QObject) -> None:
        super().__init__(parent)
        self._path = study_path
        self._turn: _Turn | None = None
        self._ending: list[_Turn] = []

    @property
    def busy(self) -> bool:
        """Whether something is being worked out."""
        return self._turn is not None

    def look(self, question: Any) -> None:
        """Work the question out: at first what is quick, then the rest."""
        path = self._path

        def work(_progress: Progress) -> Look:
            from annotator.services.agreement.figures import first_look
            from annotator.services.agreement.naming import labels_of

            with Study.open(path) as study:
                compared, found, told = first_look(study, question)
                names = {e.id: e.name for e in study.entities()}
                coders = [c for c in study.coders() if c.role != "gold"]
                return Look(question, compared, found, told, coders, names, labels_of(study.codebook))

        self._run(work, self.looked)

    def refine(self, look: Look) -> None:
        """Intervals and all parts of each comparison."""
        path = self._path
        self._leave()
        turn = _Turn(self, self.whole)

        def work(progress: Progress) -> Any:
            from annotator.services.agreement.figures import figures

            with Study.open(path) as study:
                return figures(study, look.question, look.compared, progress, look.comparisons, turn.refined.emit)

        turn.start(work)

    def write(self, question: Any, figures: dict[str, Any] | None, out: Path) -> None:
        """The report that `annotator agreement -o` writes; `figures` where all of them are known."""
        path = self._path

        def work(progress: Progress) -> Path:
            from annotator.qt.toolkit.printing import pdf, png
            from annotator.services.agreement.figures import study_agreement
            from annotator.services.agreement.report import RATINGS, write_report

            with Study.open(path) as study:
                told = figures
                if told is None and out.suffix.lower() not in RATINGS:
                    told = study_agreement(study, question, progress)
                write_report(study, question, told, out, pdf, png=png)
            return out

        self._run(work, self.written)

    def stop(self) -> None:
        """Ask the work to stop; what is on the screen stays."""
        if self._turn is not None:
            self._turn.worker.cancel()

    def close(self) -> None:
        """Stop and wait."""
        self._leave()
        for turn in self._ending:
            turn.worker.finish()

    def _leave(self) -> None:
        """Let what is being worked out come to its end by itself; the window does not wait for it."""
        if self._turn is not None:
            self._turn.worker.cancel()
            self._ending.append(self._turn)
            self._turn = None

    def _run(self, work: Callable[[Progress], Any], answer: Any) -> None:
        self._leave()
        _Turn(self, answer).start(work)

    def over(self, turn: _Turn, answer: Any, result: Any) -> None:
        """A turn came to its end; one that another has taken the place of says nothing any more."""
        turn.worker.wait()
        turn.deleteLater()
        if turn in self._ending:
            self._ending.remove(turn)
        if turn is self._turn:
            self._turn = None
            if answer is not None:
                answer.emit(result)
            if self._turn is None:
                self.ended.emit()

    def begin(self, turn: _Turn) -> None:
        """This is the turn whose answers count."""
        self._turn = turn

    def counts(self, turn: _Turn) -> bool:
        """Whether the turn's answers count."""
        return turn is self._turn


class _Turn(QObject):
    """One piece of work and what became of it; its slots run in the window's thread."""

    refined = Signal(str, int, object)

    def __init__(self, loading: Loading, answer: Any) -> None:
        super().__init__(loading)
        self._loading, self._answer = loading, answer
        self.worker: Worker
        self.refined.connect(self._refined)

    def start(self, work: Callable[[Progress], Any]) -> None:
        """Begin."""
        self.worker = Worker(work, self)
        self.worker.progressed.connect(self._progressed)
        self.worker.done.connect(self._done)
        self.worker.failed.connect(self._failed)
        self.worker.stopped.connect(self._stopped)
        self._loading.begin(self)
        self.worker.start()

    @Slot(str, int, object)
    def _refined(self, kind: str, place: int, part: object) -> None:
        if self._loading.counts(self):
            self._loading.refined.emit(kind, place, part)

    @Slot(int, int)
    def _progressed(self, done: int, total: int) -> None:
        if self._loading.counts(self):
            self._loading.progressed.emit(done, total)

    @Slot(object)
    def _done(self, result: object) -> None:
        self._loading.over(self, self._answer, result)

    @Slot(object)
    def _failed(self, error: object) -> None:
        self._loading.over(self, self._loading.failed, error)

    @Slot()
    def _stopped(self) -> None:
        self._loading.over(self, None, None)
