"""Distances between categories that are sets or nodes of a tree: (q, q), 0 on the diagonal, 1 at most.

Alpha takes them as its difference function as they stand, unsquared.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from annotator.agreement.estimate import Floats
from annotator.agreement.ratings import RatingsTable


def jaccard(sets: Sequence[Collection[str]]) -> Floats:
    """1 - |A and B| / |A or B|; two empty sets are equal. Source: Jaccard (1912), New Phytologist 11, 37-50."""
    shared, total, _ = _overlaps(sets)
    return 1.0 - np.where(total > 0, shared / np.maximum(total, 1.0), 1.0)


def masi(sets: Sequence[Collection[str]]) -> Floats:
    """1 - J M with Jaccard's J and M = 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap, else 0.

    An empty set shares nothing with one that is not. Source: Passonneau (2006), LREC, 831-836.
    """
    shared, total, sizes = _overlaps(sets)
    smaller = np.minimum(sizes[:, None], sizes[None, :])
    monotone = np.where(shared == total, 1.0, np.where(shared == smaller, 2 / 3, 1 / 3))
    distances: Floats = 1.0 - np.where(total > 0, shared / np.maximum(total, 1.0), 1.0) * monotone
    return distances


def tree(paths: Sequence[Sequence[str]]) -> Floats:
    """1 - 2 c / (a + b): a, b the depths of two nodes (1 at the top), c that of their deepest common ancestor.

    paths: the keys from the top down to each node. Source: Wu and Palmer (1994), ACL, 133-138.
    """
    q = len(paths)
    away = np.zeros((q, q))
    for i, first in enumerate(paths):
        for j in range(i):
            second = paths[j]
            common = next(
                (k for k, (x, y) in enumerate(zip(first, second, strict=False)) if x != y),
                min(len(first), len(second)),
            )
            away[i, j] = away[j, i] = 1.0 - 2.0 * common / (len(first) + len(second))
    return away


def ordinal(given: Floats) -> Floats:
    """Krippendorff's ordinal metric, squared differences of mid-ranks. given: (q,), how often each was given."""
    return squared(np.cumsum(given) - given / 2.0)


def squared(numbers: Sequence[float] | Floats) -> Floats:
    """The interval metric: squared differences."""
    x = np.asarray(numbers, dtype=np.float64)
    return np.asarray((x[:, None] - x[None, :]) ** 2, dtype=np.float64)


def beside_last(table: RatingsTable, level: str) -> Floats:
    """(q, q): the level's metric, ordinal or interval, with its greatest value among the categories that occur as 1,
    for all categories but the last, which is as far from every other as any two can be."""
    q = len(table.categories) - 1
    paired = table.codes[(table.codes >= 0).sum(axis=1) > 1]  # no other values have a part in alpha
    inside = paired[(paired >= 0) & (paired < q)]
    given = np.bincount(inside, minlength=q).astype(np.float64)
    metric = ordinal(given) if level == "ordinal" else squared([float(c) for c in table.categories[:-1]])
    used = given > 0
    greatest = metric[np.ix_(used, used)].max(initial=0.0)
    away = np.ones((q + 1, q + 1))
    away[:q, :q] = metric / greatest if greatest > 0 else 0.0
    away[q, q] = 0.0
    return away


def _overlaps(sets: Sequence[Collection[str]]) -> tuple[Floats, Floats, Floats]:
    """Sizes of intersections (q, q), of unions (q, q), and of the sets (q,)."""
    members = {m: i for i, m in enumerate(sorted({m for s in sets for m in s}))}
    held = np.zeros((len(sets), len(members)))
    for row, s in enumerate(sets):
        held[row, [members[m] for m in s]] = 1.0
    sizes = held.sum(axis=1)
    shared = held @ held.T
    return shared, sizes[:, None] + sizes[None, :] - shared, sizes
