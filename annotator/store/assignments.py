"""Rows of plans, of who codes which article in which order, and of hidden repeats."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from annotator.store.records import dumps
from annotator.store.tables import assignment, hidden_repeat, plan


@dataclass(frozen=True, slots=True)
class Assignment:
    """One article in one coder's pile; position is the place in the coder's reading order, from 1."""

    coder_id: str
    document_id: str
    round: str
    position: int
    plan_id: str | None = None


def add_plan(connection: Connection, plan_id: str, round_: str, content: Mapping[str, Any], at: str) -> None:
    """Write a plan that is being applied."""
    connection.execute(plan.insert(), {"id": plan_id, "round": round_, "content": dumps(dict(content)), "created": at})


def plans(connection: Connection) -> list[dict[str, Any]]:
    """Every plan that was applied, oldest first."""
    rows = connection.execute(select(plan).order_by(plan.c.created, plan.c.id))
    return [{"id": r.id, "round": r.round, "created": r.created, **json.loads(r.content)} for r in rows]


def every(connection: Connection, coder_id: str | None = None) -> list[Assignment]:
    """Assignments by coder and reading order, of one coder where one is given."""
    query = select(assignment).order_by(assignment.c.coder_id, assignment.c.position, assignment.c.document_id)
    if coder_id is not None:
        query = query.where(assignment.c.coder_id == coder_id)
    return [Assignment(r.coder_id, r.document_id, r.round, r.position, r.plan_id) for r in connection.execute(query)]


def add(connection: Connection, rows: Sequence[Assignment]) -> None:
    """Write new assignments."""
    if rows:
        connection.execute(
            assignment.insert(),
            [
                {
                    "coder_id": r.coder_id,
                    "document_id": r.document_id,
                    "plan_id": r.plan_id,
                    "round": r.round,
                    "position": r.position,
                }
                for r in rows
            ],
        )


def count(connection: Connection, coder_id: str | None = None) -> int:
    """How many assignments there are, or a coder has."""
    query = select(func.count()).select_from(assignment)
    if coder_id is not None:
        query = query.where(assignment.c.coder_id == coder_id)
    return int(connection.execute(query).scalar() or 0)


def last_position(connection: Connection, coder_id: str) -> int:
    """The last place in the coder's reading order; 0 where nothing is assigned."""
    query = select(func.max(assignment.c.position)).where(assignment.c.coder_id == coder_id)
    return int(connection.execute(query).scalar() or 0)


def hidden_repeats(connection: Connection) -> dict[str, str]:
    """Id of the second copy of an article -> id of the article."""
    return {r.document_id: r.original_id for r in connection.execute(select(hidden_repeat))}


def add_hidden_repeats(connection: Connection, copies: Mapping[str, str]) -> None:
    """Write which documents are second copies of which."""
    if copies:
        connection.execute(
            hidden_repeat.insert(), [{"document_id": c, "original_id": original} for c, original in copies.items()]
        )
