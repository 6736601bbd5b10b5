"""Europresse and Eureka (HTML): saved lists of articles, in the forms of before and after 2013."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from annotator.domain.errors import BadInput
from annotator.intake.blocks import Block, Gathering
from annotator.intake.model import Draft
from annotator.intake.notices import Notices
from annotator.intake.press.parts import ANY_FORM, Found, drafts, without_by
from annotator.intake.table_dates import written_day
from annotator.intake.word_lists import listed

_NUMBER = re.compile(r"news[·.]\s*(\d{8})[·.](\w+)[·.]([\w.·-]+)", re.I)
_COPYRIGHT = re.compile(r"^\W*(copyright|©|\(c\)|tous droits|all rights)", re.I)
_FOOT = re.compile(
    r"^(Numéro de document|Document number|Número de documento|Ce certificat|Date d'émission|Le présent document|"
    r"This certificate|Issue Date)",
    re.I,
)
_WEEKDAYS = listed(
    "lundi mardi mercredi jeudi vendredi samedi dimanche monday tuesday wednesday thursday friday saturday sunday",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag lunes martes miércoles jueves viernes sábado domingo",
)
_PAGE = re.compile(r"^p(?:p|age)?\.?\s*\S{1,12}$", re.I)


def is_download(found: Gathering) -> bool:
    """Whether an outlet's name is marked as the database marks it."""
    return any(_has(b, "DocPublicationName") for b in found.blocks)


def articles(found: Gathering, off: frozenset[str], notices: Notices, source: str) -> Iterator[tuple[Draft, str]]:
    """Each article; raises BadInput where there is none."""
    groups: list[list[Block]] = []
    for block in found.blocks:
        if not block.text.strip():
            continue
        if _has(block, "DocPublicationName"):
            groups.append([])
        if groups:
            groups[-1].append(block)
    if not groups:
        raise BadInput("no article of Europresse was found in the file", source, ANY_FORM)
    return drafts(found, [_article(g) for g in groups], off, notices, source)


def _has(block: Block, name: str) -> bool:
    return any(name in mark for mark in block.marks)


def _article(group: list[Block]) -> Found:
    article = Found(group)
    article.take(
        publisher=re.sub(r"[,;(]?\s*(no|n°|nr)\.?\s*\d.*$", "", " ".join(group[0].text.split()), flags=re.I).strip(" ,")
    )
    header = " ".join(" ".join(b.text.split()) for b in group if _has(b, "DocHeader"))
    _header(article, header)
    titled = next((i for i, b in enumerate(group) if _has(b, "itreArticleVisu")), None)
    if titled is None:
        titled = next((i for i, b in enumerate(group) if _has(b, "titreArticle")), None)
    if titled is not None:
        article.title = group[titled]
    for block in group:
        if _has(block, "docAuthors") or _has(block, "sm-margin-bottomNews"):
            article.take(author=without_by(block.text))
    rest = group[titled + 1 :] if titled is not None else group[1:]
    marked = [b for b in rest if _has(b, "docOcurrContainer")]
    below = [
        b for b in rest if _has(b, "titreArticle") and not _has(b, "docAuthors") and not _has(b, "sm-margin-bottomNews")
    ]
    article.body = [*below, *marked] if marked else _older(article, rest)
    if marked and article.meta.author is None:
        first = next((b for b in rest if not _has(b, "DocHeader") and b not in below), None)
        if first is not None and first is not marked[0] and len(first.text.split()) <= 10:
            article.take(author=without_by(first.text))
    for block in group:
        if match := _NUMBER.search(block.text):
            article.take(id=match.group())
            day = match.group(1)
            article.take(published=f"{day[:4]}-{day[4:6]}-{day[6:]}")
            break
    return article


def _header(article: Found, header: str) -> None:
    """`Politique, mardi 14 mars 2006, p. 12`: section, day and page in any order."""
    when = written_day(header)
    article.take(published=when.day if when else None)
    parts = [p.strip() for p in header.split(",")]
    named = [
        p for p in parts if p and not re.search(r"\d{4}|\d:\d\d", p) and not _PAGE.match(p) and not p[:1].isdigit()
    ]
    if named and not _weekday(named[0]):
        article.take(section=named[0])


def _weekday(text: str) -> bool:
    return (text.split() or [""])[0].casefold() in _WEEKDAYS


def _older(article: Found, rest: Sequence[Block]) -> list[Block]:
    """Before 2013 nothing marked the text: it ends at the owner's line or the number."""
    end = next(
        (i for i, b in enumerate(rest) if _COPYRIGHT.match(b.text.strip()) or _FOOT.match(b.text.strip())), len(rest)
    )
    body = [b for b in rest[:end] if not _has(b, "DocHeader")]
    if (
        len(body) > 1
        and len(body[0].text.split()) <= 6
        and not body[0].text.strip().endswith((".", "?", "!", ":", "»"))
    ):
        article.take(author=without_by(body[0].text))
        return body[1:]
    return body
