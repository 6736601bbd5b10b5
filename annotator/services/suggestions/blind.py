"""Rounds in which nobody is shown a suggestion, and the articles that a coder has in them."""

from __future__ import annotations

import json
from contextlib import suppress

from annotator.domain.errors import BadInput
from annotator.services.study import Study
from annotator.store import assignments, people
from annotator.store.study_file import Connection

FACT = "blind_rounds"


def blind_rounds(study: Study) -> tuple[str, ...]:
    """The names of the rounds that are coded without suggestions."""
    with study.file.reading() as connection:
        return _rounds(connection)


def set_blind(study: Study, round_: str, blind: bool) -> None:
    """Say whether a round is coded without suggestions; answers that were given stay."""
    if not round_.strip():
        raise BadInput("a round needs a name", remedy="name the round")
    with study.file.transaction() as connection:
        held = [r for r in _rounds(connection) if r != round_]
        rounds = sorted([*held, round_] if blind else held)
        if rounds != sorted(_rounds(connection)):
            people.put_fact(connection, FACT, json.dumps(rounds, ensure_ascii=False))


def blind_articles(connection: Connection, coder_id: str) -> frozenset[str]:
    """Ids of the articles that the coder has in a round without suggestions."""
    rounds = _rounds(connection)
    if not rounds:
        return frozenset()
    return frozenset(a.document_id for a in assignments.every(connection, coder_id) if a.round in rounds)


def _rounds(connection: Connection) -> tuple[str, ...]:
    told = people.facts(connection).get(FACT)
    found: object = []
    with suppress(ValueError):
        found = json.loads(told) if told else []
    return tuple(r for r in found if isinstance(r, str)) if isinstance(found, list) else ()
