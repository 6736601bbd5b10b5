"""Which labels were accepted from suggestions, and what of it is known: kept with the study, told on request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from annotator.domain.json_forms import JsonObject
from annotator.domain.suggestions import Source
from annotator.services.study import Study
from annotator.services.suggestions.report import articles
from annotator.store import suggestions as rows


@dataclass(frozen=True, slots=True)
class LabelOrigin:
    """Where a label came from. changed: it says something else by now than the suggestion."""

    suggestion_id: str
    source: Source
    confidence: float | None
    changed: bool

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {
            "id": self.suggestion_id,
            "source": self.source.name,
            "version": self.source.version,
            "imported": self.source.imported,
            "confidence": self.confidence,
            "changed": self.changed,
        }


def origins(study: Study, coder_ids: Collection[str] | None = None) -> dict[str, LabelOrigin]:
    """Label's id -> where it came from, of every label that is there and was accepted from a suggestion."""
    with study.file.reading() as connection:
        verdicts = rows.verdicts(connection, accepted=True)
        if not verdicts:
            return {}
        documents = {v.document_id for v in verdicts}
        every = [s for s in rows.find(connection) if s.document_id in documents]
        sources = rows.sources(connection)
        found: dict[str, LabelOrigin] = {}
        for article in articles(study, every, sources, None if coder_ids is None else list(coder_ids)):
            for x in article.standings:
                if x.state in ("accepted", "changed") and x.label is not None:
                    found[x.label.id] = LabelOrigin(x.id, x.source, x.suggestion.confidence, x.state == "changed")
    return found
