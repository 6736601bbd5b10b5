"""One measurement beside its floor."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """Times in milliseconds. floor: the least that the same work costs with nothing of ours in the way."""

    name: str
    times: tuple[float, ...]
    floor: float

    def record(self) -> dict[str, Any]:
        """As in bench.json."""
        median = statistics.median(self.times)
        return {
            "name": self.name,
            "median_ms": round(median, 3),
            "p95_ms": round(p95(self.times), 3),
            "floor_ms": round(self.floor, 3),
            "ratio": round(median / self.floor, 2) if self.floor else None,
        }

    def __str__(self) -> str:
        r = self.record()
        return (
            f"{r['name']:52} {r['median_ms']:10.2f} ms   p95 {r['p95_ms']:10.2f}"
            f"   floor {r['floor_ms']:10.2f}   x {r['ratio']}"
        )


def p95(times: tuple[float, ...]) -> float:
    """The time that 95 in 100 stay below."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


def timed(work: Callable[[], Any], times: int, before: Callable[[], Any] | None = None) -> tuple[float, ...]:
    """Run it so often, in milliseconds each; `before` is not counted."""
    found = []
    for _ in range(times):
        if before is not None:
            before()
        gc.collect(0)
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    return tuple(found)
