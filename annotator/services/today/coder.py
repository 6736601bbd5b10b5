"""What a coder has before them today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, tzinfo

from annotator.domain.annotations import Coder, Document
from annotator.domain.changes import BY_PROGRAM
from annotator.services.codebooks.waiting import Waiting, waiting
from annotator.services.study import Study
from annotator.services.study.package_origin import whose
from annotator.services.team.packed_before import received, written
from annotator.services.team.questions import Question, questions
from annotator.services.team.queue import Pile, pile
from annotator.services.today.pace import forecast, pace
from annotator.services.today.records import (
    AnsweredQuestion,
    ArticleRef,
    CoderToday,
    Counted,
    PackageTold,
    WaitingLabel,
)
from annotator.services.today.unfinished import GoOn, unfinished
from annotator.services.today.work import days_by_coder, midnight, today_of
from annotator.store import assignments, merges, work_days


def coder_today(study: Study, name: str, zone: tzinfo | None = None, go_on: GoOn = lambda: True) -> CoderToday:
    """What is assigned, open, answered and to be looked at. name: of a coder, or an id. go_on: whether to read on.

    Articles have the numbers under which the coder sees them. Raises NotFound, BadInput and Cancelled.
    """
    coder = study.person(name)
    day = today_of(study, zone)
    mine = pile(study, coder.id)
    refs = _References(mine)
    states = study.document_states(coder.id)
    piled = mine.keys[: mine.given] if mine.given else mine.keys
    counted = count_states(states.get(key, "open") for key in piled)
    after = next((k for k in piled if states.get(k) == "in progress"), None)
    following = after or next((k for k in piled if states.get(k, "open") == "open"), None)
    open_articles = [u for u in unfinished(study, coder.id, refs, go_on) if states.get(u.article.id) != "skipped"]
    asked = [q for q in questions(study) if q.note.coder_id == coder.id]
    days = days_by_coder(study, zone, coder.id).get(coder.id, ())
    found = pace(days, day)
    return CoderToday(
        coder_id=coder.id,
        coder=coder.name,
        day=day,
        given=mine.given > 0,
        counted=counted,
        next=refs(study.document(following)) if following is not None else None,
        unfinished=tuple(open_articles),
        answered=_answered(study, coder, [q for q in asked if q.answered], refs, day, zone),
        waiting_questions=sum(not q.answered for q in asked),
        reviews=tuple(
            told for w in waiting(study) if w.coder_id == coder.id and (told := waiting_label(w, refs)) is not None
        ),
        package=_package(study, coder),
        days=days,
        pace=found,
        forecast=forecast(found, counted.left, day),
    )


def count_states(states: Iterable[str]) -> Counted:
    """How far a pile is. states: of each of its articles."""
    many = Counter(states)
    known = {k: many[k] for k in ("done", "skipped")}
    begun = many["in progress"]
    assigned = sum(many.values())
    return Counted(assigned=assigned, in_progress=begun, open=assigned - begun - sum(known.values()), **known)


class _References:
    """Names articles as the coder sees them; those that the coder may not know of have no name."""

    def __init__(self, mine: Pile) -> None:
        self._pile = mine
        self._places = {key: place for place, key in enumerate(mine.keys)}

    def __call__(self, document: Document) -> ArticleRef | None:
        place = self._places.get(document.id)
        return None if place is None else reference(document, self._pile.number(place, document.number))


def reference(document: Document, number: int | None = None) -> ArticleRef:
    """An article by its number and title, by its source where it has none."""
    return ArticleRef(
        id=document.id,
        number=document.number if number is None else number,
        title=document.title or document.source or "",
    )


def waiting_label(w: Waiting, refs: Callable[[Document], ArticleRef | None]) -> WaitingLabel | None:
    """A label that waits for review; None where its article has no name here."""
    article = refs(w.document)
    if article is None:
        return None
    start, end = w.place or (0, 0)
    return WaitingLabel(
        label=w.label, coder_id=w.coder_id, coder=w.coder, article=article, start=start, end=end, words=w.words
    )


def _answered(
    study: Study, coder: Coder, asked: list[Question], refs: _References, day: date, zone: tzinfo | None
) -> tuple[AnsweredQuestion, ...]:
    """Those that somebody else answered, new ones first."""
    replies = {q.note.id: [(who, n) for who, n in q.replies if n.coder_id != coder.id] for q in asked}
    with study.file.reading() as connection:
        before = work_days.last_own_number(connection, coder.id, BY_PROGRAM, midnight(day, zone))
        numbers = work_days.newest_numbers(connection, sorted(n.id for by in replies.values() for _, n in by))
    found = []
    for q in asked:
        article = refs(q.document)
        if article is None or not replies[q.note.id]:
            continue
        who, last = replies[q.note.id][-1]
        found.append(
            AnsweredQuestion(
                id=q.note.id,
                article=article,
                start=q.note.start or 0,
                end=q.note.end or 0,
                question=q.note.text,
                answer=last.text,
                by=who,
                at=last.created,
                new=numbers.get(last.id, 0) > before,
            )
        )
    return tuple(sorted(found, key=lambda a: (not a.new, a.at, a.id)))


def _package(study: Study, coder: Coder) -> PackageTold | None:
    if whose(study) != coder.id:
        return None
    with study.file.reading() as connection:
        rounds = dict.fromkeys(a.round for a in assignments.every(connection, coder.id))
        last, came = written(connection).get(coder.id), received(connection)
        arrived = [p for p in merges.packages(connection) if p.coder_id == coder.id]
        number = last.number if last is not None else 0
        since = work_days.labels_touched_since(connection, coder.id, BY_PROGRAM, number)
    newest = max(arrived, key=lambda p: p.made, default=None)
    return PackageTold(
        title=study.title,
        coder=coder.name,
        sender=came.sender if came is not None else "",
        rounds=tuple(rounds),
        made=newest.made if newest is not None else None,
        received=newest.merged if newest is not None else None,
        sent=last.at if last is not None else None,
        labels_since=since,
    )
