"""Labels by paragraph, so that painting and hit-testing touch only the paragraphs in view. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from annotator.qt.reading import lanes


class SurfaceLabel(NamedTuple):  # made by the ten thousand when an article opens
    """One label as the surface shows it. Fragments are `[start, end)` in code points, in order."""

    id: str
    layer: str
    fragments: tuple[tuple[int, int], ...]
    colour: str
    pattern: int = 0

    @property
    def start(self) -> int:
        return self.fragments[0][0] if self.fragments else 0

    @property
    def end(self) -> int:
        return self.fragments[-1][1] if self.fragments else 0


Piece = tuple[int, int, str]  # start, end (clipped to the paragraph), label id


class Bucket:
    """The pieces of labels in one paragraph, and what is derived from them on demand."""

    __slots__ = ("_lanes", "_reach", "_spans", "_spans_reach", "pieces")

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces
        self._reach: list[int] | None = None  # furthest end so far, of the sorted pieces; None: not sorted yet
        self._lanes: dict[str, int] | None = None
        self._spans: list[Piece] = []  # hulls, sorted; with lanes only
        self._spans_reach: list[int] = []

    def within(self, start: int, end: int) -> list[Piece]:
        """The pieces that share a character with [start, end), in order."""
        if self._reach is None:
            self.pieces.sort()
            self._reach = list(accumulate([piece[1] for piece in self.pieces], max))
        first = bisect_right(self._reach, start)
        last = bisect_left(self.pieces, (end,), first)  # a shorter tuple sorts before
        return [piece for piece in self.pieces[first:last] if piece[1] > start]

    def lane(self, key: str) -> int:
        """The label's lane under the line, `lanes.OVERFLOW` where none was free."""
        if self._lanes is None:
            self._spans = sorted(lanes.hulls(self.pieces))
            self._spans_reach = list(accumulate([span[1] for span in self._spans], max))
            self._lanes = lanes.assign(self._spans)
        return self._lanes.get(key, lanes.OVERFLOW)

    def change(self, gone: set[str], new: list[Piece], start: int, end: int) -> tuple[int, int]:
        """Take labels out and pieces in, all within [start, end); answers where lanes may differ now."""
        self.pieces = [piece for piece in self.pieces if piece[2] not in gone] + new
        self._reach = None
        if self._lanes is None:
            return start, end
        for key in gone:
            self._lanes.pop(key, None)
        self._spans = [span for span in self._spans if span[2] not in gone]
        for span in lanes.hulls(new):
            insort(self._spans, span)
        self._spans_reach = list(accumulate([span[1] for span in self._spans], max))
        touched = lanes.cluster(self._spans, self._spans_reach, start, end)
        self._lanes.update(lanes.assign(touched))
        return min([start, *(s[0] for s in touched)]), max([end, *(s[1] for s in touched)])


class LabelIndex:
    """All labels of a document, by id and by paragraph; some of them may be hidden.

    starts, ends: for each paragraph its first code point and its end (before the line break).
    """

    def __init__(self, starts: Sequence[int], ends: Sequence[int]) -> None:
        self.every: dict[str, SurfaceLabel] = {}
        self.by_id: dict[str, SurfaceLabel] = {}
        """Those that are shown."""
        self._pieces: dict[int, list[Piece]] = {}
        """Of every label."""
        self._buckets: dict[int, Bucket] = {}
        """Of those that are shown, in paragraphs that were looked at."""
        self._starts = starts
        self._ends = ends
        self._order: list[str] | None = None

    def set_all(self, labels: Iterable[SurfaceLabel]) -> None:
        self.every = {label.id: label for label in labels}
        starts, ends, find = self._starts, self._ends, bisect_right
        pieces: dict[int, list[Piece]] = {}
        for key, label in self.every.items():
            for start, end in label.fragments:
                paragraph = find(starts, start) - 1
                if start < end <= ends[paragraph]:  # nearly all are inside of one
                    held = pieces.get(paragraph)
                    if held is None:
                        pieces[paragraph] = [(start, end, key)]
                    else:
                        held.append((start, end, key))
                else:
                    for number, first, last in self._cut(start, end):
                        pieces.setdefault(number, []).append((first, last, key))
        self._pieces = pieces
        self.show(None)

    def show(self, keys: Iterable[str] | None) -> None:
        """Show just these of the labels; None: all."""
        self.by_id = dict(self.every) if keys is None else {key: self.every[key] for key in keys}
        self._buckets = {}
        self._order = None

    def pieces_of(self, label: SurfaceLabel) -> list[tuple[int, int, int]]:
        """Paragraph, start, end of every part of the label, cut at the paragraphs' ends."""
        return [piece for start, end in label.fragments for piece in self._cut(start, end)]

    def _cut(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        starts, ends = self._starts, self._ends
        paragraph = max(0, bisect_right(starts, start) - 1)
        while paragraph < len(starts) and starts[paragraph] < end:
            first, last = max(start, starts[paragraph]), min(end, ends[paragraph])
            if first < last:
                yield paragraph, first, last
            paragraph += 1

    def change(
        self, changed: Iterable[SurfaceLabel], removed: Iterable[str], hidden: Container[str] = ()
    ) -> dict[int, tuple[int, int]]:
        """Take in new, changed and gone labels; answers where lanes may differ now: paragraph -> start, end.

        hidden: ids of those that are not to be shown.
        """
        fresh = {label.id: label for label in changed}
        gone = {key for key in (*fresh, *removed) if key in self.every}
        dirty: dict[int, tuple[int, int]] = {}
        new: dict[int, list[Piece]] = {}

        def note(paragraph: int, start: int, end: int) -> None:
            had = dirty.get(paragraph, (start, end))
            dirty[paragraph] = (min(start, had[0]), max(end, had[1]))

        for key in gone:
            for piece in self._take_out(key):
                note(*piece)
        for key, label in fresh.items():
            self.every[key] = label
            shown = key not in hidden
            if shown:
                self.by_id[key] = label
            for paragraph, start, end in self.pieces_of(label):
                self._pieces.setdefault(paragraph, []).append((start, end, key))
                if shown:
                    new.setdefault(paragraph, []).append((start, end, key))
                    note(paragraph, start, end)
        for paragraph, (start, end) in dirty.items():
            bucket = self._buckets.get(paragraph)
            if bucket is not None:
                dirty[paragraph] = bucket.change(gone, new.get(paragraph, []), start, end)
        self._order = None
        return dirty

    def _take_out(self, key: str) -> list[tuple[int, int, int]]:
        """Forget a label; answers where it was shown."""
        shown = self.by_id.pop(key, None) is not None
        found = self.pieces_of(self.every.pop(key))
        for paragraph, _, _ in found:
            self._pieces[paragraph] = [p for p in self._pieces[paragraph] if p[2] != key]
        return found if shown else []

    def bucket(self, paragraph: int) -> Bucket | None:
        """The labels of a paragraph; made when it is first asked for."""
        found = self._buckets.get(paragraph)
        if found is None and paragraph in self._pieces:
            shown = self.by_id
            found = self._buckets[paragraph] = Bucket([p for p in self._pieces[paragraph] if p[2] in shown])
        return found

    def at(self, cp: int) -> list[str]:
        """Ids of the labels that hold the character behind position `cp`, innermost first."""
        bucket = self.bucket(bisect_right(self._starts, cp) - 1)
        if bucket is None:
            return []
        found = bucket.within(cp, cp + 1)
        return self.innermost_first(piece[2] for piece in found)

    def innermost_first(self, keys: Iterable[str]) -> list[str]:
        def size(key: str) -> tuple[int, int, int, str]:
            label = self.by_id[key]
            return sum(end - start for start, end in label.fragments), label.end - label.start, label.start, key

        return sorted(dict.fromkeys(keys), key=size)

    def reading_order(self) -> list[str]:
        """Ids by first character; of labels that begin together the longer first."""
        if self._order is None:
            held = self.by_id.values()
            self._order = [x.id for x in sorted(held, key=lambda x: (x.start, -x.end, x.id)) if x.fragments]
        return self._order
