"""Labels as the surface sees them, and the lanes that keep overlapping ones apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LANES = 4
"""Lanes drawn under a line; what is left over is counted at the line's end."""


@dataclass(frozen=True, slots=True)
class SurfaceLabel:
    """A label to be drawn. fragments: code points of the document's text.

    colour: ``#rrggbb``. pattern: 0 solid, 1 dashes, 2 dots, 3 double, so that colour never carries meaning alone.
    """

    id: str
    layer: str
    fragments: tuple[tuple[int, int], ...]
    colour: str
    caption: str = ""
    pattern: int = 0

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.fragments[-1][1]

    @property
    def size(self) -> int:
        """Characters in its fragments."""
        return sum(e - s for s, e in self.fragments)


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of one fragment that lies in one paragraph, in code points of the paragraph."""

    label: SurfaceLabel
    fragment: int
    start: int
    end: int
    first: bool
    last: bool


def assign_lanes(segments: Iterable[Segment]) -> dict[str, int]:
    """Label id -> lane, so that labels which overlap within a paragraph never share one.

    Long labels come first where two begin together: they get the lane nearest to the text, nested ones lie below.
    """
    hulls: dict[str, tuple[int, int]] = {}
    for s in segments:
        start, end = hulls.get(s.label.id, (s.start, s.end))
        hulls[s.label.id] = (min(start, s.start), max(end, s.end))
    ends: list[int] = []
    lanes: dict[str, int] = {}
    for key, (start, end) in sorted(hulls.items(), key=lambda x: (x[1][0], -x[1][1], x[0])):
        lane = next((i for i, taken in enumerate(ends) if taken <= start), len(ends))
        if lane == len(ends):
            ends.append(end)
        else:
            ends[lane] = end
        lanes[key] = lane
    return lanes


def stack(labels: Sequence[SurfaceLabel], position: int) -> list[str]:
    """Ids of the labels that cover a code point, the smallest first."""
    here = [a for a in labels if any(s <= position < e for s, e in a.fragments)]
    return [a.id for a in sorted(here, key=lambda a: (a.size, a.start, a.id))]
