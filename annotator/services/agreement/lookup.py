"""Which units stand behind a figure: those of a cell, a pair, a document, a category, a stretch of time, a version."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.services.agreement.breakdowns import Places, blocks, coded
from annotator.services.agreement.comparing import UNMATCHED, Comparison
from annotator.services.agreement.request import Corpus


def differing(comparison: Comparison, coders: Sequence[str] | None = None) -> Places:
    """Units in which two of the coders (all where None) gave different categories."""
    return (comparison.grid if coders is None else comparison.of_coders(coders)).differing()


def of_cell(comparison: Comparison, first: str, second: str, row: int, column: int) -> Places:
    """Units that the first coder gave one category and the second another, both by their places in `categories`."""
    mine, theirs = comparison.columns([first, second])
    return comparison.grid.with_pair(mine, theirs, row, column)


def of_category(comparison: Comparison, category: str) -> Places:
    """Differing units in which somebody gave the category; of sets, in which somebody named the member."""
    if comparison.sets:
        held = [i for i, c in enumerate(comparison.categories) if c != UNMATCHED and category in c.split("|")]
    else:
        held = [comparison.categories.index(category)]
    return comparison.grid.apart(held)


def of_document(comparison: Comparison, compared: Corpus, article: str) -> Places:
    """Differing units of an article."""
    units = comparison.units
    return [i for i in differing(comparison) if compared.article(units[i].document_id) == article]


def of_version(comparison: Comparison, version: int) -> Places:
    """Differing units whose newest label was made under a version of the codebook."""
    made = [u.made.values() for u in comparison.units]
    return [i for i in differing(comparison) if max(a.codebook_version for a in made[i]) == version]


def of_period(comparison: Comparison, coders: Sequence[str], period: str, by: str) -> Places:
    """Differing units of a month, or of a stretch of the order of coding."""
    places = differing(comparison)
    if by == "month":
        return [i for i in places if coded(comparison.units[i])[:7] == period]
    block = next((set(b) for told, b in blocks(comparison, coders) if told == period), set[int]())
    return [i for i in places if i in block]
