"""What a coder has before them: the pile in its reading order, with nothing that gives a second reading away."""

from __future__ import annotations

from dataclasses import dataclass, replace

from annotator.domain.annotations import Document
from annotator.services.study import Study
from annotator.store import annotations as annotation_rows
from annotator.store import assignments, documents
from annotator.store.documents import ArticleLine as ArticleLine


@dataclass(frozen=True, slots=True)
class Pile:
    """The articles that a coder may see: their own in reading order, then the others by number.

    keys: their ids. given: so many of them, from the first on, are assigned to the coder.
    """

    keys: tuple[str, ...] = ()
    given: int = 0

    def number(self, place: int, own: int) -> int:
        """The number under which the coder sees the article at a place, from 0. own: the article's own.

        Where the coder has articles assigned it is the place, so that a copy for a second reading has no number out of
        the row.
        """
        return place + 1 if self.given else own

    def shown(self, document: Document, place: int) -> Document:
        """The document with the number under which the coder sees it."""
        number = self.number(place, document.number)
        return document if number == document.number else replace(document, number=number)


def pile(study: Study, coder_id: str) -> Pile:
    """The coder's pile. Copies for second readings are seen by those to whom they are assigned alone."""
    with study.file.reading() as connection:
        known = documents.keys(connection)
        order = [a.document_id for a in assignments.every(connection, coder_id)]
        copies = assignments.hidden_repeats(connection)
        hidden = set(copies) - annotation_rows.documents_of(connection, coder_id) if copies else set()
    if not order:
        return Pile(tuple(key for key in known if key not in hidden))
    there = set(known)
    order = [key for key in order if key in there]
    given = set(order)
    rest = (key for key in known if key not in given and key not in hidden)
    return Pile((*order, *rest), len(order))
