"""Plain text and scraped dumps: told apart by evidence, cleaned by what a line is, never by whose it is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from annotator.domain.words import say
from annotator.intake.boilerplate import boilerplate_reason
from annotator.intake.lines import Line, ends_sentence, joined_paragraphs, split_lines, timestamp
from annotator.intake.model import CleaningStep, Draft, Meta

_MACHINE = frozenset({"url", "email", "phone", "time", "locale", "year"})
_TRAILING_URL = re.compile(r"(?:https?://|www\.)\S+\s*$", re.I)


def looks_scraped(text: str) -> bool:
    """Whether the page begins with its address and holds at least two more lines made by machines."""
    lines = [line for line in split_lines(text[:200_000], [], frozenset()) if line.text]
    if not lines or lines[0].kind != "url":
        return False
    return sum(line.kind in _MACHINE for line in lines[1:]) >= 2


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


def read_scrape(text: str, off: frozenset[str], steps: list[CleaningStep]) -> Draft:
    """A dump of everything a page holds: data lines first and last, the article in one run of prose."""
    lines = [line for line in split_lines(text, steps, off) if line.text]
    title, body_at = _title_and_body(lines)
    while body_at and _unfinished(lines[body_at - 1], title):
        body_at -= 1  # a sentence that breaks at the line's end is as much of the article as the line after it
    head = [line for line in lines[:body_at] if line.text != title]
    meta = _metadata(head, title, Counter(line.text for line in lines))
    body, dropped = _body(lines[body_at:], meta)
    removed: list[tuple[Line, str, str]] = [(line, "page_data", why) for line, why in dropped]
    if title:
        titles = [line for line in lines[:body_at] if line.text == title]
        removed += [(line, "repeated", say("the title, which begins the text")) for line in titles]
    article = " ".join(line.text for line in body)
    early: list[Line] = []
    for line in head:
        if line.kind == "prose" and line.text != meta.teaser and not _keywords(line.text):
            if containment(line.text, article) >= 0.6:
                removed.append((line, "repeated", say("the passage stands in the article again")))
            else:
                early.append(line)
                steps.append(_kept(line, say("prose before the article that does not stand in it again")))
        else:
            removed.append((line, "page_data", _why(line, meta)))
    kept = early + body
    for line, step, why in removed:
        if step in off:
            kept.append(line)
        else:
            steps.append(line.step(step, why))
    final: list[Line] = []
    for line in sorted(kept, key=lambda x: x.number):
        reason = boilerplate_reason(line.text)
        if reason and "boilerplate" not in off:
            steps.append(line.step("boilerplate", reason))
        else:
            final.append(line)
    paragraphs = joined_paragraphs(final, steps, off)
    steps.sort(key=lambda s: s.start)
    return Draft(paragraphs, meta, steps)


def _unfinished(line: Line, title: str | None) -> bool:
    return line.kind == "short" and len(line.text.split()) >= 8 and line.text != title and not _keywords(line.text)


def _title_and_body(lines: list[Line]) -> tuple[str | None, int]:
    """The title (a short line said at least twice, first near the top), and where the article begins.

    The article begins after the last repetition of the title that prose follows; without a title, after the
    last line made by a machine that prose follows.
    """
    count = Counter(line.text for line in lines)
    title = next(
        (
            x.text
            for x in lines[1:6]
            if count[x.text] > 1 and x.kind not in _MACHINE and len(x.text.split()) >= 3 and len(x.text) <= 250
        ),
        None,
    )
    prose = [i for i, line in enumerate(lines) if line.kind == "prose"]
    if not prose:
        return title, len(lines)
    if title:
        places = [i for i, line in enumerate(lines) if line.text == title]
        last = places[-1]
        if last + 1 < len(lines) and any(i > last for i in prose) and last > 5:
            return title, last + 1
    best, at = 0, prose[0]
    i = 0
    while i < len(lines):  # the longest run of lines that no machine made
        j, weight = i, 0
        while j < len(lines) and lines[j].kind not in _MACHINE:
            weight += len(lines[j].text) if lines[j].kind == "prose" else 0
            j += 1
        if weight > best:
            best, at = weight, next(k for k in range(i, j) if lines[k].kind == "prose")
        i = max(j, i + 1)
    return title, at


def _body(lines: list[Line], meta: Meta) -> tuple[list[Line], list[tuple[Line, str]]]:
    """The article's lines, and the data lines after or among them."""
    end = len(lines)
    known = {meta.publisher, *meta.tags, *meta.keywords}
    while end and (lines[end - 1].kind in _MACHINE or lines[end - 1].text in known):
        end -= 1
    prose = max((i for i, line in enumerate(lines) if line.kind == "prose"), default=-1)
    if sum(line.kind in _MACHINE for line in lines[prose + 1 :]) >= 2:
        end = min(end, prose + 1)  # names and words among machine-made lines after the last prose are the page's foot
        while end < len(lines) and lines[end].kind == "short" and ends_sentence(lines[end].text):
            end += 1
    dropped = [(line, _why(line, meta)) for line in lines[end:]]
    body: list[Line] = []
    for line in lines[:end]:
        if line.kind in ("url", "email", "time", "locale") and " " not in line.text:
            dropped.append((line, _why(line, meta)))
        else:
            body.append(line)
    return body, dropped


def _metadata(head: list[Line], title: str | None, count: Counter[str]) -> Meta:
    url = head[0].text.split()[0] if head and head[0].kind == "url" else None
    first_time = next((i for i, line in enumerate(head) if line.kind == "time"), None)
    day: str | None = None
    moment: str | None = None
    publisher: str | None = None
    teaser: str | None = None
    tags: list[str] = []
    if first_time is not None:
        day, moment = timestamp(head[first_time].text) or (None, None)
        for line in head[1:first_time]:
            if line.kind == "short" and publisher is None and count[line.text] > 1:
                publisher = line.text
            elif line.kind == "prose" and teaser is None:
                teaser = line.text
        for line in head[first_time:]:
            if line.kind == "time":
                continue
            if line.kind != "short" or line.text == publisher:
                break
            tags.append(line.text)
    keywords = next((found for line in head if (found := _keywords(line.text)) and count[line.text] > 1), ())
    return Meta(
        title=title,
        published=day,
        published_at=moment,
        publisher=publisher,
        url=url,
        teaser=teaser,
        tags=tuple(tags),
        keywords=keywords,
    )


def _keywords(text: str) -> tuple[str, ...]:
    """The parts of a line that is a list of short phrases between commas."""
    parts = [p.strip() for p in text.split(",")]
    if len(parts) < 2 or text.rstrip().endswith((".", "!", "?", "”", '"')):
        return ()
    if any(not p or len(p.split()) > 5 for p in parts):
        return ()
    return tuple(dict.fromkeys(parts))


def _why(line: Line, meta: Meta) -> str:
    if line.text == meta.publisher:
        return say("the outlet's name")
    if line.text == meta.teaser:
        return say("the page's teaser, kept among the metadata")
    if line.text in meta.tags:
        return say("a tag, kept among the metadata")
    if _keywords(line.text):
        return say("a list of key words")
    reasons = {
        "url": say("an address"),
        "email": say("a contact address"),
        "phone": say("a telephone number"),
        "time": say("a time stamp"),
        "locale": say("a language code"),
        "year": say("a year alone"),
    }
    return reasons.get(line.kind, say("a short line among the page's data"))


def _kept(line: Line, why: str) -> CleaningStep:
    return replace(line.step("repeated", why), action="kept")


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
