"""Test sets: articles that are settled, handed to coders who have not seen them, to be compared with gold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain.annotations import Coder
from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput
from annotator.domain.words import by_door, say
from annotator.services.adjudication.case_book import CaseBook
from annotator.services.study import Study
from annotator.store import assignments as rows
from annotator.store import people


def settled_documents(book: CaseBook) -> list[str]:
    """Ids of the articles in which every case is settled, in the study's order."""
    waiting = {c.document_id for c in book.cases if book.standing(c).state != "settled"}
    present = {c.document_id for c in book.cases}
    return [d for d in book.documents if d in present - waiting]


@dataclass(frozen=True, slots=True)
class Given:
    """How many articles a coder got."""

    id: str
    name: str
    added: int


@dataclass(frozen=True, slots=True)
class TestSet:
    """What was handed out. settled: how many articles there are to be handed out."""

    __test__ = False
    round: str
    settled: int
    coders: tuple[Given, ...]


def give_test_set(
    study: Study, book: CaseBook, names: Sequence[str], round: str = "training", count: int | None = None
) -> TestSet:
    """Assign settled articles to coders, new ones entered: those they have neither coded nor been given. All or none.

    count: how many each is to get at most. Raises BadInput where no article is settled throughout.
    """
    settled = settled_documents(book)
    if not settled:
        raise BadInput("no article is settled completely", str(study.file.path), "settle every case of one first")
    if count is not None and count < 1:
        raise BadInput(say("{count} articles are not enough for a test set", count=count), remedy="give one or more")
    if not round.strip() or len(round) > 64:
        raise BadInput(
            "a round needs a name of 1 to 64 characters",
            round,
            by_door("give --round another name", say("give the round another name")),
        )
    wanted = [n.strip() for n in names]
    if not wanted or not all(wanted) or len(set(wanted)) < len(wanted):
        raise BadInput(
            "each coder is to be named once",
            ",".join(names),
            by_door("write --coders A,B", say("tick each coder once")),
        )
    known = study.coders()
    found = {n: study.coder(n) for n in wanted if any(n in (c.id, c.name) for c in known)}
    if any(c.role == GOLD for c in found.values()):
        raise BadInput("gold is not a coder and gets no articles", ",".join(names), "name coders")
    coded = {(a.coder_id, a.document_id) for a in study.annotations()}
    told: list[Given] = []
    with study.file.transaction() as connection:
        for name in wanted:
            coder = found.get(name)
            if coder is None:
                coder = Coder(study.ids(), name)
                people.add_coder(connection, coder, study.clock())
            held = {a.document_id for a in rows.every(connection, coder.id)}
            free = [d for d in settled if d not in held and (coder.id, d) not in coded]
            given = free if count is None else free[:count]
            position = rows.last_position(connection, coder.id)
            rows.add(
                connection,
                [rows.Assignment(coder.id, d, round, position + n) for n, d in enumerate(given, start=1)],
            )
            told.append(Given(coder.id, coder.name, len(given)))
    return TestSet(round, len(settled), tuple(told))
