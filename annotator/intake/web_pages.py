"""Saved HTML pages: the article without the page around it, every stretch that is left out told at its place."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.boilerplate import boilerplate_reason
from annotator.intake.bylines import byline
from annotator.intake.model import CleaningStep, Draft, Offer, Problem
from annotator.intake.web.choosing import Choice, choose, same_title
from annotator.intake.web.facts import facts_of, meta_of
from annotator.intake.web.frame import frame_reason
from annotator.intake.web.places import NOWHERE, places_of
from annotator.intake.web.tree import CONTROLS, UNSEEN, Block, Box, Page, page_of

_SOFT_HYPHEN = re.compile("\u00ad|&shy;?|&#173;|&#x0*ad;", re.I)
_PIECE = 400
_DEEPEST = 12_000
_LITTLE, _ENOUGH_TO_TELL = 0.35, 600.0
_QUOTE_WORDS = re.compile(r"pull|quote|zitat|cita", re.I)


def read_html(text: str, source: str, off: frozenset[str], steps: list[CleaningStep], take: str = "article") -> Draft:
    """The article's paragraphs, what the page says about itself, and the other stretches that might be meant.

    take: ``article``, ``whole`` (all that is seen on the page), or the key of one of the draft's offers.
    """
    try:
        with _deep_enough():
            return _read(text, source, off, steps, take)
    except RecursionError as error:
        raise BadInput("the page's boxes are nested too deep", source, "import it as plain text") from error


@contextmanager
def _deep_enough() -> Iterator[None]:
    """Pages may nest boxes by the thousand where nobody closed them."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _read(text: str, source: str, off: frozenset[str], steps: list[CleaningStep], take: str) -> Draft:
    from lxml import etree

    try:
        parser = etree.HTMLParser(encoding="utf-8", no_network=True, recover=True, huge_tree=True)
        root = etree.fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise BadInput("the page holds no HTML", source, "import it as plain text") from error
    if root is None:
        raise BadInput("the page holds no HTML", source, "import it as plain text")
    page = page_of(root)
    facts = facts_of(root, page, text)
    choice = choose(page, facts.title)
    offers = _offers(choice, page)
    whole = take == "whole" or "page_frame" in off
    if whole:
        kept = _seen(page)
    elif take.isdigit() and int(take) <= len(choice.others):
        kept = list(choose(page, facts.title, choice.others[int(take) - 1]).kept)
    else:
        kept = list(choice.kept)
    meta = meta_of(facts, root, page, choice.kept)
    record = _Record(page, text, steps)
    kept = _without_repetitions(kept, facts.title, off, record)
    record.left_out(kept)
    record.soft_hyphens(kept)
    if not kept and not meta.title:
        raise BadInput("the page holds no article", source, "import it as plain text, or paste the article")
    steps.sort(key=lambda s: s.start)
    problems = [] if whole else _problems(choice, kept, page, facts.said.linked)
    return Draft([b.text for b in kept], meta, steps, problems, offers)


def _seen(page: Page) -> list[Block]:
    """All blocks but those that no reader sees and those of buttons and fields."""
    result: list[Block] = []

    def walk(box: Box) -> None:
        for kid in box.kids:
            if isinstance(kid, Block):
                result.append(kid)
            elif kid.hidden or kid.tag in UNSEEN or kid.tag in CONTROLS:
                for block in page.blocks[kid.first : kid.last]:
                    block.why = frame_reason(kid)
            else:
                walk(kid)

    walk(page.body)
    return result


def _offers(choice: Choice, page: Page) -> list[Offer]:
    """What else might be meant: the whole page, and the boxes that hold running text too."""
    offers = [Offer("whole", say("the whole page"), sum(len(b.text) for b in page.blocks))]
    for number, box in enumerate(choice.others, start=1):
        blocks = page.blocks[box.first : box.last]
        first = next((b for b in blocks if b.prose), blocks[0])
        offers.append(
            Offer(
                str(number),
                say("the part that begins “{words}”", words=first.text[:60]),
                sum(len(b.text) for b in blocks),
            )
        )
    return offers


def _problems(choice: Choice, kept: Sequence[Block], page: Page, linked: Sequence[dict[str, Any]]) -> list[Problem]:
    """What a person should look at before such an article is coded."""
    if not kept:
        return [Problem("title_only", say("only the title of the page was kept"))]
    if not any(b.weight for b in kept):
        return [Problem("no_sentences", say("nothing that was kept looks like sentences"))]
    here = sum(b.prose for b in choice.kept)
    mine = {b.number for b in choice.kept}
    around = here + sum(b.weight for b in page.blocks if b.weight and b.number not in mine and not _apart(b))
    said = max((len(b) for i in linked if isinstance(b := i.get("articleBody"), str)), default=0)
    size = sum(len(b.text) for b in kept)
    if (around >= _ENOUGH_TO_TELL and here < _LITTLE * around) or (said >= _ENOUGH_TO_TELL and size < 0.5 * said):
        return [Problem("little", say("little of the page is kept"))]
    return []


def _apart(block: Block) -> bool:
    """Whether a block is readers' comments, or not seen on the page at all."""
    box: Box | None = block.box
    while box is not None:
        if box.hidden or box.tag in UNSEEN or "omment" in box.marks:
            return True
        box = box.parent
    return False


def _without_repetitions(kept: list[Block], title: str | None, off: frozenset[str], record: _Record) -> list[Block]:
    """The title said again, bylines, standing phrases and passages that stand in the article already."""
    result: list[Block] = []
    texts: dict[str, int] = {}
    folded = [" ".join(re.findall(r"\w+", b.text.lower())) for b in kept]
    for words in folded:
        texts[words] = texts.get(words, 0) + 1
    body = " \n ".join(folded) if any(_is_quote(b) for b in kept) else ""
    seen: set[str] = set()
    for place, (block, words) in enumerate(zip(kept, folded, strict=True)):
        reason = boilerplate_reason(block.text)
        again = len(words) >= 30 and _is_quote(block) and (words in seen or body.count(words) > texts[words])
        seen.add(words)
        is_title = title is not None and len(block.text) <= len(title) + 30 and same_title(block.text, title)
        if is_title and "repeated" not in off and place < 12:
            record.step("repeated", block, say("the title, which begins the text"))
        elif reason and "boilerplate" not in off:
            record.step("boilerplate", block, reason)
        elif again and "repeated" not in off:
            record.step("repeated", block, say("the passage stands in the article already"))
        elif (
            (place < 3 or place >= len(kept) - 2) and not block.prose and byline(block.text) and "page_data" not in off
        ):
            record.step("page_data", block, say("the byline, kept among the metadata"))
        else:
            result.append(block)
    return result


def _is_quote(block: Block) -> bool:
    box: Box | None = block.box
    for _ in range(3):
        if box is None:
            return False
        if box.tag in ("blockquote", "aside") or _QUOTE_WORDS.search(box.marks):
            return True
        box = box.parent
    return False


class _Record:
    """Writes the steps of one page; each has its place in the source."""

    def __init__(self, page: Page, text: str, steps: list[CleaningStep]) -> None:
        self._page, self._text, self._steps = page, text, steps
        self._places = places_of(page.nodes, text)
        self._lines = [m.start() for m in re.finditer("\n", text)]
        self._told: set[int] = set()

    def step(self, name: str, block: Block, why: str) -> None:
        """One block left out."""
        self._told.add(block.number)
        self._write(name, [block], why)

    def left_out(self, kept: Sequence[Block]) -> None:
        """Every block that is neither kept nor told: one step for each stretch with one reason."""
        here = {b.number for b in kept} | self._told
        stretch: list[Block] = []
        for block in self._page.blocks:
            if block.number in here or (stretch and block.why != stretch[-1].why):
                if stretch:
                    self._write("page_frame", stretch, stretch[-1].why)
                stretch = []
            if block.number not in here:
                stretch.append(block)
        if stretch:
            self._write("page_frame", stretch, stretch[-1].why)
        kept_nodes = {n for b in kept for n in range(min(b.nodes), max(b.nodes) + 1)}
        for node, piece in self._page.notes:
            if node in kept_nodes:
                self._append("page_data", *self._places[node], piece.strip(), say("the mark of a footnote"))

    def soft_hyphens(self, kept: Sequence[Block]) -> None:
        """Places where a browser may break a word are no letters of it."""
        if not self._page.soft:
            return
        spans = sorted(p for b in kept for n in b.nodes if (p := self._places[n]) != NOWHERE)
        starts = [s for s, _ in spans]
        for match in _SOFT_HYPHEN.finditer(self._text):
            at = bisect_right(starts, match.start()) - 1
            if at >= 0 and match.start() < spans[at][1]:
                self._append(
                    "characters", match.start(), match.end(), match.group(), say("a place where a word may break")
                )

    def _write(self, name: str, blocks: Sequence[Block], why: str) -> None:
        places = [p for b in blocks for n in b.nodes if (p := self._places[n]) != NOWHERE]
        words = " ".join(" ".join(b.text.split()) for b in blocks)
        piece = words if len(words) <= _PIECE else words[: _PIECE - 2] + " …"
        start, end = (min(p[0] for p in places), max(p[1] for p in places)) if places else NOWHERE
        self._append(name, start, end, piece, why, blocks[0].box.tag)

    def _append(self, name: str, start: int, end: int, piece: str, why: str, tag: str = "") -> None:
        line = bisect_right(self._lines, start - 1) + 1 if start >= 0 else 0
        if not line:
            where = f"<{tag}>" if tag else ""
        elif tag:
            where = say("line {line}, <{tag}>", line=line, tag=tag)
        else:
            where = say("line {line}", line=line)
        self._steps.append(CleaningStep(name, where, "removed", piece, why, start, end))
