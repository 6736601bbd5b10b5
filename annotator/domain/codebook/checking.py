"""Codebook rules that the program can check while somebody codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain.codebook.model import Codebook
from annotator.domain.fragments import Fragment
from annotator.domain.words import say

_OPENING = {"“": "”", "„": "“”", "«": "»", "‘": "’", "‹": "›", "「": "」"}


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a label breaks, in words."""

    rule: str
    message: str


def breaches(codebook: Codebook, text: str, fragments: Sequence[Fragment]) -> tuple[Breach, ...]:
    """Which of the codebook's checkable rules the label on these fragments breaks."""
    found: list[Breach] = []
    for rule in codebook.rules:
        if rule.check and rule.key in _CHECKS and (message := _CHECKS[rule.key](text, fragments)):
            found.append(Breach(rule.key, message))
    return tuple(found)


_HALF = say("half a pair of quotation marks is inside the label")


def _half_pair(text: str, fragments: Sequence[Fragment]) -> str | None:
    covered = "".join(text[s:e] for s, e in fragments)
    if not _balanced(covered) or covered.count('"') % 2:
        return _HALF
    if len(fragments) == 1 and len(covered) > 1:
        last = covered[-1]
        inner = covered[1:-1]
        if covered[0] in _OPENING and last in _OPENING[covered[0]] and covered[0] not in inner:
            return say("the quotation marks enclose exactly the label: leave both out")
    return None


def _balanced(covered: str) -> bool:
    """Whether every double mark has its partner; single ones cannot be told from apostrophes.

    “ closes what „ opened, and opens otherwise.
    """
    held: list[str] = []
    for c in covered:
        if c in "„":
            held.append(c)
        elif c == "“":
            if held and held[-1] == "„":
                held.pop()
            else:
                held.append(c)
        elif c == "”":
            if not held:
                return False
            held.pop()
    return not held and covered.count("«") == covered.count("»") and covered.count("「") == covered.count("」")


def _end_stop(text: str, fragments: Sequence[Fragment]) -> str | None:
    if fragments and text[fragments[-1][1] - 1] in ".。":
        word = text[: fragments[-1][1] - 1].rsplit(None, 1)[-1:]
        if word and (len(word[0]) == 1 or "." in word[0]):
            return None  # an abbreviation or an initial: U.S., J.
        return say("the sentence's full stop is inside the label")
    return None


_CHECKS = {"no_half_pair": _half_pair, "no_end_stop": _end_stop}
