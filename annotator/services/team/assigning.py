"""Plans of who codes what: shown first, then applied in one transaction; a later plan adds to earlier ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from annotator.domain.annotations import Coder, Document
from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import JsonObject, as_json
from annotator.domain.words import by_door, say
from annotator.services.articles.shared_words import stands_for
from annotator.services.study import Study
from annotator.services.team.allocation import Article, Request, Slot, draw
from annotator.store import assignments as rows
from annotator.store import documents as document_rows
from annotator.store import people

STRATA = ("outlet", "month")


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that can be looked at before it is applied: who is to get what, in which order."""

    request: Request
    coders: tuple[Coder | str, ...]
    piles: dict[str, list[Slot]]
    documents: int
    strata: dict[tuple[str, str], int]
    held: dict[str, int]
    shares: dict[str, dict[tuple[str, str], int]]
    """Coder -> stratum -> new articles, second readings aside."""
    stood_for: int = 0
    """Articles that are not handed out: another one with the same words stands for them."""

    @property
    def new(self) -> int:
        """How many slots the plan adds."""
        return sum(len(pile) for pile in self.piles.values())


def plan(study: Study, names: Sequence[str], request: Request) -> Plan:
    """Draw a plan; nothing is written. Raises BadInput where it cannot be met."""
    coders = _people(study, names)
    _check(request, len(coders))
    with study.file.reading() as connection:
        copies = rows.hidden_repeats(connection)
        existing = rows.every(connection)
        every = [d for d in document_rows.every(connection) if d.id not in copies]
        stood_for = stands_for(connection, every)
        documents = [d for d in every if d.id not in stood_for]
    if not documents:
        raise BadInput(
            "the study has no articles",
            str(study.file.path),
            by_door("bring some in with `annotator import`", say("bring some in with “Import articles…”")),
        )
    keys = {_name(c): c.id if isinstance(c, Coder) else f"new:{c}" for c in coders}
    names_of = {key: name for name, key in keys.items()}
    held: dict[str, set[str]] = {}
    for a in existing:
        if a.document_id not in copies:
            held.setdefault(a.document_id, set()).add(names_of.get(a.coder_id, a.coder_id))
    articles = [Article(d.id, stratum(d, request.strata)) for d in documents]
    places = {a.id: a.stratum for a in articles}
    before = {a.document_id for a in existing if a.round == request.round and a.document_id not in copies}
    piles = draw(articles, list(keys), {d: frozenset(who) for d, who in held.items()}, request, before)
    return Plan(
        request,
        tuple(coders),
        piles,
        len(documents),
        dict(sorted(Counter(a.stratum for a in articles).items())),
        dict(Counter(names_of.get(a.coder_id, a.coder_id) for a in existing)),
        {name: dict(Counter(places[s.article] for s in pile if not s.again)) for name, pile in piles.items()},
        len(stood_for),
    )


def apply_plan(study: Study, drawn: Plan) -> None:
    """Write the plan: coders that are new, second copies of articles, piles. All of it, or nothing."""
    if not drawn.new:
        return
    with study.file.transaction() as connection:
        at = study.clock()
        plan_id = study.ids()
        content = {**asdict(drawn.request), "coders": [_name(c) for c in drawn.coders]}
        rows.add_plan(connection, plan_id, drawn.request.round, content, at)
        number = document_rows.next_number(connection)
        for person in drawn.coders:
            if isinstance(person, str):
                person = Coder(study.ids(), person)
                people.add_coder(connection, person, at)
            position = rows.last_position(connection, person.id)
            made: list[rows.Assignment] = []
            copies: dict[str, str] = {}
            for slot in drawn.piles[person.name]:
                document_id = slot.article
                if slot.again:
                    document_id = study.ids()
                    _copy(connection, slot.article, document_id, number, at)
                    copies[document_id] = slot.article
                    number += 1
                position += 1
                made.append(rows.Assignment(person.id, document_id, drawn.request.round, position, plan_id))
            rows.add_hidden_repeats(connection, copies)
            rows.add(connection, made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """What one coder gets. id: None where the coder is new. before: how many were handed out to the coder already."""

    id: str | None
    name: str
    added: int
    repeats: int
    before: int


def piles_of(drawn: Plan) -> list[Pile]:
    """What each coder gets."""
    ids = {_name(c): c.id if isinstance(c, Coder) else None for c in drawn.coders}
    return [
        Pile(
            id=ids[name],
            name=name,
            added=sum(not s.again for s in pile),
            repeats=sum(s.again for s in pile),
            before=drawn.held.get(name, 0),
        )
        for name, pile in drawn.piles.items()
    ]


def plan_as_json(drawn: Plan, applied: bool) -> JsonObject:
    """The plan in the public JSON form."""
    return {
        "round": drawn.request.round,
        "overlap": drawn.request.overlap,
        "share": drawn.request.share,
        "repeats": drawn.request.repeats,
        "seed": drawn.request.seed,
        "documents": drawn.documents,
        **({"stood_for": drawn.stood_for} if drawn.stood_for else {}),
        "strata": [
            {
                "outlet": o,
                "month": m,
                "documents": n,
                "coders": {name: drawn.shares[name].get((o, m), 0) for name in drawn.piles},
            }
            for (o, m), n in drawn.strata.items()
        ],
        "coders": as_json(piles_of(drawn)),
        "assigned": drawn.new,
        "applied": applied,
    }


def stratum(document: Document, by: Sequence[str] = STRATA) -> tuple[str, str]:
    """(outlet, month); empty text where it is unknown, or not in ``by``."""
    outlet, month = document.publisher or "", (document.published or "")[:7]
    return outlet if "outlet" in by else "", month if "month" in by else ""


def _name(person: Coder | str) -> str:
    return person.name if isinstance(person, Coder) else person


def _people(study: Study, names: Sequence[str]) -> list[Coder | str]:
    known = study.coders()
    if gold := [c.name for c in known if c.role == GOLD and {c.id, c.name} & {n.strip() for n in names}]:
        raise BadInput("gold is not a coder and gets no articles", gold[0], "name coders")
    result: list[Coder | str] = []
    for name in (n.strip() for n in names):
        if not name:
            raise BadInput(
                "a coder needs a name", ",".join(names), by_door("write --coders A,B", say("tick or add coders"))
            )
        result.append(study.coder(name) if any(name in (c.id, c.name) for c in known) else name)
    if not result:
        raise BadInput("no coder is named", remedy=by_door("write --coders A,B", say("tick or add coders")))
    twice = [name for name, count in Counter(_name(p) for p in result).items() if count > 1]
    if twice:
        raise BadInput("a coder is named twice", twice[0], "name each once")
    return result


def _check(request: Request, coders: int) -> None:
    if not 1 <= request.overlap <= coders:
        raise BadInput(
            by_door(
                say("--overlap {value} cannot be met by {coders} coders", value=request.overlap, coders=coders),
                say("{value} coders an article cannot be met by {coders} coders", value=request.overlap, coders=coders),
            ),
            remedy=say("choose from 1 to {coders}", coders=coders),
        )
    for name, value in (
        (by_door("--share", say("a shared part of")), request.share),
        (by_door("--repeats", say("a second reading of")), request.repeats),
    ):
        if not 0 <= value <= 100:
            raise BadInput(
                say("{name} {value:g} is not a percentage", name=name, value=value), remedy="choose from 0 to 100"
            )
    if request.pilot < 0:
        raise BadInput(
            say("{name} {value} is below zero", name=by_door("--pilot", say("a pilot of")), value=request.pilot),
            remedy="say how many articles",
        )
    for stratum in request.strata:
        if stratum not in STRATA:
            raise BadInput(
                by_door(
                    say("--strata `{name}` is unknown", name=stratum),
                    say("articles cannot be mixed by `{name}`", name=stratum),
                ),
                remedy=say("choose from {names}", names=", ".join(STRATA)),
            )
    if not request.round.strip() or len(request.round) > 64:
        raise BadInput(
            "a round needs a name of 1 to 64 characters",
            request.round,
            by_door("give --round another name", say("give the round another name")),
        )


def _copy(connection: Any, original: str, key: str, number: int, at: str) -> None:
    document = document_rows.get(connection, original)
    text = document_rows.text(connection, original)
    assert document is not None
    assert text is not None
    raw, form, encoding, cleaning = document_rows.source(connection, original) or (b"", "plain", "utf-8", [])
    copy = replace(document, id=key, number=number)
    document_rows.insert_many(connection, [document_rows.NewDocument(copy, text, raw, form, encoding, cleaning, at)])


@dataclass(frozen=True, slots=True)
class AppliedPlan:
    """A plan that was applied: its round, and when."""

    round: str
    created: str


def plans(study: Study) -> list[AppliedPlan]:
    """Every plan that was applied, oldest first."""
    with study.file.reading() as connection:
        return [AppliedPlan(p["round"], p["created"]) for p in rows.plans(connection)]
