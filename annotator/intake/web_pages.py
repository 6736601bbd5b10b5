"""Saved HTML pages: what the page says about itself, and its article without the frame around it."""

from __future__ import annotations

import json
import re
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.boilerplate import boilerplate_reason
from annotator.intake.lines import timestamp
from annotator.intake.model import CleaningStep, Draft, Meta

_FRAME_TAGS = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "aside",
        "footer",
        "form",
        "button",
        "iframe",
        "svg",
        "figure",
        "figcaption",
        "menu",
        "dialog",
        "select",
    ]
)
_FRAME_WORDS = re.compile(
    r"(^|[\s_-])(nav|menu|share|social|cookie|consent|related|recommend|sidebar|footer|newsletter|subscribe|promo|"
    r"advert|ads?|comments?|breadcrumbs?|banner|popup|modal)([\s_-]|$)",
    re.I,
)
_BLOCKS = frozenset(
    [
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "blockquote",
        "pre",
        "td",
        "th",
        "dt",
        "dd",
        "div",
        "section",
        "article",
        "main",
        "tr",
    ]
)


def read_html(text: str, source: str, off: frozenset[str], steps: list[CleaningStep]) -> Draft:
    """The article's paragraphs and metadata."""
    import lxml.html
    from lxml import etree

    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, recover=True)
        root = lxml.html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise BadInput("the page holds no HTML", source, "import it as plain text") from error
    meta = _metadata(root)
    body = _article(root)
    steps.extend(_around(body))
    if "page_frame" not in off:
        for element in list(body.iter()):
            if element is body or not isinstance(element.tag, str) or not _in_frame(element):
                continue
            if element.getparent() is None:
                continue
            words = " ".join(element.text_content().split())
            if words and element.tag not in ("script", "style", "template", "noscript"):
                steps.append(
                    CleaningStep(
                        "page_frame", f"<{element.tag}>", "removed", words[:400], say("a part of the page's frame")
                    )
                )
            element.drop_tree()
    paragraphs: list[str] = []
    for paragraph in _paragraphs(body):
        reason = boilerplate_reason(paragraph)
        if meta.title and paragraph == meta.title and "repeated" not in off:
            steps.append(
                CleaningStep("repeated", "<h1>", "removed", paragraph, say("the title, which begins the text"))
            )
        elif reason and "boilerplate" not in off:
            steps.append(CleaningStep("boilerplate", say("paragraph"), "removed", paragraph, reason))
        else:
            paragraphs.append(paragraph)
    if not paragraphs and not meta.title:
        raise BadInput("the page holds no article", source, "import it as plain text, or paste the article")
    return Draft(paragraphs, meta, steps)


def _around(body: Any) -> list[CleaningStep]:
    """What stands on the page beside the article: left out whatever steps are on, and told."""
    steps: list[CleaningStep] = []
    here = body
    while (parent := here.getparent()) is not None:
        for other in parent:
            if other is here or not isinstance(other.tag, str) or other.tag in ("head", "script", "style", "template"):
                continue
            words = " ".join(other.text_content().split())
            if words:
                steps.append(
                    CleaningStep("page_frame", f"<{other.tag}>", "removed", words[:400], say("beside the article"))
                )
        here = parent
    return steps


def _in_frame(element: Any) -> bool:
    if element.tag in _FRAME_TAGS:
        return True
    if element.tag == "header":
        return not element.xpath(".//h1")
    marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return element.tag not in ("body", "article", "main", "html") and bool(_FRAME_WORDS.search(marks))


def _article(root: Any) -> Any:
    """The element that holds the article: the <article> or <main> with most paragraph text, else the densest."""
    for path in ("//article", "//main", "//*[@itemprop='articleBody']", "//*[@role='main']"):
        found = [e for e in root.xpath(path) if len(e.text_content().split()) >= 20]
        if found:
            return max(found, key=lambda e: sum(len(p.text_content()) for p in e.iter("p")))
    body = root.find("body")
    return body if body is not None else root


def _paragraphs(body: Any) -> list[str]:
    result: list[str] = []
    current: list[str] = []

    def flush() -> None:
        words = re.sub(r"[ \t\n]+", " ", "".join(current)).strip(" ")
        current.clear()
        if words:
            result.append(words)

    def walk(element: Any) -> None:
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "template", "noscript"):
            if element.tail:
                current.append(element.tail)
            return
        block = element.tag in _BLOCKS or element.tag in ("h1", "ul", "ol", "table", "figure", "hr")
        if block:
            flush()
        if element.tag == "br":
            current.append(" ")
        if element.text:
            current.append(element.text)
        for child in element:
            walk(child)
        if block:
            flush()
        if element is not body and element.tail:
            current.append(element.tail)

    walk(body)
    flush()
    return result


def _metadata(root: Any) -> Meta:
    named: dict[str, str] = {}
    for element in root.iter("meta"):
        key = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        value = (element.get("content") or "").strip()
        if key and value:
            named.setdefault(key, value)
    linked = _linked_data(root)
    publisher = named.get("og:site_name") or _name(linked.get("publisher"))
    heading = root.xpath("//h1")
    title = named.get("og:title") or _text(linked.get("headline"))
    if title is None and len(heading) == 1:
        title = " ".join(heading[0].text_content().split()) or None
    if title is None and (found := root.xpath("//title")):
        title = " ".join(found[0].text_content().split()) or None
    if title and publisher:
        title = re.sub(rf"\s*[|–—-]\s*{re.escape(publisher)}\s*$", "", title) or title
    when = named.get("article:published_time") or _text(linked.get("datePublished"))
    if when is None and (times := root.xpath("//article//time/@datetime | //main//time/@datetime")):
        when = str(times[0])
    stamp = timestamp(when.strip()) if when else None
    canonical = root.xpath("//link[@rel='canonical']/@href")
    keywords = named.get("keywords", "")
    author = named.get("author") or _name(linked.get("author"))
    if author is None:
        author = named.get("article:author")
        if author and author.startswith("http"):
            author = None
    return Meta(
        title=title,
        published=stamp[0] if stamp else None,
        published_at=stamp[1] if stamp else None,
        publisher=publisher,
        author=author,
        url=named.get("og:url") or (str(canonical[0]) if canonical else None),
        language=root.get("lang") or None,
        teaser=named.get("og:description") or named.get("description"),
        tags=tuple(e.get("content") for e in root.xpath("//meta[@property='article:tag']") if e.get("content")),
        keywords=tuple(k.strip() for k in keywords.split(",") if k.strip()),
    )


def _linked_data(root: Any) -> dict[str, Any]:
    for element in root.xpath("//script[@type='application/ld+json']"):
        try:
            data = json.loads(element.text or "")
        except (ValueError, RecursionError):
            continue
        items = data if isinstance(data, list) else data.get("@graph", [data]) if isinstance(data, dict) else []
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and "Article" in str(item.get("@type", "")):
                return item
    return {}


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _name(value: Any) -> str | None:
    if isinstance(value, list) and value:
        return _name(value[0])
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)
