"""Lines of a page, what kind each is, and the joining of lines that break inside a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from annotator.domain.words import say
from annotator.intake.model import CleaningStep
from annotator.intake.prose import is_wide

_URL = re.compile(r"^(?:https?://|www\.)\S+", re.I)
_EMAIL = re.compile(r"^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$")
_PHONE = re.compile(r"^\+?[\d() /.-]{7,20}$")
_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?$")
_LOCALE = re.compile(r"^[a-z]{2,3}[_-][A-Z]{2}$")
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_STARTS_INSIDE = re.compile(r"^[a-zà-öø-ÿ\u0430-\u044f\u03b1-\u03c9,;)\]]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its number (from 1) and place in the raw text."""

    number: int
    text: str
    start: int
    end: int

    @property
    def kind(self) -> str:
        """empty, url, email, phone, time, locale, year, prose or short."""
        text = self.text
        for kind, pattern in _KINDS:
            if pattern.match(text):
                return kind
        if not text:
            return "empty"
        return "prose" if is_prose(text) else "short"

    def step(self, step: str, why: str) -> CleaningStep:
        """The record of this line's removal."""
        return CleaningStep(step, say("line {line}", line=self.number), "removed", self.text, why, self.start, self.end)


_KINDS = (
    ("url", _URL),
    ("email", _EMAIL),
    ("time", _TIME),
    ("year", _YEAR),
    ("phone", _PHONE),
    ("locale", _LOCALE),
)


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does, quotation marks and brackets aside."""
    return bool(_SENTENCE_END.search(text))


def is_prose(text: str) -> bool:
    """Whether a line reads like running text: long, or a whole sentence."""
    words = text.split()
    ends = bool(_SENTENCE_END.search(text))
    return len(text) >= 120 or (len(words) >= 8 and ends) or (ends and len(text) >= 20 and is_wide(text))


def split_lines(text: str, steps: list[CleaningStep], off: frozenset[str]) -> list[Line]:
    """The text's lines; spaces at their ends are taken off unless that step is off."""
    result: list[Line] = []
    at = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        content = raw if "spaces" in off else raw.strip(" \t\u3000")
        lead = len(raw) - len(raw.lstrip(" \t\u3000")) if content != raw else 0
        if content != raw and content:
            steps.append(
                CleaningStep(
                    "spaces",
                    say("line {number}", number=number),
                    "removed",
                    " ",
                    say("spaces at the line's ends"),
                    at,
                    at + len(raw),
                )
            )
        result.append(Line(number, content, at + lead, at + lead + len(content)))
        at += len(raw) + 1
    return result


def joined_paragraphs(lines: list[Line], steps: list[CleaningStep], off: frozenset[str]) -> list[str]:
    """Lines to paragraphs: a break inside a sentence is joined with a space, every other break stays one."""
    blocks: list[list[Line]] = [[]]
    for line in lines:
        if line.text.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    result: list[str] = []
    for block in blocks:
        wrapped = _hard_wrapped(block)
        for i, line in enumerate(block):
            if i and "join_lines" not in off and (wrapped or _breaks_inside(block[i - 1].text, line.text)):
                why = say("the lines are wrapped at one width") if wrapped else say("the line breaks inside a sentence")
                steps.append(join_step(block[i - 1], line, why))
                result[-1] = f"{result[-1]} {line.text}"
            else:
                result.append(line.text)
    return result


def join_step(before: Line, line: Line, why: str) -> CleaningStep:
    """The record of two lines put together."""
    return CleaningStep(
        "join_lines",
        say("lines {first} and {last}", first=before.number, last=line.number),
        "joined",
        f"{before.text[-24:]} ⏎ {line.text[:24]}",
        why,
        before.end,
        line.start,
    )


def _breaks_inside(before: str, after: str) -> bool:
    return not _SENTENCE_END.search(before) and not before.endswith(":") and bool(_STARTS_INSIDE.match(after))


def _hard_wrapped(block: list[Line]) -> bool:
    """Whether a block's lines were broken at one width, as mail programs do."""
    if len(block) < 3:
        return False
    widths = [len(line.text) for line in block[:-1]]
    if max(widths) > 100 or min(widths) < 40 or max(widths) - min(widths) > 25:
        return False
    open_ends = sum(not _SENTENCE_END.search(line.text) for line in block[:-1])
    return open_ends >= len(widths) / 2
