"""Where labels stand after a text was corrected: found by what stayed of the text around and in them.

The two texts are aligned once: what they share at both ends first, then line by line, word by word, and letter by
letter in words that were changed. A label keeps exactly its words wherever these are still there; where they were
changed its ends go where the letters beside them went; where little of them is left it is `lost`, at the place nearest
to where it was, for a person to decide.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from annotator.domain.fragments import Fragment, Fragments, normalised, text_of

How = Literal["same", "changed", "lost"]
"""The label has its very words; some of them were corrected; they are gone."""

_TOKEN = re.compile(r"\w+|\s|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_LETTERS = 400_000
"""The product of two lengths above which words that were changed are not compared letter by letter."""
_MOST_TOKENS = 4_000_000
"""The product above which lines are compared before words."""
_KEPT = 0.4
"""The share of a label's letters that must be left for it to be the same label."""
_AROUND, _ENOUGH, _PLACES = 40, 12, 200
"""How far context is compared, how much of it tells a place, how many places are looked at."""


@dataclass(frozen=True, slots=True)
class Placed:
    """fragments: in the new text. words: what the label covered in the old one."""

    fragments: Fragments
    how: How
    words: str


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch that both texts share."""

    old: int
    new: int
    size: int


class TextMap:
    """The way from one text to another; made once, asked for each label."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self._prefix = _shared(old, new)
        self._suffix = _shared(old[::-1], new[::-1])
        self._blocks: list[_Block] | None = None

    def place(self, fragments: Sequence[Fragment]) -> Placed:
        """Where a label of the old text stands in the new one."""
        words = text_of(self.old, tuple(fragments))
        if not self.new:
            return Placed((), "lost", words)
        found = [self._fragment(s, e) for s, e in fragments]
        placed = normalised([f for f, _ in found])
        hows = {how for _, how in found}
        how: How = "lost" if "lost" in hows else "changed" if "changed" in hows else "same"
        if how == "same" and len(placed) != len(fragments):
            how = "changed"  # what stood between two pieces is gone
        return Placed(tuple(placed), how, words)

    def zones(self, zones: Sequence[tuple[str, int, int]]) -> tuple[tuple[str, int, int], ...]:
        """Zones of the old text in the new one; what was written at the end of a text belongs to its last zone."""
        found = []
        for name, start, end in zones:
            s = 0 if start == 0 else self._edge(start, True)
            e = len(self.new) if end == len(self.old) else self._edge(end, False)
            if s < e:
                found.append((name, s, e))
        return tuple(found)

    def _edge(self, at: int, begins: bool) -> int:
        if at <= self._prefix and not begins:
            return at
        if at >= len(self.old) - self._suffix:
            return at - len(self.old) + len(self.new)
        for block in self._aligned():
            if begins and block.old + block.size > at:
                return block.new + max(0, at - block.old)
            if not begins and block.old <= at <= block.old + block.size:
                return block.new + at - block.old
        last = max((b.new + b.size for b in self._aligned() if b.old + b.size <= at), default=0)
        return len(self.new) if begins else last

    def _fragment(self, start: int, end: int) -> tuple[Fragment, How]:
        shift = len(self.new) - len(self.old)
        if end <= self._prefix:
            return (start, end), "same"
        if start >= len(self.old) - self._suffix:
            return (start + shift, end + shift), "same"
        quote = self.old[start:end]
        mapped, kept = self._mapped(start, end)
        if mapped is not None and self.new[mapped[0] : mapped[1]] == quote:
            return mapped, "same"
        if (again := self._whole(mapped, quote) or self._elsewhere(start, end)) is not None:
            return again, "same"
        if mapped is not None and mapped[0] < mapped[1] and self.new[mapped[0] : mapped[1]].strip():
            letters = len("".join(quote.split()))
            return mapped, "changed" if kept < 0 or kept >= _KEPT * letters else "lost"
        return self._nearest(start, end), "lost"

    def _mapped(self, start: int, end: int) -> tuple[Fragment | None, int]:
        """(the place by the alignment, how many letters of the label stayed; -1 where the whole was written anew)."""
        blocks = self._aligned()
        first = bisect_right(blocks, start, key=lambda b: b.old + b.size)
        kept = 0
        spans: list[Fragment] = []
        for block in blocks[first:]:
            s, e = max(start, block.old), min(end, block.old + block.size)
            if s >= e:
                if block.old >= end:
                    break
                continue
            kept += len("".join(self.old[s:e].split()))
            spans.append((s - block.old + block.new, e - block.old + block.new))
        before = blocks[first - 1] if first else _Block(0, 0, 0)
        gap_old, gap_new = before.old + before.size, before.new + before.size
        after = next((b for b in blocks[first:] if b.old >= end), _Block(len(self.old), len(self.new), 0))
        at_start, at_end = gap_old == start, after.old == end
        if not spans:
            return ((gap_new, after.new), -1) if at_start and at_end else (None, 0)
        begins_in_gap = first < len(blocks) and blocks[first].old > start
        ends_in_gap = not any(b.old < end <= b.old + b.size for b in blocks[first:])
        low = gap_new if begins_in_gap and at_start else spans[0][0]
        high = after.new if ends_in_gap and at_end else spans[-1][1]
        return (low, high), kept

    def _whole(self, mapped: Fragment | None, quote: str) -> Fragment | None:
        """Where the very words stand around what the alignment found, or in it: it may have missed an end, for letters
        put right against a word make another word of it, or taken in what was written beside. None where they do not
        stand there, or twice.
        """
        if mapped is None or mapped[0] >= mapped[1]:
            return None
        low = max(0, min(mapped[0], mapped[1] - len(quote)))
        high = max(mapped[1], mapped[0] + len(quote))
        at = self.new.find(quote, low, high)
        return None if at < 0 or self.new.find(quote, at + 1, high) >= 0 else (at, at + len(quote))

    def _elsewhere(self, start: int, end: int) -> Fragment | None:
        """Where the very words stand again with what stood around them; None where that is not plain."""
        quote = self.old[start:end]
        best: list[tuple[int, int]] = []
        at = self.new.find(quote)
        while at >= 0 and len(best) < _PLACES:
            left = self._context(start, at, before=True)
            right = self._context(end, at + len(quote), before=False)
            if max(left, right) >= _ENOUGH:
                best.append((left + right, at))
            at = self.new.find(quote, at + 1)
        best.sort(key=lambda found: (-found[0], found[1]))
        if not best or (len(best) > 1 and best[0][0] == best[1][0] and not self._alike(start, end, best)):
            return None
        return best[0][1], best[0][1] + len(quote)

    def _alike(self, start: int, end: int, best: list[tuple[int, int]]) -> bool:
        """Whether places that are equally good are told apart by the order of the text: the first is the nearest."""
        expected = self._nearest(start, end)[0]
        tied = [found for found in best if found[0] == best[0][0]]
        tied.sort(key=lambda found: abs(found[1] - expected))
        best[0] = tied[0]
        return abs(tied[0][1] - expected) < abs(tied[1][1] - expected)

    def _context(self, old: int, new: int, before: bool) -> int:
        """How many characters the surroundings share on one side; the end of both texts is as good as any."""
        if before:
            one, other = self.old[max(0, old - _AROUND) : old][::-1], self.new[max(0, new - _AROUND) : new][::-1]
        else:
            one, other = self.old[old : old + _AROUND], self.new[new : new + _AROUND]
        shared = _shared(one, other)
        return _AROUND if shared == len(one) == len(other) and len(one) < _AROUND else shared

    def _nearest(self, start: int, end: int) -> Fragment:
        """The word that stands nearest to where a label was."""
        before = max((b.new + b.size for b in self._aligned() if b.old + b.size <= start), default=0)
        words = list(re.finditer(r"\S+", self.new[max(0, before - 200) : before + 200]))
        offset = max(0, before - 200)
        if not words:
            found = next(iter(re.finditer(r"\S+", self.new)), None)
            return (found.start(), found.end()) if found else (0, len(self.new))
        nearest = min(words, key=lambda w: max(w.start() + offset - before, before - w.end() - offset))
        return nearest.start() + offset, nearest.end() + offset

    def _aligned(self) -> list[_Block]:
        if self._blocks is None:
            self._blocks = _blocks(self.old, self.new)
        return self._blocks


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # comparing slices is quicker than comparing characters
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _blocks(old: str, new: str) -> list[_Block]:
    prefix = _shared(old, new)
    rest = min(len(old), len(new)) - prefix
    suffix = min(rest, _shared(old[prefix:][::-1], new[prefix:][::-1]))
    found = [_Block(0, 0, prefix)] if prefix else []
    middle = old[prefix : len(old) - suffix], new[prefix : len(new) - suffix]
    found += [_Block(b.old + prefix, b.new + prefix, b.size) for b in _by_words(*middle)]
    if suffix:
        found.append(_Block(len(old) - suffix, len(new) - suffix, suffix))
    return found


def _by_words(old: str, new: str) -> Iterator[_Block]:
    if not old or not new:
        return
    units = [_TOKEN.findall(t) for t in (old, new)]
    if len(units[0]) * len(units[1]) > _MOST_TOKENS:
        lines = [_LINE.findall(t) for t in (old, new)]
        if min(len(lines[0]), len(lines[1])) > 1:
            yield from _compared(old, new, lines, _by_words)
            return
    yield from _compared(old, new, units, _by_letters)


def _by_letters(old: str, new: str) -> Iterator[_Block]:
    if not old or not new or len(old) * len(new) > _MOST_LETTERS:
        return
    for m in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        if m.size:
            yield _Block(m.a, m.b, m.size)


def _compared(
    old: str, new: str, units: Sequence[Sequence[str]], within: Callable[[str, str], Iterator[_Block]]
) -> Iterator[_Block]:
    """Blocks of whole units that are the same; what was replaced is looked at more closely by `within`."""
    starts = [_starts(u) for u in units]
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, units[0], units[1], autojunk=False).get_opcodes():
        s, e, t, f = starts[0][a1], starts[0][a2], starts[1][b1], starts[1][b2]
        if tag == "equal":
            yield _Block(s, t, e - s)
        elif tag == "replace":
            for b in within(old[s:e], new[t:f]):
                yield _Block(b.old + s, b.new + t, b.size)


def _starts(units: Sequence[str]) -> list[int]:
    found = [0]
    for unit in units:
        found.append(found[-1] + len(unit))
    return found
