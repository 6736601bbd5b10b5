"""What all press databases have in common: an article is some paragraphs of the download, the rest is its data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from annotator.domain.words import by_door, say
from annotator.intake.blocks import Block, Gathering, tidied
from annotator.intake.model import CleaningStep, Draft, Meta
from annotator.intake.notices import Notices
from annotator.intake.table_dates import written_day

DATA = say("data of the press database")
ANY_FORM = by_door("import it without --format", say("let its form be found out"))
_WORDS = re.compile(
    r"^\W*(\d[\d.,'\u00a0\u202f ]*)\s*(words?|wörter|worte|w.rter|mots?|palabras|parole|palavras|woorden|ord|słów|"
    r"słowa|sana\w*|слов\w*|字|語|单词|単語|kelime)\b",
    re.I,
)
_BY = re.compile(
    r"^\s*(?:(?:by|von|par|por|door)[\u00a0 ]+(?=[^\W\d_])|(?:byline|autor(?:in)?|auteur|author|verfasser)\s*:\s*)",
    re.I,
)


@dataclass(slots=True)
class Found:
    """One article of a download. blocks: all of it, its data too; title and body are among them."""

    blocks: list[Block]
    title: Block | None = None
    body: list[Block] = field(default_factory=list)
    meta: Meta = field(default_factory=Meta)

    def take(self, **facts: object) -> None:
        """Facts that are said and not known yet."""
        fresh = {k: v for k, v in facts.items() if v and getattr(self.meta, k) in (None, ())}
        self.meta = replace(self.meta, **fresh)  # type: ignore[arg-type]


def word_count(text: str) -> int | None:
    """The number of words of a line that tells it; None where it does not."""
    match = _WORDS.match(text)
    if match is None:
        return None
    digits = re.sub(r"\D", "", match.group(1))
    return int(digits) if digits and len(digits) < 8 else None


def without_by(text: str) -> str:
    """An author's line without its "By"."""
    words = " ".join(text.split())
    match = _BY.match(words)
    if match and (match.group().rstrip().endswith(":") or words[match.end() :][:1].isupper()):
        words = words[match.end() :]
    person = re.sub(r"[,;\s]*-{1,2}\s*\([^()]*\)$", "", words).strip(" ,;")
    return person or words.strip(" ,;-()")


def says_by(text: str) -> bool:
    """Whether a line says who wrote."""
    return bool(_BY.match(text)) and len(text.split()) <= 14 and not text.rstrip().endswith((".", "?", "!"))


def day_of(text: str) -> str | None:
    """The day with a written month in a line."""
    when = written_day(text)
    return when.day if when else None


def drafts(
    found: Gathering, articles: Sequence[Found], off: frozenset[str], notices: Notices, source: str
) -> Iterator[tuple[Draft, str]]:
    """Each article as a draft with its part of the raw text; what stands before the first belongs to none."""
    raw = found.raw_text
    steps = sorted(found.steps, key=lambda s: s.start)
    for number, article in enumerate(articles, start=1):
        if not article.body:
            title = article.title.text if article.title else say("article {number}", number=number)
            what = say("an article of the download has no text (a picture or a graphic alone) and was left out")
            notices.refuse(what, " ".join(title.split()))
            continue
        start, end = article.blocks[0].start, article.blocks[-1].end
        here = [s for s in steps if start <= s.start < end]
        yield _draft(article, here, off, start), raw[start:end]


def _draft(article: Found, steps: list[CleaningStep], off: frozenset[str], start: int) -> Draft:
    body = {id(b) for b in article.body}
    paragraphs: list[str] = []
    for block in article.blocks:
        if block is article.title:
            continue
        if id(block) in body or ("press_data" in off and block.text.strip()):
            if text := tidied(block, steps, off):
                paragraphs.append(text)
        elif block.text.strip():
            steps.append(block.step("press_data", DATA))
    title = " ".join(article.title.text.split()) if article.title else None
    moved = [replace(s, start=s.start - start, end=s.end - start) if s.start >= 0 else s for s in steps]
    moved.sort(key=lambda s: s.start)
    return Draft(paragraphs, replace(article.meta, title=title or article.meta.title), moved)
