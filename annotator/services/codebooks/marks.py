"""What a change of the codebook leaves on labels: which to look at again, and under which version each was answered."""

from __future__ import annotations

from annotator.domain.changes import BY_PROGRAM
from annotator.services.study import Study
from annotator.store import codebook_changes, journal


def reviews(study: Study, document_id: str | None = None) -> dict[str, tuple[str, ...]]:
    """Annotation id -> why it is to be looked at again, oldest reason first."""
    found: dict[str, list[str]] = {}
    with study.file.reading() as connection:
        for key, _version, why in codebook_changes.marks(connection, document_id):
            found.setdefault(key, []).append(why)
    return {key: tuple(why) for key, why in found.items()}


def answered_under(study: Study) -> dict[str, int]:
    """Annotation id -> the version that its coder last worked under, of labels that were carried over since."""
    if study.codebook_version == 1:
        return {}
    with study.file.reading() as connection:
        return journal.own_versions(connection, sorted(BY_PROGRAM))
