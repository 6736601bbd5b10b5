"""Rows of decisions, and of who looked up whose labels were before a settler."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from annotator.domain.decisions import Decision, decision_of
from annotator.store.records import dumps
from annotator.store.tables import decision, unblinding

_IN_CONTENT = ("versions", "seed", "chosen", "gold", "covers", "replaces", "note", "proposed")


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision, and when it was taken back; None while it holds."""

    decision: Decision
    undone: str | None


def every(connection: Connection, document_id: str | None = None) -> list[Kept]:
    """Decisions in the order in which they were made, those taken back too."""
    query = select(decision).order_by(decision.c.seq)
    if document_id is not None:
        query = query.where(decision.c.document_id == document_id)
    return [Kept(_decision(r), r.undone) for r in connection.execute(query)]


def some(connection: Connection, ids: Collection[str]) -> list[Kept]:
    """The decisions with these ids, in the order in which they were made."""
    wanted = sorted(ids)
    rows = [
        r
        for at in range(0, len(wanted), 500)
        for r in connection.execute(select(decision).where(decision.c.id.in_(wanted[at : at + 500])))
    ]
    return [Kept(_decision(r), r.undone) for r in sorted(rows, key=lambda r: r.seq)]


def put(connection: Connection, one: Decision, undone: str | None) -> None:
    """Write a decision, or say that it was taken back (`undone`) or brought back (None)."""
    known = decision.update().where(decision.c.id == one.id)
    if connection.execute(known, {"undone": undone}).rowcount:
        return
    record = one.record()
    connection.execute(
        decision.insert(),
        {
            "id": one.id,
            "case_id": one.case_id,
            "document_id": one.document_id,
            "layer": one.layer,
            "outcome": one.outcome,
            "how": one.how,
            "content": dumps({key: record[key] for key in _IN_CONTENT if key in record}),
            "blind": int(one.blind),
            "lifted_at": one.lifted_at,
            "lifted_by": one.lifted_by,
            "settled_by": one.settled_by,
            "at": one.at,
            "undone": undone,
        },
    )


def unblindings(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    """Label id -> (coder id, when) of everybody who looked up whose label it is, first ones first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for r in connection.execute(select(unblinding).order_by(unblinding.c.at, unblinding.c.coder_id)):
        found.setdefault(r.label_id, []).append((r.coder_id, r.at))
    return found


def unblinded(connection: Connection, labels: Collection[str]) -> list[tuple[str, str]]:
    """(coder id, when) of everybody who looked up whose one of these labels is, first ones first."""
    query = select(unblinding.c.coder_id, unblinding.c.at).where(unblinding.c.label_id.in_(sorted(labels))).distinct()
    return sorted(((r[0], r[1]) for r in connection.execute(query)), key=lambda x: (x[1], x[0]))


def add_unblinding(connection: Connection, labels: Collection[str], coder_id: str, at: str) -> None:
    """Write down who looked, and when; the first time counts."""
    known = select(unblinding.c.label_id).where(unblinding.c.coder_id == coder_id)
    new = set(labels) - set(connection.execute(known).scalars())
    if new:
        connection.execute(unblinding.insert(), [{"label_id": x, "coder_id": coder_id, "at": at} for x in sorted(new)])


def _decision(r: Any) -> Decision:
    return decision_of(
        {
            **json.loads(r.content),
            "id": r.id,
            "case": r.case_id,
            "document": r.document_id,
            "layer": r.layer,
            "outcome": r.outcome,
            "how": r.how,
            "blind": bool(r.blind),
            "lifted_at": r.lifted_at,
            "lifted_by": r.lifted_by,
            "settled_by": r.settled_by,
            "at": r.at,
        }
    )
