"""What coders gave, unit by unit, as numbers of categories: cut, counted and searched without a loop over cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.ratings import RatingsTable


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """codes: int32, shape (units, coders), places in a list of categories; -1 is missing. Units are named by their
    places."""

    codes: NDArray[np.int32]

    @classmethod
    def of_cells(
        cls, units: int, coders: int, rows: Sequence[int], columns: Sequence[int], codes: Sequence[int]
    ) -> Grid:
        """All missing but for the cells named."""
        made = np.full((units, coders), -1, dtype=np.int32)
        made[np.asarray(rows, dtype=np.intp), np.asarray(columns, dtype=np.intp)] = np.asarray(codes, dtype=np.int32)
        return cls(made)

    def beside_values(self, rows: Sequence[int], columns: Sequence[int], code: int) -> Grid | None:
        """With this code in those of the cells whose unit has a value of anybody; None where there are none."""
        if not len(rows):
            return None
        at, of = np.asarray(rows, dtype=np.intp), np.asarray(columns, dtype=np.intp)
        held = (self.codes >= 0).any(axis=1)[at]
        if not held.any():
            return None
        codes = self.codes.copy()
        codes[at[held], of[held]] = code
        return Grid(codes)

    def of(self, columns: Sequence[int]) -> Grid:
        """These coders."""
        return Grid(self.codes[:, list(columns)])

    def part(self, places: Sequence[int]) -> Grid:
        """These units."""
        return Grid(self.codes[np.asarray(places, dtype=np.intp)])

    def recoded(self, codes: Sequence[int]) -> Grid:
        """Every code replaced by the one in its place; -1 for missing."""
        return Grid(np.array([*codes, -1], dtype=np.int32)[self.codes])

    def table(self, coders: Sequence[str], categories: Sequence[str]) -> RatingsTable:
        """As the coefficients take it."""
        return RatingsTable(self.codes, tuple(coders), tuple(categories))

    def at(self, place: int, column: int) -> int:
        """One cell."""
        return int(self.codes[place, column])

    def rows(self) -> list[list[int]]:
        """All cells, unit by unit."""
        found: list[list[int]] = self.codes.tolist()
        return found

    def used(self) -> list[int]:
        """The codes that occur, in order."""
        found: list[int] = np.unique(self.codes[self.codes >= 0]).tolist()
        return found

    def present(self) -> list[bool]:
        """For each coder, whether there is any value."""
        found: list[bool] = (self.codes >= 0).any(axis=0).tolist()
        return found

    def pairable(self) -> list[int]:
        """Units with two values or more."""
        return _places((self.codes >= 0).sum(axis=1) > 1)

    def counts(self, categories: int) -> list[list[int]]:
        """For each coder, how often each category was given."""
        return [np.bincount(c[c >= 0], minlength=categories).tolist() for c in self.codes.T]

    def joint(self, first: int, second: int) -> tuple[list[int], list[int]]:
        """Both coders' codes of the units that both gave a value for."""
        a, b = self.codes[:, first], self.codes[:, second]
        both = (a >= 0) & (b >= 0)
        return a[both].tolist(), b[both].tolist()

    def differing(self) -> list[int]:
        """Units with two values that are not the same."""
        if not self.codes.size:
            return []
        most = self.codes.max(axis=1)
        least = np.where(self.codes < 0, np.iinfo(np.int32).max, self.codes).min(axis=1)
        return _places((most >= 0) & (least < most))

    def with_pair(self, first: int, second: int, a: int, b: int) -> list[int]:
        """Units that one coder gave one code and another another."""
        return _places((self.codes[:, first] == a) & (self.codes[:, second] == b))

    def apart(self, held: Iterable[int]) -> list[int]:
        """Units in which somebody gave one of the codes and somebody none of them."""
        given = np.isin(self.codes, list(held))
        return _places(given.any(axis=1) & ((self.codes >= 0) & ~given).any(axis=1))


def _places(there: NDArray[np.bool_]) -> list[int]:
    found: list[int] = np.flatnonzero(there).tolist()
    return found
