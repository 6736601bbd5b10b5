"""The lines of the first screen: each says one thing that is to be done, and leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from annotator.qt.toolkit.days import day_words
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.agreement.naming import NAMES
from annotator.services.today.pace import Forecast, Pace
from annotator.services.today.records import ArticleRef, CoderToday, Headline, PackageOfCoder, TeamToday

MOST = 5
"""So many of a kind are listed one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """Where a line leads: an action of the menus by its name, or a place in an article."""

    action: str = ""
    document: str = ""
    coder: str = ""
    label: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is said, and where a click leads; None: nowhere, it is only said."""

    text: str
    go: Go | None = None


def article(a: ArticleRef) -> str:
    """Its number and title."""
    return f"{a.number}. {a.title}"


def coder_lines(t: CoderToday) -> Iterator[Line]:
    """What a coder has before them, the most pressing first."""
    n = t.counted
    figures = {"all": n.assigned, "done": n.done, "skipped": n.skipped, "progress": n.in_progress, "open": n.open}
    words = (
        tr("Assigned: {all} articles – {done} done, {skipped} skipped, {progress} in progress, {open} open", **figures)
        if t.given
        else tr("{all} articles – {done} done, {skipped} skipped, {progress} in progress, {open} open", **figures)
    )
    yield Line(text=words, go=Go(document=t.next.id) if t.next is not None else None)
    for a in [a for a in t.answered if a.new][:MOST]:
        yield Line(
            text=tr(
                "{who} answered: “{answer}” – {article}", who=a.by, answer=_short(a.answer), article=article(a.article)
            ),
            go=Go(document=a.article.id, start=a.start, end=a.end),
        )
    rest = len(t.answered) - min(sum(a.new for a in t.answered), MOST)
    if rest or t.waiting_questions:
        yield Line(
            text=tr("My questions: {old} more answered, {open} without an answer", old=rest, open=t.waiting_questions),
            go=Go(action="questions"),
        )
    for u in t.unfinished[:MOST]:
        message = (
            tr("One statement is not complete: {article}", article=article(u.article))
            if u.statements == 1
            else tr("{n} statements are not complete: {article}", n=u.statements, article=article(u.article))
        )
        yield Line(
            text=message, go=Go(document=u.article.id, label=u.first, coder=t.coder_id, start=u.start, end=u.end)
        )
    if len(t.unfinished) > MOST:
        more = t.unfinished[MOST:]
        yield Line(
            text=tr(
                "… and {n} more in {articles} other articles", n=sum(u.statements for u in more), articles=len(more)
            ),
            go=Go(document=more[0].article.id, label=more[0].first, coder=t.coder_id),
        )
    if t.reviews:
        first = t.reviews[0]
        yield Line(
            text=tr("{n} labels wait for review after a change of codebook or text", n=len(t.reviews)),
            go=Go(document=first.article.id, label=first.label, coder=t.coder_id, start=first.start, end=first.end),
        )


def package_line(t: CoderToday) -> str:
    """What the package is, and what became of it."""
    p = t.package
    if p is None:
        return ""
    message = tr("Your package of “{title}”", title=p.title)
    if p.rounds:
        message += tr(", round {name}", name=", ".join(p.rounds))
    if p.sender:
        message += tr(", from {who}", who=p.sender)
    if p.made:
        message += tr(", made on {day}", day=day_words(p.made))
    if p.sent:
        return (
            message + ". " + tr("Last sent back on {day}; {n} labels since.", day=day_words(p.sent), n=p.labels_since)
        )
    return message + ". " + tr("Not sent back yet; {n} labels so far.", n=p.labels_since)


def team_lines(t: TeamToday, agreement: Headline | None) -> Iterator[Line]:
    """What there is to do for who supervises."""
    for p in t.packages:
        yield Line(text=_package(p), go=Go(action="make-packages" if p.state == "not made" else "collect-packages"))
    if t.conflicts:
        yield Line(text=tr("{n} labels were changed in two places", n=t.conflicts), go=Go(action="conflicts"))
    if t.questions:
        yield Line(text=tr("{n} questions wait for an answer", n=len(t.questions)), go=Go(action="questions"))
    if t.reviews:
        who = ", ".join(f"{c.coder} {c.reviews}" for c in t.coders if c.reviews)
        yield Line(
            text=tr("{n} labels wait for review: {who}", n=len(t.reviews), who=who), go=Go(action="waiting-for-review")
        )
    for d in t.done_though[:MOST]:
        yield Line(
            text=tr(
                "{who} is done, with something open: {article} – “{why}”",
                who=d.coder,
                article=article(d.article),
                why=_short(d.reason),
            ),
            go=Go(document=d.article.id, coder=d.coder_id),
        )
    if len(t.done_though) > MOST:
        yield Line(
            text=tr("… and {n} more that are done with something open", n=len(t.done_though) - MOST),
            go=Go(action="progress"),
        )
    for c in t.coders:
        n = c.counted
        figures = {"who": c.coder, "done": n.done, "all": n.assigned, "labels": c.labels}
        message = (
            tr("{who}: {done} of {all} articles done, {labels} labels", **figures)
            if n.assigned
            else tr("{who}: {labels} labels", **figures)
        )
        if c.unfinished:
            message += tr(
                "; {n} statements not complete, in {articles} articles", n=c.unfinished, articles=c.unfinished_articles
            )
        if c.forecast.day is not None:
            message += tr("; may be done about {day}", day=day_words(c.forecast.day))
        yield Line(text=message, go=Go(action="progress"))
    yield Line(text=_agreement(agreement), go=Go(action="agreement") if agreement is not None and agreement.n else None)


def _package(p: PackageOfCoder) -> str:
    n = p.counted
    if p.state == "not made":
        return tr("{who}: no package was made yet ({n} articles)", who=p.coder, n=n.assigned)
    if p.state == "out":
        return tr(
            "{who}: package out since {day}, nothing came back yet", who=p.coder, day=day_words(p.handed_out or "")
        )
    if p.state == "back":
        return tr(
            "{who}: collected on {day}, {n} articles are still to come",
            who=p.coder,
            day=day_words(p.collected or ""),
            n=n.left,
        )
    return tr("{who}: collected on {day}, complete", who=p.coder, day=day_words(p.collected or ""))


def _agreement(a: Headline | None) -> str:
    if a is None:
        return tr("Agreement of the latest round: being computed …")
    if a.value is None:
        return tr("Agreement: {why}", why=spoken(a.why))
    between = f" [{a.low:.2f}, {a.high:.2f}]" if a.low is not None and a.high is not None else ""

    figure = f"{tr(NAMES.get(a.coefficient, a.coefficient))} {a.value:.2f}{between}, n = {a.n}"
    if a.round:
        return tr("Agreement, round {round}, {field}: {figure}", round=a.round, field=a.name, figure=figure)
    return tr("Agreement, {field}: {figure}", field=a.name, figure=figure)


def pace_words(pace: Pace | None, forecast: Forecast) -> str:
    """The pace, and the estimate with what it rests on."""
    told = []
    if pace is not None:
        told.append(
            tr(
                "{articles} articles and {labels} labels a working day (the last {n} days of work).",
                articles=f"{pace.articles:.1f}",
                labels=f"{pace.labels:.0f}",
                n=pace.days,
            )
        )
    if forecast.day is not None:
        told.append(tr("Estimate: done about {day}.", day=day_words(forecast.day)))
    basis = spoken(forecast.basis)
    told.append(basis[:1].upper() + basis[1:] + ".")
    return " ".join(told)


def _short(words: str) -> str:
    one = " ".join(words.split())
    return one if len(one) <= 120 else one[:119] + "…"
