"""Which articles that come in are in the study already: the same words from another source are another article."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from annotator.domain.annotations import Document
from annotator.domain.origins import Acquaintance, Origin, file_of, origin_of
from annotator.intake import CleanDocument
from annotator.services.study import Study
from annotator.store import documents as document_rows


class Recognition:
    """Tells what is new among articles that come in piece by piece; asks the study for their hashes alone."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._copies = study.hidden_repeats()
        self._met: set[tuple[str, str]] = set()
        self._seen: set[tuple[str, str, Origin]] = set()
        with study.file.reading() as connection:
            self._first_new = document_rows.next_number(connection)

    def fresh(self, documents: Sequence[CleanDocument]) -> list[CleanDocument]:
        """Those that the study does not have yet: another source with the same words is another article."""
        groups: dict[str, list[int]] = {}
        for i, document in enumerate(documents):
            groups.setdefault(document.sha256, []).append(i)
        known = self._known(list(groups))
        fresh: set[int] = set()
        for sha256, places in groups.items():
            coming: list[int] = []
            for i in places:
                key = (sha256, documents[i].path, source_of(documents[i]))
                if key not in self._seen:  # the very same source named twice is one
                    self._seen.add(key)
                    coming.append(i)
            found = known.match(sha256, [source_of(documents[i]) for i in coming])
            for i, here in zip(coming, found, strict=True):
                if isinstance(here, Document):
                    self._met.add((sha256, here.id))
                else:  # an article that codings brought along; where it may be several, it is one of its own
                    fresh.add(i)
        return [documents[i] for i in sorted(fresh)]

    def _known(self, hashes: Sequence[str]) -> Acquaintance[Document]:
        here: list[tuple[str, Document]] = []
        with self._study.file.reading() as connection:
            for start in range(0, len(hashes), 500):
                here += document_rows.with_hashes(connection, hashes[start : start + 500])
        before = [(s, d) for s, d in here if d.number < self._first_new and d.id not in self._copies]
        known = Acquaintance((s, d, origin_of(d)) for s, d in before)
        for sha256, document in before:
            if (sha256, document.id) in self._met:
                known.take(sha256, document)
        return known


def new_among(study: Study, documents: Sequence[CleanDocument]) -> list[CleanDocument]:
    """Those that the study does not have yet: another source with the same words is another article."""
    return Recognition(study).fresh(documents)


def acquaintance(study: Study) -> Acquaintance[Document]:
    """The study's articles by every text that they have or had; second readings are no articles of their own."""
    with study.file.reading() as connection:
        documents = {d.id: d for d in document_rows.every(connection)}
        hashes = document_rows.hashes(connection)
    copies = study.hidden_repeats()
    once = dict.fromkeys((sha256, key) for key, _, sha256 in hashes if key not in copies)
    return Acquaintance((sha256, documents[key], origin_of(documents[key])) for sha256, key in once)


def source_of(clean: CleanDocument) -> Origin:
    """What a page or row says of itself."""
    m = clean.meta
    return Origin(
        file=file_of(clean.path, clean.source),
        id=m.id or "",
        url=m.url or "",
        publisher=m.publisher or "",
        published=m.published or "",
        raw=hashlib.sha256(clean.raw).hexdigest()[:32],
    )


@dataclass(frozen=True, slots=True)
class SameText:
    """An article that has the same words as others; same_text_as: their numbers."""

    source: str
    number: int
    same_text_as: tuple[int, ...]


def same_text_of(study: Study, ids: Collection[str]) -> list[SameText]:
    """Which of these articles have the same words as others."""
    copies = study.hidden_repeats()
    with study.file.reading() as connection:
        groups: dict[str, list[tuple[str, int, str]]] = {}
        for sha256, key, number, source in document_rows.sharing_words(connection):
            if key not in copies:
                groups.setdefault(sha256, []).append((key, number, source))
    wanted = set(ids)
    found = [
        SameText(source, number, tuple(n for k, n, _ in group if k != key))
        for group in groups.values()
        if len(group) > 1
        for key, number, source in group
        if key in wanted
    ]
    return sorted(found, key=lambda f: f.number)
