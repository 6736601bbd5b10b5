"""What a command finds when it is carried out: the unit of work it writes in, the codebook, what it may touch."""

from __future__ import annotations

from dataclasses import dataclass, replace

from annotator.domain.annotations import Annotation, Document, Entity
from annotator.domain.codebook.model import Codebook
from annotator.domain.errors import NotFound, Refusal
from annotator.store import annotations as annotation_rows
from annotator.store import documents as document_rows
from annotator.store import people
from annotator.store.units import UnitOfWork


class KnownDocuments:
    """On a server a document is asked once, until others write; in a file each time, for that costs nothing."""

    def __init__(self, shared: bool) -> None:
        self._shared = shared
        self._known: dict[str, Document] = {}

    def forget(self) -> None:
        """Others wrote: ask again."""
        self._known.clear()

    def get(self, unit: UnitOfWork, document_id: str) -> Document:
        """Raises NotFound, or Refusal where its text is another one than when it was last asked."""
        known = self._known.get(document_id)
        if known is not None and self._shared:
            return known
        document = document_rows.get(unit.connection, document_id)
        if document is None:
            raise NotFound("there is no such document", document_id)
        self._known[document_id] = document
        if known is not None and known.text_version != document.text_version:
            raise Refusal("the text of the article was corrected meanwhile", str(document.number), "open it again")
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command's surroundings. version: that of the codebook."""

    unit: UnitOfWork
    codebook: Codebook
    version: int
    documents: KnownDocuments

    def own(self, annotation_id: str, coder_id: str) -> Annotation:
        """The coder's own label; raises NotFound or Refusal."""
        annotation = annotation_rows.get(self.unit.connection, annotation_id)
        if annotation is None:
            raise NotFound("there is no such label", annotation_id, "it may have been removed; look again")
        if annotation.coder_id != coder_id:
            raise Refusal("this label belongs to another coder", annotation_id, "only its coder may change it")
        return annotation

    def document(self, document_id: str) -> Document:
        """The article; raises NotFound, or Refusal where its text was corrected meanwhile."""
        return self.documents.get(self.unit, document_id)

    def entity(self, entity_id: str) -> Entity:
        """The entry of the register; raises NotFound."""
        entity = people.get_entity(self.unit.connection, entity_id)
        if entity is None:
            raise NotFound("there is no such entity", entity_id)
        return entity

    def replace(self, before: Annotation, after: Annotation) -> None:
        """Write the label as it is now, where it is another."""
        if after != before:
            self.unit.replace_annotation(before, replace(after, updated=self.unit.at, codebook_version=self.version))
