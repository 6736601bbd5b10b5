"""How much running text a block holds, and what it is worth to the box that it stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from annotator.intake.web.tree import HEADINGS, Block, Box

_END = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]」』]*$")
_INSIDE = re.compile(r"[.!?…؟۔।]['\"”’»)]* +['\"“‘«(]?\w|[。！？]")
_WIDE = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_TEXT_TAGS = frozenset(["p", "li", "td", "tr", "dd", "pre", "blockquote"])

# Figures of the public pages; the score hardly moves where they are halved or doubled.
WIDE = 3.0
"""Characters of a script without spaces hold about three times as much as letters."""
ISOLATED = 0.4
LONG = 600.0
BOX_COST = 80.0
LINK_BASE, LINK_COST = 10.0, 0.6
SHORT_COST = 4.0


def prose(block: Block) -> float:
    """How many characters of running text a block holds; 0 for headings, menus and labels."""
    text = block.text
    size = len(text)
    if size < 12 or block.tag in HEADINGS or block.link * 2 > size:
        return 0.0
    wide = _WIDE.search(text) is not None
    own = (size - block.link) * (WIDE if wide else 1.0)
    if own < 25:
        return 0.0
    if own >= 140 or (wide and own >= 45 and not block.link):
        return own
    if (own >= 40 and _END.search(text)) or (own >= 60 and _INSIDE.search(text)):
        return own
    return 0.0


def weigh(blocks: Sequence[Block]) -> None:
    """Sets each block's prose; what stands alone among links and labels (a teaser, a caption) weighs less."""
    for block in blocks:
        block.weight = block.prose = prose(block)
    real = [b for b in blocks if b.tag not in HEADINGS or b.link * 2 > len(b.text)]
    company = [b.prose > 0 or (b.tag in _TEXT_TAGS and len(b.text) >= 30 and b.link * 2 <= len(b.text)) for b in real]
    last = len(real) - 1
    for i, block in enumerate(real):
        if not block.prose or block.prose >= LONG:
            continue
        if i and company[i - 1] and _one_column(real[i - 1], block):
            continue
        if i < last and company[i + 1] and _one_column(block, real[i + 1]):
            continue
        block.prose *= ISOLATED
        block.alone = True


def _one_column(a: Block, b: Block) -> bool:
    """Whether two blocks stand in one box, not more than two levels up."""
    here, there = a.box, b.box
    for _ in range(3):
        if here is None:
            return False
        other: Box | None = there
        for _ in range(3):
            if other is None:
                break
            if here is other:
                return True
            other = other.parent
        if here.parent is None:
            return False
        here = here.parent
    return False


def worth(block: Block) -> float:
    """What a block adds to a box that may be the article; below 0 for menus and labels."""
    if block.prose:
        return block.prose
    size = len(block.text)
    if block.link * 2 > size:
        return -LINK_BASE - LINK_COST * min(size, 200)
    if block.tag in HEADINGS:
        return 0.0
    if block.tag in _TEXT_TAGS and size >= 20:
        return 0.25 * size
    return -SHORT_COST
