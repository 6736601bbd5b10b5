"""Which article of the study a record of a coding means: never guessed where several could be meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotator.domain.annotations import Document
from annotator.domain.origins import Ambiguous
from annotator.formats.annotation_records import DocumentRef, MetRef
from annotator.services.study import Study
from annotator.store import documents as document_rows

Found = Document | Ambiguous | None
_FACTS = ("source", "url", "title", "publisher", "published", "number")
"""What tells articles with the same words apart, the surest first."""


class Places:
    """Finds articles by what records say of them. Second readings are no articles that a record could mean."""

    def __init__(
        self,
        study: Study,
        fresh: Sequence[tuple[Document, str]],
        met: Sequence[Found],
        own: Mapping[str, Found],
    ) -> None:
        copies = study.hidden_repeats()
        documents = [*study.documents(), *(d for d, _ in fresh)]
        with study.file.reading() as connection:
            hashes = document_rows.hashes(connection)
        self._by_id = {d.id: d for d in documents}
        self._firsts = [d for d in documents if d.id not in copies]
        self._met, self._own = met, own
        self._by_hash: dict[str, dict[str, Document]] = {}
        self._versions: dict[str, dict[int, str]] = {}
        self._first_hash: dict[str, tuple[int, str]] = {}
        for key, version, sha256 in [*hashes, *((d.id, 1, d.sha256) for d, _ in fresh)]:
            self._versions.setdefault(key, {})[version] = sha256
            self._first_hash[key] = min(self._first_hash.get(key, (version, sha256)), (version, sha256))
            if key not in copies:
                self._by_hash.setdefault(sha256, {})[key] = self._by_id[key]
        self._by_source: dict[str, list[Document]] = {}
        for d in self._firsts:
            self._by_source.setdefault(d.source, []).append(d)

    def find(self, ref: DocumentRef) -> Found:  # noqa: C901 - the ways to find a place in their order
        """The article, the several that it could be, or None."""
        if isinstance(ref, MetRef):
            return self._met[ref.met]
        if ref.id and ref.id in self._by_id:
            return self._by_id[ref.id]
        if ref.id and ref.id in self._own:
            return self._own[ref.id]
        if ref.sha256:
            among = list(self._by_hash.get(ref.sha256, {}).values())
        elif ref.source:
            among = self._by_source.get(ref.source, [])
        elif ref.id:
            return None
        else:
            among = self._firsts
            if not any(getattr(ref, key) is not None for key in _FACTS):
                return None
            among = [d for d in among if all(getattr(ref, k) in (None, getattr(d, k)) for k in _FACTS)]
        for key in _FACTS:
            if len(among) > 1 and (told := getattr(ref, key)) is not None:
                among = [d for d in among if getattr(d, key) == told] or among
        if len(among) > 1:
            return Ambiguous(among)
        return among[0] if among else None

    def shares_words(self, document: Document) -> bool:
        """Whether another article has, or had, the same words."""
        return len(self._by_hash.get(self.first_hash(document), {})) > 1

    def version(self, document: Document, sha256: str | None) -> int | None:
        """The newest version of the text with this hash, None if none has it; the present one where none is told."""
        if sha256 is None or sha256 == document.sha256:
            return document.text_version
        return max((v for v, told in self._versions.get(document.id, {}).items() if told == sha256), default=None)

    def first_hash(self, document: Document) -> str:
        """The hash of the words with which the article came in."""
        return self._first_hash[document.id][1]
