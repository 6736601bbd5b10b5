"""A suggestion as it is on the present text, under the newest codebook; what is kept of it never changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from annotator.domain.errors import Refusal
from annotator.domain.suggestions import Suggestion
from annotator.services.coding.codebook_versions import Versions
from annotator.services.coding.text_versions import TextVersions
from annotator.store import people
from annotator.store.study_file import Connection


@dataclass(frozen=True, slots=True)
class Carried:
    """gone: its words are not in the text any more, or the codebook has no layer for it; None where it stands."""

    suggestion: Suggestion
    gone: Literal["lost", "homeless"] | None = None


class Carrying:
    """Carries suggestions of a study as it is when this is made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._texts = TextVersions(connection)
        self._newest = people.newest_codebook(connection)
        self._versions: Versions | None = None

    def carried(self, s: Suggestion) -> Carried:
        """The suggestion where and as it is now."""
        label, gone = s.label, None
        if label.codebook_version != self._newest:
            try:
                label, _ = self._books().forward(label)
            except Refusal:
                return Carried(s, "homeless")
            label = replace(label, codebook_version=self._newest)
        if label.fragments and label.text_version != (newest := self._texts.newest(label.document_id)):
            placed = self._texts.placed(label.document_id, label.fragments, label.text_version)
            gone = "lost" if placed.how == "lost" else None
            label = replace(label, fragments=placed.fragments, text_version=newest)
        found = s if label is s.label else replace(s, label=label)
        return Carried(found, "lost" if gone else None)

    def _books(self) -> Versions:
        if self._versions is None:
            self._versions = Versions(self._connection)
        return self._versions
