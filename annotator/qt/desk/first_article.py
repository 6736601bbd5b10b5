"""The article that a coder begins with."""

from __future__ import annotations

from annotator.domain.annotations import Document
from annotator.qt.coding.session import Session
from annotator.services.team.queue import pile


def first_article(session: Session, last: str | None) -> Document | None:
    """The one that was open last, else the first of the queue that is to do, else the first of all. last: its id."""
    study, coder = session.study, session.coder.id
    documents = pile(study, coder)
    states = study.document_states(coder)
    queue = {key: i for i, key in enumerate(study.queue(coder))}
    ordered = sorted(documents, key=lambda d: (queue.get(d.id, len(queue)), d.number))
    return next((d for d in documents if d.id == last), None) or next(
        (d for d in ordered if states.get(d.id) not in ("done", "skipped")), ordered[0] if ordered else None
    )
