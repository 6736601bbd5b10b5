"""Work day by day, the pace of the last days, and when it may be done: an estimate, with what it rests on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from annotator.domain.words import say

DAYS = 5
"""The pace is that of so many days on which work was done, today aside: today is not over."""
LEAST_DAYS, LEAST_ARTICLES = 3, 5
"""Less is too little to go by."""
USUAL_WEEK = 5.0
"""Working days a week, where the work has not gone over two weeks yet."""
_LOOKED_BACK = timedelta(days=27)
_STALE = timedelta(days=14)
_LONGEST = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What was done on a day: articles that were finished (done or skipped), labels that were made and still stand."""

    day: date
    articles: int
    labels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Articles and labels a working day. days: so many it rests on, from the first to the last. week: working days."""

    articles: float
    labels: float
    days: int
    first: date
    last: date
    week: float
    week_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """When what is left may be done. day: None where there is too little to go by; basis says why, or how."""

    day: date | None
    left: int
    basis: str


def pace(days: Sequence[Day], today: date) -> Pace | None:
    """The pace of the last working days before today; None where there are too few of them. days: in their order."""
    before = [d for d in days if d.day < today and (d.articles or d.labels)]
    held = before[-DAYS:]
    if len(held) < LEAST_DAYS:
        return None
    week, known = _week([d.day for d in before])
    return Pace(
        articles=sum(d.articles for d in held) / len(held),
        labels=sum(d.labels for d in held) / len(held),
        days=len(held),
        first=held[0].day,
        last=held[-1].day,
        week=week,
        week_known=known,
    )


def _week(worked: Sequence[date]) -> tuple[float, bool]:
    """Working days a week, over the last four weeks in which work was done; whether that is known."""
    recent = [d for d in worked if d >= worked[-1] - _LOOKED_BACK]
    first, last = (d - timedelta(days=d.weekday()) for d in (recent[0], recent[-1]))
    weeks = (last - first).days // 7 + 1
    return (len(recent) / weeks, True) if weeks > 1 else (USUAL_WEEK, False)


def forecast(found: Pace | None, left: int, today: date, given: bool = True) -> Forecast:
    """When so many articles may be finished. given: whether articles are handed out at all."""

    def none(why: str) -> Forecast:
        return Forecast(day=None, left=left, basis=why)

    if not given:
        return none(say("no estimate: no articles are handed out"))
    if not left:
        return none(say("nothing is left to do"))
    if found is None:
        return none(say("no estimate yet: it needs {n} days of work before today", n=LEAST_DAYS))
    if found.articles * found.days < LEAST_ARTICLES:
        return none(
            say(
                "no estimate: only {n} articles were finished on the last {days} working days",
                n=round(found.articles * found.days),
                days=found.days,
            )
        )
    if today - found.last > _STALE:
        return none(say("no estimate: nothing was done since {day}", day=found.last.isoformat()))
    calendar = math.ceil(math.ceil(left / found.articles) / found.week * 7)
    if calendar > _LONGEST:
        return none(say("no estimate: at this pace it would take more than ten years"))
    basis = say(
        "{left} articles are left; at {pace} a working day, as on the last {days}, and {week} working days a week",
        left=left,
        pace=f"{found.articles:.1f}",
        days=found.days,
        week=f"{found.week:.1f}",
    )
    if not found.week_known:
        basis = say("{basis} (assumed, because the work is not two weeks old yet)", basis=basis)
    return Forecast(day=today + timedelta(days=calendar), left=left, basis=basis)
