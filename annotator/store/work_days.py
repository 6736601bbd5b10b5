"""When work was done, as the journal has it: read for pace and progress, without the records of the steps."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, func, select

from annotator.store.tables import annotation, change, document_state


def labels_made(
    connection: Connection, by_program: Collection[str], coder_id: str | None = None
) -> list[tuple[str, str]]:
    """(coder, when) of every label that is there: when its coder made it first."""
    query = (
        select(change.c.coder_id, func.min(change.c.at))
        .join(annotation, annotation.c.id == change.c.thing_id)
        .where(change.c.kind == "annotation", change.c.before.is_(None), change.c.after.is_not(None))
        .where(change.c.command.not_in(sorted(by_program)), change.c.coder_id == annotation.c.coder_id)
        .group_by(change.c.thing_id, change.c.coder_id)
    )
    if coder_id is not None:
        query = query.where(change.c.coder_id == coder_id)
    return [(row[0], row[1]) for row in connection.execute(query)]


def articles_finished(
    connection: Connection, by_program: Collection[str], coder_id: str | None = None
) -> list[tuple[str, str, str]]:
    """(coder, article, when) of every article that its coder is done with or skipped: when that was said last."""
    query = (
        select(change.c.coder_id, change.c.document_id, func.max(change.c.at))
        .join(
            document_state,
            (document_state.c.document_id == change.c.document_id) & (document_state.c.coder_id == change.c.coder_id),
        )
        .where(change.c.kind == "document_state", document_state.c.state.in_(("done", "skipped")))
        .where(change.c.command.not_in(sorted(by_program)))
        .group_by(change.c.coder_id, change.c.document_id)
    )
    if coder_id is not None:
        query = query.where(change.c.coder_id == coder_id)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def last_own_number(
    connection: Connection, coder_id: str, by_program: Collection[str], before: str | None = None
) -> int:
    """The number of the coder's newest own step, of those before a time where one is given; 0 where there is none."""
    query = select(func.max(change.c.seq)).where(
        change.c.coder_id == coder_id, change.c.command.not_in(sorted(by_program))
    )
    if before is not None:
        query = query.where(change.c.at < before)
    return int(connection.execute(query).scalar() or 0)


def labels_touched_since(connection: Connection, coder_id: str, by_program: Collection[str], number: int) -> int:
    """How many labels the coder made, changed or took away after a step."""
    query = select(func.count(change.c.thing_id.distinct())).where(
        change.c.coder_id == coder_id,
        change.c.kind == "annotation",
        change.c.seq > number,
        change.c.command.not_in(sorted(by_program)),
    )
    return int(connection.execute(query).scalar() or 0)


def newest_numbers(connection: Connection, things: Sequence[str]) -> dict[str, int]:
    """Thing -> the number of the newest step about it, of those of these things that have any."""
    found: dict[str, int] = {}
    for at in range(0, len(things), 500):
        query = (
            select(change.c.thing_id, func.max(change.c.seq))
            .where(change.c.thing_id.in_(things[at : at + 500]))
            .group_by(change.c.thing_id)
        )
        found.update((row[0], row[1]) for row in connection.execute(query))
    return found
