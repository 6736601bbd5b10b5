"""What a coder has before them: the pile in its reading order, with nothing that gives a second reading away."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.annotations import Document
from annotator.services.study import Study
from annotator.store import annotations as annotation_rows
from annotator.store import assignments


def pile(study: Study, coder_id: str) -> list[Document]:
    """The articles that the coder is to see; where none are assigned to them, all but the copies for second readings.

    Assigned articles come in reading order and are numbered by it, so that a copy has no number out of the row;
    articles outside the plan that the coder has begun come after them.
    """
    documents = study.documents()
    with study.file.reading() as connection:
        order = [a.document_id for a in assignments.every(connection, coder_id)]
        copies = assignments.hidden_repeats(connection)
        if not order:
            return [d for d in documents if d.id not in copies]
        touched = annotation_rows.documents_of(connection, coder_id)
    touched |= set(study.document_states(coder_id))
    known = {d.id: d for d in documents}
    given = set(order)
    also = [d.id for d in documents if d.id in touched and d.id not in given]
    return [replace(known[key], number=place) for place, key in enumerate([*order, *also], 1)]
