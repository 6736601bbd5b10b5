"""How far everybody is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """How many articles of a round were assigned, and are done."""

    assigned: int
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many articles were assigned to a coder and how far they are; rounds; last: time of the last step.

    ``repeats`` are among ``assigned``. ``stands_for``: articles that are not handed out because one that is assigned
    here has the same words and stands for them; they count once, with the one that is coded.
    """

    assigned: int
    done: int
    in_progress: int
    skipped: int
    open: int
    repeats: int
    stands_for: int
    labels: int
    rounds: Mapping[str, RoundProgress]
    last: str | None


def progress(study: Study) -> dict[str, Progress]:
    """Coder id -> how far that coder is; gold is no coder and is left out."""
    with study.file.reading() as connection:
        given = rows.every(connection)
        copies = rows.hidden_repeats(connection)
        states = {(d, c): s for d, c, s in document_rows.states(connection)}
        last = journal.last_times(connection)
        made = annotation_rows.counts(connection)
        stood = Counter(stands_for(connection, document_rows.every(connection)).values())
    theirs: dict[str, list[rows.Assignment]] = {}
    for a in given:
        theirs.setdefault(a.coder_id, []).append(a)
    result: dict[str, Progress] = {}
    for c in study.coders():
        if c.role == GOLD:
            continue
        mine = theirs.get(c.id, [])
        how = [states.get((a.document_id, c.id), "open") for a in mine]
        counts = Counter(how)
        assigned = Counter(a.round for a in mine)
        done = Counter(a.round for a, state in zip(mine, how, strict=True) if state == "done")
        result[c.id] = Progress(
            assigned=len(mine),
            done=counts["done"],
            in_progress=counts["in progress"],
            skipped=counts["skipped"],
            open=counts["open"],
            repeats=sum(a.document_id in copies for a in mine),
            stands_for=sum(stood[a.document_id] for a in mine),
            labels=made.get(c.id, 0),
            rounds={name: RoundProgress(n, done[name]) for name, n in assigned.items()},
            last=last.get(c.id),
        )
    return result
