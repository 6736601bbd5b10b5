"""Letters damaged on their way: UTF-8 that was once read as Windows-1252 ("MÃ¼ÃŸig"), and letters lost for good."""

from __future__ import annotations

import re

from annotator.domain.words import say
from annotator.intake.model import CleaningStep, Problem


def _as_read(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)  # five bytes have no sign in Windows-1252 and came through as they are


_BYTES = {_as_read(b): b for b in range(0x80, 0x100)} | {chr(b): b for b in range(0x80, 0xA0)}
_RUN = re.compile(f"[{re.escape(''.join(_BYTES))}]{{2,}}")
_STRONG = frozenset([0xC2, 0xC3, 0xE2, 0xF0])
"""First bytes of accents, typographic marks and pictures: two such signs in a row are written by nobody."""
_SURE = 3
_LOST = "\ufffd"


def damage_in(text: str) -> list[tuple[int, int, str]]:
    """(start, end, right letters) of each damaged stretch, in order."""
    if not _RUN.search(text):
        return []
    found: list[tuple[int, int, str]] = []
    strong = False
    for match in _RUN.finditer(text):
        codes = bytes(_BYTES[c] for c in match.group())
        at = 0
        while at < len(codes):
            size = _length(codes[at])
            part = codes[at : at + size]
            right = _decoded(part) if size > 1 and len(part) == size else None
            if right is not None:
                strong = strong or part[0] in _STRONG
                found.append((match.start() + at, match.start() + at + size, right))
            at += size if right is not None else 1
    return found if strong or len(found) >= _SURE else []


def mended(text: str) -> tuple[str, list[CleaningStep]]:
    """The text with its letters as they were, and a step for each stretch, with its place in the mended text."""
    damage = damage_in(text)
    parts: list[str] = []
    steps: list[CleaningStep] = []
    at = size = 0
    for start, end, right in damage:
        parts += [text[at:start], right]
        size += start - at
        where = say("character {place}", place=size)
        why = say("letters that were damaged on their way, mended")
        steps.append(CleaningStep("letters", where, "mended", text[start:end], why, size, size + len(right)))
        size += len(right)
        at = end
    return "".join([*parts, text[at:]]), steps


def letter_problems(text: str) -> list[Problem]:
    """What to tell of an article's letters: how many are damaged, with an example, and how many are lost."""
    problems: list[Problem] = []
    if damage := damage_in(text):
        first, last = damage[0][0], damage[0][1]
        while first and text[first - 1].isalpha():
            first -= 1
        while last < len(text) and (text[last].isalpha() or text[last] in _BYTES):
            last += 1
        word = text[first:last]
        what = say(
            "letters are damaged in {n} places, as in “{word}” for “{right}”",
            n=len(damage),
            word=word,
            right=mended(word)[0],
        )
        problems.append(Problem("letters", what))
    if lost := text.count(_LOST):
        problems.append(Problem("letters", say("{n} letters were lost before this was saved (“\ufffd”)", n=lost)))
    return problems


def _length(first: int) -> int:
    if 0xC2 <= first <= 0xDF and (first <= 0xC5 or 0xCE <= first <= 0xD1):
        return 2
    if first == 0xE2 or 0xE3 <= first <= 0xEF:
        return 3
    return 4 if 0xF0 <= first <= 0xF4 else 1


def _decoded(part: bytes) -> str | None:
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError:
        return None
