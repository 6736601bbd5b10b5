"""today: what there is to do in a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from annotator.cli.front import JSON, STUDY, note, opened, print_json, print_table
from annotator.domain.json_forms import as_json

if TYPE_CHECKING:
    from annotator.services.today.records import CoderToday, Headline, TeamToday


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("today")(today)


def today(
    study: str = STUDY,
    coder: str = typer.Option(
        "", "--coder", help="What there is to do for this coder; without it, for the supervisor."
    ),
    json: bool = JSON,
) -> None:
    """Show what there is to do: for a coder, or for who supervises; with pace, and an estimate of the last day."""
    from annotator.services.study.package_origin import whose
    from annotator.services.today.coder import coder_today
    from annotator.services.today.headline import headline
    from annotator.services.today.team import team_today

    with opened(study) as found:
        who = coder or whose(found) or ""
        if who:
            mine = coder_today(found, who)
            if json:
                print_json({"for": "coder", **as_json(mine)})
            else:
                _coder(mine)
            return
        team, agreement = team_today(found), headline(found)
    if json:
        print_json({"for": "supervisor", **as_json(team), "agreement": as_json(agreement)})
    else:
        _team(team, agreement)


def _coder(t: CoderToday) -> None:
    n = t.counted
    rows: list[list[Any]] = []
    if t.package is not None:
        p = t.package
        rows.append(["package", ", ".join(p.rounds) or "-", f"{p.title}{f', from {p.sender}' if p.sender else ''}"])
        rows.append(["sent back", (p.sent or "never")[:10], f"{p.labels_since} labels since"])
    rows.append(["assigned" if t.given else "articles", n.assigned, ""])
    rows += [["done", n.done, ""], ["skipped", n.skipped, ""], ["in progress", n.in_progress, ""], ["open", n.open, ""]]
    if t.next is not None:
        rows.append(["go on with", t.next.number, t.next.title])
    for u in t.unfinished:
        rows.append(["to be filled in", f"{u.statements} statements", f"{u.article.number}. {u.article.title}"])
    for a in t.answered:
        new = "answered, new" if a.new else "answered"
        rows.append([new, f"{a.by}: {a.answer}", f"{a.article.number}. {a.question}"])
    if t.waiting_questions:
        rows.append(["questions without an answer", t.waiting_questions, ""])
    for r in t.reviews:
        rows.append(["waits for review", r.words, f"{r.article.number}. {r.article.title}"])
    print_table(("what", "how many", "where"), rows)
    _pace(t)


def _team(t: TeamToday, a: Headline) -> None:
    print_table(
        (
            "coder",
            "assigned",
            "done",
            "skipped",
            "open",
            "labels",
            "to be filled in",
            "to review",
            "package",
            "may end",
        ),
        [
            [
                c.coder,
                c.counted.assigned,
                c.counted.done,
                c.counted.skipped,
                c.counted.left,
                c.labels,
                c.unfinished,
                c.reviews,
                next(
                    (f"{p.state} {_since(p.handed_out, p.collected)}" for p in t.packages if p.coder_id == c.coder_id),
                    "",
                ),
                c.forecast.day,
            ]
            for c in t.coders
        ],
    )
    print_table(
        ("what", "how many"),
        [
            ["packages to collect", len(t.to_collect)],
            ["changed in two places", t.conflicts],
            ["questions without an answer", len(t.questions)],
            ["labels that wait for review", len(t.reviews)],
            ["articles done with something open", len(t.done_though)],
        ],
    )
    if a.value is None:
        note(f"agreement: {a.why}")
    else:
        between = f" [{a.low:.2f}, {a.high:.2f}]" if a.low is not None and a.high is not None else ""
        where = f"round {a.round}, " if a.round else ""
        typer.echo(f"agreement: {where}{a.name}: {a.coefficient} {a.value:.2f}{between}, n = {a.n}")
    _pace(t)


def _since(handed_out: str | None, collected: str | None) -> str:
    return max(handed_out or "", collected or "")[:10]


def _pace(t: CoderToday | TeamToday) -> None:
    if t.pace is not None:
        typer.echo(
            f"pace: {t.pace.articles:.1f} articles, {t.pace.labels:.1f} labels a working day "
            f"({t.pace.days} days, {t.pace.first} to {t.pace.last})"
        )
    if t.forecast.day is not None:
        typer.echo(f"may be done by about {t.forecast.day}: {t.forecast.basis}")
    else:
        note(str(t.forecast.basis))
