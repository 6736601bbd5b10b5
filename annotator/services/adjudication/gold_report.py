"""The report on coders against gold as records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from annotator.domain.accounts import Account

Kind = Literal["missed", "extra", "bounds", "value"]


@dataclass(frozen=True, slots=True)
class Shares:
    """Precision, recall and F1; None for 0/0."""

    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class PassageFigures:
    """Labels of a layer of passages. counts: of gold and of the coder. exact, trimmed, overlap: how passages match."""

    layer: str
    counts: tuple[int, int]
    matched: int
    exact: Shares
    trimmed: Shares
    overlap: Shares


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """Links of a layer. counts: of gold and of the coder."""

    layer: str
    counts: tuple[int, int]
    matched: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFigures:
    """One value: how often gold and the coder gave it, and how often both."""

    code: str
    label: str
    gold: int
    coder: int
    right: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeFigures:
    """One attribute or role. units: pairs of matched labels. missing, added: values that the coder lacks, has alone."""

    layer: str
    attribute: str
    role: bool
    units: int
    right: int
    share: float
    missing: int
    added: int
    codes: tuple[CodeFigures, ...]


@dataclass(frozen=True, slots=True)
class InArticle:
    """An article by id, number and title."""

    id: str
    number: int
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One difference from gold. place: first and last character; None of a whole article. why: the settler's note."""

    document: InArticle
    layer: str
    layer_label: str
    kind: Kind
    attribute: str | None
    attribute_label: str | None
    place: tuple[int, int] | None
    text: str | None
    yours: str | None
    gold: str | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Who:
    """A coder by id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoderReport:
    """One coder beside gold. left_out: labels that wait for a decision."""

    coder: Who
    documents: int
    passages: tuple[PassageFigures, ...]
    links: tuple[LinkFigures, ...]
    attributes: tuple[AttributeFigures, ...]
    left_out: int
    feedback: tuple[Feedback, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """Cases that are settled, of all."""

    settled: int
    all: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldReport:
    """What `annotator gold report --json` prints. gold: the name of the settled version. documents: with any of it."""

    gold: str
    documents: int
    overlap: float
    cases: Settled
    coders: tuple[CoderReport, ...]
    account: Account
    notes: tuple[str, ...]
