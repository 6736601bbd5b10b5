"""What a page says about itself: title, people, days, outlet, address, language; nothing beyond its own words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotator.intake.bylines import byline, names_in
from annotator.intake.dates import Moment, moment_of, tells_a_change, written_days
from annotator.intake.model import Meta
from annotator.intake.web.frame import words_of_marks
from annotator.intake.web.tree import Block, Box, Page, listed

_PUBLISHED = listed(
    "article:published_time og:article:published_time og:published_time og:pubdate datepublished "
    "article:published rnews:datepublished citation_publication_date citation_date citation_online_date "
    "dc.date.issued dcterms.issued dc.date dcterms.date dc.date.created dcterms.created dcterms.available "
    "pubdate pub_date publishdate publish-date publish_date publication_date publication-date published "
    "published_time published-date publisheddate date_published sailthru.date parsely-pub-date "
    "cxenseparse:recs:publishtime bt:pubdate displaydate release_date article_date_original "
    "originalpublicationdate article.published article:post_date date article:create_at date.created "
    "datecreated creation_date dc.created"
)
_CHANGED = listed(
    "article:modified_time og:article:modified_time og:updated_time article:updated_time datemodified "
    "last-modified lastmod dc.date.modified dcterms.modified article.updated article_date_updated revised "
    "modificationdate"
)
_AUTHORS = listed(
    "author dc.creator dcterms.creator creator byl citation_author sailthru.author parsely-author "
    "article:author_name cxenseparse:author rbauthors authors article.author article:author"
)
_PUBLISHERS = listed(
    "og:site_name dc.publisher dcterms.publisher publisher application-name citation_journal_title cre "
    "al:android:app_name"
)
_DATE_WORDS = frozenset(
    listed(
        "date dates time published publish pubdate posted dateline timestamp byline meta datetime datum fecha "
        "data entry info created issued article"
    )
)
_BYLINE_WORDS = frozenset(["byline", "bylines", "author", "authors", "autor", "writer"])
_TITLE_MARKS = re.compile(r"\s+[|–—·•»:-]\s+|\s*[|»]\s*|\s+::\s+")
_SAVED_FROM = re.compile(
    r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->|<!--\s*\n?\s*Page saved with SingleFile\s*\n?\s*url:\s*(\S+)", re.I
)
_DAY_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?:[/-]|$)|/((?:19|20)\d\d)([01]\d)([0-3]\d)/"
)
_PUBLISHING = re.compile(r"(?:first )?(?:posted|published|publi|veröffentlicht|erschienen|опубликовано)", re.I)
_COUNTRY_ENDS = frozenset(["com", "org", "net", "co", "gov", "edu", "ac", "info", "www"])


@dataclass(slots=True)
class _Said:
    """What the machine-readable parts of a page say: meta names with their values, and linked data."""

    named: dict[str, list[str]] = field(default_factory=dict)
    linked: list[dict[str, Any]] = field(default_factory=list)
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)

    def first(self, *names: str) -> str | None:
        return next((self.named[n][0] for n in names if n in self.named), None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known before the article is chosen (title) and what needs the choice (days and people near it)."""

    said: Any
    title: str | None
    site: str | None
    url: str | None
    language: str | None


def facts_of(root: Any, page: Page, source: str) -> Facts:
    """Title, outlet, address and language."""
    said = _said(root)
    article = _article_item(said)
    url = _address(root, said, source)
    site = said.first(*_PUBLISHERS[:1]) or _name(_resolved(article.get("publisher"), said))
    site = site or _name(_resolved(article.get("sourceOrganization") or article.get("isPartOf"), said))
    site = site or next((_name(i) for i in said.linked if _types(i) & {"WebSite", "NewsMediaOrganization"}), None)
    site = _itemprop(root, "publisher") if site is None else site
    site = site or said.first(*_PUBLISHERS[1:])
    if site and (site.startswith("http") or len(site) > 80):
        site = None
    language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
    language = (
        language or said.first("content-language", "og:locale", "dc.language") or _text(article.get("inLanguage"))
    )
    if language and not re.fullmatch(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]+)*", language.strip()):
        language = None
    return Facts(said, _title(root, page, said, article, site, url), site, url, language.strip() if language else None)


def meta_of(facts: Facts, root: Any, page: Page, kept: Sequence[Block]) -> Meta:
    """All facts, those near the chosen article included."""
    said: _Said = facts.said
    article = _article_item(said)
    published = _published(said, article, root, page, kept, facts)
    changed = _changed(said, article, root)
    authors = _authors(said, article, root, page, kept)
    if facts.site:
        authors = tuple(a for a in authors if a.casefold() != facts.site.casefold())
    keywords = said.first("keywords", "news_keywords") or ""
    return Meta(
        title=facts.title,
        published=published[0] if published else None,
        published_at=published[1] if published else None,
        changed=changed[1] or changed[0] if changed else None,
        publisher=facts.site,
        author="; ".join(authors) or None,
        url=facts.url,
        language=facts.language,
        teaser=said.first("og:description", "description", "twitter:description"),
        tags=tuple(dict.fromkeys(said.named.get("article:tag", ()))),
        keywords=tuple(dict.fromkeys(k.strip() for k in keywords.split(",") if k.strip())),
    )


# what machines are told


def _said(root: Any) -> _Said:
    said = _Said()
    for element in root.iter("meta"):
        value = (element.get("content") or element.get("value") or "").strip()
        if not value:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            for key in (element.get(attribute) or "").lower().split():
                said.named.setdefault(key, []).append(value)
    for element in root.iter("script"):
        if "ld+json" in (element.get("type") or "").lower():
            said.linked.extend(_items(_parsed(element.text or ""), 0))
    for item in said.linked:
        if isinstance(key := item.get("@id"), str) and len(item) > len(said.by_id.get(key, ())):
            said.by_id[key] = item
    return said


def _parsed(text: str) -> Any:
    text = re.sub(
        r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?)\s*$",
        "",
        text,
    )
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        try:
            return json.loads(re.sub(r",\s*([}\]])", r"\1", text.strip().rstrip(";")), strict=False)
        except (ValueError, RecursionError):
            return None


def _items(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(data, list):
        for part in data:
            yield from _items(part, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "liveBlogUpdate"):
            if isinstance(part := data.get(key), (dict, list)) and key in ("@graph", "mainEntity", "mainEntityOfPage"):
                yield from _items(part, depth + 1)


def _types(item: dict[str, Any]) -> set[str]:
    kind = item.get("@type")
    return {k.rsplit("/", 1)[-1] for k in (kind if isinstance(kind, list) else [kind]) if isinstance(k, str)}


_ARTICLE_TYPES = re.compile(r"Article|Posting|Report|Review$|NewsItem")
_NOT_THE_PAGE = frozenset(
    listed(
        "Comment Answer VideoObject ImageObject AudioObject Event Product Offer BreadcrumbList Organization "
        "Person WebSite NewsMediaOrganization SearchAction ListItem"
    )
)


def _article_item(said: _Said) -> dict[str, Any]:
    """The linked data that speak of the article; of the page where there is none."""
    best: tuple[int, dict[str, Any]] = (0, {})
    for item in said.linked:
        kinds = _types(item)
        score = 4 if any(_ARTICLE_TYPES.search(k) for k in kinds) else 0 if kinds & _NOT_THE_PAGE else 1
        if not score:
            continue
        score = 2 * score + sum(key in item for key in ("datePublished", "author", "headline"))
        if score > best[0]:
            best = (score, item)
    return best[1]


def _linked(said: _Said, key: str, article: dict[str, Any]) -> Any:
    if article.get(key):
        return article[key]
    return next((i[key] for i in said.linked if i.get(key) and not _types(i) & _NOT_THE_PAGE), None)


def _resolved(value: Any, said: _Said) -> Any:
    if isinstance(value, list):
        return [_resolved(v, said) for v in value]
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return said.by_id.get(value["@id"], value)
    return value


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return next((found for v in value if (found := _text(v))), None)
    if isinstance(value, dict):
        return _text(value.get("@value"))
    return " ".join(_plain(value).split()) or None if isinstance(value, str) else None


def _plain(text: str) -> str:
    """Words of machines sometimes hold entities and tags."""
    if "&" in text:
        import html

        text = html.unescape(text)
    return re.sub(r"</?[a-z][^>]*>", "", text) if "<" in text else text


def _name(value: Any) -> str | None:
    if isinstance(value, list):
        return next((found for v in value if (found := _name(v))), None)
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for v in value for name in _names(v)]
    if isinstance(value, dict):
        return _names(value.get("name"))
    return [found] if (found := _text(value)) else []


def _itemprop(root: Any, name: str) -> str | None:
    for element in root.xpath(f"//*[contains(@itemprop, '{name}')][not(self::meta)]"):
        inner = element.xpath(".//*[@itemprop='name']")
        target = inner[0] if inner else element
        value = target.get("content") or " ".join(_visible(target).split())
        if value and len(value) <= 80:
            return str(value)
    return None


def _visible(element: Any) -> str:
    return "".join(element.itertext()) if element.tag not in ("script", "style") else ""


# title, outlet, address


def _title(
    root: Any, page: Page, said: _Said, article: dict[str, Any], site: str | None, url: str | None
) -> str | None:
    headings = [b.text for b in page.blocks if b.tag == "h1" and not _unseen(b.box)]
    given = (
        said.first("og:title")
        or _text(article.get("headline"))
        or said.first("twitter:title", "dc.title", "dcterms.title")
    )
    given = _text(given)
    in_head = next((found for e in root.iter("title") if (found := " ".join((e.text or "").split()))), None)
    for text in (given, in_head):
        if text is None:
            continue
        for heading in headings:
            if _same(heading, text) or (len(heading) >= 8 and heading in _segments(text)):
                return heading
        if text is given or not headings:
            return _without_site(text, site, url)
        matching = [h for h in headings if len(h) >= 12 and _folded(h) in _folded(text)]
        if matching:
            return max(matching, key=len)
        if len(headings) == 1 and len(headings[0]) >= 8 and not _is_site(headings[0], site, url):
            return headings[0]
        return _without_site(text, site, url)
    return headings[0] if len(headings) == 1 else None


def _unseen(box: Box | None) -> bool:
    while box is not None:
        if box.hidden:
            return True
        box = box.parent
    return False


def _segments(title: str) -> list[str]:
    return [part.strip() for part in _TITLE_MARKS.split(title) if part and part.strip()]


def _without_site(title: str, site: str | None, url: str | None) -> str:
    """The title without the outlet's name at its end or beginning, where the page or its address says the name."""
    marks = list(_TITLE_MARKS.finditer(title))
    if not marks:
        return title
    for mark in (marks[-1], marks[0]):
        before, after = title[: mark.start()].strip(), title[mark.end() :].strip()
        if _is_site(after, site, url) and before:
            return _without_site(before, site, url)
        if _is_site(before, site, url) and after:
            return _without_site(after, site, url)
    return title


def _is_site(text: str, site: str | None, url: str | None) -> bool:
    key = _folded(text)
    if not key:
        return False
    if site and key == _folded(site):
        return True
    host = re.match(r"https?://([^/:?#]+)", url or "")
    if host is None:
        return False
    labels = host.group(1).lower().split(".")
    names = [x for x in labels[:-1] if x not in _COUNTRY_ENDS]
    whole = _folded("".join(labels[1:] if labels[0] == "www" else labels))
    return any(_folded(n) in (key, "the" + key) or "the" + _folded(n) == key for n in names) or key == whole


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _same(a: str, b: str) -> bool:
    return _folded(a) == _folded(b)


def _address(root: Any, said: _Said, source: str) -> str | None:
    links = [e.get("href") or "" for e in root.iter("link") if "canonical" in (e.get("rel") or "")]
    saved = _SAVED_FROM.search(source[:4000])
    saved_from = (saved.group(1) or saved.group(2)) if saved else None
    for value in (said.first("og:url"), *links, saved_from, said.first("twitter:url", "dc.identifier")):
        if value and re.match(r"https?://[^/\s]+", value.strip()):
            return value.strip()
    return said.first("og:url") or (links[0] if links else None)


# days


def _published(
    said: _Said, article: dict[str, Any], root: Any, page: Page, kept: Sequence[Block], facts: Facts
) -> Moment | None:
    for name in _PUBLISHED:
        for value in said.named.get(name, ()):
            if made := _moment(value, facts.language):
                return made
    for value in (_linked(said, "datePublished", article), _linked(said, "dateCreated", article)):
        if (text := _text(value)) and (made := _moment(text, facts.language)):
            return made
    for element in root.xpath("//*[@itemprop='datePublished' or @itemprop='dateCreated' or @pubdate]"):
        value = element.get("datetime") or element.get("content") or _visible(element)
        if made := _moment(value, facts.language):
            return made
    return (
        _time_element(root, page, kept, facts.language)
        or _written(page, kept, facts.language)
        or _in_address(facts.url)
    )


def _moment(value: str, language: str | None) -> Moment | None:
    value = value.strip()
    if made := moment_of(value):
        return made
    if len(value) > 80:
        return None
    days = written_days(value, language)
    return (days[0], None) if len(days) == 1 else None


def _time_element(root: Any, page: Page, kept: Sequence[Block], language: str | None) -> Moment | None:
    """The first <time> of the page that is in no frame and tells no change."""
    for element in root.iter("time"):
        around, frame = element, False
        words = words_of_marks(f"{element.get('class') or ''} {element.get('itemprop') or ''}")
        if words & {"updated", "modified", "update"} and not words & {"published"}:
            continue
        for _ in range(12):
            if around is None:
                break
            if around.tag in ("aside", "nav", "footer", "li") or words_of_marks(
                f"{around.get('class') or ''} {around.get('id') or ''}"
            ) & {"comment", "comments", "related", "sidebar", "recommended", "widget", "popular"}:
                frame = True
                break
            around = around.getparent()
        before = element.getprevious()
        lead = (before.tail if before is not None else getattr(element.getparent(), "text", None)) or ""
        if frame or tells_a_change(lead[-30:]):
            continue
        text = _visible(element)
        if made := _moment(element.get("datetime") or "", language) or _moment(text, language):
            return made
    return None


def _written(page: Page, kept: Sequence[Block], language: str | None) -> Moment | None:
    """A day written in a short line around the beginning of the article."""
    if not kept:
        return None
    first = kept[0].number
    near = [b for b in page.blocks[max(0, first - 14) : first] if not _unseen(b.box)]
    heading = next((i for i, b in enumerate(near) if b.tag == "h1"), None)
    if heading is not None:
        near = near[heading:] + near[:heading][::-1]
    last = kept[-1].number
    near += [b for b in page.blocks[last + 1 : last + 3] if words_of_marks(b.box.marks) & _DATE_WORDS]
    for block in near:
        if len(block.text) > 140 or block.prose or not re.search(r"\d", block.text):
            continue
        days = _days_of_publication(block.text, language)
        if len(days) == 1 and (
            len(block.text) <= 60
            or words_of_marks(block.box.marks) & _DATE_WORDS
            or byline(block.text)
            or _PUBLISHING.match(block.text)
        ):
            return days[0], None
    return None


def _days_of_publication(text: str, language: str | None) -> list[str]:
    """The days of a line without those that follow a word like "updated"."""
    parts = re.split(r"(?<=\d)\s*[|·•–—(,;]\s*(?=\D)|\s{2,}|\n", text)
    days = [d for part in parts if not tells_a_change(part) for d in written_days(part, language)]
    return list(dict.fromkeys(days)) or ([] if tells_a_change(text) else written_days(text, language))


def _in_address(url: str | None) -> Moment | None:
    match = _DAY_IN_ADDRESS.search(url or "")
    if match is None:
        return None
    year, month, day = (match.group(1, 2, 3)) if match.group(1) else match.group(4, 5, 6)
    return moment_of(f"{year}-{int(month):02d}-{int(day):02d}")


def _changed(said: _Said, article: dict[str, Any], root: Any) -> Moment | None:
    values = [v for name in _CHANGED for v in said.named.get(name, ())]
    if text := _text(_linked(said, "dateModified", article)):
        values.append(text)
    found = next((made for v in values if (made := moment_of(v))), None)
    if found is None:
        values = [e.get("datetime") or e.get("content") or "" for e in root.xpath("//*[@itemprop='dateModified']")]
        found = next((made for v in values if (made := moment_of(v))), None)
    return found


# people


def _authors(said: _Said, article: dict[str, Any], root: Any, page: Page, kept: Sequence[Block]) -> tuple[str, ...]:
    linked = _resolved(_linked(said, "author", article) or article.get("creator"), said)
    if found := names_in(_names(linked)):
        return found
    for name in _AUTHORS:
        if (values := said.named.get(name)) and (found := names_in(map(_plain, values))):
            return found
    if found := names_in(v for v in _marked_authors(root) if len(v.split()) <= 12):
        return found
    first = kept[0].number if kept else len(page.blocks)
    return _author_lines(page.blocks[max(0, first - 14) : first + 2])


def _marked_authors(root: Any) -> list[str]:
    """What elements that are marked as an author say."""
    places = root.xpath(
        "//*[contains(concat(' ', @itemprop, ' '), ' author ')][not(self::meta)]"
        " | //a[contains(concat(' ', @rel, ' '), ' author ')]"
    )
    values = []
    for element in places:
        inner = element.xpath(".//*[@itemprop='name']")
        target = inner[0] if inner else element
        values.append(target.get("content") or _visible(target))
    return values


def _author_lines(near: Sequence[Block]) -> tuple[str, ...]:
    """The names in a byline near the article's beginning."""
    for block in near:
        if not block.prose and (found := byline(block.text)):
            return found
    for block in near:
        if block.prose or len(block.text) > 60 or not words_of_marks(block.box.marks) & _BYLINE_WORDS:
            continue
        if (found := names_in([block.text])) and all(1 < len(n.split()) <= 4 for n in found):
            return found
    return ()
