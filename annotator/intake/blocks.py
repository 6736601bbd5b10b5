"""Paragraphs of word processors' files as they were gathered, each with its place in the raw text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from annotator.domain.words import say
from annotator.intake.model import Action, CleaningStep, Draft, Meta

_SPACES = re.compile(r"[ \t\u00a0]*\t[ \t\u00a0]*")


@dataclass(slots=True)
class Block:
    """A paragraph. start, end: its place in the raw text. style: the name of its style, in English where it is known.

    level: 1 for a heading of the first order, 0 for the title, None for anything else. cell: it stands in a table.
    """

    text: str
    start: int
    end: int
    number: int
    style: str = ""
    level: int | None = None
    bold: bool = False
    new_page: bool = False
    cell: bool = False
    marks: tuple[str, ...] = ()

    def step(self, step: str, why: str, action: Action = "removed") -> CleaningStep:
        """The record of what was done with the whole paragraph."""
        where = say("paragraph {number}", number=self.number)
        return CleaningStep(step, where, action, self.text, why, self.start, self.end)


@dataclass(slots=True)
class Gathering:
    """What a file holds: its raw text, its paragraphs, and what was left out or joined on the way."""

    blocks: list[Block] = field(default_factory=list)
    steps: list[CleaningStep] = field(default_factory=list)
    author: str | None = None
    language: str | None = None
    named_title: str | None = None
    """The title in the file's properties: taken only where it stands on the page too."""
    _parts: list[str] = field(default_factory=list)
    _length: int = 0

    @property
    def raw_text(self) -> str:
        """Everything that was met, left out or not."""
        return "".join(self._parts)

    @property
    def length(self) -> int:
        """Characters of the raw text so far."""
        return self._length

    def add(self, text: str) -> int:
        """Take text into the raw text; where it begins."""
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start

    def leave_out(self, step: str, where: str, text: str, why: str, action: Action = "removed") -> None:
        """Take text into the raw text and record that it is not in the article."""
        start = self.add(text)
        self.steps.append(CleaningStep(step, where, action, text, why, start, start + len(text)))


def tidied(block: Block, steps: list[CleaningStep], off: frozenset[str]) -> str:
    """The paragraph's text with spaces for tabs, and none at its ends; each a step."""
    text = block.text
    if "spaces" in off:
        return text
    if "\t" in text:
        steps.append(
            CleaningStep(
                "spaces",
                say("paragraph {number}", number=block.number),
                "joined",
                text.strip("\t")[:60],
                say("spaces stand where tabs were"),
                block.start,
                block.end,
            )
        )
        text = _SPACES.sub(" ", text)
    return "\n".join(line.strip(" \t\u00a0") for line in text.split("\n")).strip()


def gathered_draft(found: Gathering, off: frozenset[str], meta: Meta | None = None) -> Draft:
    """One article of all paragraphs. The title is a paragraph that says it is one."""
    meta = meta or Meta(author=trusted_name(found.author), language=found.language)
    title = title_block(found) if meta.title is None else None
    paragraphs = []
    for block in found.blocks:
        text = tidied(block, found.steps, off)
        if block is title:
            meta = replace(meta, title=" ".join(text.split()))
        elif text:
            paragraphs.append(text)
    return Draft(paragraphs, meta, sorted(found.steps, key=lambda s: s.start))


def title_block(found: Gathering) -> Block | None:
    """The paragraph of the style Title; else the first, where it is a heading or the properties call it the title."""
    filled = [b for b in found.blocks if b.text.strip()]
    if marked := next((b for b in filled if b.level == 0 and not b.cell), None):
        return marked
    if len(filled) > 1 and filled[0].level == 1:
        return filled[0]
    named = " ".join((found.named_title or "").split()).casefold()
    if named and not untrusted(named):
        return next((b for b in filled[:5] if " ".join(b.text.split()).casefold() == named), None)
    return None


_EMPTY_TITLES = re.compile(
    r"^(\W*|untitled.*|unbenannt.*|sans titre.*|sin t[ií]tulo.*|senza titolo.*|document\d*|dokument\d*|microsoft .*|"
    r"titel|title|layout \d.*|slide \d.*|(.*[\\/])?\S+\.(docx?|pdf|rtf|odt|indd|qxd|qxp|txt|html?|tex|dvi|ps|xlsx?|"
    r"pptx?|pages|fm|eps|tif|jpe?g|png)|[0-9a-f_-]{8,}|\d+)$",
    re.I,
)
_EMPTY_NAMES = re.compile(
    r"^(\W*|\(?anonymous\)?|anonym|unknown|unbekannt|inconnu|author|autor|auteur|user|users?\d*|benutzer|admin\w*|"
    r"administrator|owner|root|guest|default|python-docx|microsoft.*|windows.*|office.*|openoffice.*|libreoffice.*|"
    r"un-named|none|null|n/?a|test|pc|hp|dell|lenovo|acer|asus|lexisnexis.*|factiva.*|dow jones.*)$",
    re.I,
)


def untrusted(title: str) -> bool:
    """Whether a title in a file's properties was put there by a program."""
    return bool(_EMPTY_TITLES.match(title.strip()))


def trusted_name(name: str | None) -> str | None:
    """An author in a file's properties, None where a program or a machine stands there."""
    name = " ".join((name or "").split())
    return name if name and not _EMPTY_NAMES.match(name) else None
