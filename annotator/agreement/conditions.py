"""Attributes that are asked for under a condition: who was asked, and the values with “not asked” among them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotator.agreement.grid import Grid

NO_LABEL, NO, YES = -1, 0, 1
"""Whether a coder was asked: there is no label to ask of, no, yes."""


def asked_counts(values: Grid, asked: Grid, no_value: int) -> dict[str, int]:
    """Of the units with labels of two coders or more: `both`, where all of them were asked; `one`, where some were and
    others not; `unanswered`, where all were asked and somebody gave no value. no_value: a code that is none."""
    cells = asked.codes
    several = (cells >= 0).sum(axis=1) > 1
    everybody = several & (cells != NO).all(axis=1)
    some = several & (cells == YES).any(axis=1) & (cells == NO).any(axis=1)
    given = (values.codes >= 0) & (values.codes != no_value)
    lacking = everybody & ((cells == YES) & ~given).any(axis=1)
    return {"both": int(everybody.sum()), "one": int(some.sum()), "unanswered": int(lacking.sum())}


def with_condition(values: Grid, asked: Grid, no_value: int, not_asked: int) -> Grid:
    """The values, with a code of its own where a label was not asked."""
    codes = values.codes.copy()
    codes[codes == no_value] = -1
    codes[(asked.codes == NO) & (codes < 0)] = not_asked
    return Grid(codes)


def grid_of(rows: Sequence[Sequence[int]], coders: int) -> Grid:
    """From one row a unit."""
    return Grid(np.array(rows, dtype=np.int32).reshape(len(rows), coders))
