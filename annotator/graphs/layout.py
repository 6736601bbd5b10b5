"""Where to draw the nodes of a network: tied ones close together, the same place each time.

Source: Fruchterman and Reingold (1991), "Graph Drawing by Force-directed Placement", Software: Practice and Experience
21, 1129-1164, with a pull to the middle, so that parts without a tie between them stay in the picture. The nodes begin
where their names put them and no dice are thrown: one network is drawn alike on every day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from annotator.domain.errors import Cancelled

Place = tuple[float, float]
Tie = tuple[int, int, float]
_CELLS = 60_000
_PULL = 1.0
_CLOSEST = 1e-4


def places(
    names: Sequence[str], ties: Sequence[Tie], progress: Callable[[int, int], bool] | None = None
) -> list[Place]:
    """(x, y) of each node, within -1 and 1. ties: (node, node, weight) by place in names; the sign makes no difference.

    progress: (done, all) -> whether to go on; raises Cancelled where it says no.
    """
    count = len(names)
    if count < 2:
        return [(0.0, 0.0)] * count
    at = np.array([_start(name) for name in names], dtype=np.float64)
    one = np.array([t[0] for t in ties], dtype=np.intp)
    two = np.array([t[1] for t in ties], dtype=np.intp)
    pull = np.log1p(np.abs(np.array([t[2] for t in ties], dtype=np.float64)))
    if len(ties) and pull.max() > 0:
        pull = 0.3 + 0.7 * pull / pull.max()
    side = float(np.sqrt(1.0 / count))
    rounds = 300 if count <= 300 else 150 if count <= 1000 else 80
    for step in range(rounds):
        if progress is not None and not progress(step, rounds):
            raise Cancelled("stopped", remedy="nothing was changed")
        force = _apart(at, side) - _PULL * at
        if len(ties):
            way = at[two] - at[one]
            drawn = way * (np.hypot(way[:, 0], way[:, 1]) / side * pull)[:, None]
            np.add.at(force, one, drawn)
            np.add.at(force, two, -drawn)
        length = np.maximum(np.hypot(force[:, 0], force[:, 1]), _CLOSEST)
        warmth = 0.15 * (1 - step / rounds) + 0.001
        at += force * (np.minimum(length * 0.1, warmth) / length)[:, None]
    at -= (at.min(axis=0) + at.max(axis=0)) / 2
    widest = np.abs(at).max()
    at /= widest if widest > 0 else 1.0
    return [(round(float(x), 6), round(float(y), 6)) for x, y in at]


def _start(name: str) -> Place:
    """A place that belongs to the name."""
    told = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    x, y = (int.from_bytes(told[i : i + 4]) / 2**31 - 1 for i in (0, 4))
    return x, y


def _apart(at: NDArray[np.float64], side: float) -> NDArray[np.float64]:
    """How every node is pushed away by all others.

    In slices that fit a processor's cache, and without products of matrices: these run on all cores at once, which
    takes many times as long where other programs run too.
    """
    force = np.empty_like(at)
    x, y = at[:, 0].astype(np.float32), at[:, 1].astype(np.float32)
    rows = max(1, _CELLS // len(at))
    for start in range(0, len(at), rows):
        dx = x[start : start + rows, None] - x[None, :]
        dy = y[start : start + rows, None] - y[None, :]
        near = dx * dx
        near += dy * dy
        np.maximum(near, np.float32(_CLOSEST), out=near)
        dx /= near
        dy /= near
        force[start : start + rows, 0] = dx.sum(axis=1)
        force[start : start + rows, 1] = dy.sum(axis=1)
    return force * side * side
