"""A page's tree as boxes and blocks: what a reader sees as paragraphs, each with its pieces of the source."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any


def listed(words: str) -> list[str]:
    """Words between spaces: long lists of names read better as a running line."""
    return words.split()


BLOCK_TAGS = frozenset(
    listed(
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption "
        "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol optgroup option p "
        "pre search section select summary table tbody td tfoot th thead tr ul"
    )
)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
CONTROLS = frozenset(listed("button select textarea iframe object embed svg canvas audio video map dialog datalist"))
"""What people click or play: its words are no text of an article."""
SILENT = frozenset(["script", "style", "link", "meta", "title", "head", "base"])
"""What no reader sees and no count of words may hold."""
UNSEEN = frozenset(["noscript", "template", "noframes", "noembed"])

_KINDS: dict[object, str] = {
    **dict.fromkeys(BLOCK_TAGS | CONTROLS | UNSEEN, "block"),
    **dict.fromkeys(SILENT, "silent"),
}
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAKS = re.compile(r"[ \t\r\n\f]*\x0b[ \t\r\n\f\xa0]*\x0b[ \t\r\n\f\xa0\x0b]*")
_BREAK = re.compile(r"[ \t\r\n\f]*\x0b[ \t\r\n\f]*")
_END = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]]*$")
_BREAK_MARK = "\x0b"
_SUPERSCRIPTS = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
_CELL = 200
LONG_LINE = 80
"""Lines of this length on both sides of a <br> are paragraphs."""


@dataclass(slots=True, eq=False)
class Block:
    """One paragraph: its words, how many of them are links, and its pieces (numbers of text nodes)."""

    box: Box
    text: str
    link: int
    nodes: tuple[int, ...]
    tag: str
    number: int = 0
    weight: float = 0.0
    """How much running text it holds, by itself."""
    prose: float = 0.0
    """The same, less where it stands alone among links and labels."""
    alone: bool = False
    why: str = ""


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element with its boxes and blocks in order."""

    tag: str
    marks: str
    parent: Box | None
    element: Any
    hidden: bool = False
    kids: list[Box | Block] = field(default_factory=list)
    first: int = 0
    last: int = 0
    """Range of blocks inside, as indexes into the page's list."""


@dataclass(slots=True)
class Page:
    """body: the outermost box. blocks: all paragraphs in reading order. nodes: the text nodes they are made of."""

    body: Box
    blocks: list[Block]
    nodes: list[str]
    notes: list[tuple[int, str]]
    """Text nodes of footnote marks, left out of their paragraphs."""
    soft: bool = False
    """Whether any paragraph held soft hyphens, which are taken out."""


class _Walker:
    """Goes through the tree once; blocks are closed where a block-level element begins or ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.nodes: list[str] = []
        self.notes: list[tuple[int, str]] = []
        self.soft = False
        self._words: list[str] = []
        self._links: list[bool] = []
        self._pieces: list[int] = []

    def text(self, text: str, link: bool, pre: bool) -> None:
        if text.isspace():
            if self._words:
                self._words.append("\n" if pre and "\n" in text else " ")
                self._links.append(False)
                self._pieces.append(-1)
            return
        self._pieces.append(len(self.nodes))
        self.nodes.append(text)
        self._words.append(text)
        self._links.append(link)

    def flush(self, box: Box, tag: str) -> None:
        if not self._words:
            return
        words, links, pieces = self._words, self._links, self._pieces
        self._words, self._links, self._pieces = [], [], []
        if _BREAK_MARK in words:
            self._broken(box, tag, words, links, pieces)
            return
        self._block(box, tag, words, links, pieces)

    def _broken(self, box: Box, tag: str, words: list[str], links: list[bool], pieces: list[int]) -> None:
        """A run with <br> in it: two of them, or one between two long sentences, part paragraphs."""
        lines: list[tuple[list[str], list[bool], list[int]]] = [([], [], [])]
        breaks: list[int] = [0]
        for word, link, piece in zip(words, links, pieces, strict=True):
            if word == _BREAK_MARK:
                if any(not w.isspace() for w in lines[-1][0]):
                    lines.append(([], [], []))
                    breaks.append(1)
                else:
                    breaks[-1] += 1
                continue
            lines[-1][0].append(word)
            lines[-1][1].append(link)
            lines[-1][2].append(piece)
        current = lines[0]
        size = sum(map(len, current[0]))
        for line, count in zip(lines[1:], breaks[1:], strict=True):
            length = sum(map(len, line[0]))
            parts = count >= 2 or (
                size >= LONG_LINE and length >= LONG_LINE and bool(_END.search("".join(current[0]).rstrip()))
            )
            if parts:
                self._block(box, tag, *current)
                current, size = line, length
            else:
                current = (current[0] + [" "] + line[0], current[1] + [False] + line[1], current[2] + [-1] + line[2])
                size += length
        self._block(box, tag, *current)

    def _block(self, box: Box, tag: str, words: list[str], links: list[bool], pieces: list[int]) -> None:
        text = "".join(words)
        text = text.strip("\n").rstrip() if box.tag == "pre" else _SPACE.sub(" ", text).strip(" ")
        if "\u00ad" in text:
            text, self.soft = text.replace("\u00ad", ""), True
        nodes = tuple(p for p in pieces if p >= 0)
        if not text or not nodes:
            return
        link = sum(len(w.strip()) for w, is_link in zip(words, links, strict=True) if is_link)
        block = Block(box, text, min(link, len(text)), nodes, tag, len(self.blocks))
        self.blocks.append(block)
        box.kids.append(block)

    def _row(self, row: Box) -> None:
        """The short cells of a table's row make one paragraph; columns of a page laid out as a table stay apart."""
        cells = self.blocks[row.first :]
        if len(cells) != len(row.kids) or any(len(c.text) > _CELL or c.box.parent is not row for c in cells):
            return
        nodes = tuple(n for c in cells for n in c.nodes)
        text = " | ".join(c.text for c in cells)
        block = Block(row, text, sum(c.link for c in cells), nodes, "tr", row.first)
        del self.blocks[row.first :]
        self.blocks.append(block)
        row.kids[:] = [block]
        row.last = len(self.blocks)

    def walk(self, element: Any, box: Box, tag: str, link: bool, pre: bool) -> None:  # noqa: C901 - recursive: a function more would halve the depth
        """The element's inside; ``box`` is the block-level element that it belongs to."""
        if element.text:
            self.text(element.text, link, pre)
        for child in element:
            name = child.tag
            kind = _KINDS.get(name)
            if kind == "silent" or (kind is None and not isinstance(name, str)):
                pass
            elif kind == "block":
                self.flush(box, tag)
                inner = Box(name, marks_of(child), box, child, is_hidden(child), [], len(self.blocks))
                box.kids.append(inner)
                self.walk(child, inner, name, link, pre or name == "pre")
                self.flush(inner, name)
                inner.last = len(self.blocks)
                if name == "tr" and inner.last - inner.first > 1:
                    self._row(inner)
            elif name == "br":
                if self._words:
                    self._words.append(_BREAK_MARK if not pre else "\n")
                    self._links.append(False)
                    self._pieces.append(-1)
            elif name == "sup" and (note := self._superscript(child)):
                if note != "left out":
                    self._pieces.append(len(self.nodes))
                    self.nodes.append(child.text)
                    self._words.append(note)
                    self._links.append(link)
            elif is_hidden(child):
                self.flush(box, tag)
                inner = Box(name, marks_of(child), box, child, True, [], len(self.blocks))
                box.kids.append(inner)
                self.walk(child, inner, name, link, pre)
                self.flush(inner, name)
                inner.last = len(self.blocks)
            else:
                self.walk(child, box, tag, link or name == "a", pre)
            if child.tail:
                self.text(child.tail, link, pre)

    def _superscript(self, element: Any) -> str | None:
        """Digits as their superscript signs; a footnote's mark is left out; None for other words, taken as they are."""
        text = "".join(element.itertext()).strip()
        bare = text.strip("[]()*†‡ ")
        linked = element.find(".//a") is not None
        if linked and (not bare or (bare.isdigit() and len(bare) <= 3) or len(bare) == 1):
            for piece in element.itertext():
                if not piece.isspace():
                    self.notes.append((len(self.nodes), piece))
                    self.nodes.append(piece)
            return "left out"
        if (
            len(element) == 0
            and text
            and not text.translate(_SUPERSCRIPTS).isascii()
            and not text.strip("0123456789+-=()")
        ):
            return text.translate(_SUPERSCRIPTS)
        return None


def marks_of(element: Any) -> str:
    """The names that a page's maker gave a box."""
    name, key = element.get("class"), element.get("id")
    return f"{name or ''} {key or ''}" if name or key else ""


def is_hidden(element: Any) -> bool:
    """Whether the page itself says that nobody sees this."""
    style = element.get("style")
    if style is not None and _HIDDEN_STYLE.search(style):
        return True
    hidden = element.get("hidden")
    return hidden is not None and hidden.lower() != "until-found"


def page_of(root: Any) -> Page:
    """The page's boxes and blocks."""
    body = root.find("body")
    top = root if body is None else body
    walker = _Walker()
    box = Box("body", "", None, top)
    walker.walk(top, box, "body", False, False)
    walker.flush(box, "body")
    if body is not None:
        for other in root:  # what broken pages hold after </body> or in a second body
            if other is not body and isinstance(other.tag, str) and other.tag not in ("head", *SILENT):
                inner = Box(other.tag, marks_of(other), box, other, is_hidden(other), [], len(walker.blocks))
                box.kids.append(inner)
                walker.walk(other, inner, other.tag, False, False)
                walker.flush(inner, other.tag)
                inner.last = len(walker.blocks)
    box.last = len(walker.blocks)
    return Page(box, walker.blocks, walker.nodes, walker.notes, walker.soft)
