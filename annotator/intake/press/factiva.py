"""Factiva (HTML, RTF): articles with field codes (HD, WC…) or as a newspaper shows them; each ends with its number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from annotator.domain.errors import BadInput
from annotator.intake.blocks import Block, Gathering
from annotator.intake.model import Draft
from annotator.intake.notices import Notices
from annotator.intake.press.parts import ANY_FORM, Found, drafts, says_by, without_by, word_count
from annotator.intake.table_dates import written_day
from annotator.intake.word_lists import listed

_NUMBER = re.compile(r"^(?:[^\W\d_]+|文件|文档|文書)?\W*\b([A-Z][A-Z0-9]{1,11}(?:19|20)\d{6}[a-z0-9]{7,11})\W*$")
_CODES = listed(
    "HD BY CR WC PD ET SN SC NGC GC ED PG VOL LA CY LP TD CT RF CO IN NS RE IPC IPD PUB AN SE CLM ART CX DE DLN",
    "HLP CM RST TI AU DT TX",
)
_COPYRIGHT = re.compile(
    r"^\W*(copyright|©|\(c\)|all rights|alle rechte|tous droits|derechos|todos os|版权|著作權|Авторское)", re.I
)
_LANGUAGES = listed(
    "english englisch anglais inglés inglese inglês английский 英文 german deutsch allemand alemán tedesco alemão",
    "немецкий 德文 french französisch français francés francese francês французский 法文 spanish spanisch español",
    "espagnol spagnolo espanhol italian italienisch italiano italien dutch niederländisch nederlands néerlandais",
    "portuguese portugiesisch português portugais russian russisch русский russe polish polnisch polski polonais",
    "swedish schwedisch svenska danish dänisch dansk norwegian norwegisch norsk finnish finnisch suomi japanese",
    "japanisch 日本語 日文 japonais chinese chinesisch 中文 chinois korean koreanisch 한국어 coréen arabic",
    "arabisch العربية",
    "arabe turkish türkisch türkçe turc czech tschechisch hungarian ungarisch greek griechisch catalan",
    "katalanisch indonesian malay thai hebrew 简体中文 繁體中文",
)
_SHORT_CODE = re.compile(r"^[A-Z][A-Z0-9]{1,9}$")
_HEAD_LINES = 14


def is_download(found: Gathering) -> bool:
    """Whether an article ends with its number in the database."""
    texts = [b.text.strip() for b in found.blocks]
    if not any(_NUMBER.match(t) for t in texts):
        return False
    return any(word_count(t) is not None for t in texts) or {"HD", "PD"} <= set(texts)


def articles(found: Gathering, off: frozenset[str], notices: Notices, source: str) -> Iterator[tuple[Draft, str]]:
    """Each article; raises BadInput where there is none."""
    parsed = [a for group in _groups(found.blocks) if (a := _article(group)) is not None]
    if not parsed:
        raise BadInput("no article of Factiva was found in the file", source, ANY_FORM)
    return drafts(found, parsed, off, notices, source)


def _groups(blocks: Sequence[Block]) -> list[list[Block]]:
    groups: list[list[Block]] = []
    current: list[Block] = []
    for block in blocks:
        if "article-begins" in block.marks:
            current = []  # what stands between articles is the page's
        current.append(block)
        if _NUMBER.match(block.text.strip()):
            groups.append([b for b in current if b.text.strip()])
            current = []
    return groups


def _article(group: list[Block]) -> Found | None:
    codes = [b.text.strip() for b in group]
    article = Found(group)
    match = _NUMBER.match(codes[-1])
    article.take(id=match.group(1) if match else None)
    if "HD" in codes and sum(c in _CODES for c in codes) >= 3:
        _coded(article)
    else:
        _shown(article)
    return article if article.title is not None or article.body else None


def _coded(article: Found) -> None:
    """Paragraphs under their field codes."""
    fields: dict[str, list[Block]] = {}
    code = ""
    begins = None
    for block in article.blocks:
        text = block.text.strip()
        if text in _CODES:
            code = text
            begins = begins or block
            fields.setdefault(code, [])
        elif code:
            fields[code].append(block)
    if begins is not None:
        article.blocks = article.blocks[article.blocks.index(begins) :]

    def words(name: str) -> str:
        return " ".join(" ".join(b.text.split()) for b in fields.get(name, ()))

    heads = fields.get("HD") or fields.get("TI") or []
    if heads:
        article.title = heads[0]
    when = written_day(words("PD") or words("DT"))
    article.take(
        published=when.day if when else None,
        publisher=words("SN"),
        author=without_by(words("BY") or words("AU")),
        section=words("SE"),
        words=word_count(words("WC")),
        language=words("LA"),
    )
    article.body = [*heads[1:], *fields.get("LP", []), *fields.get("TD", []), *fields.get("TX", [])]


def _shown(article: Found) -> None:
    """Headline, author, words, day, outlet, then the text: as a newspaper shows it."""
    blocks = article.blocks
    counted = next((i for i, b in enumerate(blocks) if word_count(b.text.strip()) is not None), None)
    dated = next((i for i, b in enumerate(blocks[:_HEAD_LINES]) if _is_day(b)), None)
    if counted is None and dated is None:
        article.title, article.body = (blocks[0], blocks[1:-1]) if blocks else (None, [])
        return
    cut = counted if counted is not None else dated
    assert cut is not None
    leading = _head(article, blocks[:cut])
    body_at = _data(article, blocks, cut)
    article.body = [*leading, *blocks[body_at:-1]]


def _is_day(block: Block) -> bool:
    return len(block.text) < 60 and written_day(block.text) is not None


def _head(article: Found, head: Sequence[Block]) -> list[Block]:
    """Takes title, author and section; gives the lines that are none of them: a subtitle is part of the article."""
    titled = next((b for b in head if any(m.endswith("Headline") for m in b.marks)), None)
    titled = titled or next((b for b in reversed(head) if b.level is not None), None)
    if titled is None:
        bold = [b for b in head if b.bold]
        titled = (
            bold[0] if bold else (head[-2] if len(head) > 1 and _is_name(head[-1]) else (head[-1] if head else None))
        )
    if titled is None:
        return []
    article.title = titled
    at = next(i for i, b in enumerate(head) if b is titled)
    if at:
        article.take(section=" ".join(head[at - 1].text.split()))
    before = head[: max(0, at - 1)]
    if before and not any("article-begins" in b.marks for b in article.blocks):
        # with no mark of where the article begins, older lines are the end of the download's list
        article.blocks = article.blocks[len(before) :]
    kept: list[Block] = []
    for block in head[at + 1 :]:
        if "author" in block.marks or says_by(block.text) or (_is_name(block) and article.meta.author is None):
            if article.meta.author is None:
                article.take(author=without_by(block.text))
        else:
            kept.append(block)
    return kept


def _is_name(block: Block) -> bool:
    words = block.text.split()
    return (
        1 <= len(words) <= 6
        and not block.text.strip().endswith((".", "?", "!", ":"))
        and all(w[:1].isupper() or len(w) <= 3 or not w[:1].isalpha() for w in words)
    )


def _data(article: Found, blocks: Sequence[Block], at: int) -> int:
    """Takes day, outlet and language; where the text begins."""
    shown = any("articleParagraph" in m for b in blocks for m in b.marks)
    article.take(words=word_count(blocks[at].text.strip()))
    end = at + 1
    outlet_next = False
    for i in range(at, min(len(blocks) - 1, at + _HEAD_LINES)):
        block = blocks[i]
        text = " ".join(block.text.split())
        if shown and any("articleParagraph" in m for m in block.marks):
            return i
        if article.meta.published is None and _is_day(block):
            when = written_day(text)
            article.take(published=when.day if when else None)
            outlet_next = True
        elif outlet_next:
            if not re.fullmatch(r"\d{1,2}:\d\d.*", text):
                article.take(publisher=text)
                outlet_next = False
        elif text.casefold() in _LANGUAGES:
            article.take(language=text)
        elif _COPYRIGHT.match(text):
            return i + 1
        elif not shown and i > at and len(text) > 90 and not _SHORT_CODE.match(text):
            return i
        end = i + 1
    return end
