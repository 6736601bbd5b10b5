"""What intake gives: clean documents, each with a record of every step that changed something."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from annotator.domain.words import say

Action = Literal["removed", "joined", "kept", "mended"]


@dataclass(frozen=True, slots=True)
class CleaningStep:
    """One removal, joining, mending or deliberate keeping.

    where: the place in words (``line 5``). piece: the characters concerned.
    start, end: code points in the decoded raw text, for showing it side by side; -1 where it has no such text.
    """

    step: str
    where: str
    action: Action
    piece: str
    why: str
    start: int = -1
    end: int = -1

    def as_record(self) -> dict[str, Any]:
        """The step in the public form."""
        return {
            "step": self.step,
            "where": self.where,
            self.action: self.piece,
            "why": self.why,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Meta:
    """What a page says about itself; None where it does not say."""

    title: str | None = None
    published: str | None = None
    published_at: str | None = None
    changed: str | None = None
    publisher: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None
    teaser: str | None = None
    tags: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    id: str | None = None
    """What the source calls the article among its own."""
    section: str | None = None
    words: int | None = None
    """How many words the source says that it has."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a person should look at before the article is coded.

    kind: ``little``, ``no_sentences``, ``title_only`` (the article is doubtful), or ``letters`` (damaged ones).
    """

    kind: Literal["little", "no_sentences", "title_only", "letters"]
    what: str
    where: str = ""

    @property
    def doubtful(self) -> bool:
        """Whether the article may not be what the page holds."""
        return self.kind != "letters"


@dataclass(frozen=True, slots=True)
class Offer:
    """Another stretch of the source that can be taken: its key, what it is, and its size in characters."""

    key: str
    label: str
    characters: int


@dataclass(frozen=True, slots=True)
class CleanDocument:
    """An article ready to be coded."""

    source: str
    text: str
    meta: Meta
    zones: tuple[tuple[str, int, int], ...]
    steps: tuple[CleaningStep, ...]
    raw: bytes
    raw_text: str
    encoding: str
    format: str
    path: str = ""
    """Of the file that it was read from, where that is a file."""
    problems: tuple[Problem, ...] = ()
    offers: tuple[Offer, ...] = ()
    """Other stretches of the source that can be taken instead."""

    @property
    def sha256(self) -> str:
        """The hash of the clean text as UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class StepInfo:
    """A step that can be switched off."""

    name: str
    label: str
    explanation: str


STEPS = (
    StepInfo(
        "characters",
        say("Control characters"),
        say("Takes out control characters and byte order marks inside the text."),
    ),
    StepInfo(
        "page_data", say("Page data"), say("Takes addresses, time stamps, tags and contact lines out of the text.")
    ),
    StepInfo("repeated", say("Repeated passages"), say("Takes out a title or passage that the article repeats.")),
    StepInfo("boilerplate", say("Standing phrases"), say("Takes out invitations to read on, subscribe or share.")),
    StepInfo("page_frame", say("Page frame"), say("Takes menus, scripts, captions and boxes of a web page out.")),
    StepInfo("press_data", say("Press database"), say("Takes the lines of a press database around an article out.")),
    StepInfo("notes", say("Notes"), say("Takes footnotes, endnotes and comments in the margin out.")),
    StepInfo("hidden_text", say("Hidden text"), say("Takes text out that a word processor does not show.")),
    StepInfo(
        "tracked_changes", say("Tracked changes"), say("Takes out what was deleted, as if all changes were accepted.")
    ),
    StepInfo("print_frame", say("Page headers"), say("Takes repeated headers, footers and page numbers of a PDF out.")),
    StepInfo("join_lines", say("Broken lines"), say("Joins lines that break in the middle of a sentence.")),
    StepInfo("spaces", say("Spaces"), say("Takes out spaces at the ends of lines and surplus empty lines.")),
)


@dataclass(slots=True)
class Draft:
    """What a reader of one form hands on for composing."""

    paragraphs: list[str]
    meta: Meta = field(default_factory=Meta)
    steps: list[CleaningStep] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)


def composed(draft: Draft, source: str, raw: bytes, raw_text: str, encoding: str, format: str) -> CleanDocument:
    """Title, blank line, paragraphs separated by blank lines: one text with its zones."""
    body = "\n\n".join(p for p in draft.paragraphs if p)
    title = draft.meta.title
    text = f"{title}\n\n{body}" if title and body else (title or body)
    zones: list[tuple[str, int, int]] = []
    if title:
        zones.append(("title", 0, len(title)))
    if body:
        zones.append(("body", len(text) - len(body), len(text)))
    return CleanDocument(
        source,
        text,
        draft.meta,
        tuple(zones),
        tuple(draft.steps),
        raw,
        raw_text,
        encoding,
        format,
        problems=tuple(draft.problems),
        offers=tuple(draft.offers),
    )


JsonMap = Mapping[str, Any]
