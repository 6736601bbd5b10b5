"""Plain text and scraped dumps: told apart by evidence, cleaned by what a line is, never by whose it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from annotator.domain.words import say
from annotator.intake.boilerplate import boilerplate_reason
from annotator.intake.dates import written_days
from annotator.intake.dump_facts import dump_facts, keywords_in
from annotator.intake.lines import Line, ends_sentence, join_step, joined_paragraphs, split_lines
from annotator.intake.model import CleaningStep, Draft, Meta, Offer, Problem
from annotator.intake.page_words import line_role
from annotator.intake.prose import WIDE, is_wide, weight
from annotator.intake.running_text import Group, article_run, folded, grouped

_MACHINE = frozenset({"url", "email", "phone", "time", "locale", "year"})
_MARKS = re.compile(r"\s+[|–—·•»:-]\s+|\s*[|»]\s*|\s+::\s+")
_FEW_LINES = 8
_TITLE_LENGTH = 15
_LAST_WORDS = 12
_LITTLE, _ENOUGH_TO_TELL = 0.35, 600.0
_TRAILING_URL = re.compile(r"(?:https?://|www\.)\S+\s*$", re.I)


def looks_scraped(text: str) -> bool:
    """Whether the text is all that a page held, not an article alone.

    It is where it begins with its address and holds two more lines made by machines; and where enough of its lines
    are menus, buttons and labels, and several of them are words of a page's frame.
    """
    lines = [line for line in split_lines(text[:200_000], [], frozenset()) if line.text]
    if not lines:
        return False
    addressed = lines[0].kind == "url"
    if addressed and sum(line.kind in _MACHINE for line in lines[1:]) >= 2:
        return True
    if len(lines) < _FEW_LINES or not any(weight(line.text) for line in lines):
        return False
    short = sum(len(line.text) < 60 and not ends_sentence(line.text) for line in lines)
    frame = len({line.text.lower() for line in lines if line_role(line.text) not in ("", "inline")})
    return short >= 0.3 * len(lines) and frame >= (1 if addressed else 3)


def read_plain(text: str, off: frozenset[str], steps: list[CleaningStep]) -> Draft:
    """Paragraphs as they stand; standing phrases and source links at the end are taken out."""
    lines = split_lines(text, steps, off)
    kept: list[Line] = []
    url: str | None = None
    for line in lines:
        link = _TRAILING_URL.search(line.text)
        reason = boilerplate_reason(line.text) if line.text else None
        if link and url is None and (reason or line.kind == "url"):
            url = link.group().strip()
        if reason and "boilerplate" not in off:
            steps.append(line.step("boilerplate", reason))
        elif line.kind == "url" and "page_data" not in off and " " not in line.text:
            steps.append(line.step("page_data", say("an address, not a part of the article")))
        else:
            kept.append(line)
    return Draft(joined_paragraphs(kept, steps, off), Meta(url=url), steps)


def read_scrape(text: str, off: frozenset[str], steps: list[CleaningStep], take: str = "article") -> Draft:
    """A dump of everything a page holds: its data and menus, and the article in one run of prose."""
    lines = [line for line in split_lines(text, steps, off) if line.text]
    offers = [Offer("whole", say("the whole text"), sum(len(line.text) for line in lines))]
    if take == "whole":
        return Draft(joined_paragraphs(lines, steps, off), Meta(), steps, [], offers)
    groups = grouped(lines)
    titles = _titles(groups)
    start, end = article_run(groups, [folded(t) for t in titles])
    start, end = _without_data(groups, start, end)
    meta = dump_facts(lines, groups, titles, start, end)
    kept: list[Group] = []
    article = " ".join(g.text for g in groups[start:end])
    for place, group in enumerate(groups):
        step, why = _reason(group, start <= place < end, meta, article)
        if not why and start <= place < end:
            why = _in_frame(groups, place, start, end)
        if why and step not in off:
            steps.extend(line.step(step, why) for line in group.lines)
        elif start <= place < end or why:
            kept.append(group)
    paragraphs = _paragraphs(kept, steps, off)
    steps.sort(key=lambda s: s.start)
    return Draft(paragraphs, meta, steps, _problems(groups, kept), offers)


def _titles(groups: Sequence[Group]) -> list[str]:
    """What may be the article's title: the first lines, without the outlet's name, and what they have between marks."""
    result: list[str] = []
    for group in groups[:4]:
        if group.lines[0].kind in _MACHINE:
            continue
        for part in (group.text, *_MARKS.split(group.text)):
            if part and len(part) * (WIDE if is_wide(part) else 1) >= _TITLE_LENGTH and part not in result:
                result.append(part)
    return result


def _without_data(groups: Sequence[Group], start: int, end: int) -> tuple[int, int]:
    """The run without lines made by machines at its ends."""
    while end > start and groups[end - 1].lines[0].kind in _MACHINE:
        end -= 1
    while end < len(groups) and groups[end].lines[0].kind == "short" and ends_sentence(groups[end].text):
        if groups[end].role or len(groups[end].text.split()) > _LAST_WORDS:
            break
        end += 1  # a short last sentence is no page foot
    return start, end


def _reason(group: Group, inside: bool, meta: Meta, article: str) -> tuple[str, str]:
    """(step, why) for a paragraph that is left out; empty where it is kept."""
    text = group.text
    if meta.title and folded(text) == folded(meta.title):
        return "repeated", say("the title, which begins the text")
    if inside:
        if group.lines[0].kind in ("url", "email", "time", "locale") and " " not in text:
            return "page_data", _why(group.lines[0], meta)
        reason = boilerplate_reason(text)
        return ("boilerplate", reason) if reason else ("", "")
    if group.prose and text != meta.teaser and not keywords_in(text) and containment(text, article) >= 0.6:
        return "repeated", say("the passage stands in the article again")
    return "page_data", _why(group.lines[0], meta)


def _in_frame(groups: Sequence[Group], place: int, start: int, end: int) -> str:
    """Why a short line inside the article is none of it: it stands with menus, buttons or a line like "Related"."""
    if groups[place].prose:
        return ""
    first, last = place, place
    while first > start and not groups[first - 1].prose:
        first -= 1
    while last + 1 < end and not groups[last + 1].prose:
        last += 1
    return say("a short line among the page's data") if any(g.role for g in groups[first : last + 1]) else ""


def _paragraphs(kept: Sequence[Group], steps: list[CleaningStep], off: frozenset[str]) -> list[str]:
    """Each group a paragraph; what was put together is told line by line."""
    result: list[str] = []
    for group in kept:
        if "join_lines" in off:
            result += [line.text for line in group.lines]
            continue
        result.append(group.text)
        for before, line in pairwise(group.lines):
            steps.append(join_step(before, line, say("the line breaks inside a sentence")))
    return result


def _problems(groups: Sequence[Group], kept: Sequence[Group]) -> list[Problem]:
    here = sum(g.prose for g in kept)
    around = sum(g.prose for g in groups)
    if not kept:
        return [Problem("title_only", say("only the title of the page was kept"))]
    if not here:
        return [Problem("no_sentences", say("nothing that was kept looks like sentences"))]
    if around >= _ENOUGH_TO_TELL and here < _LITTLE * around:
        return [Problem("little", say("little of the page is kept"))]
    return []


def _why(line: Line, meta: Meta) -> str:
    if line.text == meta.publisher:
        return say("the outlet's name")
    if line.text == meta.teaser:
        return say("the page's teaser, kept among the metadata")
    if line.text in meta.tags:
        return say("a tag, kept among the metadata")
    if len(line.text) < 80 and written_days(line.text):
        return say("a time stamp")
    if keywords_in(line.text):
        return say("a list of key words")
    reasons = {
        "url": say("an address"),
        "email": say("a contact address"),
        "phone": say("a telephone number"),
        "time": say("a time stamp"),
        "locale": say("a language code"),
        "year": say("a year alone"),
    }
    if weight(line.text):
        return say("beside the article")
    return reasons.get(line.kind, say("a short line among the page's data"))


def shingles(text: str, size: int = 4) -> set[tuple[str, ...]]:
    """Runs of ``size`` words, lower case, punctuation left out."""
    words = re.findall(r"\w+", text.lower())
    if len(words) < size:
        return {tuple(words)} if words else set()
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def containment(inner: str, outer: str) -> float:
    """The share of the inner text's word runs that stand in the outer one too."""
    a = shingles(inner)
    return len(a & shingles(outer)) / len(a) if a else 0.0
