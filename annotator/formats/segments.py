"""Sentences and tokens, for forms that cannot do without: lines, and runs of letters or single signs."""

from __future__ import annotations

import re

from annotator.domain.fragments import Fragment

_LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")
_TOKEN = re.compile(r"\w+|[^\w\s]")


def sentences(text: str) -> list[Fragment]:
    """Every line that is not blank, without the blanks around it."""
    found = []
    for m in _LINE.finditer(text):
        line = m.group()
        start = m.start() + len(line) - len(line.lstrip())
        found.append((start, start + len(line.strip())))
    return found


def tokens(text: str, start: int, end: int) -> list[Fragment]:
    """The tokens of a part of the text."""
    return [(m.start(), m.end()) for m in _TOKEN.finditer(text, start, end)]
