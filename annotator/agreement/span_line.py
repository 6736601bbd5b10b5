"""Spans of many documents on one line, as if the documents stood one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.span_matching import Match, Span, match_pieces, pieces


@dataclass(frozen=True, slots=True, eq=False)
class SpanLine:
    """places: the document of each span, by its place. pieces: as `span_matching.pieces` gives them."""

    spans: list[Span]
    places: NDArray[np.intp]
    pieces: NDArray[np.int64]

    @classmethod
    def of(cls, spans: list[Span], places: Sequence[int]) -> SpanLine:
        """Spans that were moved already, so that those of different documents never meet."""
        return cls(spans, np.asarray(places, dtype=np.intp), pieces(spans))

    def within(self, documents: Sequence[bool]) -> tuple[list[int], NDArray[np.int64]]:
        """(places of the spans, their pieces) of these documents."""
        kept = np.asarray(documents, dtype=bool)[self.places]
        found: list[int] = np.flatnonzero(kept).tolist()
        return found, self.pieces[kept[self.pieces[:, 2]]]

    def matched(self, heads: list[Span], threshold: float) -> list[Match]:
        """The matching of other spans, as key, with these."""
        return match_pieces(pieces(heads), self.pieces, threshold)
