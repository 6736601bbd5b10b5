"""Spans of many documents on one line, as if the documents followed one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.span_matching import Span, pieces


@dataclass(frozen=True, slots=True, eq=False)
class SpanLine:
    """places: the document of each span, by its place. pieces: as `span_matching.pieces` gives them. sizes: the
    characters of each."""

    spans: list[Span]
    places: NDArray[np.intp]
    pieces: NDArray[np.int64]
    sizes: NDArray[np.int64]

    @classmethod
    def of(cls, spans: list[Span], places: Sequence[int]) -> SpanLine:
        """Spans that were moved already, so that those of different documents never meet."""
        made = pieces(spans)
        sizes = np.bincount(made[:, 2], weights=made[:, 1] - made[:, 0], minlength=len(spans)).astype(np.int64)
        return cls(spans, np.asarray(places, dtype=np.intp), made, sizes)

    def within(self, documents: Sequence[bool]) -> list[int]:
        """Places of the spans of these documents."""
        kept = np.asarray(documents, dtype=bool)[self.places]
        found: list[int] = np.flatnonzero(kept).tolist()
        return found
