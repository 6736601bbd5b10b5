"""What a coder has before them: the pile in its reading order, with nothing that gives a second reading away."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.annotations import Document
from annotator.services.study import Study
from annotator.store import annotations as annotation_rows
from annotator.store import assignments


def pile(study: Study, coder_id: str) -> list[Document]:
    """The articles that the coder may see: their own pile in reading order, then the others by number.

    Copies for second readings are seen by those to whom they are assigned alone. Where the coder has a pile, articles
    are numbered by their place, so that a copy has no number out of the row.
    """
    documents = study.documents()
    with study.file.reading() as connection:
        order = [a.document_id for a in assignments.every(connection, coder_id)]
        copies = assignments.hidden_repeats(connection)
        hidden = set(copies) - annotation_rows.documents_of(connection, coder_id) if copies else set()
    if not order:
        return [d for d in documents if d.id not in hidden]
    known = {d.id: d for d in documents}
    given = set(order)
    rest = [d.id for d in documents if d.id not in given and d.id not in hidden]
    return [replace(known[key], number=place) for place, key in enumerate([*order, *rest], 1)]
