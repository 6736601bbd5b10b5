"""Subtitles (SRT, WebVTT): the spoken words as running text; numbers and times are left out, a step each."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.lines import ends_sentence
from annotator.intake.model import CleaningStep, Draft, Meta

_TIMES = re.compile(
    r"^[ \t]*(?:(\d+):)?(\d{1,2}):(\d{2})[,.](\d{1,3})[ \t]*-->[ \t]*(?:(\d+):)?(\d{1,2}):(\d{2})[,.](\d{1,3}).*$", re.M
)
_MARKS = re.compile(r"</?[a-zA-Z][^<>\n]*>|\{\\[^{}\n]*\}|<\d\d:\d\d[^<>\n]*>")
_PAUSE = 3.0


def looks_like_subtitles(text: str) -> bool:
    """Whether times of cues stand in the text's first lines."""
    return bool(_TIMES.search(text[:2000]))


@dataclass(frozen=True, slots=True)
class _Cue:
    number: int
    begins: float
    ends: float
    lines: tuple[tuple[str, int], ...]


def read_subtitles(text: str, source: str, off: frozenset[str], steps: list[CleaningStep]) -> Draft:
    """One paragraph as long as a person speaks on: it ends where a sentence ends before a pause or another speaker."""
    cues = _cues(text, off, steps)
    if not cues:
        raise BadInput("the file has no subtitles", source, "check that it is SRT or WebVTT")
    paragraphs: list[str] = []
    last: tuple[float, int] | None = None
    for cue in cues:
        for place, (line, start) in enumerate(cue.lines):
            words, speaker = _words(line, cue, start, off, steps)
            if not words:
                continue
            pause = last is None or (place == 0 and cue.begins - last[0] >= _PAUSE)
            fresh = speaker or last is None or (pause and ends_sentence(paragraphs[-1])) or "join_lines" in off
            if fresh:
                paragraphs.append(words)
            else:
                assert last is not None
                piece = f"{paragraphs[-1][-24:]} ⏎ {words[:24]}"
                where = say("subtitle {number}", number=cue.number)
                why = say("the sentence goes on in the next subtitle")
                steps.append(CleaningStep("join_lines", where, "joined", piece, why, last[1], start))
                paragraphs[-1] = f"{paragraphs[-1]} {words}"
            last = (cue.ends, start + len(line))
    steps.sort(key=lambda s: s.start)
    return Draft(paragraphs, Meta(), steps)


def _cues(text: str, off: frozenset[str], steps: list[CleaningStep]) -> list[_Cue]:
    times = list(_TIMES.finditer(text))
    cues: list[_Cue] = []
    if times:
        head = text[: times[0].start()]
        _leave_out(head, 0, 1, off, steps)
    for place, match in enumerate(times):
        number = place + 1
        _leave_out(match.group(), match.start(), number, off, steps)
        end = times[place + 1].start() if place + 1 < len(times) else len(text)
        lines: list[tuple[str, int]] = []
        at = match.end() + 1
        block = text[match.end() + 1 : end]
        for line in block.split("\n"):
            lines.append((line, at))
            at += len(line) + 1
        while lines and not lines[-1][0].strip():
            lines.pop()
        # the number of the next cue, or its name in WebVTT, stands alone before its times after an empty line
        blanks = [i for i, (line, _) in enumerate(lines) if not line.strip()]
        if (
            place + 1 < len(times)
            and lines
            and (lines[-1][0].strip().isdigit() or (blanks and blanks[-1] == len(lines) - 2))
        ):
            line, start = lines.pop()
            _leave_out(line, start, number + 1, off, steps)
        kept: list[tuple[str, int]] = []
        note = False
        for line, start in lines:
            note = (note and bool(line.strip())) or line.startswith(("NOTE", "STYLE", "REGION"))
            if note:
                _leave_out(line, start, number, off, steps)
            elif line.strip():
                kept.append((line, start))
        cues.append(_Cue(number, _seconds(match, 1), _seconds(match, 5), tuple(kept)))
    return cues


def _leave_out(piece: str, start: int, number: int, off: frozenset[str], steps: list[CleaningStep]) -> None:
    if piece.strip():
        lead = len(piece) - len(piece.lstrip())
        words = piece.strip()
        where = say("subtitle {number}", number=number)
        why = say("the number or the time of a subtitle")
        steps.append(CleaningStep("page_data", where, "removed", words, why, start + lead, start + lead + len(words)))


def _words(line: str, cue: _Cue, start: int, off: frozenset[str], steps: list[CleaningStep]) -> tuple[str, bool]:
    """(the words, whether another person begins to speak)."""
    where = say("subtitle {number}", number=cue.number)
    for match in _MARKS.finditer(line):
        place = (start + match.start(), start + match.end())
        steps.append(CleaningStep("page_data", where, "removed", match.group(), say("a mark of how it looks"), *place))
    speaker = bool(re.match(r"^\s*<v[ .]", line))
    words = " ".join(html.unescape(_MARKS.sub("", line)).split())
    return words, speaker or bool(re.match(r"^(-|–|—|>>)\s?\S", words))


def _seconds(match: re.Match[str], at: int) -> float:
    hours, minutes, seconds, rest = (match.group(at + i) for i in range(4))
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(rest.ljust(3, "0")) / 1000
