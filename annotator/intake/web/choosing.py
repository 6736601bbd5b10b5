"""Which blocks of a page are its article, and why each of the others is not."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from annotator.domain.words import say
from annotator.intake.web.frame import begins_another, frame_reason, frame_weight
from annotator.intake.web.tree import CONTROLS, HEADINGS, UNSEEN, Block, Box, Page
from annotator.intake.web.weighing import BOX_COST, weigh, worth

_LEAST = 100.0
"""Prose below which a page has no article of its own, so that a box of the frame may be it."""
_TEASER = 300
_ROWS = frozenset(["li", "td", "th", "tr"])
_LISTS = frozenset(["ul", "ol", "li", "table", "tbody", "thead", "tr", "td", "blockquote", "dl", "details", "div"])
_COLUMN_KIDS = frozenset(["p", "ul", "ol", "table", "blockquote", "pre", "dl", "details"]) | HEADINGS
_NO_DISTANCE = frozenset(["figure", "figcaption"]) | UNSEEN | CONTROLS


@dataclass(frozen=True, slots=True)
class Choice:
    """kept: the article's blocks in order. box: where they stand. others: boxes that might be the article instead.

    Every block that is not kept has its reason in ``why``.
    """

    kept: tuple[Block, ...]
    box: Box
    others: tuple[Box, ...]


def choose(page: Page, title: str | None, within: Box | None = None) -> Choice:
    """The article of a page: the box worth most, without what frames it; ``within`` names another box to take."""
    weigh(page.blocks)
    chooser = _Chooser(page, title)
    box = chooser.best()
    others = chooser.others(box)
    if within is not None:
        box = within
    kept = chooser.pruned(box)
    return Choice(tuple(kept), box, others)


_BESIDE = say("beside the article")
_OTHER = say("after a line that begins something else")
_OTHER_LINE = say("a line that begins something else")
_LINK = say("a link to another page")
_LINKS = say("a list of links")
_ANOTHER = say("a teaser of another article")
_BEFORE = say("before the article begins")
_AFTER = say("after the article ends")
_ABOVE = say("above the article's heading")
_HEADING = say("the article's heading, kept as its title")
_FAR = say("far from the article")


class _Chooser:
    def __init__(self, page: Page, title: str | None) -> None:
        self.page, self.title = page, title
        self.sums = [0.0]
        for block in page.blocks:
            self.sums.append(self.sums[-1] + block.prose)
        self.flags: dict[Box, str] = {}
        self.values: dict[Box, float] = {}

    def inside(self, box: Box) -> float:
        return self.sums[box.last] - self.sums[box.first]

    # the box

    def best(self) -> Box:
        """The box worth most. One that looks like frame is taken where the rest of the page has much less prose."""
        self._flag(self.page.body)
        while True:
            self._found: tuple[float, Box] = (0.0, self.page.body)
            self._value(self.page.body, False)
            groups: dict[tuple[str, str, int], list[Box]] = {}
            for box in self.flags:
                if self.values.get(box, 0) > 0:  # boxes of one name are judged together: paragraphs may each have one
                    groups.setdefault((box.tag, box.marks, 0 if box.marks else box.first), []).append(box)
            most, group = 0.0, list[Box]()
            for boxes in groups.values():
                value = sum(self.values[b] for b in boxes)
                rest = self._found[0]
                least = frame_weight(boxes[0]) * rest if rest >= _LEAST else _LEAST
                if value > most and value > least:
                    most, group = value, boxes
            if not group:
                return self._found[1]
            for box in group:
                del self.flags[box]

    def others(self, chosen: Box) -> tuple[Box, ...]:
        """Up to three boxes beside the chosen one that hold running text, best first."""
        around, up = {chosen}, chosen.parent
        while up is not None:
            around.add(up)
            up = up.parent
        result: list[Box] = []
        for box, value in sorted(self.values.items(), key=lambda pair: -pair[1]):
            if value < _LEAST or len(result) == 3:
                break
            if box in around or chosen.first <= box.first < box.last <= chosen.last:
                continue
            if not any(other.first < box.last and box.first < other.last for other in result):
                result.append(box)
        return tuple(result)

    def _flag(self, box: Box) -> None:
        for kid in box.kids:
            if isinstance(kid, Box):
                if kid.last > kid.first and (why := frame_reason(kid)):
                    self.flags[kid] = why
                self._flag(kid)

    def _value(self, box: Box, out: bool) -> float:
        total = 0.0
        for kid in box.kids:
            if isinstance(kid, Block):
                total += worth(kid)
            elif kid.last == kid.first:
                continue
            elif kid in self.flags:
                self._value(kid, True)
            else:
                total += max(self._value(kid, out), -BOX_COST)
        self.values[box] = total
        if not out and total > self._found[0] + 0.02 * max(self._found[0], 0.0) + 0.01:
            self._found = (total, box)
        return total

    # what of it

    def pruned(self, top: Box) -> list[Block]:
        """The box's blocks without frames, lists of links and what begins after the article."""
        for block in self.page.blocks:
            block.why = _BESIDE
        above = top
        while above.parent is not None:
            for kid in above.parent.kids:
                if isinstance(kid, Box) and kid is not top:
                    self._explain(kid)
            above = above.parent
        kept: list[Block] = []
        self._go(top, top, kept)
        return self._edges(kept, top)

    def _explain(self, box: Box) -> None:
        """Reasons for what stands beside the article: the outermost box that says what it is."""
        if box in self.flags:
            self._out(box, self.flags[box])
            return
        for kid in box.kids:
            if isinstance(kid, Box):
                self._explain(kid)

    def _out(self, box: Box, why: str) -> None:
        for block in self.page.blocks[box.first : box.last]:
            block.why = why

    def _go(self, box: Box, top: Box, kept: list[Block]) -> None:  # noqa: C901 - the rules in their order, each by its reason
        stopped = ""
        for kid in box.kids:
            if isinstance(kid, Block):
                if stopped:
                    kid.why = _OTHER
                elif kind := begins_another(kid):
                    stopped = "end" if kind == "comments" and self._late(kid.number, top) else "until"
                    kid.why = _OTHER_LINE
                elif _only_a_link(kid):
                    kid.why = _LINK
                else:
                    kept.append(kid)
                continue
            blocks = self.page.blocks[kid.first : kid.last]
            if not blocks:
                continue
            if stopped and (stopped == "end" or not self._goes_on(kid, blocks)):
                self._out(kid, self.flags.get(kid, _OTHER))
                continue
            stopped = ""
            if kid in self.flags:
                self._out(kid, self.flags[kid])
            elif (kind := begins_another(blocks[0])) and self.inside(kid) < 0.4 * self.inside(top):
                self._out(kid, _OTHER_LINE if len(blocks) == 1 else _OTHER)
                if len(blocks) == 1 or (blocks[0].tag in HEADINGS and kind == "comments"):
                    stopped = "end" if kind == "comments" and self._late(kid.first, top) else "until"
            elif self._links(kid, blocks):
                self._out(kid, _LINKS)
            elif _is_teaser(kid, blocks):
                self._out(kid, _ANOTHER)
            elif kid.tag == "table" and _holds_data(kid, blocks):
                kept.extend(blocks)
            else:
                self._go(kid, top, kept)

    def _late(self, number: int, top: Box) -> bool:
        return self.sums[number] - self.sums[top.first] > 0.5 * self.inside(top)

    def _goes_on(self, box: Box, blocks: Sequence[Block]) -> bool:
        """Whether the article goes on in this box after a heading like "Related"."""
        size, link = sum(len(b.text) for b in blocks), sum(b.link for b in blocks)
        return self.inside(box) >= 60 and link <= 0.25 * size and box not in self.flags

    def _links(self, box: Box, blocks: Sequence[Block]) -> bool:
        if box.tag in ("p", "li"):
            return False
        size, link = sum(len(b.text) for b in blocks), sum(b.link for b in blocks)
        return link > 0.6 * size and self.inside(box) < 200

    # where it begins and ends

    def _edges(self, kept: list[Block], top: Box) -> list[Block]:
        kept = self._after_title(kept)
        run = self._run(kept, top)
        places = [i for i, b in enumerate(run) if b.prose]
        if not places:
            return run
        end = self._list_after(run, places[-1] + 1)
        for block in run[: places[0]]:
            block.why = _BEFORE
        for block in run[end:]:
            block.why = _AFTER
        return run[places[0] : end]

    def _after_title(self, kept: list[Block]) -> list[Block]:
        """What stands above the article's heading is left out, where most of the prose stands below it."""
        whole = sum(b.prose for b in kept)
        for i, block in enumerate(kept):
            is_title = self.title is not None and block.tag in HEADINGS and same_title(block.text, self.title)
            if not is_title and block.tag != "h1":
                continue
            if sum(b.prose for b in kept[i:]) <= 0.5 * whole:
                break
            for above in kept[:i]:
                above.why = _ABOVE
            block.why = _HEADING
            return kept[i + 1 :]
        return kept

    def _run(self, kept: list[Block], top: Box) -> list[Block]:
        """The stretch that is worth most: what stands far from it, behind menus and labels, is no part of it."""
        here = {b.number for b in kept}
        apart = set[int]()  # captions and what is not seen part no paragraphs
        for box in self.flags:
            if box.hidden or box.tag in _NO_DISTANCE:
                apart.update(range(box.first, box.last))
        start, end = self._worthiest(here, apart, top)
        if start == end:
            return kept
        while end in here or end in apart:
            end += 1
        result: list[Block] = []
        for block in kept:
            if start <= block.number < end or block.tag in _ROWS:
                result.append(block)
            else:
                block.why = _FAR
        return result

    def _worthiest(self, here: Collection[int], apart: Collection[int], top: Box) -> tuple[int, int]:
        """The stretch worth most, from its first block to the one behind it; empty where none is worth anything."""
        best, best_start, best_end = 0.0, 0, 0
        value, start = 0.0, top.first
        for block in self.page.blocks[top.first : top.last]:
            if value <= 0:
                value, start = 0.0, block.number
            if block.number in here:
                value += max(worth(block), 0.0)
            elif block.number not in apart:
                value -= min(12.0, 4.0 + 0.1 * len(block.text))
            if value > best:
                best, best_start, best_end = value, start, block.number + 1
        return best_start, best_end

    def _list_after(self, kept: Sequence[Block], end: int) -> int:
        """Where the article ends: lists, tables and short lines in the column of its paragraphs belong to it."""
        columns = {b.box.parent if b.box.tag == "p" else b.box for b in kept if b.prose}
        place = end
        for place_after, block in enumerate(kept[end:], start=end + 1):
            box, column = block.box, block.box.parent
            if box in columns:
                place = place_after
                continue
            while column is not None and column not in columns and column.tag in _LISTS:
                box, column = column, column.parent
            if column not in columns or box.tag not in _COLUMN_KIDS:
                break
            if block.tag not in HEADINGS:
                place = place_after
        return place


def _is_teaser(box: Box, blocks: Sequence[Block]) -> bool:
    """A heading with one short paragraph, in a box of its own away from the other paragraphs."""
    if len(blocks) > 3 or box.tag in ("p", "li", "td", "blockquote") or blocks[0].tag not in HEADINGS:
        return False
    text = [b for b in blocks if b.prose]
    return len(text) == 1 and text[0].alone and len(text[0].text) < _TEASER


def _holds_data(table: Box, blocks: Sequence[Block]) -> bool:
    """Whether a table's rows are figures and names, not the columns of a page that is laid out by a table."""
    rows = 0
    boxes: list[Box] = [table]
    while boxes:
        for kid in boxes.pop().kids:
            if isinstance(kid, Block):
                continue
            if kid.tag == "table" or (kid.tag in ("td", "th") and kid.last - kid.first > 4):
                return False
            rows += kid.tag == "tr" and kid.last > kid.first
            boxes.append(kid)
    return rows >= 2 and sum(b.link for b in blocks) <= 0.6 * sum(len(b.text) for b in blocks)


def same_title(a: str, b: str) -> bool:
    """Whether two lines are one title: the same words, or one the beginning of the other."""
    x, y = _words(a), _words(b)
    if x == y:
        return True
    shorter, longer = (x, y) if len(x) < len(y) else (y, x)
    return len("".join(shorter)) >= 12 and len(shorter) >= 4 and longer[: len(shorter)] == shorter


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _only_a_link(block: Block) -> bool:
    return block.tag in ("p", "div") and block.link >= len(block.text) - 2 and len(block.text) >= 25
