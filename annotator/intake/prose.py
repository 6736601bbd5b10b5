"""Whether a stretch of text reads like running text, in scripts with and without spaces between words."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]」』]*$")
_INSIDE = re.compile(r"[.!?…؟۔।]['\"”’»)]* +['\"“‘«(]?\w|[。！？]")
_MARKS = re.compile(r"[.!?,;:…。！？、，؟،۔।]")
_WIDE = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
WIDE = 3.0
"""Characters of a script without spaces hold about three times as much as letters."""


def is_wide(text: str) -> bool:
    """Whether the text is in a script without spaces between words: Chinese, Japanese, Thai, Lao or Khmer."""
    return _WIDE.search(text) is not None


def weight(text: str, least: float = 40.0) -> float:
    """How many characters of running text it holds, those of wide scripts tripled; 0 for labels and menus.

    least: how much a single sentence must hold; beginnings of sentences need half as much again.
    """
    size = len(text)
    if size < 12 or not _MARKS.search(text):
        return size * WIDE if size >= 15 and is_wide(text) else 0.0
    wide = is_wide(text)
    own = size * (WIDE if wide else 1.0)
    if own < 25:
        return 0.0
    ends = _END.search(text) is not None
    if (ends and own >= least) or (own >= 1.5 * least and _INSIDE.search(text)) or (wide and own >= 1.5 * least):
        return own
    return own if own >= 140 and len(_MARKS.findall(text)) * 100 >= size else 0.0
