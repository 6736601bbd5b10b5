"""What a network is asked to be: who, what, which ties, of which statements, over which time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast, get_args

from annotator.domain.codebook.model import Codebook
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import JsonObject
from annotator.domain.networks import Aggregation, Duplicates, Normalisation, WindowUnit
from annotator.domain.words import by_door, say
from annotator.formats.network_mentions import NetworkSpec, default_spec

Kind = Literal["two-mode", "actors", "concepts"]
Isolates = Literal["all", "said", "tied"]
UNITS: dict[str, WindowUnit] = {"day": "days", "week": "weeks", "month": "months", "year": "years"}
ONE_MODE: tuple[Normalisation, ...] = ("no", "average", "jaccard", "cosine")
TWO_MODE: tuple[Normalisation, ...] = ("no", "activity", "prominence")


@dataclass(frozen=True, slots=True)
class Wanted:
    """kind: two-mode, or ties among actors or among concepts. window: ``30 days``, None for one network of all.

    isolates: nodes of each window: all of the whole time, those of whom something is said in it, or those with a tie.
    threshold: ties of a smaller weight, whatever their sign, are left out. outlets: articles of these alone. since,
    until: first and last day (ISO 8601; a month or year stands for its first, or last, day).
    """

    kind: Kind = "two-mode"
    spec: NetworkSpec | None = None
    aggregation: Aggregation | None = None
    normalisation: Normalisation = "no"
    duplicates: Duplicates = "include"
    window: str | None = None
    isolates: Isolates = "said"
    threshold: float = 0.0
    coders: tuple[str, ...] | None = None
    gold: bool = False
    outlets: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    def as_json(self) -> JsonObject:
        """In the public JSON form, without what stands for itself."""
        return {
            "isolates": self.isolates,
            "threshold": self.threshold,
            "coders": list(self.coders) if self.coders is not None else None,
            "gold": self.gold,
            "outlets": list(self.outlets),
            "from": self.since,
            "to": self.until,
        }


def wanted(
    codebook: Codebook,
    kind: str = "two-mode",
    actor: str | None = None,
    concept: str | None = None,
    qualifier: str | None = None,
    aggregation: str | None = None,
    normalisation: str = "no",
    duplicates: str = "include",
    window: str | None = None,
    *,
    isolates: str = "said",
    threshold: float = 0.0,
    coders: Sequence[str] | None = None,
    gold: bool = False,
    outlets: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    worth: str | None = None,
) -> Wanted:
    """What was asked for in words, completed by what the codebook suggests; raises BadInput for a word that is none."""
    for word, known, name in (
        (kind, get_args(Kind), by_door("--kind", say("kind"))),
        (aggregation, (None, *get_args(Aggregation)), by_door("--aggregation", say("aggregation"))),
        (normalisation, get_args(Normalisation), by_door("--normalisation", say("normalisation"))),
        (duplicates, get_args(Duplicates), by_door("--duplicates", say("duplicates"))),
        (isolates, get_args(Isolates), by_door("--isolates", say("isolates"))),
    ):
        if word not in known:
            raise BadInput(
                say("there is no {name} `{word}`", name=by_door(name.removeprefix("--"), name.window), word=word),
                name,
                say("use {names}", names=", ".join(k for k in known if k)),
            )
    if not threshold >= 0 or threshold == float("inf"):
        raise BadInput("a threshold is a number, not below 0", str(threshold), "write 2, or 0.5")
    if actor and concept:
        spec = NetworkSpec(actor, concept, None if qualifier == "none" else qualifier)
    else:
        suggested = default_spec(codebook)
        spec = NetworkSpec(actor or suggested.actor, concept or suggested.concept, suggested.qualifier)
        if concept is not None or qualifier is not None:
            spec = replace(spec, qualifier=None if qualifier == "none" else qualifier)
    if worth is not None:
        spec = replace(spec, worth=worth_of(worth))
    for day in (since, until):
        if day is not None:
            bound(day, last=False)
    return Wanted(
        cast(Kind, kind),
        spec,
        cast("Aggregation | None", aggregation),
        cast(Normalisation, normalisation),
        cast(Duplicates, duplicates),
        window,
        cast(Isolates, isolates),
        threshold,
        tuple(coders) if coders is not None else None,
        gold,
        tuple(outlets),
        since,
        until,
    )


def worth_of(words: str) -> tuple[tuple[str, float], ...]:
    """``for=1,against=-1`` as what each value counts; raises BadInput."""
    found: dict[str, float] = {}
    for part in words.split(","):
        key, _, number = part.partition("=")
        try:
            told = float(number)
        except ValueError:
            told = float("nan")
        if not key.strip() or not abs(told) < float("inf") or key.strip() in found:
            raise BadInput("the weights of the values are not clear", words, "write it as for=1,neutral=0,against=-1")
        found[key.strip()] = told
    return tuple(found.items())


def aggregation_of(wanted: Wanted, spec: NetworkSpec) -> Aggregation:
    """The one asked for, else the one that says most of the qualifier there is."""
    if wanted.aggregation is not None:
        return wanted.aggregation
    if spec.qualifier is None:
        return "ignore"
    return "subtract" if wanted.kind == "two-mode" else "congruence"


def window_of(words: str | None) -> tuple[int, WindowUnit | None]:
    """``30 days`` as 30 and days; raises BadInput."""
    if words is None:
        return 0, None
    number, _, unit = words.strip().partition(" ")
    found = UNITS.get(unit.strip().removesuffix("s"))
    if not (number.isascii() and number.isdecimal()) or not 1 <= int(number) <= _LONGEST or found is None:
        raise BadInput("this is not a time window", words, "say it as '30 days', '4 weeks', '6 months' or '1 year'")
    return int(number), found


_LONGEST = 100_000


def bound(day: str, last: bool) -> date:
    """A day, or the first or last day of a month or year; raises BadInput."""
    parts = day.strip().split("-")
    try:
        numbers = [int(p) for p in parts]
        if len(numbers) == 3:
            return date(*numbers)
        if len(numbers) == 2:
            year, month = numbers
            return date(year, month, 1) if not last else _month_end(year, month)
        if len(numbers) == 1:
            return date(numbers[0], 12, 31) if last else date(numbers[0], 1, 1)
    except (ValueError, OverflowError):
        pass
    raise BadInput("this is not a day", day, "write it as 2031-02-28, 2031-02 or 2031")


def _month_end(year: int, month: int) -> date:
    date(year, month, 1)
    return next(date(year, month, d) for d in (31, 30, 29, 28) if _exists(year, month, d))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
