"""Passages around a place in a text: words, sentences, quotations, paragraphs; and selections made tidy. Pure.

Positions are code points, ranges are half-open. A rule of thumb finds the sentences: a full stop ends one unless a
lower-case letter follows or a single capital or known short form stands before it; marks of scripts without spaces end
one wherever they stand. Thai puts no mark at all, and a space between what one would say in a breath: that is the unit.
Words of scripts without spaces are runs of one kind of letter, for want of a dictionary. A person sees what was
selected and can change it, so a wrong guess costs one key press.
"""

from __future__ import annotations

import re
from typing import Literal

import regex

from annotator.domain.fragments import Fragment

Unit = Literal["character", "word", "sentence", "paragraph"]
UNITS: tuple[Unit, ...] = ("character", "word", "sentence", "paragraph")

QUOTES = {
    "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "‚": "‘’", "‹": "›", '"': '"',
    "「": "」", "『": "』", "《": "》", "〈": "〉", "｢": "｣", "〝": "〞〟", "＂": "＂",
    "﹁": "﹂", "﹃": "﹄", "︽": "︾", "︿": "﹀",
}  # fmt: skip
_OPENING = frozenset(QUOTES)
_MARKS = frozenset(_OPENING | {c for closing in QUOTES.values() for c in closing})
_CLOSERS = r"""\]"'”’“»)"""
_WIDE_CLOSERS = "」』》〉｣〞〟＂﹂﹄︾﹀”’）】］〕"
_WIDE_ENDS = "。！？｡．︒︕︖﹗﹖"
# a quotation that と, って or a comma ties to what follows ends nothing: 「行く。」と言った。
_END = regex.compile(
    rf"""(?:[.!?…؟]+[{_CLOSERS}]*(?=\s|$))"""
    rf"""|[!?]+(?=[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}]|[“「『《〈][\p{{Han}}\p{{Hiragana}}\p{{Katakana}}])"""
    rf"""|[۔।॥։።။។]+[{_CLOSERS}]*"""
    rf"""|[{_WIDE_ENDS}]+[{_WIDE_CLOSERS}]*+(?!(?<=[」』｣﹂﹄])(?:と|って|[、，]))"""
    rf"""|(?<=\p{{Thai}})(?=[ \u00a0]+\p{{Thai}})""",
    regex.V0,
)
_SHORT = re.compile(
    r"(?:\b(?:[A-ZÀ-Þ]|Mr|Mrs|Ms|Dr|Prof|St|Gen|Sen|Rep|Gov|Lt|Col|vs|No|Nr|bzw|ca|Jan|Feb|Aug|Sept|Oct|Nov|Dec))\.$"
)
_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30fe\u31f0-\u31ff\uff66-\uff9f"
_HIRAGANA = "\u3041-\u309f"
_LETTER = rf"[\w--[_{_HAN}{_KATAKANA}{_HIRAGANA}]]"
# Scripts without spaces: a run of one kind of letter is mostly a word in Japanese, and a start in Chinese. Letters
# keep their marks, soft hyphens and joiners stay within the word, and any other sign is a whole grapheme.
_WORD = regex.compile(
    rf"[{_HAN}][{_HAN}\p{{M}}]*|[{_KATAKANA}]+|[{_HIRAGANA}][{_HIRAGANA}ー]*"
    rf"|{_LETTER}+(?:(?:[’'\u2019׳״]|(?<=\p{{Hebrew}})\"(?=\p{{Hebrew}})|[\xad\u2060\u200c\u200d\ufeff]+){_LETTER}+)*"
    rf"|(?=\S)\X",
    regex.V1,
)
_CJK = re.compile(f"[{_HAN}{_KATAKANA}{_HIRAGANA}]")
_HEBREW = regex.compile(r'\p{Hebrew}"\p{Hebrew}')
_GRAPHEME = regex.compile(r"\X")
_NEAR = 200


def paragraph_at(text: str, place: int) -> Fragment:
    """The paragraph that holds the place, without its line break."""
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    return start, len(text) if end < 0 else end


def sentences(text: str, start: int, end: int) -> list[Fragment]:
    """The sentences of ``text[start:end]``, without the white space between them."""
    found: list[Fragment] = []
    begin = start
    for match in _END.finditer(text, start, end):
        stop = match.end()
        rest = text[stop:end].lstrip()
        follows_on = match.group()[:1] in (".", "…") and rest[:1].islower()
        if follows_on or _SHORT.search(text, begin, match.start() + 1):
            continue
        found.append((begin, stop))
        begin = stop
    found.append((begin, end))
    return [piece for s, e in found if (piece := stripped(text, s, e)) is not None]


def sentence_at(text: str, place: int) -> Fragment:
    """The sentence that holds the place, or the next one of the paragraph; the empty paragraph itself if none."""
    start, end = paragraph_at(text, place)
    found = sentences(text, start, end)
    return next((s for s in found if place < s[1]), found[-1] if found else (start, end))


def word_at(text: str, place: int) -> Fragment:
    """The word or mark that holds the place, else the one before it; empty where there is none."""
    start, end = paragraph_at(text, place)
    found: Fragment = (place, place)
    # in a line that never ends the words begin to be counted at a space nearby
    start = max(start, text.rfind(" ", start, max(start, place - _NEAR)))
    for match in _WORD.finditer(text, start, end):
        if match.start() > place:
            break
        found = match.span()
    return found


def quotation_at(text: str, place: int) -> Fragment | None:
    """What stands between the nearest quotation marks around the place, without them; None outside of any."""
    start, end = paragraph_at(text, place)
    around = [(left + 1, right) for left, right in _quotations(text, start, end) if left <= place <= right]
    return max((q for q in around if q[0] < q[1]), default=None)


def _quotations(text: str, start: int, end: int) -> list[Fragment]:
    """The places of the marks of each quotation; one that is not closed ends at the next fitting mark, or at the end.

    A mark that closes what is open opens nothing: „…“ ends with the mark that begins “…”.
    """
    found: list[Fragment] = []
    opened: list[int] = []
    marks = [i for i in range(start, end) if text[i] in _MARKS and not _is_within_word(text, i)]
    for at in marks:
        if opened and text[at] in QUOTES[text[opened[-1]]]:
            found.append((opened.pop(), at))
        elif text[at] in _OPENING:
            opened.append(at)
    for left in opened:
        found.append((left, next((i for i in marks if i > left and text[i] in QUOTES[text[left]]), end)))
    return found


def _is_within_word(text: str, place: int) -> bool:
    """Whether a mark is part of a word: an apostrophe, or the sign of a Hebrew abbreviation or number."""
    around = text[max(0, place - 1) : place + 2]
    if text[place] == "’":
        return len(around) == 3 and around[0].isalpha() and around[2].isalpha()
    return text[place] == '"' and _HEBREW.fullmatch(around) is not None


def passage_at(text: str, place: int, unit: Unit) -> Fragment:
    """The unit that holds the place."""
    if unit == "character":
        return place, next_character(text, place)
    if unit == "word":
        return word_at(text, place)
    if unit == "sentence":
        return sentence_at(text, place)
    return paragraph_at(text, place)


def is_unspaced(letter: str) -> bool:
    """Whether a letter is of Chinese or Japanese script, which puts no space between words."""
    return _CJK.match(letter) is not None


def next_character(text: str, place: int) -> int:
    """The end of the character, as people count them, that begins at a place."""
    found = _GRAPHEME.match(text, place)
    return int(found.end()) if found is not None else len(text)


def previous_character(text: str, place: int) -> int:
    """The beginning of the character, as people count them, that ends at a place."""
    low = max(0, place - _NEAR)
    return max((m.start() for m in _GRAPHEME.finditer(text, low, place)), default=max(0, place - 1))


def boundary(text: str, place: int, unit: Unit, onward: bool, edge: Literal["start", "end"]) -> int:
    """Where an edge of a label goes by one unit: starts go to starts of units, ends go to ends."""
    if unit == "character":
        return next_character(text, place) if onward else previous_character(text, place)
    begin, stop = (place, len(text)) if onward else (0, place)
    if unit == "word":
        low, high = (begin, min(stop, place + 500)) if onward else (max(begin, place - 500), stop)
        edges = [m.span() for m in _WORD.finditer(text, low, high)]
    else:
        around = _paragraphs(text, place)
        edges = around if unit == "paragraph" else [s for p in around for s in sentences(text, *p)]
    places = [s if edge == "start" else e for s, e in edges]
    if onward:
        return min((p for p in places if p > place), default=place)
    return max((p for p in places if p < place), default=place)


def _paragraphs(text: str, place: int) -> list[Fragment]:
    """The paragraph of the place and its neighbours that are not empty."""
    middle = paragraph_at(text, place)
    found = [middle]
    start = middle[0]
    while start > 0:
        before = paragraph_at(text, start - 1)
        start = before[0]
        if before[0] < before[1]:
            found.insert(0, before)
            break
    end = middle[1]
    while end < len(text):
        after = paragraph_at(text, end + 1)
        end = after[1]
        if after[0] < after[1]:
            found.append(after)
            break
    return [p for p in found if p[0] < p[1]]


def stripped(text: str, start: int, end: int) -> Fragment | None:
    """The range without white space at its ends; None where nothing else is in it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def tidy(text: str, start: int, end: int, snap: str = "none", trim: str = "spaces") -> Fragment | None:
    """A selection as its layer wants it. None: nothing but space.

    snap: ``word`` and ``sentence`` widen it to whole ones, others leave it. trim: ``spaces`` at its ends,
    or ``quotes`` too.
    """
    found = stripped(text, start, end)
    if found is None:
        return None
    start, end = found
    if snap == "word":
        start, end = min(start, word_at(text, start)[0]), max(end, word_at(text, end - 1)[1])
    elif snap == "sentence":
        start, end = min(start, sentence_at(text, start)[0]), max(end, sentence_at(text, end - 1)[1])
    while trim == "quotes" and end - start > 1:
        if text[start] in _OPENING and (text[end - 1] in QUOTES[text[start]]):
            inner = stripped(text, start + 1, end - 1)
        elif text[start] in _OPENING and text.count(text[start], start, end) == 1 and not _closes(text, start, end):
            inner = stripped(text, start + 1, end)
        elif text[end - 1] in _MARKS and not _opens(text, start, end):
            inner = stripped(text, start, end - 1)
        else:
            break
        if inner is None:
            break
        start, end = inner
    return start, end


def _closes(text: str, start: int, end: int) -> bool:
    return any(c in QUOTES[text[start]] for c in text[start + 1 : end])


def _opens(text: str, start: int, end: int) -> bool:
    """Whether the mark at the end closes a quotation that begins within the range."""
    mark = text[end - 1]
    inside = text[start : end - 1]
    if mark in "’'" and end - start > 1 and text[end - 2].isalnum():
        return True  # an apostrophe, more likely than not
    return any(mark in QUOTES.get(c, "") for c in inside)
