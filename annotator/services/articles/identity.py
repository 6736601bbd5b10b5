"""Which articles that come in are in the study already: the same words from another source are another article."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from annotator.domain.annotations import Document
from annotator.domain.origins import Acquaintance, Ambiguous, Origin, file_of, origin_of, same_words
from annotator.intake import CleanDocument
from annotator.services.study import Study
from annotator.store import documents as document_rows


def new_among(study: Study, documents: Sequence[CleanDocument]) -> list[CleanDocument]:
    """Those that the study does not have yet: another source with the same words is another article."""
    known = acquaintance(study)
    groups: dict[str, list[int]] = {}
    for i, document in enumerate(documents):
        groups.setdefault(document.sha256, []).append(i)
    fresh: set[int] = set()
    for sha256, places in groups.items():
        seen: set[tuple[str, Origin]] = set()
        coming: list[int] = []
        for i in places:
            key = (documents[i].path, source_of(documents[i]))
            if key not in seen:  # the very same source named twice is one
                seen.add(key)
                coming.append(i)
        found = known.match(sha256, [source_of(documents[i]) for i in coming])
        # an article that codings brought along is met again here; where it may be several, it is one of its own
        fresh |= {i for i, here in zip(coming, found, strict=True) if here is None or isinstance(here, Ambiguous)}
    return [documents[i] for i in sorted(fresh)]


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


def same_text_of(study: Study, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Which of these articles have the same words as others: their sources, numbers, and those of the others."""
    documents = study.documents()
    shared = same_words(documents, study.hidden_repeats())
    wanted = set(ids)
    return [
        {"source": d.source, "number": d.number, "same_text_as": list(shared[d.id])}
        for d in documents
        if d.id in wanted and d.id in shared
    ]
