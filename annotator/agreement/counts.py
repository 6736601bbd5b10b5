"""A table of ratings counted once, and resampled: what every coefficient is made from.

Units with two values or more ("pairable") are drawn anew in each resample; units with one value stay as they are,
since only the marginals of Gwet's family know them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.estimate import Floats
from annotator.agreement.ratings import RatingsTable

_CHUNK = 64  # resamples drawn at a time: keeps the draws within the processor's cache


class Counts:
    """Units are gathered by pattern: equal rows of the table are counted once, with their frequency.

    patterns: int32 (P, coders), pairable rows only. times: (P,), how often each occurs; their sum is `units`.
    pattern_of, cluster_of: the pattern and the cluster of each pairable unit.
    per_category: float64 (P, q), how many coders gave each category. singles: (q,), values of units with one value.
    """

    def __init__(self, table: RatingsTable, clusters: Sequence[str] | None = None) -> None:
        """clusters: what each row of the table belongs to, like its document, for `resampled_clusters`."""
        codes = table.codes
        self.q = len(table.categories)
        self.coders = codes.shape[1]
        present = (codes >= 0).sum(axis=1)
        single = codes[present == 1]
        self.singles = np.bincount(single[single >= 0], minlength=self.q).astype(np.float64)
        self.single_by_coder = _by_coder(single, self.q)
        self.single_units = int((present == 1).sum())
        kept = [] if clusters is None else [c for c, n in zip(clusters, present, strict=True) if n >= 2]
        places = {c: i for i, c in enumerate(dict.fromkeys(kept))}
        self.clusters = len(places)
        self.cluster_of: NDArray[np.intp] = np.array([places[c] for c in kept], dtype=np.intp)
        rows = np.ascontiguousarray(codes[present >= 2])
        self.units = len(rows)
        if self.units:
            self.patterns, inverse, times = _unique_rows(rows, self.q)
        else:
            self.patterns, inverse, times = rows, np.zeros(0, np.intp), np.zeros(0, np.intp)
        self.pattern_of: NDArray[np.intp] = inverse
        self.times: Floats = times.astype(np.float64)
        self.per_category = np.zeros((len(self.patterns), self.q))
        for coder in range(self.coders):
            column = self.patterns[:, coder]
            given = np.flatnonzero(column >= 0)
            np.add.at(self.per_category, (given, column[given]), 1.0)
        self.ratings: Floats = self.per_category.sum(axis=1)

    def coder_marginals(self, coder: int) -> Floats:
        """(P, q): 1 where the coder gave the category."""
        result = np.zeros((len(self.patterns), self.q))
        column = self.patterns[:, coder]
        given = np.flatnonzero(column >= 0)
        result[given, column[given]] = 1.0
        return result

    def resampled(self, resamples: int, seed: int) -> Floats:
        """(resamples, P): how often each pattern was drawn; each row sums to `units`."""
        generator = np.random.default_rng(seed)
        result = np.empty((resamples, len(self.patterns)))
        for start in range(0, resamples, _CHUNK):
            stop = min(start + _CHUNK, resamples)
            draws = self.pattern_of[generator.integers(0, self.units, size=(stop - start, self.units))]
            for row in range(start, stop):
                result[row] = np.bincount(draws[row - start], minlength=len(self.patterns))
        return result

    def held(self) -> Floats:
        """(clusters, P): how often each pattern is in each cluster."""
        found = np.zeros((self.clusters, len(self.patterns)))
        np.add.at(found, (self.cluster_of, self.pattern_of), 1.0)
        return found

    def resampled_clusters(self, resamples: int, seed: int) -> Floats:
        """(resamples, P): whole clusters drawn with replacement, each with all of its units.

        Source: Field and Welsh (2007), J. R. Stat. Soc. B 69, 369-390.
        """
        generator = np.random.default_rng(seed)
        held = self.held()
        drawn = generator.integers(0, self.clusters, size=(resamples, self.clusters))
        times = np.zeros((resamples, self.clusters))
        np.add.at(times, (np.arange(resamples)[:, None], drawn), 1.0)
        return np.asarray(times @ held)


def _unique_rows(rows: NDArray[np.int32], q: int) -> tuple[NDArray[np.int32], NDArray[np.intp], NDArray[np.intp]]:
    """np.unique over rows; where a row fits into one integer, much faster than comparing rows."""
    coders = rows.shape[1]
    if (q + 1) ** coders < 2**62:
        key = np.zeros(len(rows), dtype=np.int64)
        for coder in range(coders):
            key = key * (q + 1) + (rows[:, coder] + 1)
        _, first, inverse, times = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
        return rows[first], inverse.astype(np.intp), times
    unique, inverse, times = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    return unique.astype(np.int32), inverse.reshape(-1).astype(np.intp), times


def _by_coder(rows: NDArray[np.int32], q: int) -> Floats:
    result = np.zeros((rows.shape[1], q))
    for coder in range(rows.shape[1]):
        column = rows[:, coder]
        result[coder] = np.bincount(column[column >= 0], minlength=q)
    return result
