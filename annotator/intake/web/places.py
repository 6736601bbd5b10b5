"""Where the text nodes of a page stand in its source, so that what is left out can be crossed out there."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

_MARKUP = re.compile(r"<(?:(!--)|(script|style|title)\b|[a-zA-Z/!?])[^>]*>?", re.I)
_NEAR = 40
NOWHERE = (-1, -1)


def places_of(nodes: Sequence[str], source: str) -> list[tuple[int, int]]:
    """(start, end) of each node in the source, as code points; NOWHERE for one that is not found.

    The parser keeps text in the order of the source, so both are walked side by side. Where they differ (broken
    markup, unknown entities) the next pieces are looked at until they meet again.
    """
    pieces = _pieces(source)
    result: list[tuple[int, int]] = []
    at = 0
    for node in nodes:
        wanted = node.strip()
        for here in range(at, min(at + _NEAR, len(pieces))):
            start, end = pieces[here]
            found = source[start:end]
            if found == node or found.strip() == wanted or _read(found) == wanted:
                place = (start, end)
            elif ">" in found and _read(found[(cut := found.rfind(">") + 1) :]) == wanted:
                place = (start + cut, end)  # an attribute held a bracket, so the tag seemed to end too soon
            else:
                continue
            result.append(_trimmed(source, *place))
            at = here + 1
            break
        else:
            result.append(NOWHERE)
    return result


def _pieces(source: str) -> list[tuple[int, int]]:
    """What stands between the markup, blank pieces left out."""
    result: list[tuple[int, int]] = []
    lower = ""
    at, size = 0, len(source)
    while at < size:
        match = _MARKUP.search(source, at)
        start = match.start() if match else size
        if start > at and not source[at:start].isspace():
            result.append((at, start))
        if match is None:
            break
        at = match.end()
        comment, silent = match.groups()
        if comment:
            end = source.find("-->", start + 4)
            at = end + 3 if end >= 0 else size
        elif silent:
            lower = lower or source.lower()
            end = lower.find("</" + silent.lower(), at) if len(lower) == size else source.find("</" + silent, at)
            at = end if end >= 0 else size
    return result


def _read(text: str) -> str:
    return (html.unescape(text) if "&" in text else text).strip()


def _trimmed(source: str, start: int, end: int) -> tuple[int, int]:
    found = source[start:end]
    return start + len(found) - len(found.lstrip()), end - (len(found) - len(found.rstrip()))
