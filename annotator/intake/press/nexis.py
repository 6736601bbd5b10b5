"""Nexis Uni, Nexis, Lexis+ (DOCX, RTF): a title page, then articles that end with a line that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.blocks import Block, Gathering
from annotator.intake.model import Draft
from annotator.intake.notices import Notices
from annotator.intake.press.parts import ANY_FORM, Found, day_of, drafts, without_by, word_count

_END = re.compile(
    r"^(End of Document|Ende des Dokuments?|Dokumentende|Fin du document|Fin del documento|Einde van (het )?document|"
    r"Fine del documento|Fim do documento)$",
    re.I,
)
_BODY = re.compile(r"^(Body|Text|Volltext|Corps|Cuerpo|Texto|Tekst|Corpo|Testo|Full Text)$", re.I)
_AFTER = re.compile(
    r"^(Classification|Klassifikation|Klassifizierung|Classificatie|Clasificación|Graphic|Grafik|Graphique|Gráfico|"
    r"Notes|Correction|Correction-Date|Load-Date|Ladedatum)$",
    re.I,
)
_FIELD = re.compile(r"^([A-ZÀ-Þ][\w À-ÿ-]{2,28}):[\u00a0 ]\s*(.*)$", re.S)
_LENGTH = ("length", "länge", "longueur", "longitud", "lengte", "lunghezza", "extensão")
_SECTION = ("section", "rubrik", "ressort", "rubrique", "sección", "sectie", "rubriek", "sezione", "seção")
_BYLINE = ("byline", "author", "autor", "auteur", "autores", "verfasser", "naam", "autore")
_LANGUAGE = ("language", "sprache", "langue", "idioma", "taal", "lingua")
_LOADED = ("load-date", "ladedatum", "update", "date de chargement", "fecha de carga", "laaddatum")
_COPYRIGHT = re.compile(r"^(copyright|©|\(c\)|all rights reserved|alle rechte)", re.I)
_FIELDS_OF_BODY = frozenset(
    (*_LOADED, "graphic", "grafik", "classification", "language", "publication-type", "journal code", "subject")
)


def is_download(found: Gathering) -> bool:
    """Whether at least one article ends with the line that the database writes, or has its Body under its Length."""
    texts = [b.text.strip() for b in found.blocks]
    if any(_END.match(t) for t in texts):
        return any(_BODY.match(t) or _named(t) in _LENGTH for t in texts)
    bodies = [i for i, t in enumerate(texts) if _BODY.match(t)]
    return any(_named(t) in _LENGTH for i in bodies for t in texts[max(0, i - 12) : i])


def articles(found: Gathering, off: frozenset[str], notices: Notices, source: str) -> Iterator[tuple[Draft, str]]:
    """Each article; raises BadInput where there is none."""
    groups = _groups(found.blocks) if is_download(found) else []
    if not groups:
        raise BadInput("no article of Nexis was found in the file", source, ANY_FORM)
    parsed = [_article(group) for group in groups]
    promised = _promised(found.blocks)
    if promised is not None and promised != len(parsed):
        what = say(
            "its title page promises {promised} documents, {n} were found in it", promised=promised, n=len(parsed)
        )
        notices.add("", "count", what, "")
    return drafts(found, parsed, off, notices, source)


def _named(text: str) -> str:
    match = _FIELD.match(text)
    return match.group(1).strip().casefold() if match else ""


def _groups(blocks: Sequence[Block]) -> list[list[Block]]:
    """The paragraphs of each article, from its title to its end."""
    groups: list[list[Block]] = []
    current: list[Block] = []
    ends = any(_END.match(b.text.strip()) for b in blocks)
    for block in blocks:
        text = block.text.strip()
        if not ends and any(m.startswith("Bookmark_") for m in block.marks) and current:
            groups.append(current)
            current = []
        current.append(block)
        if _END.match(text):
            groups.append(current)
            current = []
    if current and (not ends or any(_BODY.match(b.text.strip()) for b in current)):
        groups.append(current)
    return [g for group in groups if (g := _from_title(group))]


def _from_title(group: list[Block]) -> list[Block]:
    """Without the title page: the article begins at its bookmark, else at the page on which its body stands."""
    body = next((i for i, b in enumerate(group) if _BODY.match(b.text.strip())), None)
    limit = body if body is not None else len(group)
    if body is None and not any(_named(b.text.strip()) in _LENGTH for b in group):
        limit = next((i for i, b in enumerate(group) if _AFTER.match(b.text.strip())), len(group))
    starts = [i for i in range(limit) if any(m.startswith("Bookmark_") for m in group[i].marks)]
    if starts:
        start = starts[-1]
    else:
        pages = [i for i in range(limit) if group[i].new_page and group[i].text.strip()]
        start = pages[-1] if pages else _before_data(group, limit)
    while start < len(group) and not group[start].text.strip():
        start += 1
    return group[start:]


def _before_data(group: Sequence[Block], limit: int) -> int:
    """Where the head of the article begins: its fields, and the lines without an empty one of its title before them."""
    fields = [i for i in range(limit) if _named(group[i].text.strip()) in (*_LENGTH, *_SECTION, *_BYLINE)]
    if not fields:
        return 0
    at = fields[0]
    dated = next((i for i in range(at - 1, -1, -1) if day_of(group[i].text)), None)
    if dated is None:
        return 0
    filled = [i for i in range(dated) if group[i].text.strip()]
    return filled[-2] if len(filled) >= 2 else (filled[0] if filled else 0)


def _article(group: list[Block]) -> Found:
    article = Found(group)
    filled = [b for b in group if b.text.strip()]
    body_at = next((i for i, b in enumerate(group) if _BODY.match(b.text.strip())), None)
    head = group[:body_at] if body_at is not None else group
    _head(article, [b for b in head if b.text.strip()])
    rest = group[body_at + 1 :] if body_at is not None else _after_fields(group)
    end = len(rest)
    for i, block in enumerate(rest):
        text = block.text.strip()
        after = _AFTER.match(text) and (i or text.casefold().startswith(("graphi", "grafik", "classifi", "klassifi")))
        if _END.match(text) or after or (_named(text) in _FIELDS_OF_BODY and _FIELD.match(text)):
            end = i
            break
    article.body = [b for b in rest[:end] if b.text.strip()]
    for block in rest[end:]:
        name, text = _named(block.text.strip()), block.text.strip()
        if name in _LANGUAGE:
            article.take(language=_FIELD.match(text).group(2).split(";")[0].strip().title())  # type: ignore[union-attr]
    if article.title is None and filled:
        article.title = filled[0]
    return article


def _after_fields(group: Sequence[Block]) -> list[Block]:
    """Where no line says Body: what stands after the last field of the head."""
    last = max(
        (i for i, b in enumerate(group) if _named(b.text.strip()) in (*_LENGTH, *_SECTION, *_BYLINE)), default=-1
    )
    return list(group[last + 1 :]) if last >= 0 else []


def _head(article: Found, head: Sequence[Block]) -> None:
    """Title, outlet and day stand in the first lines; then the fields with their names before them."""
    plain: list[Block] = []
    for block in head:
        text = " ".join(block.text.split())
        match = _FIELD.match(block.text.strip())
        name = match.group(1).strip().casefold() if match else ""
        value = " ".join(match.group(2).split()) if match else ""
        if name in _LENGTH:
            article.take(words=word_count(value))
        elif name in _SECTION:
            article.take(section=value)
        elif name in _BYLINE:
            article.take(author=without_by(value))
        elif not (match and name in ("highlight", "dateline", "copyright")) and not _COPYRIGHT.match(text):
            plain.append(block)
    if not plain:
        return
    article.title = plain[0]
    dated = next((i for i, b in enumerate(plain[1:8], start=1) if day_of(b.text) and len(b.text) < 120), None)
    if dated is not None:
        article.take(published=day_of(plain[dated].text))
    outlet = 1 if dated != 1 else None
    if outlet is not None and len(plain) > outlet and (dated is None or outlet < dated):
        name = " ".join(plain[outlet].text.split())
        article.take(publisher=re.sub(r"\s+[-–]\s+[\w ]*Edition$", "", name).rstrip(".") or name)


def _promised(blocks: Sequence[Block]) -> int | None:
    """How many documents the title page says there are."""
    for block in blocks[:60]:
        if match := re.match(r"^(?:Documents?|Dokumente?|Documentos?|Documenten)\s*\((\d+)\)$", block.text.strip()):
            return int(match.group(1))
    return None
