"""Hyphens at the ends of lines: those of the typesetter go, those of the word stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

import regex

from annotator.data import resource_text
from annotator.domain.words import say

Choice = Literal["close", "keep", "space"]
"""close: the halves are one word. keep: they stay joined by the hyphen. space: the hyphen stays, a space follows."""

HYPHENS = "-\u00ad\u2010\u2011\u058a"
_LETTERS = r"[\p{L}\p{M}\p{N}]+"
_INNER = rf"{_LETTERS}(?:['’{regex.escape(HYPHENS)}]{_LETTERS})*"
_TAIL = regex.compile(rf"({_INNER})[{regex.escape(HYPHENS)}]$")
_HEAD = regex.compile(rf"^({_INNER})")
_WORD = regex.compile(_INNER)
CLOSED = say("a word that was divided at the line's end")
KEPT = say("the hyphen belongs to the word")
SPACED = say("the hyphen stands for the rest of a word")


@lru_cache(maxsize=1)
def _rules() -> Mapping[str, Any]:
    import yaml

    # every scalar as it is written: `no`, `on` and `y` are words here
    return dict(yaml.load(resource_text("hyphens.yaml"), Loader=yaml.BaseLoader))


class Hyphens:
    """Decides by how the document itself writes a word, then by the habits of its language."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        for line in lines:
            found = _WORD.findall(line)
            if found and line.rstrip()[-1:] in HYPHENS:
                found = found[:-1]
            self._words.update(w.casefold().replace("\u00ad", "") for w in found)
        rules = _rules()
        languages = [k for k in rules if k != "any"]
        weight = {k: sum(self._words[w] for w in rules[k]["words"]) for k in languages}
        best = max(weight, key=lambda k: weight[k])
        self._language: Mapping[str, Any] = rules[best] if weight[best] else {"before": [], "after": []}
        self._and = frozenset(rules["any"]["after_and"])

    def choice(self, before: str, after: str) -> Choice | None:
        """What becomes of the line's end; None where no divided word stands there."""
        tail, head = _TAIL.search(before), _HEAD.match(after)
        if tail is None or head is None:
            return None
        first, second = tail.group(1), head.group(1)
        mark = before[-1]
        if mark == "\u00ad":
            return "close"
        if second.casefold() in self._and and first[-1].isalpha():
            return "space" if not self._known(f"{first}{second}") else "close"
        if first[-1].isdigit() or second[0].isdigit():
            return "keep"
        if mark == "\u2011":
            return "keep"
        if second[0].isupper():
            shouting = first.isupper() and second.isupper() and len(first) > 1 and len(second) > 1
            return "close" if shouting and not self._known(f"{first}-{second}") else "keep"
        return self._small(first, second)

    def _small(self, first: str, second: str) -> Choice:
        if self._known(f"{first}-{second}"):
            return "keep"
        if self._known(f"{first}{second}"):
            return "close"
        last = regex.split(rf"[{regex.escape(HYPHENS)}]", first)[-1]
        if (len(first) > 1 and first.isupper()) or (len(last) == 1 and last.isalpha()):
            return "keep"  # `EU-weit`, `e-mail`: no typesetter leaves one letter or divides a short form
        before, after = self._language["before"], self._language["after"]
        only: Mapping[str, Any] = self._language.get("before_only_after", {})
        plain, next_ = first.casefold(), second.casefold()
        if plain in only:
            return "keep" if next_ in only[plain] else "close"
        if plain in before and (len(second) > 2 or next_ in after):
            return "keep"
        whole = self._known(first) or plain in before
        if next_ in after and (whole or (len(first) > 3 and len(second) > 3)):
            return "keep"
        return "close"

    def _known(self, word: str) -> bool:
        return self._words[word.casefold()] > 0


def joined_at(before: str, after: str, choice: Choice) -> str:
    """The two lines as one."""
    if choice == "close":
        return before[:-1] + after
    if before[-1] == "\u00ad":
        before = before[:-1] + "-"
    return before + ("" if choice == "keep" else " ") + after


def why(choice: Choice) -> str:
    """The reason of a choice, for the record."""
    return {"close": CLOSED, "keep": KEPT, "space": SPACED}[choice]
