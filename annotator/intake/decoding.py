"""Bytes to text, and the characters that no reading surface keeps apart."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.model import CleaningStep

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# C0 and C1 controls without tab and line feed, byte order marks, Unicode noncharacters that Qt takes for block ends
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufdd0-\ufdef\ufffe\uffff]")
_HTML_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.I)


def decoded(data: bytes, source: str) -> tuple[str, str]:
    """(text, encoding); raises BadInput where the bytes are no text."""
    if not data.strip():
        raise BadInput("the file is empty", source, "leave it out")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise BadInput(
                    say("the text says that it is {encoding} but is not", encoding=encoding), source, "save it as UTF-8"
                ) from error
    if b"\x00" in data[:4096]:
        raise BadInput("this is not a text file", source, "give a text, HTML, CSV, JSONL, DOCX or PDF file")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if declared := _HTML_CHARSET.search(data[:4096]):
        try:
            name = declared.group(1).decode("ascii")
            return data.decode(name), name
        except (LookupError, UnicodeDecodeError):
            pass
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise BadInput("the encoding cannot be recognised", source, "save the file as UTF-8")
    return str(best), best.encoding


def line_ends(text: str) -> str:
    """One kind of line end."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\u2028" in text or "\u2029" in text:
        text = text.replace("\u2028", "\n").replace("\u2029", "\n\n")
    return text


def canonical(text: str, steps: list[CleaningStep], off: frozenset[str]) -> str:
    """One kind of line end, and no characters that a reading surface would drop or take for a line end."""
    text = line_ends(text)
    if "characters" in off or not _UNWANTED.search(text):
        return text
    for match in _UNWANTED.finditer(text):
        name = f"U+{ord(match.group()):04X}"
        steps.append(
            CleaningStep(
                "characters",
                say("character {place}", place=match.start()),
                "removed",
                match.group(),
                say("{name} has no place in a text", name=name),
                match.start(),
                match.end(),
            )
        )
    return _UNWANTED.sub("", text)


def replaced_places(steps: list[CleaningStep], gaps: list[int]) -> list[CleaningStep]:
    """Steps with places in a text that lacks the characters at ``gaps``, moved to their places in the text with them.

    gaps: places of the removed characters in the whole text, ascending.
    """
    if not gaps:
        return steps
    shifted = [place - number for number, place in enumerate(gaps)]
    return [
        step
        if step.start < 0
        else replace(
            step,
            start=step.start + bisect_right(shifted, step.start),
            end=step.end + bisect_left(shifted, max(step.end, step.start + 1)),
        )
        for step in steps
    ]
