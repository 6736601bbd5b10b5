"""The manual's pages: table of contents, HTML of a page, and sections found by their words. Nothing of Qt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from annotator.data import manual_contents, manual_path
from annotator.qt.toolkit.matching import plain

_WIDEST = 640
"""Pixels that a picture takes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents. page: None where it only holds others."""

    title: str
    page: str | None
    inner: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading. anchor: of the heading, empty at the top of a page."""

    page: str
    anchor: str
    title: str
    text: str


@cache
def contents() -> tuple[Entry, ...]:
    """The table of contents."""
    import yaml

    return _entries(yaml.safe_load(manual_contents())["nav"])


def _entries(nav: Sequence[dict[str, Any]]) -> tuple[Entry, ...]:
    return tuple(
        Entry(title, inner, ()) if isinstance(inner, str) else Entry(title, None, _entries(inner))
        for entry in nav
        for title, inner in entry.items()
    )


def all_pages() -> tuple[str, ...]:
    """Pages of the table of contents, in its order."""
    return tuple(e.page for top in contents() for e in (top, *top.inner) if e.page is not None)


def anchor_of(heading: str) -> str:
    """The name that links give to a heading: lower case, hyphens between its words."""
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading.lower())).strip("-")


def text_of(page: str) -> str:
    """A page as it was written."""
    return manual_path(page).read_text(encoding="utf-8")


@cache
def html_of(page: str) -> str:
    """A page as Qt's rich text has it: headings with anchors, tables with lines, pictures that fit."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    text = re.sub(r"<!--.*?-->\n?", "", text_of(page), flags=re.DOTALL)
    tokens = markdown.parse(text)
    for token, content in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor_of(content.content.replace("`", "")))
        elif token.type == "table_open":
            token.attrs |= {"border": "1", "cellspacing": "0", "cellpadding": "5"}
    for picture in (p for t in tokens for p in t.children or () if p.type == "image"):
        picture.attrSet("width", str(_WIDEST))
    made = str(markdown.renderer.render(tokens, markdown.options, {}))
    return re.sub(r'<(h\d) id="([^"]*)">', r'<\1><a name="\2"></a>', made)


@cache
def sections() -> tuple[Section, ...]:
    """Every section of the manual."""
    named = {e.page: e.title for top in contents() for e in (top, *top.inner) if e.page is not None}
    return tuple(s for page, name in named.items() for s in _sections(page, name))


def _sections(page: str, name: str) -> list[Section]:
    found: list[Section] = []
    text = re.sub(r"^```.*?^```$", lambda m: m[0].replace("\n#", "\n "), text_of(page), flags=re.MULTILINE | re.DOTALL)
    for part in re.split(r"^(?=#{1,3} )", text, flags=re.MULTILINE):
        head, _, rest = part.partition("\n")
        if not head.startswith("#"):
            continue
        title = head.lstrip("# ").strip()
        if not found:
            found.append(Section(page, "", name, f"{title} {rest}"))
        else:
            found.append(Section(page, anchor_of(title), f"{name} › {title}", rest))
    return found


def search(typed: str) -> list[Section]:
    """Sections with all the words that were typed, those with them in their title first."""
    words = plain(typed).split()
    if not words:
        return []
    found = [(sum(w in plain(s.title) for w in words), s) for s in sections() if all(w in _folded(s) for w in words)]
    return [s for _, s in sorted(found, key=lambda x: -x[0])]


@cache
def _folded(section: Section) -> str:
    return plain(f"{section.title} {section.text}")
