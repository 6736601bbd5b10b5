"""Saved pages as paragraphs, for databases that write HTML."""

from __future__ import annotations

import re
from typing import Any

from annotator.domain.errors import BadInput
from annotator.intake.blocks import Block, Gathering
from annotator.intake.word_lists import listed

_BLOCKS = listed(
    "p div h1 h2 h3 h4 h5 h6 li blockquote pre td th dt dd section article header footer aside table tr ul ol",
    "body main nav form center figure hr",
)
_SKIPPED = listed(
    "script style template noscript head select option textarea",
)


def gather_page(text: str, source: str) -> Gathering:
    """The page's paragraphs; marks: the classes of the elements around each, innermost last."""
    import lxml.html
    from lxml import etree

    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, recover=True, huge_tree=True)
        root = lxml.html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise BadInput("the page holds no HTML", source, "import it as plain text") from error
    walk = _Walk()
    walk.element(root, ())
    walk.flush(())
    return walk.found


class _Walk:
    def __init__(self) -> None:
        self.found = Gathering()
        self._text: list[str] = []
        self._bold = [0, 0]
        self._inner: list[str] = []
        self._number = 0
        self._begins = False

    def element(self, element: Any, marks: tuple[str, ...], bold: bool = False) -> None:
        """Walk through an element; marks: the classes around it."""
        if not isinstance(element.tag, str) or element.tag in _SKIPPED:
            return
        classes = tuple((element.get("class") or "").split())
        block = element.tag in _BLOCKS
        if block:
            self.flush(marks)
            if "article" in classes and len(classes) > 1:
                self._begins = True
        else:
            self._inner += classes
        inside = (*marks, *classes) if block else marks
        bold = bold or element.tag in ("b", "strong", "h1", "h2", "h3") or any("eadline" in c for c in classes)
        if element.tag == "br":
            self.flush(inside)
        self._put(element.text, bold)
        # a span of one kind that stands alone between breaks keeps its class
        for child in element:
            self.element(child, inside, bold)
            self._put(child.tail, bold)
        if block:
            self.flush(inside)

    def _put(self, text: str | None, bold: bool) -> None:
        if text:
            self._text.append(text)
            length = len(text.strip())
            self._bold[1] += length
            self._bold[0] += length if bold else 0

    def flush(self, marks: tuple[str, ...]) -> None:
        """End the paragraph that was gathered."""
        words = re.sub(r"[ \t\r\n]+", " ", "".join(self._text)).strip()
        inner, self._inner, self._text = self._inner, [], []
        bold = self._bold[0] * 2 > self._bold[1] > 0
        self._bold = [0, 0]
        if not words:
            self._inner = inner if not self._text else []
            return
        self._number += 1
        start = self.found.add(words)
        block = Block(words, start, self.found.length, self._number, bold=bold)
        begins = ("article-begins",) if self._begins else ()
        self._begins = False
        block.marks = (*marks, *inner, *begins)
        self.found.blocks.append(block)
        self.found.add("\n")
