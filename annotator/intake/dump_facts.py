"""What the lines around the article of a dump say about it: address, title, days, people, outlet, tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from annotator.intake.bylines import byline, names_in
from annotator.intake.dates import Moment, moment_of, tells_a_change, written_days
from annotator.intake.lines import Line
from annotator.intake.model import Meta
from annotator.intake.prose import WIDE, is_wide
from annotator.intake.running_text import Group, folded

_NEAR, _AFTER = 14, 3
_MARKS = re.compile(r"\s+[|–—·•»:-]\s+|\s*[|»]\s*|\s+::\s+")
_BY = re.compile(r"^(?:by|von|par|por|di|door|av|af|autor(?:in)?|автор|text|作者|記者|기자)\s*[:：]?$", re.I)


def dump_facts(lines: Sequence[Line], groups: Sequence[Group], titles: Sequence[str], start: int, end: int) -> Meta:
    """The facts of a dump whose article is ``groups[start:end]``; None where no line says them."""
    counts = Counter(line.text for line in lines)
    first = groups[start].lines[0].number if start < len(groups) else lines[-1].number + 1
    head = [line for line in lines if line.number < first]
    title = _title(head, groups, titles, counts, start)
    publisher, tags, teaser = _of_the_head(head, title, counts)
    moment = _published(head, groups, start, end)
    keywords = next((found for line in head if (found := keywords_in(line.text)) and counts[line.text] > 1), ())
    return Meta(
        title=title,
        published=moment[0] if moment else None,
        published_at=moment[1] if moment else None,
        publisher=publisher or _publisher(lines, groups, title),
        author="; ".join(_authors(head)) or None,
        url=lines[0].text.split()[0] if lines and lines[0].kind == "url" else None,
        teaser=teaser,
        tags=tags,
        keywords=keywords,
    )


def keywords_in(text: str) -> tuple[str, ...]:
    """The parts of a line that is a list of short phrases between commas."""
    parts = [p.strip() for p in text.split(",")]
    if len(parts) < 2 or text.rstrip().endswith((".", "!", "?", "”", '"')):
        return ()
    if any(not p or len(p.split()) > 5 for p in parts):
        return ()
    return tuple(dict.fromkeys(parts))


def _title(
    head: Sequence[Line], groups: Sequence[Group], titles: Sequence[str], counts: Counter[str], start: int
) -> str | None:
    """A line near the top that is said again, or that stands above the article as a part of the first line."""
    for line in [x for x in head if x.kind not in _MACHINE][:5]:
        if counts[line.text] > 1 and line.text in titles and len(line.text) <= 250:
            return line.text
    wanted = {folded(t): t for t in titles}
    for group in reversed(groups[:start]):
        if (
            folded(group.text) in wanted
            and group.lines[0].number != (groups[0].lines[0].number)
            and len(group.text) <= 250
        ):
            return group.text
    top = next((g for g in groups[:3] if g.lines[0].kind not in _MACHINE), None)
    if top is None or top.role or top.prose >= 150 or groups.index(top) >= start:
        return None
    parts = [p for p in _MARKS.split(top.text) if p]
    longest = max(parts, key=len, default="")
    enough = len(longest.split()) >= 4 or (is_wide(longest) and len(longest) * WIDE >= 20)
    return (longest if len(parts) > 1 else top.text) if enough and len(top.text) <= 250 else None


_MACHINE = frozenset({"url", "email", "phone", "time", "locale", "year"})


def _of_the_head(
    head: Sequence[Line], title: str | None, counts: Counter[str]
) -> tuple[str | None, tuple[str, ...], str | None]:
    """(outlet, tags, teaser) where the page's data come first: outlet and teaser before its time stamps, tags after."""
    rest = [line for line in head if line.text != title]
    first_time = next((i for i, line in enumerate(rest) if line.kind == "time"), None)
    publisher: str | None = None
    teaser: str | None = None
    tags: list[str] = []
    if first_time is None:
        return None, (), None
    for line in rest[1:first_time]:
        if line.kind == "short" and publisher is None and counts[line.text] > 1:
            publisher = line.text
        elif line.kind == "prose" and teaser is None:
            teaser = line.text
    for line in rest[first_time:]:
        if line.kind == "time":
            continue
        if line.kind != "short" or line.text == publisher:
            break
        tags.append(line.text)
    return publisher, tuple(tags), teaser


def _publisher(lines: Sequence[Line], groups: Sequence[Group], title: str | None) -> str | None:
    """The rest of the page's title where the address or a note of rights has the same name."""
    if title is None or not groups:
        return None
    for group in groups[:3]:
        parts = [p for p in _MARKS.split(group.text) if p]
        if len(parts) < 2 or folded(parts[0]) != folded(title):
            continue
        name = parts[-1]
        host = re.match(r"(?:https?://)?([^/]+)", lines[0].text) if lines[0].kind == "url" else None
        if host and folded(name) and folded(name) in folded(host.group(1)):
            return name
        if any(("©" in x.text or "copyright" in x.text.lower()) and name in x.text for x in lines):
            return name
    return None


def _published(head: Sequence[Line], groups: Sequence[Group], start: int, end: int) -> Moment | None:
    for line in head:
        if line.kind == "time" and (made := moment_of(line.text)):
            return made
    near = [g.text for g in groups[max(0, start - _NEAR) : start]][::-1]
    near += [g.text for g in groups[start : start + 2] if not g.prose]
    near += [g.text for g in groups[end : end + _AFTER] if re.search(r"publi|veröff|опубл|posted", g.text, re.I)]
    for text in near:
        if len(text) > 140:
            continue
        parts = [p for p in re.split(r"\s*[|·•(]\s*|\s–\s", text) if not tells_a_change(p)]
        days = list(dict.fromkeys(day for part in parts for day in written_days(part)))
        if len(days) == 1:
            return moment_of(text) or (days[0], None)
    return None


def _authors(head: Sequence[Line]) -> tuple[str, ...]:
    near = head[-_NEAR - 6 :]
    for i in range(len(near) - 1, -1, -1):
        text = near[i].text
        if _BY.match(text) and i + 1 < len(near):
            if found := byline(f"By {near[i + 1].text}"):
                return found
        elif found := byline(text):
            return names_in([re.split(r"\s*[|·•–]\s*|\s(?=\d)|\son\s", text)[0]]) or found
    return ()
