"""LexisNexis as it was before Nexis Uni (TXT, RTF, HTML): articles that begin with "3 of 100 DOCUMENTS"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.blocks import Block, Gathering
from annotator.intake.model import Draft
from annotator.intake.notices import Notices
from annotator.intake.press.parts import ANY_FORM, Found, day_of, drafts, without_by, word_count

_START = re.compile(
    r"^\W*(?:(\d+) of (\d+) DOCUMENTS?|Dokument (\d+) von (\d+)|Document (\d+) de (\d+)|(\d+) van (\d+) DOCUMENTEN|"
    r"(\d+) de (\d+) DOCUMENTOS?)\W*$",
    re.I,
)
_IN_PAGE = re.compile(r">\s*\d+ of \d+ DOCUMENTS?\s*<|>\s*Dokument \d+ von \d+\s*<|>\s*Document \d+ de \d+\s*<", re.I)
_FIELD = re.compile(r"^([A-ZÀ-Þ][A-ZÀ-Þ/ -]{3,28}):\s*(.*)$", re.S)
_SECTION = ("SECTION", "RUBRIK", "RUBRIQUE", "RESSORT", "SECTIE")
_BYLINE = ("BYLINE", "AUTOR", "AUTEUR", "AUTHOR", "AUTOREN")
_LENGTH = ("LENGTH", "LÄNGE", "LONGUEUR", "LENGTE")
_TITLE = ("HEADLINE", "TITRE", "ÜBERSCHRIFT", "TITEL")
_DATELINE = ("DATELINE", "HIGHLIGHT", "LEADSATZ", "UNTERTITEL", "ENCART")
_LANGUAGE = ("LANGUAGE", "SPRACHE", "LANGUE", "TAAL")
_EDITION = re.compile(r"(edition|ausgabe|édition|editie|correction appended|final|update\w*)\W*\d*$", re.I)
_COPYRIGHT = re.compile(r"^(copyright|©|\(c\)|all rights reserved|alle rechte|tous droits)", re.I)


def in_page(text: str) -> bool:
    """Whether a page holds such articles."""
    return bool(_IN_PAGE.search(text))


def is_download(found: Gathering) -> bool:
    """Whether a line numbers an article among all, and fields in capitals follow."""
    blocks = found.blocks
    at = next((i for i, b in enumerate(blocks) if _START.match(b.text.strip())), None)
    return at is not None and any(_named(b) in (*_LENGTH, *_SECTION, *_BYLINE, "LOAD-DATE") for b in blocks[at:])


def articles(found: Gathering, off: frozenset[str], notices: Notices, source: str) -> Iterator[tuple[Draft, str]]:
    """Each article; raises BadInput where there is none."""
    starts = [i for i, b in enumerate(found.blocks) if _START.match(b.text.strip())]
    if not starts:
        raise BadInput("no article of LexisNexis was found in the file", source, ANY_FORM)
    parsed = [_article(found.blocks[at:end]) for at, end in zip(starts, [*starts[1:], len(found.blocks)], strict=True)]
    match = _START.match(found.blocks[starts[-1]].text.strip())
    numbers = [int(g) for g in match.groups() if g] if match else []
    if numbers and numbers[0] != len(parsed) + _first(found.blocks[starts[0]]) - 1:
        what = say("it numbers its documents up to {last}, {n} were found", last=numbers[0], n=len(parsed))
        notices.add("", "count", what, "")
    return drafts(found, parsed, off, notices, source)


def _first(block: Block) -> int:
    match = _START.match(block.text.strip())
    return next((int(g) for g in match.groups() if g), 1) if match else 1


def _named(block: Block) -> str:
    match = _FIELD.match(block.text.strip())
    return match.group(1).strip() if match else ""


def _value(block: Block) -> str:
    match = _FIELD.match(block.text.strip())
    return match.group(2) if match else ""


_BEHIND = ("LOAD-DATE", "LANGUAGE", "GRAPHIC", "UPDATE", "PUBLICATION-TYPE", "SPRACHE", "GRAFIK", "SUBJECT",
           "DATE-CHARGEMENT", "DATUM", "LANGUE", "TYPE-PUBLICATION")  # fmt: skip
"""Names of the lines behind an article's text."""


def _article(group: Sequence[Block]) -> Found:
    article = Found([b for b in group if b.text.strip()])
    blocks = article.blocks[1:]
    length = next((i for i, b in enumerate(blocks) if _named(b) in _LENGTH), None)
    fields = [i for i, b in enumerate(blocks) if _named(b) in (*_SECTION, *_BYLINE, *_LENGTH, *_TITLE, *_DATELINE)]
    head_end = length if length is not None else (max(fields) if fields else -1)
    while head_end + 1 < len(blocks) and _named(blocks[head_end + 1]) in (*_SECTION, *_BYLINE, *_TITLE, *_DATELINE):
        head_end += 1
    _take_date_and_title(article, _take_fields(article, blocks[: head_end + 1]))
    end = next((i for i in range(head_end + 1, len(blocks)) if _named(blocks[i]) in _BEHIND), len(blocks))
    article.body += blocks[head_end + 1 : end]
    while article.body and _COPYRIGHT.match(article.body[-1].text.strip()):
        article.body.pop()
    for block in blocks[end:]:
        if _named(block) in _LANGUAGE:
            article.take(language=_value(block).split(";")[0].strip().title())
    return article


def _take_fields(article: Found, head: Sequence[Block]) -> list[Block]:
    """Takes what the lines of the head name; gives the lines that name nothing."""
    plain: list[Block] = []
    for block in head:
        name = _named(block)
        value = " ".join(_value(block).split()) if name else ""
        if name in _LENGTH:
            article.take(words=word_count(value))
        elif name in _SECTION:
            article.take(section=value)
        elif name in _BYLINE:
            article.take(author=without_by(value))
        elif name in _TITLE:
            article.title = Block(value, block.start, block.end, block.number)
            article.blocks[article.blocks.index(block)] = article.title
        elif name not in _DATELINE and not _COPYRIGHT.match(block.text.strip()):
            plain.append(block)
    return plain


def _take_date_and_title(article: Found, plain: Sequence[Block]) -> None:
    dated = next((i for i, b in enumerate(plain[:5]) if day_of(b.text) and len(b.text) < 120), None)
    if dated is not None:
        article.take(published=day_of(plain[dated].text))
        before = [b for b in plain[:dated] if not _COPYRIGHT.match(b.text.strip())]
        if before:
            article.take(publisher=" ".join(before[0].text.split()))
        if article.title is None and len(plain) > dated + 1:
            after = plain[dated + 1 :]
            article.title = next((b for b in after if not _EDITION.search(b.text.strip())), after[-1])
            article.body = list(after[after.index(article.title) + 1 :])
