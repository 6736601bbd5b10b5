"""Which units stand behind a figure: those of a cell, a pair, a document, a category, a stretch of time, a version."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotator.services.reporting.breakdowns import blocks, coded
from annotator.services.reporting.comparing import UNMATCHED, Comparison
from annotator.services.reporting.question import Corpus

Places = NDArray[np.intp]
"""Places in `Comparison.units`."""


def differing(comparison: Comparison, coders: Sequence[str] | None = None) -> Places:
    """Units in which two of the coders (all where None) gave different categories."""
    codes = comparison.codes if coders is None else comparison.of_coders(coders)
    if not len(codes):
        return np.zeros(0, dtype=np.intp)
    most = codes.max(axis=1)
    least = np.where(codes < 0, len(comparison.categories), codes).min(axis=1)
    return np.flatnonzero((most >= 0) & (least < most))


def of_cell(comparison: Comparison, first: str, second: str, row: int, column: int) -> Places:
    """Units that the first coder gave one category and the second another, both by their places in `categories`."""
    a, b = comparison.of_coders([first, second]).T
    return np.flatnonzero((a == row) & (b == column))


def of_category(comparison: Comparison, category: str) -> Places:
    """Differing units in which somebody gave the category; of sets, in which somebody named the member."""
    if comparison.sets:
        held = [i for i, c in enumerate(comparison.categories) if c != UNMATCHED and category in c.split("|")]
    else:
        held = [comparison.categories.index(category)]
    given = np.isin(comparison.codes, held)
    other = (comparison.codes >= 0) & ~given
    return np.flatnonzero(given.any(axis=1) & other.any(axis=1))


def of_document(comparison: Comparison, compared: Corpus, article: str) -> Places:
    """Differing units of an article."""
    places = differing(comparison)
    return _where(places, [compared.article(comparison.units[i].document_id) == article for i in places.tolist()])


def of_version(comparison: Comparison, version: int) -> Places:
    """Differing units whose newest label was made under a version of the codebook."""
    places = differing(comparison)
    newest = [max(a.codebook_version for a in comparison.units[i].made.values()) for i in places.tolist()]
    return _where(places, [v == version for v in newest])


def of_period(comparison: Comparison, coders: Sequence[str], period: str, by: str) -> Places:
    """Differing units of a month, or of a stretch of the order of coding."""
    places = differing(comparison)
    if by == "month":
        return _where(places, [coded(comparison.units[i])[:7] == period for i in places.tolist()])
    block = next((b for told, b in blocks(comparison, coders) if told == period), np.zeros(0, dtype=np.intp))
    return np.intersect1d(places, block)


def _where(places: Places, kept: list[bool]) -> Places:
    return np.asarray(places[np.array(kept, dtype=bool)], dtype=np.intp)
