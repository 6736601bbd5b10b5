"""What tables are made of. Every figure knows how many labels it rests on and how far apart coders are on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from annotator.domain.accounts import Account
from annotator.domain.conditions import Condition
from annotator.domain.json_forms import JsonObject
from annotator.domain.words import Message
from annotator.services.search.labelled import Asked

Of = Literal["counts", "cross", "together", "course"]
Within = Literal["statement", "paragraph", "article"]
Period = Literal["day", "week", "month", "quarter", "year"]
Measure = Literal["share", "count", "mean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be told.

    of: counts of the values of one field; a cross table of two; which values of one field, or of two, stand together;
    a course over time. by: the fields. group: of a mean, whose values have a line each; None for one line of all.
    period: None for all times together. passages: which labels.
    """

    of: Of
    by: tuple[str, ...]
    group: str | None = None
    within: Within = "statement"
    period: Period | None = "month"
    measure: Measure = "share"
    passages: Asked = field(default_factory=Asked)

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {
            "of": self.of,
            "by": list(self.by),
            "group": self.group,
            "within": self.within,
            "period": self.period,
            "measure": self.measure,
            "query": self.passages.as_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A figure as single coders would have it, on articles that they have in common. Not a sampling error.

    low, high: of the two coders furthest apart. typical: the mean difference of two coders. values: one a coder.
    """

    low: float | None
    high: float | None
    typical: float | None
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value of a field as it is kept, and as a person reads it."""

    field: str
    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """n: labels that have the value. share: of the labels that have any value. articles: in how many they are."""

    value: Value
    n: int
    share: float
    articles: int
    by_coder: tuple[int, ...]
    spread: Spread | None
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How often each value is there. valued: labels with a value; several values of one label count once each."""

    field: str
    name: Message
    valued: int
    missing: int
    rows: tuple[Count, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell. expected: were rows and columns independent. residual: adjusted; None where it cannot be had."""

    n: int
    expected: float
    residual: float | None
    spread: Spread | None
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossTable:
    """rows x columns. total: pairs of values; a label with several values counts once for each pair it has.

    residual: (n - e) / sqrt(e (1 - row share) (1 - column share)) (Haberman 1973, The analysis of residuals in
    cross-classified tables, Biometrics 29), near a standard normal were rows and columns independent and labels drawn
    one by one. chi2: Pearson's; cramers_v: its size between 0 and 1; None where a row or column is alone.
    """

    fields: tuple[str, str]
    names: tuple[Message, Message]
    rows: tuple[Value, ...]
    columns: tuple[Value, ...]
    cells: tuple[tuple[Cell, ...], ...]
    total: int
    missing: int
    chi2: float | None
    degrees: int
    cramers_v: float | None

    @property
    def row_totals(self) -> tuple[int, ...]:
        """Pairs in each row."""
        return tuple(sum(c.n for c in row) for row in self.cells)

    @property
    def column_totals(self) -> tuple[int, ...]:
        """Pairs in each column."""
        return tuple(sum(row[i].n for row in self.cells) for i in range(len(self.columns)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Two values in one unit. n: units with both. jaccard: of the units with either. lift: n over what chance gives."""

    first: Value
    second: Value
    n: int
    first_n: int
    second_n: int
    jaccard: float
    lift: float
    spread: Spread | None
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Which values of a field stand together, or of one field with those of another. units: with any value; one coder's
    part of an article is a unit of its own, and so are its paragraphs and statements."""

    fields: tuple[str, ...]
    names: tuple[Message, ...]
    within: Within
    units: int
    missing: int
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A figure of one group in one period.

    value: None where there is nothing. low, high: 95 % interval over coders, by t of their own figures on
    articles in common (Student 1908); None with fewer than three coders.
    """

    group: Value | None
    period: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    spread: Spread | None
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Figures over time, or of all times together where `period` is None.

    off_scale: labels whose answer is no number, such as `unclear`; undated: labels of articles without a day.
    """

    field: str
    name: Message
    measure: Measure
    period: Period | None
    group: str | None
    group_name: Message | None
    groups: tuple[Value, ...]
    periods: tuple[str, ...]
    points: tuple[Point, ...]
    missing: int
    off_scale: int
    undated: int
    bounds: tuple[float, float] | None


Table: TypeAlias = Counts | CrossTable | Together | Course


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """How reliable the codes of a field are. coefficient: its name. n: units it rests on."""

    field: str
    name: Message
    coefficient: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    undefined: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """How far coders marked the same passages of a layer: F1 of two coders, least and greatest of so many pairs."""

    layer: str
    low: float
    high: float
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a table rests on.

    labels, incomplete: found, and how many of them are not finished. versions: of the codebook, under which they were
    made. spread_articles: in how many articles coders are compared; 0 where no two coders read one.
    """

    coders: tuple[str, ...]
    gold: bool
    labels: int
    incomplete: int
    articles: int
    versions: tuple[int, ...]
    codebook: str
    study: str
    account: Account
    agreed: tuple[Agreed, ...]
    marked: tuple[Marked, ...]
    unknown: tuple[Message, ...]
    spread_articles: int
    spread_coders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A table with what it rests on. words: the question."""

    wanted: Wanted
    words: Message
    table: Table
    basis: Basis
    notes: tuple[Message, ...]
