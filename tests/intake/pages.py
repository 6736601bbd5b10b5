"""Saved pages for tests, of invented towns."""

from __future__ import annotations

from annotator.intake import CleanDocument, read_source

PARAGRAPHS = (
    "The harbour board of Eelmouth voted on Tuesday to dredge the inner channel before the winter storms arrive.",
    "“We have waited nine years for this,” said Mira Tolland, who chairs the board, after a long meeting.",
    "Fishermen at the quay were less pleased, and their union will take the decision to the regional court.",
    "The town expects the work to cost four million crowns, of which the county will pay about one half.",
)
STORY = "".join(f"<p>{p}</p>\n" for p in PARAGRAPHS)
WHOLE = "\n\n".join(PARAGRAPHS)
MENU = (
    "<ul>"
    + "".join(f'<li><a href="/{w}">{w}</a></li>' for w in ("Town", "County", "Sea", "Weather", "Sport"))
    + "</ul>"
)


def page(body: str, head: str = "", title: str = "Eelmouth dredges its channel", attributes: str = "") -> str:
    return f"<!doctype html><html {attributes}><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def read(html: str, name: str = "page.html", off: frozenset[str] = frozenset(), take: str = "article") -> CleanDocument:
    (document,) = read_source(name, html.encode(), "html", off, take)
    return document


def body_of(document: CleanDocument) -> str:
    return next((document.text[start:end] for zone, start, end in document.zones if zone == "body"), "")
