"""Days of work, out of the journal's times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, tzinfo

from annotator.domain.changes import BY_PROGRAM
from annotator.services.study import Study
from annotator.services.study.history import moment
from annotator.services.today.pace import Day
from annotator.store import work_days


def days_by_coder(study: Study, zone: tzinfo | None, coder_id: str | None = None) -> dict[str, tuple[Day, ...]]:
    """Coder -> days on which they did something, the first first; days are those of `zone`, of this computer if
    None."""
    with study.file.reading() as connection:
        labels = work_days.labels_made(connection, BY_PROGRAM, coder_id)
        articles = [(c, at) for c, _, at in work_days.articles_finished(connection, BY_PROGRAM, coder_id)]
    of_labels, of_articles = _counted(labels, zone), _counted(articles, zone)
    found: dict[str, list[Day]] = {}
    for coder, day in sorted(of_labels.keys() | of_articles.keys()):
        key = coder, day
        found.setdefault(coder, []).append(Day(day=day, articles=of_articles[key], labels=of_labels[key]))
    return {coder: tuple(days) for coder, days in found.items()}


def _counted(rows: Iterable[tuple[str, str]], zone: tzinfo | None) -> Counter[tuple[str, date]]:
    found: Counter[tuple[str, date]] = Counter()
    known: dict[str, date] = {}
    for coder, at in rows:
        minute = at[:16]  # of all steps of a minute the day is the same
        day = known.get(minute)
        if day is None:
            day = known[minute] = moment(at, zone).date()
        found[coder, day] += 1
    return found


def together(days: Iterable[tuple[Day, ...]]) -> tuple[Day, ...]:
    """The days of several coders, added up."""
    articles: Counter[date] = Counter()
    labels: Counter[date] = Counter()
    for mine in days:
        for d in mine:
            articles[d.day] += d.articles
            labels[d.day] += d.labels
    return tuple(Day(day=d, articles=articles[d], labels=labels[d]) for d in sorted(articles.keys() | labels.keys()))


def today_of(study: Study, zone: tzinfo | None) -> date:
    """The day by the study's clock."""
    return moment(study.clock(), zone).date()


def midnight(day: date, zone: tzinfo | None) -> str:
    """When a day begins, as the journal writes times."""
    begin = datetime.combine(day, time.min, zone) if zone is not None else datetime.combine(day, time.min).astimezone()
    return begin.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
