"""Where the article stands in a dump: lines put together to paragraphs, and the run of them that is worth most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from annotator.intake.lines import Line
from annotator.intake.page_words import LineRole, line_role
from annotator.intake.prose import is_wide, weight

_END = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]」』]*$")
_OPEN_END = re.compile(r"(?:,|\b[^\W\d_A-Z]{1,3}|\()$")
_PARTICLES = "はがをにのとでもへや、，的和在对與与"
_CLOSING = "。）」』】》"
_ITEM = re.compile(r"^(?:\(?\d{1,3}[.)]\)?|[•*·▪–-])\s*[^\W_]")
_NUMBERED = re.compile(r"^\(?(\d{1,3})[.)]\)?\s*[^\W\d_]")
_ITEM_COST = 2.0
_MARKS = re.compile(r"[.!?,;:…。！？、，؟،۔।]")

# What lines cost and paragraphs bring; the score on public pages hardly moves where these are halved or doubled.
_SENTENCE = 50.0
_SHORT, _LONGER = 13.0, 9.0
_ROLES: dict[LineRole, float] = {"frame": 30.0, "more": 80.0, "comments": 200.0, "rights": 150.0, "inline": 16.0}
_ALONE, _ALONE_BELOW = 0.35, 300.0
_SOFT, _SLOPE = 250.0, 0.4
_BEGUN = 300.0
"""Worth from which on a line like "Related" or "Comments" may end the article; above it, it is the page's head."""
_AFTER: dict[LineRole, float] = {"frame": 0.8, "more": 0.6}
_AFTER_COMMENTS = 0.2
_ENOUGH_AFTER_TITLE, _ENOUGH_OF_ALL = 0.75, 0.25


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that make one paragraph. prose: how much running text it holds. role: what a line of the frame does."""

    lines: tuple[Line, ...]
    text: str
    prose: float
    role: LineRole


def grouped(lines: Sequence[Line]) -> list[Group]:
    """Lines to paragraphs: pieces of one sentence that a dump tore apart at links and emphases come together."""
    groups: list[Group] = []
    counts = Counter(line.text for line in lines)
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and _goes_on(lines, counts, at, end):
            end += 1
        if max(len(x.text) for x in lines[at:end]) < 25:
            end = at + 1
        part = tuple(lines[at:end])
        text = joined_text([x.text for x in part])
        prose = 0.0 if any(x.kind in _NO_PROSE for x in part) else weight(text, _SENTENCE)
        role = line_role(text)
        if role == "rights":
            prose = 0.0
        groups.append(Group(part, text, prose, "" if prose else role))
        at = end
    return groups


_NO_PROSE = frozenset(["url", "email", "time", "phone", "locale", "year"])


def _goes_on(lines: Sequence[Line], counts: Counter[str], start: int, here: int) -> bool:
    """Whether the line at ``here`` goes on with the sentence of the lines from ``start`` before it."""
    before, after = lines[here - 1].text, lines[here].text
    if lines[here].kind in _NO_PROSE or lines[here - 1].kind in _NO_PROSE or before.endswith(":"):
        return False
    ended = _END.search(before) is not None
    if is_wide(before) or is_wide(after):
        return not ended and (before[-1] in _PARTICLES or after[0] in _PARTICLES or after[0] in _CLOSING)
    if starts_inside(after):
        return not (ended and after[0].islower())
    if ended or counts[before] > 1 or after[0] in '“„«"‘':
        return False
    follower = lines[here + 1].text if here + 1 < len(lines) else ""
    if follower and len(before) >= 15 and len(after) < 50 and not _END.search(after) and starts_inside(follower):
        return True
    return bool(len(before) >= 25 and _OPEN_END.search(before) and max(len(x.text) for x in lines[start:here]) >= 40)


def starts_inside(text: str) -> bool:
    """Whether a line begins as the middle of a sentence does."""
    return text[0].islower() or text[0] in ",;:)]’”.?!%—–…'"


def joined_text(pieces: Sequence[str]) -> str:
    """Pieces with spaces between them, none before a closing mark."""
    text = ""
    for piece in pieces:
        bare = not text or piece[0] in ",;:)].?!%’”…" or text[-1] in "([“‘" or (is_wide(text[-1]) and is_wide(piece[0]))
        text += piece if bare else f" {piece}"
    return text


def article_run(groups: Sequence[Group], titles: Sequence[str]) -> tuple[int, int]:
    """[start, end) of the article among the groups; ``titles`` are lines that may be its title, folded."""
    counts = Counter(g.text for g in groups)
    best = _scan(groups, counts, 0)
    places = [i for i, g in enumerate(groups) if i and g.prose < _BEGUN and folded(g.text) in titles]
    tries = [_scan(groups, counts, place + 1) for place in places[-6:]]
    if tries:
        top = max(value for value, _start, _end in tries)
        last = next(t for t in reversed(tries) if t[0] >= _ENOUGH_AFTER_TITLE * top)
        if last[0] >= _ENOUGH_OF_ALL * best[0]:
            best = last
    return best[1], best[2]


def folded(text: str) -> str:
    """Letters and digits alone, for comparing a heading with the page's title."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _scan(groups: Sequence[Group], counts: Counter[str], begin: int) -> tuple[float, int, int]:
    """(worth, start, end) of the stretch from ``begin`` on that is worth most."""
    factor, value, start = 1.0, 0.0, begin
    best = (0.0, begin, begin)
    seen: set[str] = set()
    for i in range(begin, len(groups)):
        if value <= 0:
            value, start = 0.0, i
        group = groups[i]
        if group.role in ("comments", "rights", "more") and value < _BEGUN:
            value -= _SHORT
            continue
        if group.role == "comments":
            factor = min(factor, _AFTER_COMMENTS)
        elif group.role in _AFTER and value >= _BEGUN:
            factor *= _AFTER[group.role]
        worth = _worth(groups, counts, i, seen)
        value += worth * factor if worth > 0 else worth
        if value > best[0]:
            best = (value, start, i + 1)
    return best


def _worth(groups: Sequence[Group], counts: Counter[str], i: int, seen: set[str]) -> float:
    group = groups[i]
    if not group.prose:
        if group.role:
            return -_ROLES[group.role]
        size = len(group.text)
        if _ITEM.match(group.text):
            return 0.25 * size if _follows_in_number(groups, i) else -_ITEM_COST
        if size < 40 and counts[group.text] >= 3:
            return -_LONGER  # the same label again and again: a list of one kind, cells of a table
        return -_LONGER if size >= 60 or (size >= 30 and _MARKS.search(group.text)) else -_SHORT
    if group.text in seen:
        return -_SHORT
    seen.add(group.text)
    near = (i and groups[i - 1].prose) or (i + 1 < len(groups) and groups[i + 1].prose)
    worth = group.prose * _ALONE if not near and group.prose < _ALONE_BELOW else group.prose
    return worth if worth <= _SOFT else _SOFT + _SLOPE * (worth - _SOFT)


def _follows_in_number(groups: Sequence[Group], i: int) -> bool:
    """Whether a numbered line goes on with a numbered list: 4) after 3), with no more than two lines between them."""
    match = _NUMBERED.match(groups[i].text)
    before = [_NUMBERED.match(g.text) for g in groups[max(0, i - 3) : i]]
    return match is not None and any(b is not None and int(b.group(1)) + 1 == int(match.group(1)) for b in before)
