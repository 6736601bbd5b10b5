"""What the first screen of a study says, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from annotator.services.today.pace import Day, Forecast, Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How far a pile of articles is. open: not begun."""

    assigned: int = 0
    done: int = 0
    skipped: int = 0
    in_progress: int = 0
    open: int = 0

    @property
    def left(self) -> int:
        """Articles that are neither done nor skipped."""
        return self.in_progress + self.open


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRef:
    """An article as its reader knows it."""

    id: str
    number: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """An article in which something is to be filled in. statements: in so many. first: the label of the first."""

    article: ArticleRef
    statements: int
    first: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredQuestion:
    """A question of the coder's that somebody answered. new: since the coder's last day of work."""

    id: str
    article: ArticleRef
    start: int
    end: int
    question: str
    answer: str
    by: str
    at: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLabel:
    """A label that waits for review."""

    label: str
    coder_id: str
    coder: str
    article: ArticleRef
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageTold:
    """The package that a study was made from. made: when the newest one was made; None where it is not known."""

    title: str
    coder: str
    sender: str
    rounds: tuple[str, ...]
    made: str | None
    received: str | None
    sent: str | None
    """When work was last sent back from this file."""
    labels_since: int
    """Labels made, changed or taken away since; of all times where nothing was sent back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoderToday:
    """What a coder has before them. given: whether articles are assigned; else all of the study's are counted."""

    coder_id: str
    coder: str
    day: date
    given: bool
    counted: Counted
    next: ArticleRef | None
    unfinished: tuple[Unfinished, ...]
    answered: tuple[AnsweredQuestion, ...]
    waiting_questions: int
    reviews: tuple[WaitingLabel, ...]
    package: PackageTold | None
    days: tuple[Day, ...]
    pace: Pace | None
    forecast: Forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOfCoder:
    """Where a coder's package is.

    state: `not made`, `out` (handed out, nothing came back since), `back` (collected, more is to come), `complete`.
    """

    coder_id: str
    coder: str
    state: Literal["not made", "out", "back", "complete"]
    handed_out: str | None
    collected: str | None
    packages: int
    counted: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class CoderProgress:
    """How far a coder is, and when they may be done."""

    coder_id: str
    coder: str
    counted: Counted
    labels: int
    unfinished: int
    unfinished_articles: int
    reviews: int
    days: tuple[Day, ...]
    pace: Pace | None
    forecast: Forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A question that nobody answered yet."""

    id: str
    coder: str
    article: ArticleRef
    start: int
    end: int
    question: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneThough:
    """An article that a coder called done although something in it is open, with the reason given."""

    coder_id: str
    coder: str
    article: ArticleRef
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamToday:
    """What there is to do for who supervises."""

    title: str
    day: date
    packages: tuple[PackageOfCoder, ...]
    """Empty where the team does not work with packages."""
    conflicts: int
    questions: tuple[OpenQuestion, ...]
    reviews: tuple[WaitingLabel, ...]
    done_though: tuple[DoneThough, ...]
    coders: tuple[CoderProgress, ...]
    days: tuple[Day, ...]
    pace: Pace | None
    forecast: Forecast

    @property
    def to_collect(self) -> tuple[PackageOfCoder, ...]:
        """Packages that are awaited."""
        return tuple(p for p in self.packages if p.state in ("out", "back"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """How far coders agree in the latest round: of the field with the most units that can be compared.

    value: None where it is not defined or nobody can be compared; why says so.
    """

    round: str | None
    field: str
    name: str
    coefficient: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    articles: int
    coders: tuple[str, ...]
    why: str
