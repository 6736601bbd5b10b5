"""Precision, recall and F1 of one coder's spans against another's: exact, trimmed, by overlap, by character."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.agreement.span_matching import Span, match_spans, most_pairs, shared_characters

TRIM = " \t\r\n\u00a0“”\"‘’'.,;:"
"""What the trimmed comparison strips from a label's outer edges."""

Labelled = tuple[Span, Hashable]


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Counts of one document; they are summed before any share is taken. response and key are spans in all."""

    key: int
    response: int
    exact: int
    trimmed: int
    matched: int


def pair_counts(key: Sequence[Span], response: Sequence[Span], text: str, threshold: float) -> PairCounts:
    """Compare two coders' spans of one layer in one document."""
    edges = [trimmed(s, text) for s in key], [trimmed(s, text) for s in response]
    matched = len(match_spans(key, response, threshold))
    return PairCounts(len(key), len(response), in_common(key, response), in_common(*edges), matched)


def in_common(key: Sequence[Span], response: Sequence[Span]) -> int:
    """How many spans are in both, each as often as it is in both."""
    return (Counter(key) & Counter(response)).total()


def trimmed(span: Span, text: str) -> Span:
    """The span without spaces, quotation marks and stops at its outer edges; a span of nothing else stays."""
    fragments = list(span)
    while fragments:
        start, end = fragments[0]
        while start < end and text[start] in TRIM:
            start += 1
        if start < end:
            fragments[0] = (start, end)
            break
        fragments.pop(0)
    while fragments:
        start, end = fragments[-1]
        while start < end and text[end - 1] in TRIM:
            end -= 1
        if start < end:
            fragments[-1] = (start, end)
            break
        fragments.pop()
    return tuple(fragments) or span


def pair_figures(counts: Sequence[PairCounts]) -> dict[str, Any]:
    """Counts, and precision, recall and F1 over all documents. Response is the second coder, key the first."""
    key = sum(c.key for c in counts)
    response = sum(c.response for c in counts)
    matched = sum(c.matched for c in counts)
    return {
        "counts": [key, response],
        "matched": matched,
        "exact": shares(sum(c.exact for c in counts), key, response),
        "trimmed": shares(sum(c.trimmed for c in counts), key, response),
        "overlap": shares(matched, key, response),
    }


def shares(matched: int, key: int, response: int, matched_response: int | None = None) -> dict[str, float | None]:
    """precision, recall, f1; None for 0/0. matched_response: where each side counts its own matches."""
    of_response = matched if matched_response is None else matched_response
    precision = of_response / response if response else None
    recall = matched / key if key else None
    f1 = None
    if precision is not None and recall is not None:
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    elif key or response:
        f1 = 0.0
    return {"precision": precision, "recall": recall, "f1": f1}


def labelled_figures(key: Sequence[Labelled], response: Sequence[Labelled], threshold: float = 0.5) -> dict[str, Any]:
    """Labelled span sets of two coders: every comparison, matched spans having the same label but for
    `exact_unlabelled`."""
    text_free = {label: None for _, label in (*key, *response)}
    matched = 0
    for label in text_free:
        mine = [s for s, x in key if x == label]
        theirs = [s for s, x in response if x == label]
        matched += len(match_spans(mine, theirs, threshold))
    exact = (Counter(key) & Counter(response)).total()
    unlabelled = (Counter(s for s, _ in key) & Counter(s for s, _ in response)).total()
    touching = [
        (i, j)
        for i, j in shared_characters([s for s, _ in key], [s for s, _ in response])
        if key[i][1] == response[j][1]
    ]
    touched, touching_response = {i for i, _ in touching}, {j for _, j in touching}
    characters, other_characters = _characters(key), _characters(response)
    n, m = len(key), len(response)
    return {
        "counts": [n, m],
        "matched": matched,
        "exact": shares(exact, n, m),
        "exact_unlabelled": shares(unlabelled, n, m),
        "overlap": shares(matched, n, m),
        "any_overlap": shares(len(touched), n, m, len(touching_response)),
        "any_overlap_1to1": shares(len(most_pairs(key, response)), n, m),
        "character": shares(len(characters & other_characters), len(characters), len(other_characters)),
    }


def _characters(spans: Sequence[Labelled]) -> set[tuple[int, Hashable]]:
    return {(position, label) for span, label in spans for s, e in span for position in range(s, e)}
