"""Labels that are to be looked at again after the codebook was changed."""

from __future__ import annotations

from annotator.services.study import Study
from annotator.store import codebook_changes


def reviews(study: Study, document_id: str | None = None) -> dict[str, tuple[str, ...]]:
    """Annotation id -> why it is to be looked at again, oldest reason first."""
    found: dict[str, list[str]] = {}
    with study.file.reading() as connection:
        for key, _version, why in codebook_changes.marks(connection, document_id):
            found.setdefault(key, []).append(why)
    return {key: tuple(why) for key, why in found.items()}
