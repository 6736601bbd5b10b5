"""How much of everything a study holds, counted by the database."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from annotator.store.tables import annotation, document, document_state, hidden_repeat


def labels(connection: Connection) -> list[tuple[str, str, str, int]]:
    """(layer, coder id, document id, how many labels)."""
    query = select(annotation.c.layer, annotation.c.coder_id, annotation.c.document_id, func.count()).group_by(
        annotation.c.layer, annotation.c.coder_id, annotation.c.document_id
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]


def documents(connection: Connection) -> tuple[int, int]:
    """(documents, how many of them are second copies of another one)."""
    return (
        int(connection.execute(select(func.count()).select_from(document)).scalar() or 0),
        int(connection.execute(select(func.count()).select_from(hidden_repeat)).scalar() or 0),
    )


def finished(connection: Connection) -> set[str]:
    """Ids of coders who said of any article that it is done."""
    query = select(document_state.c.coder_id).where(document_state.c.state == "done").distinct()
    return {row[0] for row in connection.execute(query)}


def label_ids(connection: Connection) -> dict[str, tuple[str, str, str]]:
    """Id of a label -> (layer, coder id, document id)."""
    query = select(annotation.c.id, annotation.c.layer, annotation.c.coder_id, annotation.c.document_id)
    return {row[0]: (row[1], row[2], row[3]) for row in connection.execute(query)}


def document_ids(connection: Connection) -> set[str]:
    """Ids of all documents, second copies among them."""
    return set(connection.execute(select(document.c.id)).scalars())
