"""Documents that are the same, stand inside another, or are much alike: offered, never dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from annotator.intake.text_pages import shingles

SIMILAR = 0.7
CONTAINED = 0.9


@dataclass(frozen=True, slots=True)
class Duplicate:
    """new: index of the new document. other: what it is like, the id of an old one or the index of a new one.

    score: 1 for exact; share of the smaller text's word runs for contained; Jaccard's index for similar.
    """

    kind: Literal["exact", "contained", "similar"]
    new: int
    other: str | int
    score: float


def find_duplicates(new: Sequence[str], existing: Sequence[tuple[str, str]]) -> list[Duplicate]:
    """Compare each new text with the old ones and with the new ones before it."""
    known: list[tuple[str | int, str, frozenset[int]]] = []
    postings: dict[int, list[int]] = {}
    exact: dict[str, str | int] = {}

    def enter(key: str | int, text: str) -> None:
        prints = _fingerprints(text)
        for mark in prints:
            postings.setdefault(mark, []).append(len(known))
        known.append((key, text, prints))
        exact.setdefault(hashlib.sha256(text.encode()).hexdigest(), key)

    for key, text in existing:
        enter(key, text)
    found: list[Duplicate] = []
    for index, text in enumerate(new):
        twin = exact.get(hashlib.sha256(text.encode()).hexdigest())
        if twin is not None:
            found.append(Duplicate("exact", index, twin, 1.0))
        else:
            found.extend(_alike(index, text, known, postings))
        enter(index, text)
    return found


def _fingerprints(text: str) -> frozenset[int]:
    """Word runs as numbers: a stable sample of about one in four, all of a short text's."""
    marks = [
        int.from_bytes(hashlib.blake2b(" ".join(s).encode(), digest_size=8).digest(), "big") for s in shingles(text)
    ]
    sample = [m for m in marks if m % 4 == 0]
    return frozenset(sample if len(sample) >= 8 else marks)


def _alike(
    index: int, text: str, known: list[tuple[str | int, str, frozenset[int]]], postings: dict[int, list[int]]
) -> list[Duplicate]:
    shared: dict[int, int] = {}
    for mark in _fingerprints(text):
        for place in postings.get(mark, ()):
            shared[place] = shared.get(place, 0) + 1
    result: list[Duplicate] = []
    mine = shingles(text) if shared else set()
    for place, count in shared.items():
        if count < 4 and count < len(known[place][2]) / 2:
            continue
        key, other, _ = known[place]
        theirs = shingles(other)
        both = len(mine & theirs)
        smaller = min(len(mine), len(theirs)) or 1
        union = len(mine | theirs) or 1
        if both / union >= SIMILAR:
            result.append(Duplicate("similar", index, key, round(both / union, 4)))
        elif both / smaller >= CONTAINED:
            result.append(Duplicate("contained", index, key, round(both / smaller, 4)))
    return sorted(result, key=lambda d: (-d.score, str(d.other)))
