"""Work beside the network's window: reading, narrowing, laying out, measuring; what was read once is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotator.domain.errors import AnnotatorError, Cancelled
from annotator.qt.toolkit.worker import Progress
from annotator.services.networks.asking import Wanted
from annotator.services.networks.behind import Node
from annotator.services.networks.drawing import Drawing, Place, drawing, places_of
from annotator.services.networks.looking import Look, Slice, look
from annotator.services.networks.measuring import Measured, Moment, measure, over_time
from annotator.services.networks.reading import Material, material_of
from annotator.services.several.folder import LeftStudy, gathered
from annotator.services.study import Study
from annotator.store.places import Place as StudyPlace


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked for. left: studies of the folder that are not in."""

    look: Look
    places: dict[Node, Place]
    left: tuple[LeftStudy, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A window of time as it is drawn and measured; by_coder: tie -> least and greatest weight that one coder gives it,
    on articles that all of them read; empty where no two coders read one article.
    """

    of: Slice | None
    drawing: Drawing
    measured: Measured
    by_coder: dict[tuple[str, str], tuple[float, float]]


@dataclass
class Source:
    """A study by its place, or a folder of studies; belongs to the window, its work to one worker at a time."""

    place: StudyPlace
    materials: list[Material] = field(default_factory=list)
    left: tuple[LeftStudy, ...] = ()
    _read_for: object = None
    _places: dict[str, dict[Node, Place]] = field(default_factory=dict)

    @property
    def several(self) -> bool:
        """Whether it is a folder."""
        return isinstance(self.place, Path) and self.place.is_dir()

    def forget(self) -> None:
        """Read it again the next time."""
        self._read_for = None

    def find(self, wanted: Wanted, progress: Progress) -> Found:
        """Everything that a choice of the person changes; raises AnnotatorError, Cancelled."""
        asked = (wanted.spec, wanted.coders, wanted.gold)
        if asked != self._read_for:
            self._read_for, self._places = None, {}
            self.materials, self.left = self._read(wanted)
            self._read_for = asked
        if not progress(0, 0):
            raise Cancelled("stopped", remedy="nothing was changed")
        found = look(self.materials, wanted, progress)
        if wanted.kind not in self._places:
            self._places[wanted.kind] = places_of(self.materials, wanted.kind, progress)
        return Found(found, self._places[wanted.kind], self.left)

    def _read(self, wanted: Wanted) -> tuple[list[Material], tuple[LeftStudy, ...]]:
        if self.several:
            assert isinstance(self.place, Path)
            with gathered(self.place) as many:
                return [material_of(study, wanted, path) for path, study in many.studies], many.left
        with Study.open(self.place) as study:
            return [material_of(study, wanted)], ()

    def by_coder(self, wanted: Wanted) -> dict[tuple[str, str], tuple[float, float]]:
        """How far coders differ on each tie; nothing of settled labels, of several studies, or where nobody can."""
        from annotator.services.agreement.request import Question
        from annotator.services.reliability.derived import Asked, reliability

        if wanted.gold or self.several or wanted.outlets or wanted.since or wanted.until or wanted.window:
            return {}
        try:
            with Study.open(self.place) as study:
                question = Question(coders=wanted.coders or ())
                (found,) = reliability(study, question, Asked(of="network", network=wanted))
        except AnnotatorError:
            return {}
        return {
            (str(f.key[0]), str(f.key[1])): (f.low, f.high)
            for f in found.made.figures
            if f.low is not None and f.high is not None
        }


def drawn(found: Found, of: Slice | None) -> Drawing:
    """A window of time as it is drawn."""
    return drawing(found.look, found.places, of)


def shown(found: Found, of: Slice | None, made: Drawing, source: Source, progress: Progress) -> Shown:
    """The same, measured; raises Cancelled."""
    measured = measure(found.look, of, progress)
    return Shown(of, made, measured, source.by_coder(found.look.wanted) if of is None else {})


def moments(found: Found, progress: Progress) -> Sequence[Moment]:
    """Measures over time; raises Cancelled."""
    return over_time(found.look, progress)
