"""How far everybody is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from annotator.domain.decisions import GOLD
from annotator.services.articles.shared_words import stands_for
from annotator.services.study import Study
from annotator.store import annotations as annotation_rows
from annotator.store import assignments as rows
from annotator.store import documents as document_rows
from annotator.store import journal


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneOpen:
    """An article that a coder called done although something in it was open, and why."""

    coder: str
    article: str
    reason: str


def done_with_open(study: Study) -> list[DoneOpen]:
    """By coder and article: what a supervisor may want to look at."""
    with study.file.reading() as connection:
        done = {(d, c) for d, c, s in document_rows.states(connection) if s == "done"}
        reasons = [(d, c, why) for d, c, why in document_rows.reasons(connection) if (d, c) in done]
    names = {c.id: c.name for c in study.coders()}
    titles = {d.id: (d.number, d.title or d.source) for d in study.documents()} if reasons else {}
    found = [(names.get(c, c), *titles.get(d, (0, d)), why) for d, c, why in reasons]
    return [DoneOpen(coder=who, article=f"{n}. {title}", reason=why) for who, n, title, why in sorted(found)]


def progress(study: Study) -> dict[str, dict[str, Any]]:
    """Coder id -> assigned, and of those done, in progress, skipped, open; labels; rounds; time of the last step.

    ``repeats`` are among ``assigned``. ``stands_for``: articles that are not handed out because one that is assigned
    here has the same words and stands for them; they count once, with the one that is coded. Gold is no coder and is
    left out.
    """
    with study.file.reading() as connection:
        given = rows.every(connection)
        copies = rows.hidden_repeats(connection)
        states = {(d, c): s for d, c, s in document_rows.states(connection)}
        last = journal.last_times(connection)
        made = annotation_rows.counts(connection)
        stood = Counter(stands_for(connection, document_rows.every(connection)).values())
    result: dict[str, dict[str, Any]] = {
        c.id: {
            "assigned": 0,
            "done": 0,
            "in_progress": 0,
            "skipped": 0,
            "open": 0,
            "repeats": 0,
            "stands_for": 0,
            "labels": made.get(c.id, 0),
            "rounds": {},
            "last": last.get(c.id),
        }
        for c in study.coders()
        if c.role != GOLD
    }
    for a in given:
        mine = result[a.coder_id]
        state = states.get((a.document_id, a.coder_id), "open").replace(" ", "_")
        mine["assigned"] += 1
        mine[state] += 1
        mine["repeats"] += a.document_id in copies
        mine["stands_for"] += stood[a.document_id]
        part = mine["rounds"].setdefault(a.round, {"assigned": 0, "done": 0})
        part["assigned"] += 1
        part["done"] += state == "done"
    return result
