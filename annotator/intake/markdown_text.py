"""Markdown: the words without the marks; addresses, pictures and raw HTML are left out, a step each."""

from __future__ import annotations

import re
from typing import Any

from annotator.domain.words import say
from annotator.intake.model import CleaningStep, Draft, Meta

_FRONT = re.compile(r"\A(---)[ \t]*\n(.*?)\n(---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)


def read_markdown(text: str, off: frozenset[str], steps: list[CleaningStep]) -> Draft:
    """The paragraphs; the title is the front matter's, or the first heading where it opens the text."""
    from markdown_it import MarkdownIt

    told: dict[str, Any] = {}
    body_line = 0
    if front := _FRONT.match(text):
        told = _front_matter(front.group(2))
        if told:
            body_line = text.count("\n", 0, front.end())
            where = say("lines {first} and {last}", first=1, last=body_line)
            why = say("data at the head of the file, kept among the metadata")
            steps.append(CleaningStep("page_data", where, "removed", front.group(), why, front.start(), front.end()))
            text = re.sub(r"[^\n]", " ", front.group()) + text[front.end() :]  # places stay what they are
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    reader = _Reader(text, starts, off, steps)
    blocks = reader.blocks(tokens)
    title = _one(told, "title")
    if title is None and blocks and blocks[0][0] == "h1":
        title = blocks[0][1]
    paragraphs = [t for k, t in blocks]
    if title and paragraphs and " ".join(paragraphs[0].split()) == title:
        paragraphs = paragraphs[1:]
    day = _one(told, "date", "published")
    meta = Meta(
        title=title,
        published=day[:10] if day and re.match(r"\d{4}-\d\d-\d\d", day) else None,
        author=_one(told, "author", "authors", "byline"),
        publisher=_one(told, "publisher", "outlet"),
        url=_one(told, "url", "link", "source_url", "canonical"),
        language=_one(told, "lang", "language"),
    )
    return Draft(paragraphs, meta, steps)


def _front_matter(text: str) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.load(text, Loader=yaml.BaseLoader)  # every scalar as it was typed
    except (yaml.YAMLError, RecursionError):
        return {}
    return {str(k).casefold(): v for k, v in found.items()} if isinstance(found, dict) else {}


def _one(told: dict[str, Any], *names: str) -> str | None:
    for name in names:
        value = told.get(name)
        if isinstance(value, list):
            value = ", ".join(str(v) for v in value if isinstance(v, str))
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
    return None


class _Reader:
    def __init__(self, text: str, starts: list[int], off: frozenset[str], steps: list[CleaningStep]) -> None:
        self._text, self._starts, self._off, self._steps = text, starts, off, steps

    def blocks(self, tokens: list[Any]) -> list[tuple[str, str]]:
        """(kind, text) of each paragraph."""
        found: list[tuple[str, str]] = []
        kind = "p"
        place = (0, 0)
        for token in tokens:
            if token.map:
                place = self._place(token.map)
            if token.type.endswith("_open"):
                kind = token.tag
            elif token.type == "inline":
                if words := self._inline(token.children or [], place).strip():
                    found.append((kind, words))
            elif token.type in ("fence", "code_block"):
                if token.content.strip():
                    found.append(("pre", token.content.rstrip("\n")))
            elif token.type == "html_block":
                self._step("page_frame", token.content, say("HTML inside the Markdown"), place)
        return found

    def _inline(self, tokens: list[Any], place: tuple[int, int]) -> str:
        parts: list[str] = []
        for token in tokens:
            if token.type in ("text", "code_inline", "text_special"):
                parts.append(token.content)
            elif token.type == "softbreak":
                parts.append(" ")
            elif token.type == "hardbreak":
                parts.append("\n")
            elif token.type == "link_open":
                address = str(token.attrs.get("href") or "")
                self._step("page_data", address, say("the address of a link"), place)
            elif token.type == "image":
                told = f"![{token.content}]({token.attrs.get('src') or ''})"
                self._step("page_frame", told, say("a picture and its description"), place)
            elif token.type == "html_inline":
                if re.match(r"<br\s*/?>", token.content, re.I):
                    parts.append("\n")
                else:
                    self._step("page_frame", token.content, say("HTML inside the Markdown"), place)
        return "".join(parts)

    def _place(self, lines: list[int]) -> tuple[int, int]:
        first, last = lines
        return self._starts[min(first, len(self._starts) - 1)], self._starts[min(last, len(self._starts) - 1)] - 1

    def _step(self, step: str, piece: str, why: str, place: tuple[int, int]) -> None:
        """The piece stands where it can be found in its block, else the whole block is shown."""
        if not piece.strip():
            return
        start, end = place
        at = self._text.find(piece, start, max(end, start) + 1)
        line = self._text.count("\n", 0, start if at < 0 else at) + 1
        where = say("line {line}", line=line)
        spot = (at, at + len(piece)) if at >= 0 else (start, max(start, end))
        self._steps.append(CleaningStep(step, where, "removed", piece, why, *spot))
