"""What there is to do for who supervises a study."""

from __future__ import annotations

from collections import Counter
from datetime import tzinfo
from typing import Literal

from annotator.domain.annotations import Coder
from annotator.domain.decisions import GOLD
from annotator.services.codebooks.waiting import waiting
from annotator.services.study import Study
from annotator.services.study.package_origin import whose
from annotator.services.team.packed_before import Written, written
from annotator.services.team.questions import questions
from annotator.services.today.coder import count_states, reference, waiting_label
from annotator.services.today.pace import forecast, pace
from annotator.services.today.records import (
    CoderProgress,
    Counted,
    DoneThough,
    OpenQuestion,
    PackageOfCoder,
    TeamToday,
    Unfinished,
)
from annotator.services.today.unfinished import GoOn, unfinished
from annotator.services.today.work import days_by_coder, today_of, together
from annotator.store import annotations as annotation_rows
from annotator.store import assignments, merges
from annotator.store import documents as document_rows


def supervises(study: Study, coder: Coder) -> bool:
    """Whether somebody is shown the team's work: by their role; where nobody has that role, whoever holds the file.

    Never in a study that was made from a coder's package, and nobody without the role in a shared database.
    """
    if whose(study) is not None or coder.role == GOLD:
        return False
    if coder.role == "supervisor":
        return True
    people = [c for c in study.coders() if c.role != GOLD]
    return len(people) > 1 and not study.file.shared and not any(c.role == "supervisor" for c in people)


def team_today(study: Study, zone: tzinfo | None = None, go_on: GoOn = lambda: True) -> TeamToday:
    """Packages, conflicts, questions, reviews, incomplete work and progress. go_on: whether to read on; else Cancelled
    is raised."""
    day = today_of(study, zone)
    with study.file.reading() as connection:
        given = assignments.every(connection)
        states = {(d, c): s for d, c, s in document_rows.states(connection)}
        reasons = {(d, c): why for d, c, why in document_rows.reasons(connection)}
        made = annotation_rows.counts(connection)
        handed, merged = written(connection), merges.packages(connection)
        conflicts = sum(c.settled is None for c in merges.conflicts(connection))
    people = [c for c in study.coders() if c.role != GOLD]
    assigned = {c.id: [a.document_id for a in given if a.coder_id == c.id] for c in people}
    counted = {c.id: count_states(states.get((d, c.id), "open") for d in assigned[c.id]) for c in people}
    lacking: dict[str, list[Unfinished]] = {}
    for c in people:
        found = unfinished(study, c.id, reference, go_on) if made.get(c.id) else []
        lacking[c.id] = [u for u in found if states.get((u.article.id, c.id)) != "skipped"]
    days = days_by_coder(study, zone)
    reviews = [told for w in waiting(study) if (told := waiting_label(w, reference)) is not None]
    per_coder = Counter(w.coder_id for w in reviews)
    coders = []
    for c in people:
        mine = days.get(c.id, ())
        if not (assigned[c.id] or made.get(c.id) or mine):
            continue
        at = pace(mine, day)
        coders.append(
            CoderProgress(
                coder_id=c.id,
                coder=c.name,
                counted=counted[c.id],
                labels=made.get(c.id, 0),
                unfinished=sum(u.statements for u in lacking[c.id]),
                unfinished_articles=len(lacking[c.id]),
                reviews=per_coder[c.id],
                days=mine,
                pace=at,
                forecast=forecast(at, counted[c.id].left, day, bool(assigned[c.id])),
            )
        )
    every = together(days.get(c.id, ()) for c in people)
    whole = pace(every, day)
    return TeamToday(
        title=study.title,
        day=day,
        packages=_packages(people, counted, handed, merged),
        conflicts=conflicts,
        questions=tuple(
            OpenQuestion(
                id=q.note.id,
                coder=q.coder,
                article=reference(q.document),
                start=q.note.start or 0,
                end=q.note.end or 0,
                question=q.note.text,
                at=q.note.created,
            )
            for q in questions(study)
            if not q.answered
        ),
        reviews=tuple(reviews),
        done_though=_done_though(study, people, {k: why for k, why in reasons.items() if states.get(k) == "done"}),
        coders=tuple(coders),
        days=every,
        pace=whole,
        forecast=forecast(whole, sum(n.left for n in counted.values()), day, bool(given)),
    )


def _done_though(study: Study, people: list[Coder], reasons: dict[tuple[str, str], str]) -> tuple[DoneThough, ...]:
    """By coder and number. reasons: (article, coder) -> why it is done all the same."""
    documents = sorted(study.documents_with({d for d, _ in reasons}), key=lambda d: d.number)
    return tuple(
        DoneThough(coder_id=c.id, coder=c.name, article=reference(d), reason=reasons[d.id, c.id])
        for c in people
        for d in documents
        if (d.id, c.id) in reasons
    )


def _packages(
    people: list[Coder],
    counted: dict[str, Counted],
    handed: dict[str, Written],
    merged: list[merges.Merged],
) -> tuple[PackageOfCoder, ...]:
    """Of every coder with articles, where packages were ever made or collected."""
    if not any(c.id in handed for c in people) and not merged:
        return ()
    found = []
    for c in people:
        came = [p.merged for p in merged if p.coder_id == c.id]
        out = handed.get(c.id)
        if not counted[c.id].assigned and not came and out is None:
            continue
        last = max(came, default=None)
        state: Literal["not made", "out", "back", "complete"]
        if out is not None and (last is None or last < out.at):
            state = "out"
        elif last is None:
            state = "not made"
        else:
            state = "back" if counted[c.id].left else "complete"
        found.append(
            PackageOfCoder(
                coder_id=c.id,
                coder=c.name,
                state=state,
                handed_out=out.at if out is not None else None,
                collected=last,
                packages=len(came),
                counted=counted[c.id],
            )
        )
    return tuple(found)
