"""Where a quotation stands in a text."""

from __future__ import annotations

import re

from annotator.domain.fragments import Fragment


def places_of(text: str, quote: str, before: str = "", after: str = "") -> list[Fragment]:
    """Every place of a quotation; before and after, where they are told, leave those that stand between them.

    White space of any kind and length is the same where the quotation does not stand in the text letter by letter.
    """
    words = quote.split()
    if not words:
        return []
    starts = (m.start() for m in re.finditer(f"(?={re.escape(quote)})", text))
    found = [(start, start + len(quote)) for start in starts]
    if not found:
        loose = re.compile(r"\s+".join(map(re.escape, words)))
        found = [m.span() for m in loose.finditer(text)]
    if len(found) > 1 and (before or after):
        head, tail = _plain(before), _plain(after)
        found = [
            (s, e)
            for s, e in found
            if _plain(text[max(0, s - 2 * len(before) - 8) : s]).endswith(head)
            and _plain(text[e : e + 2 * len(after) + 8]).startswith(tail)
        ]
    return found


def _plain(words: str) -> str:
    return "".join(words.split())
